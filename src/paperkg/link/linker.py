"""Mentions to entities: the catalogue first, then the names the papers share.

All mentions of one name in a paper are decided together. A name that the catalogue knows takes
its entity there, possibly as a variant (`Llama-2-13B` of `Llama 2`); other names are decided
across papers. Every mention keeps the reason for its link, and a score from 0 to 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from paperkg.catalog import Catalog
from paperkg.link.candidates import KIN, THRESHOLD, Candidate, Grounder, in_full, in_new_paper
from paperkg.link.corrections import Corrections
from paperkg.link.entities import Target, entity_table
from paperkg.link.full_names import spelled_out
from paperkg.link.newcomers import Name, Origin, resolve
from paperkg.names import name_key
from paperkg.records import ROLES, Entity, Link, Mention, Paper, Result, Statement

__all__ = ["Linked", "link"]

INITIALS = 0.8
"""The score of an acronym that its paper does not spell out but names the full name of."""
Key = tuple[str, str]


@dataclass(frozen=True)
class Linked:
    """What linking makes of mentions: the same mentions with their entities, and the tables.

    `idle` are the lines of a corrections file that nothing here answers to.
    """

    mentions: list[Mention]
    entities: list[Entity]
    links: list[Link]
    results: list[Result]
    statements: list[Statement]
    idle: tuple[int, ...] = ()


def link(
    mentions: Iterable[Mention],
    catalog: Catalog,
    results: Iterable[Result] = (),
    *,
    statements: Iterable[Statement] = (),
    papers: Iterable[Paper] = (),
    corrections: Corrections | None = None,
) -> Linked:
    """Resolve the mentions of any number of papers; the order of the papers does not matter.

    Results and statements name entities by the keys of mentions, and by their ids afterwards.
    The dates of `papers` keep a paper from meaning what only appeared after it; `corrections`
    have the last word.
    """
    resolved, found = resolved_mentions(mentions, Grounder(catalog), papers)
    entities = entity_table(resolved, found, catalog)
    idle: tuple[int, ...] = ()
    if corrections:
        settled = corrections.settle(entities, catalog)
        resolved = settled.mentions(resolved)
        found = settled.targets(resolved, found)
        entities = settled.entities(entity_table(resolved, found, catalog))
        idle = settled.idle
    ids = {(m.paper, m.key): m.entity for m in resolved}
    return Linked(
        resolved,
        entities,
        link_table(resolved),
        link_results(results, ids),
        link_statements(statements, ids),
        idle,
    )


def resolved_mentions(
    mentions: Iterable[Mention], grounder: Grounder, papers: Iterable[Paper]
) -> tuple[list[Mention], dict[str, Target]]:
    """The mentions with their entities, by paper and place, and the targets by their ids."""
    names = names_of(mentions, grounder)
    origins = {name.paper: Origin(name.paper, "") for name in names}
    origins |= {p.id: Origin(p.key or p.id, p.appeared) for p in papers}
    targets = decide(names, grounder, origins)
    resolved = [
        linked_to(mention, target)
        for name in names
        for mention, target in zip(name.mentions, targets[name.paper, name.key], strict=True)
    ]
    resolved.sort(key=lambda m: (m.paper, m.start, m.end))
    return resolved, targets_by_id(t for group in targets.values() for t in group)


def targets_by_id(targets: Iterable[Target]) -> dict[str, Target]:
    """Targets by the ids of their variants, and of the releases of these.

    Of the spellings of a suffix (`Base`, `base`) the first in the alphabet is taken.
    """
    found: dict[str, Target] = {}
    for target in targets:
        id_ = target.variant or target.release
        if id_ not in found or target.suffix < found[id_].suffix:
            found[id_] = target
        if target.suffix:
            found.setdefault(target.release, replace(target, suffix=""))
    return found


def linked_to(mention: Mention, target: Target) -> Mention:
    """The mention with where it leads, and why."""
    return replace(
        mention,
        entity=target.release,
        variant=target.variant,
        score=round(target.score, 3),
        reason=target.reason,
    )


def names_of(mentions: Iterable[Mention], grounder: Grounder) -> list[Name]:
    """The names of each paper, a short form (`R1`) together with its long one (`DeepSeek-R1`)."""
    papers: dict[str, dict[str, Name]] = defaultdict(dict)
    for mention in mentions:
        key = mention.key or name_key(mention.text)
        name = papers[mention.paper].setdefault(key, Name(mention.paper, key, []))
        name.mentions.append(mention)
    for names in papers.values():
        for short in [n for n in names.values() if may_be_short(n, grounder)]:
            long = [n for n in names.values() if n is not short and ends_in(n, short)]
            if len(long) == 1:
                long[0].mentions += names.pop(short.key).mentions
    return [name for names in papers.values() for name in names.values()]


def may_be_short(name: Name, grounder: Grounder) -> bool:
    """Whether a name has a letter and a number, and is nothing that the catalogue knows."""
    text = name.mentions[0].text
    if len(text) > 12 or not (any(c.isdigit() for c in text) and any(c.isalpha() for c in text)):
        return False
    return not grounder.candidates(text, name.mentions[0].type)


def ends_in(long: Name, short: Name) -> bool:
    """Whether a name ends in the last part of another: `DeepSeek-R1` in `R1`."""
    tail = short.mentions[0].text.lower()
    return long.mentions[0].type == short.mentions[0].type and any(
        m.text.lower().endswith((f"-{tail}", f" {tail}")) for m in long.mentions
    )


def decide(
    names: list[Name], grounder: Grounder, origins: dict[str, Origin]
) -> dict[Key, list[Target]]:
    """Where each name leads, by paper and key: a target for each of its mentions."""
    targets: dict[Key, list[Target]] = {}
    unknown: list[Name] = []
    for name in names:
        best = known(name, grounder)
        if best:
            targets[name.paper, name.key] = [own_target(m, best, grounder) for m in name.mentions]
        else:
            unknown.append(name)
    by_initials(unknown, targets)
    unknown = [n for n in unknown if (n.paper, n.key) not in targets]
    found = resolve(unknown, ((n.paper, n.key) for n in names), origins)
    for name in unknown:
        place = name.paper, name.key
        _, suffix = name.stem
        target = Target(found[place].entity, None, suffix, found[place].score, found[place].reason)
        targets[place] = [target] * len(name.mentions)
    return targets


def known(name: Name, grounder: Grounder) -> Candidate | None:
    """The best candidate for a name in the catalogue, by all that the paper says of it."""
    full = [s for s in name.surfaces if spelled_out(s, name.key) or len(s.split()) > 1]
    best: Candidate | None = None
    for surface in name.surfaces:
        for found in grounder.candidates(surface, name.type):
            candidate = in_full(found, surface, full, new=name.new) if full else found
            if name.new:
                candidate = in_new_paper(candidate, surface, name.type)
            if not best or (candidate.entry.own, candidate.score) > (best.entry.own, best.score):
                best = candidate
    return best if best and best.score >= THRESHOLD else None


def own_target(mention: Mention, best: Candidate, grounder: Grounder) -> Target:
    """Where one mention of a known name leads: to the name's entity, or a variant it spells."""
    for own in grounder.candidates(mention.text, mention.type):
        if own.entry is best.entry:
            score = min(own.score, max(best.score, THRESHOLD))
            return Target(own.entry.id, own.entry, own.suffix, score, own.reason)
    entry = best.entry
    told = f"with {best.entry.name}: {best.reason}"
    return Target(entry.id, entry, best.suffix, best.score, told)


