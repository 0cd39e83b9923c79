"""arXiv: its query API, which answers with Atom feeds.

The API gives the papers of up to about 10,000 places of an answer reliably, so longer answers are
asked for in windows of days. (OAI-PMH, the bulk interface, knows neither words nor days of
submission: it selects by the day of the last change.) Format: arXiv API User's Manual, 3.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from paperkg.addresses import addresses, is_repository
from paperkg.errors import PaperKGError
from paperkg.fetch.question import Cursor, Page, Question
from paperkg.fetch.web import Web
from paperkg.fetch.windows import Window, windowed
from paperkg.sources.keys import canonical_id, web_page
from paperkg.sources.record import excerpt

__all__ = ["NEEDS", "OVERLAP", "PAUSE", "TAKES", "URL", "headers", "page", "record"]

URL = "https://export.arxiv.org/api"
PAUSE = 3.0
OVERLAP = 7
TAKES = frozenset({"query", "categories"})
NEEDS = frozenset({"query", "categories", "since"})
FIRST = "1985-01-01"
SIZE = 500
MOST = 10_000
ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"


def headers(api_key: str) -> Mapping[str, str]:
    """None: arXiv knows no keys."""
    return {}


def page(web: Web, question: Question, cursor: Cursor | None) -> Page:
    """A page of the papers submitted in the days of a question, the newest first."""

    def ask(window: Window) -> tuple[Sequence[Any], int]:
        return web.get(
            "query",
            lambda data: read(data, window.start),
            search_query=search(question, window),
            sortBy="submittedDate",
            sortOrder="descending",
            start=window.start,
            max_results=SIZE,
        )

    whole = Window(question.since or FIRST, question.until)
    return windowed(ask, whole, cursor, most=MOST)


def search(question: Question, window: Window) -> str:
    """A question in the API's words."""
    days = f"{window.since}0000 TO {window.until}2359".replace("-", "")
    parts = [f"({question.query})"] if question.query else []
    if question.categories:
        parts.append(f"({' OR '.join(f'cat:{name}' for name in question.categories)})")
    return " AND ".join([*parts, f"submittedDate:[{days}]"])


def read(data: bytes, start: int) -> tuple[list[ElementTree.Element], int]:
    """The entries of a feed, and how many the whole answer has.

    Raises ValueError or SyntaxError for a broken feed, and for one without entries before the
    last, as arXiv gives at times; PaperKGError where the feed tells of an error in the question.
    """
    feed = ElementTree.fromstring(data)
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        if "/api/errors" in entry.findtext(f"{ATOM}id", ""):
            words = excerpt(entry.findtext(f"{ATOM}summary", ""))
            raise PaperKGError(f"arxiv: {words}; check what is asked for")
    total = int(feed.findtext(TOTAL, ""))
    if feed.tag != f"{ATOM}feed" or (not entries and start < total):
        raise ValueError
    return entries, total


def record(item: ElementTree.Element) -> dict[str, object]:
    """The fields of an entry; its comment tells where the code is, if anything does."""
    texts = {
        name: " ".join(item.findtext(ATOM + name, "").split()) for name in ("title", "summary")
    }
    given = canonical_id(item.findtext(f"{ATOM}id", ""))
    comment = item.findtext(f"{ARXIV}comment", "")
    return {
        "id": given,
        "title": texts["title"],
        "abstract": texts["summary"],
        "authors": [name.text for name in item.iterfind(f"{ATOM}author/{ATOM}name")],
        "date": item.findtext(f"{ATOM}published", "")[:10],
        "categories": [each.get("term") for each in item.iterfind(f"{ATOM}category")],
        "url": web_page(given),
        "code": next(filter(is_repository, addresses(comment)), ""),
    }
