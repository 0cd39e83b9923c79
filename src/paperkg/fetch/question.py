"""What is asked of a service, what it answers, and what a module that knows a service has."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol

from paperkg.errors import PaperKGError
from paperkg.fetch.web import Web

__all__ = ["Cursor", "Page", "Question", "Service", "day", "shifted"]

DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)

Cursor = dict[str, Any]
"""The place of a page in the answer, as JSON."""


@dataclass(frozen=True, slots=True)
class Question:
    """The papers that are wanted; `since` and `until` are the first and last day, ISO or ""."""

    query: str = ""
    categories: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    fields_of_study: tuple[str, ...] = ()
    since: str = ""
    until: str = ""


class Page(NamedTuple):
    """A page of an answer: its papers as the service gives them, and where the next page is.

    `total` is how many papers the whole answer has, or 0 where that is not known.
    """

    items: Sequence[Any]
    total: int
    next: Cursor | None


class Service(Protocol):
    """What a module has that knows a service; it is named in `SERVICES` and nowhere else.

    `PAUSE` are the seconds between two requests that the service asks for, `OVERLAP` the days
    within which papers may still appear, `TAKES` the fields of a question that it understands,
    and `NEEDS` those of which (or of `limit`) it needs one.
    """

    URL: str
    PAUSE: float
    OVERLAP: int
    TAKES: frozenset[str]
    NEEDS: frozenset[str]

    def headers(self, api_key: str) -> Mapping[str, str]:
        """The headers that carry a key."""

    def page(self, web: Web, question: Question, cursor: Cursor | None) -> Page:
        """The page at a cursor, or the first one."""

    def record(self, item: Any) -> dict[str, object]:
        """The fields of a paper, named as `sources` names them."""


def day(text: str, *, last: bool = False) -> str:
    """A day as YYYY-MM-DD: of a month or a year the first day, or the last; "" stays so.

    Raises PaperKGError where the text is no date.
    """
    if not text:
        return ""
    try:
        match = DATE.fullmatch(text.strip())
        year, month, of_month = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
        month = month or (12 if last else 1)
        of_month = of_month or (calendar.monthrange(year, month)[1] if last else 1)
        return date(year, month, of_month).isoformat()
    except ValueError as error:
        raise PaperKGError(f"{text}: no date; write 2026-01-31, 2026-01 or 2026") from error


def shifted(iso: str, days: int) -> str:
    """The day so many days after another, or before it."""
    return (date.fromisoformat(iso) + timedelta(days=days)).isoformat()
