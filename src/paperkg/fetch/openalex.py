"""OpenAlex: its works, as JSON with abstracts in inverted indexes.

With a key, answers are read by cursor, however long they are. Without one the service gives no
cursors, and 10,000 works to a question, so longer answers are asked for in windows of days.
Format: developers.openalex.org, "Page through results" and "Works".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from paperkg.errors import PaperKGError
from paperkg.fetch.question import Cursor, Page, Question
from paperkg.fetch.web import Web, listed
from paperkg.fetch.windows import Window, windowed
from paperkg.sources.services import our_fields

__all__ = ["NEEDS", "OVERLAP", "PAUSE", "TAKES", "URL", "headers", "page", "record"]

URL = "https://api.openalex.org"
PAUSE = 0.1
OVERLAP = 30
TAKES = frozenset({"query", "filters"})
NEEDS = frozenset({"query", "filters", "since"})
FIRST = "1800-01-01"
SIZE = 100
MOST = 10_000
FIELDS = (
    "id,ids,doi,title,abstract_inverted_index,authorships,publication_date,topics,"
    "primary_location,locations"
)


def headers(api_key: str) -> Mapping[str, str]:
    """The header that carries a key."""
    return {"Authorization": f"Bearer {api_key}"} if api_key else {}


def page(web: Web, question: Question, cursor: Cursor | None) -> Page:
    """A page of the works published in the days of a question, the newest first."""
    if web.keyed:
        at = (cursor or {}).get("cursor", "*")
        items, total, after = ask(web, question, question.since, question.until, cursor=at)
        return Page(items, total, {"cursor": after} if after and items else None)

    def ask_window(window: Window) -> tuple[Sequence[Any], int]:
        if window.start >= MOST:
            raise PaperKGError(
                f"openalex: more than {MOST:,} works on {window.until}; narrow the question, or "
                "give --api-key (free at openalex.org)"
            )
        number = window.start // SIZE + 1
        return ask(web, question, window.since, window.until, page=number)[:2]

    whole = Window(question.since or FIRST, question.until)
    return windowed(ask_window, whole, cursor, most=MOST, step=SIZE)


def ask(
    web: Web, question: Question, since: str, until: str, **place: str | int
) -> tuple[list[Any], int, str]:
    """A page of works between two days, how many there are, and the cursor of the next page."""
    days = [f"from_publication_date:{since}"] if since else []
    filters = [*question.filters, *days, f"to_publication_date:{until}"]
    extra = {"search": question.query} if question.query else {}
    return web.get(
        "works",
        read,
        filter=",".join(filters),
        sort="publication_date:desc",
        select=FIELDS,
        per_page=SIZE,
        **extra,
        **place,
    )


def read(data: bytes) -> tuple[list[Any], int, str]:
    """The works of an answer, how many there are in all, and the next cursor or ""."""
    answer = json.loads(data)
    meta = answer["meta"]
    return listed(answer["results"]), int(meta["count"]), meta.get("next_cursor") or ""


def record(item: Mapping[str, Any]) -> dict[str, object]:
    """The fields of a work, as `sources` reads those of OpenAlex."""
    return our_fields({name.lower(): value for name, value in item.items()})
