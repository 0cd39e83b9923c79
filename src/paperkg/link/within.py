"""What a paper says of its names by itself: which mentions are one name, and which are known.

A name that the catalogue knows takes its entity there, possibly as a variant (`Llama-2-13B` of
`Llama 2`). What other names mean is decided across papers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from paperkg.catalog import Catalog
from paperkg.link.accounts import Target
from paperkg.link.candidates import KIN, THRESHOLD, Candidate, Grounder, in_full, in_new_paper
from paperkg.link.full_names import folded, spelled_out
from paperkg.link.grammar import readings
from paperkg.names import name_key, normalize
from paperkg.records import Mention

__all__ = ["Name", "names_in"]

INITIALS = 0.8
"""The score of an acronym that its paper does not spell out but names the full name of."""


class Name(NamedTuple):
    """All mentions of one name in one paper, an acronym and its full name together.

    `surfaces` are its spellings, the longest first, without short forms such as the `R1` of a
    model; `members` are the places of its mentions among those of the paper. `targets` is where
    each of these leads, if the catalogue knows the name. `full` is the full name that the paper
    gives it, or ""; `stem` are release and suffix of the shortest spelling, the suffix only where
    it has a number; `bucket` is what names that may be one thing have in common.
    """

    paper: str
    key: str
    type: str
    new: bool
    surfaces: Sequence[str]
    members: Sequence[int]
    targets: Sequence[Target] = ()
    full: str = ""
    stem: Sequence[str] = ("", "")
    bucket: str = ""


def names_in(mentions: Sequence[Mention], grounder: Grounder) -> list[Name]:
    """The names of one paper, with the targets of those that the catalogue knows."""
    names = [named(key, places, mentions) for key, places in by_name(mentions, grounder).items()]
    known = {}
    for name in names:
        best = best_candidate(name, grounder)
        if best:
            own = (own_target(mentions[i], best, grounder) for i in name.members)
            known[name.key] = name._replace(targets=tuple(own))
    of_paper: dict[str, Target] = {}
    for name in known.values():
        of_paper.setdefault(name.targets[0].release, name.targets[0])
    return [known.get(name.key) or by_initials(name, of_paper, grounder.catalog) for name in names]


def by_name(mentions: Sequence[Mention], grounder: Grounder) -> dict[str, list[int]]:
    """The places of mentions by name, a short form (`R1`) with its long one (`DeepSeek-R1`)."""
    places: dict[str, list[int]] = defaultdict(list)
    for i, mention in enumerate(mentions):
        places[mention.key or name_key(mention.text)].append(i)
    firsts = {key: mentions[at[0]] for key, at in places.items()}
    for short in [key for key, first in firsts.items() if may_be_short(first, grounder)]:
        long = [
            key
            for key, at in places.items()
            if key != short and ends_in((mentions[i] for i in at), firsts[short])
        ]
        if len(long) == 1:
            places[long[0]] += places.pop(short)
    return places


def named(key: str, places: Sequence[int], mentions: Sequence[Mention]) -> Name:
    """The name that mentions at some places are."""
    group = [mentions[i] for i in places]
    own = {m.text for m in group if (m.key or name_key(m.text)) == key}
    surfaces = sorted(own, key=lambda s: (-len(s), s))
    full = next((s for s in surfaces if spelled_out(s, key)), "")
    stem = stem_of(surfaces[-1], group[0].type)
    return Name(
        paper=group[0].paper,
        key=key,
        type=group[0].type,
        new=any(m.role == "introduces" for m in group),
        surfaces=surfaces,
        members=places,
        full=full,
        stem=stem,
        bucket=bucket_of(key, full, stem, surfaces),
    )


def stem_of(surface: str, type_: str) -> tuple[str, str]:
    """Release and suffix of a spelling, the suffix only where it has a number."""
    release, suffix = readings(surface, type_)[-1]
    if any(c.isdigit() for c in suffix) and len(normalize(release)) > 1:
        return release, suffix
    return surface, ""


def bucket_of(key: str, full: str, stem: tuple[str, str], surfaces: Sequence[str]) -> str:
    """What names that may be one thing have in common."""
    release, suffix = stem
    key = name_key(release) if suffix else key
    if full or len(surfaces[-1].split()) < 2:
        plain = surfaces[-1].isalpha() and all(s.islower() for s in surfaces)
        return f"{key} in small letters" if plain else key
    return folded(release)


def may_be_short(mention: Mention, grounder: Grounder) -> bool:
    """Whether a name has a letter and a number, and is nothing that the catalogue knows."""
    text = mention.text
    if len(text) > 12 or not (any(c.isdigit() for c in text) and any(c.isalpha() for c in text)):
        return False
    return not grounder.candidates(text, mention.type)


def ends_in(long: Iterable[Mention], short: Mention) -> bool:
    """Whether a name ends in the last part of another: `DeepSeek-R1` in `R1`."""
    tail = short.text.lower()
    group = list(long)
    return group[0].type == short.type and any(
        m.text.lower().endswith((f"-{tail}", f" {tail}")) for m in group
    )


def best_candidate(name: Name, grounder: Grounder) -> Candidate | None:
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
            return Target(own.entry.id, own.suffix, score, own.reason)
    told = f"with {best.entry.name}: {best.reason}"
    return Target(best.entry.id, best.suffix, best.score, told)


def by_initials(name: Name, of_paper: dict[str, Target], catalog: Catalog) -> Name:
    """The name, led to the one entity of its paper whose full name it is the initials of."""
    text = name.surfaces[-1]
    if name.full or not (text.isalpha() and text.isupper() and 2 <= len(text) <= 6):
        return name
    entries = (catalog.entries[id_] for id_ in of_paper)
    fitting = [
        e for e in entries if e.type in (name.type, KIN.get(name.type)) and spells(text, e.surfaces)
    ]
    if len(fitting) != 1:
        return name
    told = f"initials of {fitting[0].name} in this paper"
    return name._replace(targets=(Target(fitting[0].id, "", INITIALS, told),) * len(name.members))


def spells(acronym: str, surfaces: Iterable[str]) -> bool:
    """Whether an acronym has the initials of one of some surfaces."""
    fulls = (s.replace("-", " ").split() for s in surfaces)
    return any("".join(w[0] for w in words).upper() == acronym for words in fulls)
