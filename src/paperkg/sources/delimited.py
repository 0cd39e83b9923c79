"""The csv format: a table as text, with commas, tabs, semicolons or bars and a header row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from paperkg.errors import PaperKGError
from paperkg.files import utf8_only
from paperkg.sources.record import Raw, Rejected, Where
from paperkg.sources.services import FIELDS

__all__ = ["about", "name", "read", "recognises"]

name = "csv"
about = "CSV or TSV with a header row that has the columns title and abstract"

DELIMITERS = ",\t;|"
CELL_LENGTH = 1_000_000
"""The most characters in a cell; one with more has an open quote that swallows the rows below."""


def recognises(head: str) -> bool:
    """Whether the first line that is not blank is a header row."""
    return _delimiter(next((line for line in head.splitlines() if line.strip()), "")) != ""


def read(stream: Iterable[str], where: Where) -> Iterator[Raw | Rejected]:
    """The rows of a table below its header, whose names may be in any letter case.

    Raises PaperKGError where the first row is no header row.
    """
    csv.field_size_limit(max(csv.field_size_limit(), CELL_LENGTH))
    lines = utf8_only(stream, where.name)
    skipped = 0
    for line in lines:
        if line.strip():
            break
        skipped += 1
    else:
        return
    if not (delimiter := _delimiter(line)):
        raise PaperKGError(
            f"{where.name}:{skipped + 1}: no header row; name the columns title and abstract there"
        )
    header = next(csv.reader([line], delimiter=delimiter))
    yield from _rows(lines, delimiter, _names(header), skipped + 1, where)


def _rows(
    lines: Iterator[str], delimiter: str, header: list[str], above: int, where: Where
) -> Iterator[Raw | Rejected]:
    """The rows below a header that ends on line `above`."""
    table = csv.reader(lines, delimiter=delimiter)
    while True:
        line = above + table.line_num + 1
        try:
            row = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            yield where.reject(line, f"invalid CSV: {error}")
            continue
        if any(map(str.strip, row)):
            yield _record(line, header, row, where)


def _record(line: int, header: list[str], row: list[str], where: Where) -> Raw | Rejected:
    """A row as a record; one with more cells than columns has lost its order."""
    if any(map(str.strip, row[len(header) :])):
        reason = f"{len(row)} cells for {len(header)} columns; quote cells that hold the delimiter"
        return where.reject(line, reason, " | ".join(row))
    return Raw(line, dict(zip(header, row, strict=False)))


def _names(header: Iterable[str]) -> list[str]:
    """Column names as fields are named."""
    return [cell.strip().lower() for cell in header]


def _delimiter(line: str) -> str:
    """The character that splits a header row into the columns that a paper needs, or ""."""
    for delimiter in DELIMITERS:
        cells = set(_names(line.replace('"', "").split(delimiter)))
        if cells & set(FIELDS["title"]) and cells & set(FIELDS["abstract"]):
            return delimiter
    return ""
