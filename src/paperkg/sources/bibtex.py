"""The bibtex format: entries with abstracts, as reference managers and the ACL Anthology give."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from paperkg.files import UNDECODED
from paperkg.sources.latex import decoded
from paperkg.sources.months import month
from paperkg.sources.record import Raw, Rejected, Where
from paperkg.sources.services import acl_id, best_id

if TYPE_CHECKING:
    from bibtexparser.model import Block

__all__ = ["about", "name", "read", "recognises"]

name = "bibtex"
about = "BibTeX whose entries have abstracts, the ACL Anthology's included"

START = re.compile(r"\s*@\w+[ \t]*[{(]")
ENTRY = re.compile(
    r"^\s*@(?:(?:string|preamble|comment)\s*[{(]|[a-z]+\s*[{(]\s*[^\s,{}()=]*\s*,)",
    re.IGNORECASE | re.MULTILINE,
)
ENTRY_LENGTH = 300_000
"""The most characters in an entry; one with more has a brace that swallows the entries below."""
STRING_LENGTH = 2_000
NAMES = 20_000
"""The most names that are taken apart; so many authors has no paper."""
IN_VALUE = re.compile(r'\\.|[{}"#]')
ARXIV = re.compile(r"\barxiv:\s*(\d{4}\.\d{4,5})", re.IGNORECASE)

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())


def recognises(head: str) -> bool:
    """Whether an entry begins on a line of the beginning of a file."""
    return ENTRY.search(head) is not None


def read(stream: Iterable[str], where: Where) -> Iterator[Raw | Rejected]:
    """The entries of a file, one at a time; a broken one costs nothing but itself."""
    strings: dict[str, str] = {}
    for line, text in _entries(stream):
        if len(text) > ENTRY_LENGTH:
            reason = f"an entry of more than {ENTRY_LENGTH:,} characters; close its braces"
            yield where.reject(line, reason, text)
        elif not text.isascii() and UNDECODED.search(text):
            yield where.reject(line, "not UTF-8 text; save it as UTF-8", text)
        else:
            for block in _blocks(text):
                yield from _record(block, line, strings, where)


def _entries(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each stretch from a line that begins an entry to the next such, with the line's number.

    Of one that is too long, as much as shows it.
    """
    begun, held, size = 0, list[str](), 0
    for number, line in enumerate(lines, 1):
        if START.match(line):
            if begun:
                yield begun, "".join(held)
            begun, held, size = number, [], 0
        if begun and size <= ENTRY_LENGTH:
            held.append(line[: ENTRY_LENGTH + 1])
            size += len(line)
    if begun:
        yield begun, "".join(held)


def _blocks(text: str) -> list[Block]:
    """The entries and definitions in a stretch of a file, as the parser finds them."""
    from bibtexparser.exceptions import ParsingException  # not above: few builds need it
    from bibtexparser.model import ParsingFailedBlock
    from bibtexparser.splitter import Splitter

    try:
        return Splitter(text).split().blocks
    except (ParsingException, ValueError, IndexError) as error:
        return [ParsingFailedBlock(error, start_line=0, raw=text)]


def _record(
    block: Block, above: int, strings: dict[str, str], where: Where
) -> Iterator[Raw | Rejected]:
    """An entry as a record; a definition of a string is kept for the entries below it."""
    from bibtexparser.model import Entry, ParsingFailedBlock, String

    line = above + (block.start_line or 0)
    whole = getattr(block, "ignore_error_block", None)  # fine but for a field given twice
    if isinstance(block, String):
        strings[block.key.lower()] = _value(block.value, strings)[:STRING_LENGTH]
    elif isinstance(entry := whole or block, Entry):
        fields: dict[str, str] = {}
        for field in entry.fields:
            fields.setdefault(field.key.lower(), _value(str(field.value), strings))
        yield Raw(line, _ours(entry.key, fields))
    elif isinstance(block, ParsingFailedBlock):
        reason = getattr(block.error, "abort_reason", "").split("\n")[0] or "no entry in it"
        yield where.reject(line, f"broken BibTeX: {reason}", block.raw or "")


def _value(raw: str, strings: dict[str, str]) -> str:
    """What a field is given as: pieces joined by `#`, in braces or quotes, numbers or strings."""
    depth, quoted, start, pieces = 0, False, 0, list[str]()
    for match in IN_VALUE.finditer(raw):
        mark = match[0]
        depth += (mark == "{") - (mark == "}")
        quoted ^= mark == '"' and not depth
        if mark == "#" and not depth and not quoted:
            pieces.append(raw[start : match.start()])
            start = match.end()
    return "".join(_piece(piece.strip(), strings) for piece in [*pieces, raw[start:]])


def _piece(piece: str, strings: dict[str, str]) -> str:
    """What one piece of a value stands for."""
    if len(piece) > 1 and piece[0] + piece[-1] in ("{}", '""'):
        return piece[1:-1]
    return strings.get(piece.lower(), piece)


def _ours(key: str, fields: dict[str, str]) -> dict[str, object]:
    """The fields of an entry as PaperKG names them."""
    url, doi, kind = fields.get("url", ""), fields.get("doi", ""), fields.get("primaryclass", "")
    words = re.split(r"\s*[,;]\s*", _even(fields.get("keywords", "")))
    return {
        "id": best_id([_arxiv(fields), doi, url, acl_id(url), _local(key)]),
        "title": _even(fields.get("title", "")),
        "abstract": _even(fields.get("abstract", "")),
        "authors": _authors(fields.get("author", "")),
        "date": _date(fields),
        "categories": [kind, *words],
        "url": decoded(url) if "\\" in url else url,
        "code": fields.get("code", ""),
    }


def _even(text: str) -> str:
    """A text without LaTeX, on one line."""
    return " ".join(decoded(text).split())


def _arxiv(fields: dict[str, str]) -> str:
    """The arXiv id of an entry, or ""."""
    archive = fields.get("archiveprefix", "") or fields.get("eprinttype", "")
    eprint = fields.get("eprint", "").strip()
    if eprint and archive.lower() in ("", "arxiv"):
        return eprint if best_id([eprint]).startswith("arxiv:") else ""
    match = ARXIV.search(f"{fields.get('journal', '')} {fields.get('note', '')}")
    return match[1] if match else ""


def _local(key: str) -> str:
    """A citation key, which names the paper in this file alone unless DBLP gave it."""
    return key if key.startswith("DBLP:") else key.replace(":", "-")


def _authors(text: str) -> list[str]:
    """Names, first names first."""
    from bibtexparser.middlewares.names import split_multiple_persons_names

    names = split_multiple_persons_names(" ".join(text.split())[:NAMES])
    return [_even(_in_order(each)) for each in names if each.lower() != "others"]


def _in_order(person: str) -> str:
    """One name, its first names first."""
    from bibtexparser.middlewares.names import InvalidNameError, parse_single_name_into_parts

    try:
        parts = parse_single_name_into_parts(person)
    except (InvalidNameError, IndexError):
        return person
    return " ".join([*parts.first, *parts.von, *parts.last, *parts.jr])


def _date(fields: dict[str, str]) -> str:
    """The date of an entry, as far as it is known."""
    year = fields.get("year", "").strip("{} ")
    number = month(fields.get("month", ""))
    return fields.get("date", "") or (f"{year}-{number}" if year and number else year)
