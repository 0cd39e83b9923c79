"""Surfaces to entities, across papers: the catalogue first, then the names the papers share.

All mentions of one name in a paper are decided together. A name that the catalogue knows takes
its entity there, possibly as a variant (`Llama-2-13B` of `Llama 2`); any other name becomes an
entity of its own, the same for every paper that spells it alike. An acronym that a paper spells
out is known by its full name, so that one acronym of two papers may be two things.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from paperkg.catalog import Catalog, Entry
from paperkg.link.grammar import readings, version_stem
from paperkg.names import name_key, normalize, slug
from paperkg.records import ROLES, Entity, Link, Mention, Result, all_types

__all__ = ["Linked", "link"]

KIN = {"Dataset": "Benchmark", "Benchmark": "Dataset", "Model": "Method", "Method": "Model"}
"""Types that papers take for one another; a name keeps its entity across them."""
HEAD_NOUN = re.compile(
    r"[\s-](?:scores?|prompting|datasets?|benchmarks?|models?|algorithm|framework|corpus)$", re.I
)
HYPHENATED_VERSION = re.compile(r"(?<=\d)-(?=\d)")


@dataclass(frozen=True)
class Linked:
    """What linking makes of mentions: the same mentions with their entities, and the tables."""

    mentions: list[Mention]
    entities: list[Entity]
    links: list[Link]
    results: list[Result]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a name leads: a release, by catalogue entry or by key, and perhaps a variant of it."""

    release: str
    entry: Entry | None = None
    suffix: str = ""

    @property
    def variant(self) -> str | None:
        """The id of the variant, or None."""
        return f"{self.release}/{slug(self.suffix)}" if self.suffix else None


@dataclass
class Seen:
    """What the papers say of an entity: its spellings and types, with their counts.

    `stems` are the spellings of a release inside those of its variants.
    """

    surfaces: Counter[str] = field(default_factory=Counter)
    stems: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)


def link(mentions: Iterable[Mention], catalog: Catalog, results: Iterable[Result] = ()) -> Linked:
    """Resolve the mentions of any number of papers; the order of the papers does not matter.

    Results name entities by the keys of their mentions, and by entity ids afterwards.
    """
    groups: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[mention.paper, mention.key or name_key(mention.text)].append(mention)
    spelled_out = full_names(groups)
    resolved: list[Mention] = []
    targets: dict[str, Target] = {}
    for (_, key), group in groups.items():
        default = target_of(group, full_name(group, key) or spelled_out.get(key, key), catalog)
        for mention in group:
            target = own_variant(mention, default, catalog)
            targets[target.variant or target.release] = target
            targets.setdefault(target.release, replace(target, suffix=""))
            resolved.append(replace(mention, entity=target.release, variant=target.variant))
    resolved.sort(key=lambda m: (m.paper, m.start, m.end))
    entities = entity_table(resolved, targets, catalog)
    ids = {(m.paper, m.key): m.entity for m in resolved}
    return Linked(resolved, entities, link_table(resolved), link_results(results, ids))


def link_results(results: Iterable[Result], ids: dict[tuple[str, str], str]) -> list[Result]:
    """Results with entity ids instead of keys, by paper and place; those that keep none go."""
    linked = [
        replace(
            r,
            system=ids.get((r.paper, r.system or "")),
            benchmark=ids.get((r.paper, r.benchmark or "")),
            metric=ids.get((r.paper, r.metric or "")),
        )
        for r in results
    ]
    held = [r for r in linked if r.system or r.benchmark or r.metric]
    return sorted(held, key=lambda r: (r.paper, r.start))


def full_name(group: list[Mention], key: str) -> str:
    """The key of the full name that a paper gives an acronym, or an empty string."""
    full = [m.text for m in group if len(m.text.split()) > 1 and name_key(m.text) != key]
    return name_key(max(full, key=lambda text: (len(text), text))) if full else ""


def full_names(groups: dict[tuple[str, str], list[Mention]]) -> dict[str, str]:
    """Acronyms to the key of their full name, where all papers that spell one out agree."""
    found: dict[str, set[str]] = defaultdict(set)
    for (_, key), group in groups.items():
        found[key].add(full_name(group, key))
    agreed = {key: fulls - {""} for key, fulls in found.items()}
    return {key: fulls.pop() for key, fulls in agreed.items() if len(fulls) == 1}


def target_of(group: list[Mention], key: str, catalog: Catalog) -> Target:
    """Where the mentions of one name in one paper lead: a user's own entry before all others."""
    surfaces = sorted({m.text for m in group}, key=lambda s: (-len(s), s))
    targets = [t for s in surfaces if (t := known(s, group, surfaces, catalog))]
    if targets:
        return next((t for t in targets if t.entry and t.entry.own), targets[0])
    release, suffix = readings(surfaces[-1], group[0].type)[-1]
    if any(c.isdigit() for c in suffix) and len(normalize(release)) > 1:
        return Target(f"entity/{slug(normalize(release))}", suffix=suffix)
    return Target(f"entity/{slug(key)}")


def own_variant(mention: Mention, default: Target, catalog: Catalog) -> Target:
    """The target of one mention of a name: the name's own, or a variant that this one spells."""
    target = known(mention.text, [mention], [mention.text], catalog)
    return target if target and target.release == default.release else default


def known(
    surface: str, group: list[Mention], surfaces: list[str], catalog: Catalog
) -> Target | None:
    """The catalogue's entity for a surface in one of its readings, or None."""
    type_ = group[0].type
    new = any(m.role == "introduces" for m in group)
    for reading in readings(surface, type_):
        entry = fitting(reading.release, type_, catalog)
        if not entry and not new:
            entry = only_one(reading.release, catalog)
        if entry and not contradicted(entry, surfaces):
            return Target(entry.id, entry, reading.suffix)
    return None


