"""The entities that mentions lead to: names, aliases, types, and what stands above them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from paperkg.catalog import Catalog
from paperkg.link.accounts import Account, Target
from paperkg.link.candidates import KIN
from paperkg.link.grammar import edition, family_stems, readings, traits, whole
from paperkg.names import name_key, normalize
from paperkg.records import Entity, all_types

__all__ = ["Tally"]

ALSO, SEVERAL = 0.1, 2
"""Another type is kept where this share of the mentions has it, in so many papers at least."""


@dataclass(slots=True)
class Seen:
    """What the papers say of an entity: its spellings and types, with their counts.

    `stems` are the spellings of a release inside those of its variants, `papers` has the last
    paper of each type and how many there are, up to SEVERAL.
    """

    surfaces: dict[str, int] = field(default_factory=dict)
    stems: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    papers: dict[str, tuple[str, int]] = field(default_factory=dict)

    def count(self, type_: str, paper: str, n: int) -> None:
        """Count mentions of a type in a paper."""
        count(self.types, type_, n)
        last, papers = self.papers.get(type_, ("", 0))
        if papers < SEVERAL and last != paper:
            self.papers[type_] = paper, papers + 1


class Tally:
    """What any number of papers say of each entity, and where the names lead that say it."""

    def __init__(self) -> None:
        self.seen: dict[str, Seen] = defaultdict(Seen)
        self.suffixes: dict[str, tuple[str, str]] = {}

    def note(self, account: Account) -> None:
        """Note what a paper says of each entity, and where its names lead."""
        self.lead(account.leads)
        for entity, variant, type_, text, n in account.mentions:
            seen = self.seen[entity]
            seen.count(type_, account.paper, n)
            if variant is None or variant == entity:
                count(seen.surfaces, text, n)
                continue
            count(seen.stems, readings(text, type_)[-1].release, n)
            seen = self.seen[variant]
            seen.count(type_, account.paper, n)
            count(seen.surfaces, text, n)

    def lead(self, targets: Iterable[tuple[str, str]]) -> None:
        """Note releases and suffixes by the ids of the variants, and of the releases of these.

        Of the spellings of a suffix (`Base`, `base`) the first in the alphabet is taken.
        """
        for release, suffix in targets:
            id_ = (suffix and Target(release, suffix).variant) or release
            if id_ not in self.suffixes or suffix < self.suffixes[id_][1]:
                self.suffixes[id_] = release, suffix
            if suffix:
                self.suffixes.setdefault(release, (release, ""))

    def entities(self, catalog: Catalog) -> list[Entity]:
        """Every entity that is mentioned, and the releases, families and makers above them."""
        table = {
            id_: describe(id_, release, suffix, self.seen.get(id_) or Seen(), catalog)
            for id_, (release, suffix) in self.suffixes.items()
        }
        Relations(table, catalog).add()
        return [table[id_] for id_ in sorted(table)]


class Relations:
    """Adds to a table of entities what stands above each: whole, family and maker."""

    def __init__(self, table: dict[str, Entity], catalog: Catalog) -> None:
        self.table, self.catalog = table, catalog
        self.keys: dict[str, list[str]] = defaultdict(list)
        for entity in table.values():
            if not entity.variant_of:
                self.keys[name_key(entity.name)].append(entity.id)
        self.families = {normalize(e.family) for e in catalog.entries.values() if e.family}

    def add(self) -> None:
        """Relate every entity, those too that are added on the way."""
        waiting = list(self.table)
        while waiting:
            id_ = waiting.pop()
            entity = self.table[id_] = self.related(self.table[id_])
            for above in (entity.family, entity.maker, entity.variant_of):
                if above and above not in self.table:
                    self.table[above] = describe(above, above, "", Seen(), self.catalog)
                    waiting.append(above)

    def related(self, entity: Entity) -> Entity:
        """An entity with what stands above it."""
        if entity.variant_of:
            return entity
        above = self.whole(entity)
        family = entity.family or ("" if above else self.family(entity))
        family = "" if family == above else family
        if (above, family) == (entity.variant_of, entity.family):
            return entity
        return replace(entity, variant_of=above, family=family)

    def whole(self, entity: Entity) -> str:
        """The id of what an entity is a subset or variant of by its name, or an empty string."""
        named = self.known if entity.type == "Metric" else self.named
        found = (named(stem, entity) for stem in whole(entity.name, entity.type))
        return next(filter(None, found), "")

    def family(self, entity: Entity) -> str:
        """The id of an entity's family by its name, or an empty string."""
        if entity.type in ("Benchmark", "Dataset"):
            stem, _ = edition(entity.name)
            return self.named(stem, entity) if len(stem) > 1 else ""
        for stem in family_stems(entity.name, entity.type):
            id_ = self.named(stem, entity)
            known = self.table.get(id_)
            if id_ in self.catalog.entries:
                entry = self.catalog.entries[id_]
                if normalize(entry.name) in self.families:
                    return id_
                if entry.family:
                    return above(entry.family, entry.type, entity.id, self.catalog)
            elif known:
                return known.family or id_
        return ""

    def known(self, name: str, entity: Entity) -> str:
        """The id of the catalogue's other entity of a name and a like type, or an empty string."""
        return above(name, entity.type, entity.id, self.catalog)

    def named(self, name: str, entity: Entity) -> str:
        """The id of the one other entity of a name and a like type: known, or in the table."""
        known = self.known(name, entity)
        if known or not name:
            return known
        alike = {entity.type, KIN.get(entity.type, "")}
        ids = [
            i
            for i in self.keys.get(name_key(name), ())
            if i != entity.id and self.table[i].type in alike
        ]
        return ids[0] if len(ids) == 1 else ""


