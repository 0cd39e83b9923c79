"""The ris format: records of tagged lines, as libraries and publishers export references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from paperkg.files import UNDECODED
from paperkg.sources.record import Raw, Rejected, Where
from paperkg.sources.services import best_id

__all__ = ["about", "name", "read", "recognises"]

name = "ris"
about = "RIS whose records have abstracts"

FIRST = re.compile(r"^TY  - ?\S", re.MULTILINE)
TAG = re.compile(r"([A-Z][A-Z0-9])  -(?:\s|$)")
RECORD_LENGTH = 300_000
"""The most characters in a record; one with more lacks the line that ends it."""
DATE = re.compile(r"(\d{4})(?:[/-](\d\d?))?(?:[/-](\d\d?))?(?!\d)")


def recognises(head: str) -> bool:
    """Whether a line of the beginning of a file begins a record."""
    return FIRST.search(head) is not None


def read(stream: Iterable[str], where: Where) -> Iterator[Raw | Rejected]:
    """The records of a file, one at a time; a broken one costs nothing but itself."""
    import rispy  # not above: a build without such a file does without it

    for line, held in _records(stream):
        text = "\n".join(held)
        if len(text) >= RECORD_LENGTH:
            reason = f"a record of more than {RECORD_LENGTH:,} characters; end it with ER"
            yield where.reject(line, reason, text)
        elif not text.isascii() and UNDECODED.search(text):
            yield where.reject(line, "not UTF-8 text; save it as UTF-8", text)
        elif not held[-1].startswith("ER"):
            yield where.reject(line, "no ER line ends it; the record may be cut off", text)
        else:
            for fields in rispy.loads(text, skip_unknown_tags=True):
                yield Raw(line, _ours(fields))


def _records(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The tagged lines from each TY to its ER, or as far as there is none; and the TY's number.

    A line without a tag goes on with the one above. Of a record too long, as much as shows it.
    """
    begun, held, size = 0, list[str](), 0
    for number, line in enumerate(lines, 1):
        tag = TAG.match(line)
        if tag and tag[1] == "TY":
            if begun:
                yield begun, held
            begun, held, size = number, [], 0
        if not begun:
            continue
        if size <= RECORD_LENGTH:
            text = line[: RECORD_LENGTH + 1].strip()
            held.append(f"{tag[1]}  - {text[tag.end() :].strip()}" if tag else f"      {text}")
            size += len(text) + 1
        if tag and tag[1] == "ER":
            yield begun, _joined(held)
            begun = 0
    if begun:
        yield begun, _joined(held)


def _joined(held: list[str]) -> list[str]:
    """Lines, each with those that go on with it."""
    groups: list[list[str]] = []
    for line in held:
        if line.startswith("  ") and groups:
            groups[-1].append(line.strip())
        else:
            groups.append([line])
    return [" ".join(group) for group in groups]


def _ours(fields: dict[str, object]) -> dict[str, object]:
    """The fields of a record as PaperKG names them."""
    urls = fields.get("urls")
    url = next((each for each in urls if each), "") if isinstance(urls, list) else ""
    return {
        "id": best_id([fields.get("doi"), url, str(fields.get("id") or "").replace(":", "-")]),
        "title": _even(fields.get("title") or fields.get("primary_title")),
        "abstract": _even(fields.get("abstract") or fields.get("notes_abstract")),
        "authors": [_in_order(each) for each in _list(fields, "authors", "first_authors")],
        "date": _date(fields),
        "categories": _list(fields, "keywords"),
        "url": url,
    }


def _list(fields: dict[str, object], *names: str) -> list[str]:
    """The first of some lists that is there."""
    for name in names:
        if isinstance(value := fields.get(name), list):
            return [str(each) for each in value]
    return []


def _even(text: object) -> object:
    """A text on one line."""
    return " ".join(text.split()) if isinstance(text, str) else text


def _in_order(person: str) -> str:
    """A name given as `Kite, Ada, Jr.`, its first names first."""
    last, _, first = person.partition(",")
    return f"{first.strip()} {last.strip()}".strip()


def _date(fields: dict[str, object]) -> str:
    """The date of a record, as far as it is known."""
    for name in ("date", "year", "publication_year"):
        if match := DATE.match(str(fields.get(name) or "")):
            return "-".join(part.zfill(2) for part in match.groups() if part)
    return ""
