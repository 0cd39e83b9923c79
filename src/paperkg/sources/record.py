"""One record of a source, as its format found it, made into a Paper or rejected with a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from paperkg.addresses import addresses, is_repository
from paperkg.records import Paper
from paperkg.remote import is_address
from paperkg.sources.keys import canonical_id, paper_key, web_page
from paperkg.sources.services import FaultError, our_fields

__all__ = ["Raw", "Rejected", "Where", "clean", "excerpt", "to_paper"]

LIMITS = {"id": 300, "title": 2_000, "abstract": 50_000}
"""The most characters a field may have before the record is taken for broken."""

NAME_LENGTH, DATE_LENGTH, URL_LENGTH = 1_000, 60, 2_000
"""What is longer is no name, no date and no address, and left out."""
AUTHORS_LENGTH = 200_000
BRACKETS = 5
"""Parentheses around affiliations stand in each other so deep."""

EXCERPT_LENGTH = 80
PACKED = re.compile(r"\.(?:gz|zst|bz2|xz)$")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
URL = re.compile(r"""https?://[^\s<>"{}|\\^`]+""", re.IGNORECASE)
BARE_URL = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}/\S*", re.ASCII | re.IGNORECASE)
ISO_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?(?=$|[T\s])")
PARENTHESES = re.compile(r"\s*\([^()]*\)")
BETWEEN_AUTHORS = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is no paper: where it stands, why it was left out, and how it begins."""

    source: str
    line: int
    reason: str
    excerpt: str = ""


class Raw(NamedTuple):
    """A record as a format found it: its line or number in the source, and its fields."""

    line: int
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Where:
    """A source by its names: as messages, as papers and as ids made for its papers give it."""

    name: str
    base: str
    stem: str

    @classmethod
    def of(cls, path: str) -> Where:
        """The names of a path, or of standard input for `-`."""
        if path == "-":
            return cls("standard input", "stdin", "stdin")
        base = Path(urlsplit(path).path if is_address(path) else path).name or path
        stem = Path(PACKED.sub("", base)).stem
        return cls(
            clean(path), clean(base), re.sub(r"[^\w.-]+", "-", clean(stem)).strip("-") or "paper"
        )

    def reject(self, line: int, reason: str, text: str = "") -> Rejected:
        """A rejected record of this source."""
        return Rejected(self.name, line, reason, excerpt(text))


def clean(text: str) -> str:
    """The text without white space around it, and with the same number of code points inside.

    Control characters other than line end and tab become spaces, lone surrogates U+FFFD.
    """
    if text.isprintable():  # as most texts are
        return text.strip()
    return CONTROL.sub(lambda match: " " if match[0] < "\ud800" else "\ufffd", text).strip()


def excerpt(text: str) -> str:
    """The beginning of a text on one line."""
    line = " ".join(clean(text[: 4 * EXCERPT_LENGTH]).split())
    return line if len(line) <= EXCERPT_LENGTH else line[: EXCERPT_LENGTH - 1] + "…"


def to_paper(raw: Raw, number: int, where: Where) -> Paper | Rejected:
    """The paper of a record that is the `number`-th of its source, or why it is none."""
    try:
        found = our_fields({str(name).strip().lower(): v for name, v in raw.fields.items()})
        reason = _fault(found)
    except FaultError as error:
        reason = str(error)
    if reason:
        return where.reject(raw.line, reason, _beginning(raw.fields))
    given = "" if found["id"] is None else canonical_id(clean(str(found["id"])))
    title, abstract = clean(str(found["title"])), clean(str(found["abstract"]))
    named = addresses(abstract) if _may_name(abstract) else ()
    code = _url(found["code"]) or next(filter(is_repository, named), "")
    paper = Paper(
        id=given or f"{where.stem}:{number}",
        title=title,
        abstract=abstract,
        key=paper_key(given, title, abstract),
        authors=_authors(found["authors"]),
        date=_date(found["date"]),
        categories=_categories(found["categories"]),
        url=_url(found["url"]) or web_page(given),
        code=code,
        source=where.base,
        pages=tuple(a for a in named if a != code and URL.fullmatch(a)),
    )
    return paper if paper.date else replace(paper, date=paper.appeared)


def _may_name(text: str) -> bool:
    """Whether a text may name an address, which few do: told fast."""
    lower = text.lower()
    return "://" in lower or "www." in lower or ".co" in lower


def _fault(found: Mapping[str, object]) -> str:
    """What keeps the fields from being a paper, or ""."""
    for field in ("title", "abstract"):
        value = found[field]
        if value is None:
            return f"no {field}"
        if not isinstance(value, str):
            return f"the {field} is not text"
        if not any(map(str.isalnum, value)):
            return f"no {field}"
    if type(found["id"]) not in (str, int, type(None)):
        return "the id is neither text nor a whole number"
    for field, limit in LIMITS.items():
        if len(str(found[field])) > limit:
            return f"the {field} is longer than {limit:,} characters"
    return ""


def _beginning(fields: Mapping[str, object]) -> str:
    """A line by which a reader knows a rejected record again."""
    title = fields.get("title")
    if isinstance(title, str) and title.strip():
        return title
    try:
        return json.dumps(dict(fields), ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return ""


def _names(values: Iterable[object]) -> tuple[str, ...]:
    """The names in a list of strings or of objects with a `name`."""
    named = (value.get("name") if isinstance(value, Mapping) else value for value in values)
    kept = (n for n in named if isinstance(n, str) and len(n) <= NAME_LENGTH)
    return tuple(filter(None, (" ".join(clean(name).split()) for name in kept)))


def _authors(value: object) -> tuple[str, ...]:
    """Authors from a list, or from one string; affiliations in parentheses are left out."""
    if isinstance(value, str):
        text = " ".join(value[:AUTHORS_LENGTH].split())
        for _ in range(BRACKETS if "(" in text else 0):
            text = PARENTHESES.sub("", text)
        return _names(BETWEEN_AUTHORS.split(text))
    return _names(value) if isinstance(value, list) else ()


def _categories(value: object) -> tuple[str, ...]:
    """Categories from a list, or from one string with spaces, commas or semicolons between."""
    if isinstance(value, str):
        return _names(re.split(r"[\s,;]+", value))
    return _names(value) if isinstance(value, list) else ()


def _date(value: object) -> str:
    """A date as text, without its time of day where it is an ISO date."""
    if type(value) not in (str, int) or len(str(value)) > DATE_LENGTH:
        return ""
    text = " ".join(clean(str(value)).split())
    match = ISO_DATE.match(text)
    return match[0] if match else text


def _url(value: object) -> str:
    """A web address fit to stand in a graph and in a link, or ""."""
    text = clean(value) if isinstance(value, str) and len(value) <= URL_LENGTH else ""
    if BARE_URL.fullmatch(text):
        text = f"https://{text}"
    return text if URL.fullmatch(text) else ""