def describe(id_: str, release: str, suffix: str, seen: Seen, catalog: Catalog) -> Entity:
    """The entity of an id, without what its name says of its place among others."""
    ranked = commonest_first(seen.surfaces)
    entry = catalog.entries.get(release)
    if entry and not suffix:
        return Entity(
            id=id_,
            type=entry.type,
            name=entry.name,
            aliases=other_names(entry.name, (*entry.aliases, *ranked)),
            family=above(entry.family, entry.type, id_, catalog),
            maker=above(entry.maker, "Organization", id_, catalog),
            tasks=tuple(sorted(entry.tasks)),
            same_as=entry.same_as,
            homepage=entry.homepage,
            also=other_types(entry.type, seen),
        )
    type_ = entry.type if entry else commonest_type(seen)
    name = (ranked or commonest_first(seen.stems))[0]
    return Entity(
        id=id_,
        type=type_,
        name=name,
        aliases=other_names(name, ranked),
        variant_of=release if suffix else "",
        also=other_types(type_, seen),
        traits=traits(suffix, type_) if suffix else (),
    )


def other_types(type_: str, seen: Seen) -> tuple[str, ...]:
    """The types besides its own that papers often take an entity for."""
    total, others = sum(seen.types.values()), seen.types.keys() - {type_}
    often = {t for t in others if seen.types[t] >= ALSO * total and seen.papers[t][1] >= SEVERAL}
    return tuple(t for t in all_types(often) if t in often) if often else ()


def above(name: str, type_: str, own: str, catalog: Catalog) -> str:
    """The id of the family, whole or maker of this name in the catalogue, or an empty string."""
    by_type = {entry.type: entry for entry in reversed(catalog.candidates(name))} if name else {}
    entry = by_type.get(type_) or by_type.get(KIN.get(type_, ""))
    return entry.id if entry and entry.id != own else ""


def other_names(name: str, surfaces: Iterable[str]) -> tuple[str, ...]:
    """Surfaces without the name itself and without repetition, sorted."""
    return tuple(sorted({s for s in surfaces if s != name}))


def count(counts: dict[str, int], what: str, n: int) -> None:
    """Count something (a Counter takes long to make, and there are many of them)."""
    counts[what] = counts.get(what, 0) + n


def commonest_first(counts: Mapping[str, int]) -> list[str]:
    """What was counted, the most frequent first, equals in alphabetical order."""
    return sorted(counts, key=lambda s: (-counts[s], s)) if len(counts) > 1 else list(counts)


def commonest_type(seen: Seen) -> str:
    """The type that most mentions have; among equals the first in the order of the types."""
    return min(all_types(seen.types), key=lambda t: -seen.types.get(t, 0))
