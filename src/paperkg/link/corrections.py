"""The user's word on links: merge, split, rename, retype, ignore, from a CSV file.

A row whose action ends in a question mark is a question not yet answered, and does nothing.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from paperkg.catalog import Catalog
from paperkg.errors import PaperKGError
from paperkg.files import open_text
from paperkg.link.accounts import Target
from paperkg.link.entities import above
from paperkg.names import normalize, slug
from paperkg.records import TYPES, Entity, Mention

__all__ = ["ACTIONS", "COLUMNS", "Corrections", "read_corrections"]

COLUMNS = ("action", "entity", "surface", "paper", "to", "score", "note")
ACTIONS = {
    "merge": ("entity", "to"),
    "split": ("surface", "to"),
    "rename": ("entity", "to"),
    "retype": ("entity", "to"),
    "ignore": (),
}
"""What a row can ask for, with the cells that it needs."""
TOLD = "by your correction"
APOSTROPHE = re.compile(r"^'(?=[=+@-])")
"""What keeps a spreadsheet from running a cell."""


@dataclass(frozen=True, slots=True)
class Row:
    """One correction, with the line it stands on."""

    line: int
    action: str
    entity: str
    surface: str
    paper: str
    to: str


@dataclass(frozen=True)
class Corrections:
    """The corrections of a file, free of contradictions in themselves."""

    path: str
    rows: tuple[Row, ...]

    def settle(self, entities: Iterable[Entity], catalog: Catalog) -> Settled:
        """The corrections with the entities of a build for the names in them.

        Raises PaperKGError, naming the line, where a name stands for several entities, or where
        entities are merged in a circle or in two ways.
        """
        return Settled(self, list(entities), catalog)

    def error(self, line: int, fault: str) -> PaperKGError:
        """What is wrong with a line."""
        return PaperKGError(f"{self.path}:{line}: {fault}")


def read_corrections(path: str) -> Corrections | None:
    """The corrections of a CSV file, or None for an empty path.

    Raises PaperKGError, naming file and line, where a row makes no sense or contradicts another.
    """
    if not path:
        return None
    with open_text(path) as lines:
        reader = csv.DictReader(lines)
        names = [name for name in reader.fieldnames or () if name]
        if "action" not in names or not set(names) <= set(COLUMNS):
            raise PaperKGError(f"{path}:1: needs the columns {', '.join(COLUMNS)}, and no others")
        try:
            found = Corrections(path, tuple(rows_of(reader, path)))
        except csv.Error as error:
            raise PaperKGError(f"{path}:{reader.line_num}: {error}; save it as CSV") from error
    check(found)
    return found


def rows_of(reader: csv.DictReader[str], path: str) -> Iterator[Row]:
    """The rows that ask for something."""
    for cells in reader:
        cell = {name: APOSTROPHE.sub("", (cells.get(name) or "").strip()) for name in COLUMNS}
        action, line = cell["action"].lower(), reader.line_num
        if action.endswith("?") or not any(cell.values()):
            continue
        if action not in ACTIONS:
            known = ", ".join(ACTIONS)
            raise PaperKGError(f"{path}:{line}: no action is called {action!r}; choose of {known}")
        missing = [name for name in ACTIONS[action] if not cell[name]]
        if action == "ignore" and not (cell["entity"] or cell["surface"]):
            missing = ["entity or surface"]
        if missing:
            raise PaperKGError(f"{path}:{line}: {action} needs a cell in {', '.join(missing)}")
        if action == "retype" and cell["to"] not in TYPES:
            raise PaperKGError(f"{path}:{line}: {cell['to']} is no type out of {', '.join(TYPES)}")
        yield Row(line, action, cell["entity"], cell["surface"], cell["paper"], cell["to"])


def check(corrections: Corrections) -> None:
    """Raise PaperKGError where two rows give the same thing to different ends."""
    said: dict[tuple[str, str], Row] = {}
    for row in corrections.rows:
        what = (row.entity, row.surface, row.paper) if row.action in ("split", "ignore") else ()
        group = "place" if what else row.action
        subject = group, "\t".join(map(normalize, what or (row.entity,)))
        first = said.setdefault(subject, row)
        if (first.action, first.to) != (row.action, row.to):
            raise corrections.error(row.line, f"contradicts line {first.line}; keep one of them")


class Settled:
    """Corrections whose names are entity ids of one build; `idle` are the lines of no effect."""

    def __init__(self, given: Corrections, entities: list[Entity], catalog: Catalog) -> None:
        self.given, self.catalog = given, catalog
        self.types = {e.id: e.type for e in entities}
        self.by_name: dict[str, set[str]] = defaultdict(set)
        for entity in entities:
            for name in (entity.name, *entity.aliases):
                self.by_name[normalize(name)].add(entity.id)
        self.used: set[int] = set()
        self.merged: dict[str, str] = {}
        self.places: list[tuple[Row, str, str]] = []
        self.renamed: dict[str, Row] = {}
        self.retyped: dict[str, Row] = {}
        for row in given.rows:
            self.take(row)
        self.check_circles()

    def take(self, row: Row) -> None:
        """Find the entities that a row is about."""
        id_ = self.id_of(row, row.entity) if row.entity else ""
        if row.entity and not id_:
            return
        if row.action == "merge":
            other = self.id_of(row, row.to) or self.new_id(row.to, id_)
            if self.merged.setdefault(id_, other) != other:
                raise self.given.error(row.line, f"{row.entity} is merged into another already")
            self.used.add(row.line)
        elif row.action == "split":
            self.places.append((row, id_, self.id_of(row, row.to) or self.new_id(row.to, "")))
        elif row.action == "ignore":
            self.places.append((row, id_, ""))
        else:
            (self.renamed if row.action == "rename" else self.retyped)[id_] = row
            self.used.add(row.line)

    def id_of(self, row: Row, name: str) -> str:
        """The id that a cell names by id, IRI or name, or an empty string where none does."""
        path = next((name[name.index(p) :] for p in self.starts if p in name), name)
        for id_ in (name, path):
            if id_ in self.types or id_ in self.catalog.entries:
                return id_
        ids = self.by_name.get(normalize(name), set())
        if len(ids) > 1:
            told = ", ".join(sorted(ids)[:4])
            raise self.given.error(row.line, f"{name!r} may be any of {told}; give one of these")
        known = self.catalog.candidates(name)
        return next(iter(ids), known[0].id if len(known) == 1 else "")

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """How ids begin."""
        return ("entity/", *(f"{type_.lower()}/" for type_ in sorted(set(self.types.values()))))

    def new_id(self, name: str, like: str) -> str:
        """The id of an entity that is there by a correction only."""
        type_ = self.types.get(like, "")
        return above(name, type_, "", self.catalog) or f"entity/{slug(name)}"

    def check_circles(self) -> None:
        """Raise PaperKGError where merging leads back to where it began."""
        for row in self.given.rows:
            if row.action != "merge":
                continue
            start = at = self.id_of(row, row.entity)
            while at in self.merged:
                at = self.merged[at]
                if at == start:
                    raise self.given.error(row.line, f"{row.entity} is merged with itself")

    def end(self, id_: str) -> str:
        """Where an id leads after all merging."""
        while id_ in self.merged:
            id_ = self.merged[id_]
        return id_

    @property
    def idle(self) -> tuple[int, ...]:
        """The lines of the rows that nothing answered to."""
        return tuple(row.line for row in self.given.rows if row.line not in self.used)

    def mentions(self, mentions: list[Mention]) -> list[Mention]:
        """The mentions as corrected; those to be ignored are left out."""
        return [m for mention in mentions if (m := self.mention(mention))]

    def mention(self, mention: Mention) -> Mention | None:
        """One mention as corrected, or None where it is to be ignored."""
        for row, id_, to in self.places:
            if self.concerns(row, id_, mention):
                self.used.add(row.line)
                if row.action == "ignore":
                    return None
                mention = replace(mention, entity=to, variant=None, score=1.0, reason=TOLD)
                break
        whole, part = self.end(mention.entity), self.end(mention.variant or "")
        if (whole, part) == (mention.entity, mention.variant or ""):
            return mention
        variant = part if part and part != whole and whole == mention.entity else None
        return replace(mention, entity=whole, variant=variant, score=1.0, reason=TOLD)

    def concerns(self, row: Row, id_: str, mention: Mention) -> bool:
        """Whether a row about places is about this mention."""
        return (
            (not id_ or id_ in (mention.entity, mention.variant))
            and (not row.surface or normalize(row.surface) == normalize(mention.text))
            and (not row.paper or mention.paper in (row.paper, row.paper.rpartition("paper/")[2]))
        )

    def leads(self, mentions: Iterable[Mention], targets: Iterable[Target]) -> Iterator[Target]:
        """The targets that corrected mentions of a paper lead to."""
        given = {target.variant or target.release: target for target in targets}
        for mention in mentions:
            for id_ in filter(None, (mention.entity, mention.variant)):
                yield given.get(id_) or Target(id_)

    def entities(self, entities: list[Entity]) -> list[Entity]:
        """The entities with the names and types that corrections give them."""
        return [self.entity(e) for e in entities]

    def entity(self, entity: Entity) -> Entity:
        """One entity as corrected."""
        name, type_ = self.renamed.get(entity.id), self.retyped.get(entity.id)
        if name:
            names = {entity.name, *entity.aliases} - {name.to}
            entity = replace(entity, name=name.to, aliases=tuple(sorted(names)))
        if type_:
            others = tuple(t for t in (*entity.also, entity.type) if t != type_.to)
            entity = replace(entity, type=type_.to, also=others)
        return entity
