"""The catalogue of curated entities and tasks: read from CSV files, looked up by any spelling."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from paperkg.errors import PaperKGError
from paperkg.files import open_text
from paperkg.names import normalize, slug
from paperkg.records import TYPES, Task, may_be_type
from paperkg.resources import ONTOLOGY

__all__ = [
    *("ID_FORMS", "SITES", "Catalog", "Entry"),
    *("all_tasks", "file_names", "load_catalog", "own_entries"),
]

COLUMNS = (
    *("type", "name", "aliases", "family", "maker", "tasks", "context"),
    *("huggingface", "paperswithcode", "homepage", "wikidata", "ror"),
)
SITES = {
    "wikidata": "http://www.wikidata.org/entity/",
    "ror": "https://ror.org/",
    "huggingface": "https://huggingface.co/",
    "paperswithcode": "https://paperswithcode.com/dataset/",
}
"""The columns of ids, and what the IRIs of each begin with."""
ID_FORMS = {
    "wikidata": (re.compile(r"Q\d+", re.ASCII), "Q21708200"),
    "ror": (re.compile(r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}"), "00f54p054"),
}
"""The columns whose ids have a form of their own, with an example of each."""


class Entry(NamedTuple):
    """One curated entity. `context` marks a name that is also an ordinary word, `tasks` are ids.

    `own` marks an entry of a user's file: what the user says of a name goes before all else.
    """

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    family: str = ""
    maker: str = ""
    tasks: tuple[str, ...] = ()
    context: bool = False
    same_as: tuple[str, ...] = ()
    homepage: str = ""
    own: bool = False

    @property
    def surfaces(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


class Catalog:
    """Entries by id, and the entries that a normalised surface may stand for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: dict[str, Entry] = {}
        self.index: dict[str, list[Entry]] = {}
        for entry in entries:
            if entry.id in self.entries:
                raise PaperKGError(f"catalogue: {entry.name!r} stands twice as a {entry.type}")
            self.entries[entry.id] = entry
            for key in sorted({key for surface in entry.surfaces for key in keys_of(surface)}):
                self.index.setdefault(key, []).append(entry)

    def candidates(self, surface: str) -> list[Entry]:
        """The entries that a surface may stand for, in the order of the catalogue."""
        return self.index.get(normalize(surface), [])

    def named(self, type_: str, name: str) -> Entry | None:
        """The entry of a type with this very name or alias, or None."""
        return next((e for e in self.candidates(name) if e.type == type_), None)


def keys_of(surface: str) -> tuple[str, ...]:
    """The normal forms by which a surface is found: `YOLOv8` as `yolo8` and as `yolov8`."""
    key = normalize(surface, keep_v=True)
    return (normalize(surface), key) if "v" in key else (key,)


def read_entries(path: str | Path, *, own: bool = False) -> Iterator[tuple[int, Entry]]:
    """The entries of one CSV file, with their lines; only a user's own file may have other types.

    Raises PaperKGError, naming the line, for a bad row.
    """
    kinds = ", ".join(TYPES) + (", or a capitalised word of your own such as Robot" if own else "")
    with open_text(str(path)) as lines:
        reader = csv.reader(lines)
        try:
            columns = next(reader, [])
            check_columns(columns, path)
            for values in filter(None, reader):
                row = dict(zip(columns, map(str.strip, values), strict=False))
                name, type_ = row.get("name", ""), row.get("type", "")
                if not normalize(name) or not (may_be_type(type_) if own else type_ in TYPES):
                    needs = f"needs a name and a type out of {kinds}"
                    raise PaperKGError(f"{path}:{reader.line_num}: {needs}")
                check_ids(row, f"{path}:{reader.line_num}")
                check_tasks(row, f"{path}:{reader.line_num}")
                yield reader.line_num, entry_of(row, own=own)
        except csv.Error as error:
            raise PaperKGError(
                f"{path}:{reader.line_num}: {error}; save it as CSV, UTF-8"
            ) from error


def check_columns(names: Iterable[str], path: str | Path) -> None:
    """Raise PaperKGError unless a file has the columns it needs, and none without a meaning."""
    if not {"type", "name"} <= set(names):
        raise PaperKGError(f"{path}:1: no `type` and `name` columns; see {', '.join(COLUMNS)}")
    for name in names:
        if name and name not in COLUMNS:
            raise PaperKGError(f"{path}:1: no column is called {name}; see {', '.join(COLUMNS)}")


def check_ids(row: Mapping[str, str], where: str) -> None:
    """Raise PaperKGError for an id of a row that is none of its column."""
    for column, (form, example) in ID_FORMS.items():
        id_ = row.get(column)
        if id_ and not form.fullmatch(id_):
            raise PaperKGError(f"{where}: {id_!r} is no {column} id; write it like {example}")


def check_tasks(row: Mapping[str, str], where: str) -> None:
    """Raise PaperKGError for a task of a row that the vocabulary does not have."""
    for name in cells(row, "tasks"):
        if task_id(name) not in all_tasks():
            raise PaperKGError(f"{where}: no task is called {name!r}; see ontology/tasks.csv")


