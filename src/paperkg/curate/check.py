"""Whether the catalogue is sound: every fault of its rows, by file and line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from paperkg.catalog import Entry, entry_of, file_names
from paperkg.files import open_text
from paperkg.link.candidates import KIN, letters
from paperkg.names import normalize
from paperkg.records import TYPES, may_be_type
from paperkg.resources import ONTOLOGY

__all__ = ["catalog_check"]

COLUMNS = ("file", "line", "level", "fault")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a catalogue file, with its place."""

    file: str
    line: int
    entry: Entry


def catalog_check(files: str | Sequence[str] = ()) -> pd.DataFrame:
    """Every fault of the shipped catalogue and of a user's own files: file, line, level, fault.

    `level` is `fault` or, for what only says a thing twice, `warning`. Raises PaperKGError where a
    file cannot be read.
    """
    shipped = sorted((ONTOLOGY / "catalog").glob("*.csv"))
    rows: list[Row] = []
    found: list[tuple[str, int, str, str]] = []
    for path in (*shipped, *map(Path, file_names(files))):
        for line, cells in lines_of(str(path)):
            name, type_ = cells.get("name", ""), cells.get("type", "")
            if len(normalize(name)) < 2 or not (type_ in TYPES or may_be_type(type_)):
                found.append((str(path), line, "fault", "needs a type and a name of two letters"))
                continue
            rows.append(Row(str(path), line, entry_of(cells)))
    for row, level, fault in [*clashes(rows), *lost(rows), *circles(rows)]:
        found.append((row.file, row.line, level, fault))
    return pd.DataFrame(sorted(set(found)), columns=list(COLUMNS))


def lines_of(path: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file as dictionaries, with their lines."""
    with open_text(path) as lines:
        reader = csv.DictReader(lines)
        for cells in reader:
            yield reader.line_num, {k: (v or "").strip() for k, v in cells.items() if k}


def clashes(rows: list[Row]) -> Iterator[tuple[Row, str, str]]:
    """Rows and surfaces that stand twice in a type, and aliases that say nothing new."""
    owners: dict[tuple[str, str], Row] = {}
    for row in rows:
        entry = row.entry
        own: set[str] = set()
        for surface in entry.surfaces:
            key = normalize(surface)
            first = owners.setdefault((entry.type, key), row)
            if first is not row:
                known = f"{first.entry.name!r} ({first.file}:{first.line})"
                yield row, "fault", f"{surface!r} stands for {known} already"
            elif (key if not entry.context else f"{key} {letters(surface)}") in own:
                yield row, "warning", f"{surface!r} is known without being listed"
            if len(key) < 2:
                yield row, "fault", f"{surface!r} has less than two letters"
            own.update((key, f"{key} {letters(surface)}"))


def lost(rows: list[Row]) -> Iterator[tuple[Row, str, str]]:
    """Rows whose family or maker is no row, or whose homepage is no web address."""
    known = by_surface(rows)
    for row in rows:
        entry = row.entry
        if entry.family and not family_of(entry, known):
            yield row, "fault", f"family {entry.family!r} is no {entry.type}; add a row for it"
        if entry.maker and ("Organization", normalize(entry.maker)) not in known:
            yield row, "fault", f"maker {entry.maker!r} is no Organization; add a row for it"
        if entry.homepage and not entry.homepage.startswith(("https://", "http://")):
            yield row, "fault", f"homepage {entry.homepage!r} is no web address"


def circles(rows: list[Row]) -> Iterator[tuple[Row, str, str]]:
    """Rows that are in a family of themselves."""
    known = by_surface(rows)
    for row in rows:
        line, above = {row.entry.id}, family_of(row.entry, known)
        while above and above.id not in line:
            line.add(above.id)
            above = family_of(above, known)
        if above and above.id == row.entry.id and row.entry.family:
            yield row, "fault", f"{row.entry.name!r} is in a family of itself"


def by_surface(rows: list[Row]) -> dict[tuple[str, str], Entry]:
    """Entries by type and normal form of any of their surfaces."""
    found: dict[tuple[str, str], Entry] = {}
    for row in rows:
        for surface in row.entry.surfaces:
            found.setdefault((row.entry.type, normalize(surface)), row.entry)
    return found


def family_of(entry: Entry, known: dict[tuple[str, str], Entry]) -> Entry | None:
    """The entry of a family, of the same type or the one that papers take it for."""
    key = normalize(entry.family)
    found = known.get((entry.type, key)) or known.get((KIN.get(entry.type, ""), key))
    return found if entry.family else None