def entries_of(surface: str, catalog: Catalog) -> list[Entry]:
    """The entries that a surface may stand for: as it is, in the plural, with a head noun."""
    dotted = HYPHENATED_VERSION.sub(".", surface)
    bare = HEAD_NOUN.sub("", surface)
    keys = (normalize(surface), name_key(surface), name_key(surface.lower()))
    for key in (*keys, normalize(dotted), normalize(bare)):
        if key in catalog.index:
            return catalog.index[key]
    return []


def fitting(surface: str, type_: str, catalog: Catalog) -> Entry | None:
    """The entry of this type, or else of the type next to it, that a surface stands for."""
    by_type = {entry.type: entry for entry in reversed(entries_of(surface, catalog))}
    return by_type.get(type_) or by_type.get(KIN.get(type_, ""))


def only_one(surface: str, catalog: Catalog) -> Entry | None:
    """The entry of any type that a surface stands for, where it can stand for no other thing."""
    entries = entries_of(surface, catalog)
    return entries[0] if len(entries) == 1 and not entries[0].context else None


def contradicted(entry: Entry, surfaces: list[str]) -> bool:
    """Whether the paper spells the name out as something that the entry is not.

    A user's own entry is what the user says it is.
    """
    if entry.own:
        return False
    spelled = [s for s in surfaces if len(s.split()) > 1]
    full = {name_key(a) for a in entry.surfaces if len(a.split()) > 1}
    known_forms = {name_key(a) for a in entry.surfaces}
    if not spelled or not full:
        return False
    return not any(
        name_key(r.release) in known_forms for s in spelled for r in readings(s, entry.type)
    )


def entity_table(
    mentions: list[Mention], targets: dict[str, Target], catalog: Catalog
) -> list[Entity]:
    """Every entity that is mentioned, and the releases, families and makers above them."""
    seen: dict[str, Seen] = defaultdict(Seen)
    for mention in mentions:
        for id_ in {mention.entity, mention.variant} - {None}:
            assert id_ is not None
            seen[id_].types[mention.type] += 1
            if id_ == mention.variant or not mention.variant:
                seen[id_].surfaces[mention.text] += 1
            else:
                seen[id_].stems[readings(mention.text, mention.type)[-1].release] += 1
    table: dict[str, Entity] = {}
    for id_, target in targets.items():
        entity = describe(id_, target, seen[id_], catalog)
        table[id_] = entity
        for above in (entity.family, entity.maker):
            add_known(above, table, seen, catalog)
    return [table[id_] for id_ in sorted(table)]


def add_known(id_: str, table: dict[str, Entity], seen: dict[str, Seen], catalog: Catalog) -> None:
    """Add a catalogue entity to the table, with the family and the maker above it."""
    if not id_ or id_ in table:
        return
    entry = catalog.entries[id_]
    table[id_] = entity = describe(id_, Target(id_, entry), seen[id_], catalog)
    for above in (entity.family, entity.maker):
        add_known(above, table, seen, catalog)


def describe(id_: str, target: Target, seen: Seen, catalog: Catalog) -> Entity:
    """The entity of an id."""
    ranked = commonest_first(seen.surfaces)
    entry = target.entry
    if entry and not target.suffix:
        return Entity(
            id=id_,
            type=entry.type,
            name=entry.name,
            aliases=other_names(entry.name, (*entry.aliases, *ranked)),
            family=above(entry.family, entry.type, id_, catalog),
            maker=above(entry.maker, "Organization", id_, catalog),
            same_as=entry.same_as,
            homepage=entry.homepage,
        )
    type_ = entry.type if entry else commonest_type(seen)
    name = (ranked or commonest_first(seen.stems))[0]
    is_variant = bool(target.suffix)
    stem = "" if is_variant else version_stem(name)
    return Entity(
        id=id_,
        type=type_,
        name=name,
        aliases=other_names(name, ranked),
        variant_of=target.release if is_variant else "",
        family=above(stem, type_, id_, catalog) if type_ == "Model" else "",
    )


def above(name: str, type_: str, own: str, catalog: Catalog) -> str:
    """The id of the family or maker of this name in the catalogue, or an empty string."""
    entry = fitting(name, type_, catalog) if name else None
    return entry.id if entry and entry.id != own else ""


def other_names(name: str, surfaces: Iterable[str]) -> tuple[str, ...]:
    """Surfaces without the name itself and without repetition, sorted."""
    return tuple(sorted({s for s in surfaces if s != name}))


def commonest_first(counts: Counter[str]) -> list[str]:
    """What was counted, the most frequent first, equals in alphabetical order."""
    return sorted(counts, key=lambda s: (-counts[s], s))


def commonest_type(seen: Seen) -> str:
    """The type that most mentions have; among equals the first in the order of the types."""
    return min(all_types(seen.types), key=lambda t: -seen.types[t])


def link_table(mentions: list[Mention]) -> list[Link]:
    """One link for each paper and release: the strongest role, the best confidence."""
    pairs: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        pairs[mention.paper, mention.entity].append(mention)
    return [
        Link(
            paper=paper,
            entity=entity,
            role=min((m.role for m in group), key=ROLES.index),
            mentions=len(group),
            confidence=max(m.confidence for m in group),
        )
        for (paper, entity), group in sorted(pairs.items())
    ]