def cells(row: Mapping[str, str], column: str) -> tuple[str, ...]:
    """The values in a cell, between which `|` stands."""
    cell = row.get(column)
    return tuple(value.strip() for value in cell.split("|") if value.strip()) if cell else ()


@lru_cache(maxsize=4096)
def task_id(name: str) -> str:
    """The id of the task of a name."""
    return f"task/{slug(name)}"


@lru_cache(maxsize=1)
def all_tasks() -> dict[str, Task]:
    """The tasks of the vocabulary by their ids."""
    with (ONTOLOGY / "tasks.csv").open(encoding="utf-8", newline="") as rows:
        return {
            (id_ := task_id(row["name"])): Task(
                id_,
                row["name"],
                cells(row, "aliases"),
                task_id(row["broader"]) if row["broader"] else "",
            )
            for row in csv.DictReader(rows)
        }


def entry_of(row: Mapping[str, str], *, own: bool = False) -> Entry:
    """One row of a catalogue file, its cells without spaces around them, as an entry."""
    return Entry(
        id=f"{row['type'].lower()}/{slug(row['name'])}",
        type=row["type"],
        name=row["name"],
        aliases=cells(row, "aliases"),
        family=row.get("family", ""),
        maker=row.get("maker", ""),
        tasks=tuple(map(task_id, cells(row, "tasks"))),
        context=row.get("context") == "yes",
        same_as=tuple(sorted(same_as(row))),
        homepage=row.get("homepage", ""),
        own=own,
    )


def same_as(row: Mapping[str, str]) -> Iterator[str]:
    """The IRIs of a row's entity on other sites, by its id in each column of ids.

    The Hugging Face Hub has models and organizations at its top, and data sets below.
    """
    for column, site in SITES.items():
        if id_ := row.get(column):
            below = column == "huggingface" and row["type"] not in ("Model", "Organization")
            yield f"{site}{'datasets/' if below else ''}{id_}"


def file_names(own: str | Sequence[str]) -> tuple[str, ...]:
    """The names of a user's own catalogue files, of which a single one may stand for itself."""
    return (own,) if isinstance(own, str) else tuple(map(str, own))


def own_entries(own: str | Sequence[str]) -> tuple[Entry, ...]:
    """The entries of a user's own catalogue files, in their order.

    Raises PaperKGError, naming file and line, for a bad row, a name that stands twice in a type,
    and a type in two spellings, which would share their IRIs.
    """
    entries: dict[str, Entry] = {}
    spelled: dict[str, str] = {}
    for path in file_names(own):
        if path == "-":
            raise PaperKGError("standard input: a catalogue is read more than once; save it first")
        for line, entry in read_entries(path, own=True):
            type_ = spelled.setdefault(entry.type.lower(), entry.type)
            if entry.type != type_:
                fault = f"type {entry.type} is written {type_} before; write it alike"
                raise PaperKGError(f"{path}:{line}: {fault}")
            if entry.id in entries:
                fault = f"{entry.name!r} stands twice as a {type_}; keep one of the rows"
                raise PaperKGError(f"{path}:{line}: {fault}")
            entries[entry.id] = entry
    return tuple(entries.values())


def load_catalog(folder: str = "", own: str | Sequence[str] = ()) -> Catalog:
    """The catalogue of a folder of CSV files; by default the one that ships with the package.

    The entries of a user's `own` files come first: where both know a name, the user's entry is
    taken. Where both have the entity itself, the user's row adds to what is known of it.
    """
    shipped = folder_catalog(folder)
    mine = {e.id: merged(e, shipped.entries.get(e.id)) for e in own_entries(own)}
    if not mine:
        return shipped
    return Catalog([*mine.values(), *(e for e in shipped.entries.values() if e.id not in mine)])


def merged(own: Entry, shipped: Entry | None) -> Entry:
    """A user's entry with what only the shipped one of the same id says."""
    if not shipped:
        return own
    return own._replace(
        aliases=(*own.aliases, *shipped.surfaces),
        family=own.family or shipped.family,
        maker=own.maker or shipped.maker,
        tasks=own.tasks or shipped.tasks,
        same_as=tuple(sorted((*own.same_as, *unsaid(own.same_as, shipped.same_as)))),
        homepage=own.homepage or shipped.homepage,
    )


def unsaid(own: Iterable[str], shipped: Iterable[str]) -> Iterator[str]:
    """Of the shipped IRIs, those on sites of which a user's row says nothing."""
    said = tuple(site for site in SITES.values() if any(iri.startswith(site) for iri in own))
    return (iri for iri in shipped if not iri.startswith(said))


@lru_cache(maxsize=4)
def folder_catalog(folder: str) -> Catalog:
    """The catalogue of a folder of CSV files, or the shipped one for an empty string."""
    root = Path(folder) if folder else ONTOLOGY / "catalog"
    paths = sorted(root.glob("*.csv"))
    if not paths:
        raise PaperKGError(f"{root}: no catalogue file (*.csv) there")
    return Catalog(entry for path in paths for _, entry in read_entries(path))
