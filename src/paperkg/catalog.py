"""The catalogue of curated entities: read from CSV files, looked up by any spelling."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from paperkg.errors import PaperKGError
from paperkg.names import normalize, slug
from paperkg.records import TYPES
from paperkg.resources import ONTOLOGY

__all__ = ["Catalog", "Entry", "load_catalog"]

COLUMNS = (
    *("type", "name", "aliases", "family", "maker", "context"),
    *("huggingface", "paperswithcode", "homepage"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One curated entity. `context` marks a name that is also an ordinary word."""

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    family: str = ""
    maker: str = ""
    context: bool = False
    same_as: tuple[str, ...] = ()
    homepage: str = ""

    @property
    def surfaces(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


class Catalog:
    """Entries by id, and the entries that a normalised surface may stand for."""

    def __init__(self, entries: Iterator[Entry] | list[Entry]) -> None:
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


def keys_of(surface: str) -> tuple[str, str]:
    """The normal forms by which a surface is found: `YOLOv8` as `yolo8` and as `yolov8`."""
    return normalize(surface), normalize(surface, keep_v=True)


def read_entries(path: Path) -> Iterator[Entry]:
    """The entries of one CSV file; raises PaperKGError, naming the line, for a bad row."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        try:
            if not {"type", "name"} <= set(reader.fieldnames or ()):
                raise PaperKGError(f"{path}:1: no `type` and `name` columns; see {COLUMNS}")
            for row in reader:
                name, type_ = (row["name"] or "").strip(), (row["type"] or "").strip()
                if not name or type_ not in TYPES:
                    needs = f"a name and a type out of {', '.join(TYPES)}"
                    raise PaperKGError(f"{path}:{reader.line_num}: needs {needs}")
                yield entry_of(row, name, type_)
        except (UnicodeDecodeError, csv.Error) as error:
            raise PaperKGError(
                f"{path}:{reader.line_num}: {error}; save it as CSV, UTF-8"
            ) from error


def entry_of(row: dict[str, str | None], name: str, type_: str) -> Entry:
    """One row of a catalogue file as an entry."""

    def cell(column: str) -> str:
        return (row.get(column) or "").strip()

    return Entry(
        id=f"{type_.lower()}/{slug(name)}",
        type=type_,
        name=name,
        aliases=tuple(a.strip() for a in cell("aliases").split("|") if a.strip()),
        family=cell("family"),
        maker=cell("maker"),
        context=cell("context") == "yes",
        same_as=tuple(same_as(cell("huggingface"), cell("paperswithcode"))),
        homepage=cell("homepage"),
    )


def same_as(huggingface: str, paperswithcode: str) -> Iterator[str]:
    """The IRIs of a dataset on the Hugging Face Hub and in Papers with Code."""
    if huggingface:
        yield f"https://huggingface.co/datasets/{huggingface}"
    if paperswithcode:
        yield f"https://paperswithcode.com/dataset/{paperswithcode}"


@lru_cache(maxsize=4)
def load_catalog(folder: str = "") -> Catalog:
    """The catalogue of a folder of CSV files; by default the one that ships with the package."""
    root = Path(folder) if folder else ONTOLOGY / "catalog"
    paths = sorted(root.glob("*.csv"))
    if not paths:
        raise PaperKGError(f"{root}: no catalogue file (*.csv) there")
    return Catalog([entry for path in paths for entry in read_entries(path)])