def by_initials(names: Iterable[Name], targets: dict[Key, list[Target]]) -> None:
    """Lead acronyms to the one entity of their paper whose full name they are the initials of."""
    of_paper: dict[str, dict[str, Target]] = defaultdict(dict)
    for (paper, _), group in targets.items():
        of_paper[paper].setdefault(group[0].release, group[0])
    for name in names:
        text = name.surfaces[-1]
        if name.full or not (text.isalpha() and text.isupper() and 2 <= len(text) <= 6):
            continue
        fitting = [
            t
            for t in of_paper[name.paper].values()
            if t.entry and t.entry.type in (name.type, KIN.get(name.type)) and spells(text, t)
        ]
        if len(fitting) == 1:
            entry = fitting[0].entry
            assert entry
            told = f"initials of {entry.name} in this paper"
            target = Target(entry.id, entry, "", INITIALS, told)
            targets[name.paper, name.key] = [target] * len(name.mentions)


def spells(acronym: str, target: Target) -> bool:
    """Whether an acronym has the initials of a full name of a target's entry."""
    assert target.entry
    fulls = (s.replace("-", " ").split() for s in target.entry.surfaces)
    return any("".join(w[0] for w in words).upper() == acronym for words in fulls)


def link_results(results: Iterable[Result], ids: dict[Key, str]) -> list[Result]:
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


def link_statements(statements: Iterable[Statement], ids: dict[Key, str]) -> list[Statement]:
    """Statements with entity ids instead of keys, by paper and place; about one thing they go."""
    linked = [
        replace(
            s,
            subject=ids.get((s.paper, s.subject), ""),
            target=ids.get((s.paper, s.target), ""),
            benchmark=ids.get((s.paper, s.benchmark or "")),
        )
        for s in statements
    ]
    held = [s for s in linked if s.subject and s.target and s.subject != s.target and s.sound]
    return sorted(held, key=lambda s: (s.paper, s.start, s.target))


def link_table(mentions: list[Mention]) -> list[Link]:
    """One link for each paper and release: the strongest role, the best confidence."""
    pairs: dict[Key, list[Mention]] = defaultdict(list)
    for mention in mentions:
        pairs[mention.paper, mention.entity].append(mention)
    return [link_of(group) for _, group in sorted(pairs.items())]


def link_of(mentions: list[Mention]) -> Link:
    """The link that the mentions of one entity in one paper, in their order, make."""
    role = min((m.role for m in mentions), key=ROLES.index)
    deciding = max((m for m in mentions if m.role == role), key=lambda m: m.role_confidence)
    return Link(
        paper=deciding.paper,
        entity=deciding.entity,
        role=role,
        mentions=len(mentions),
        confidence=max(m.confidence for m in mentions),
        role_confidence=deciding.role_confidence,
        sentence=deciding.sentence,
    )
