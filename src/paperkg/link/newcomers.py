"""Names that the catalogue does not know, across papers: which of them are one thing.

A name means the same in all papers that spell it alike, unless the papers say otherwise: those
that spell an acronym out in different ways mean different things, and so do two papers that each
introduce something under one name. A paper that only uses such a name means what it spells out,
else the one thing of that name; where there are several, the one whose papers it is nearest to.
"""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from paperkg.link.candidates import KIN
from paperkg.link.full_names import same_full_name, stems
from paperkg.link.grammar import edition
from paperkg.link.within import Name
from paperkg.names import name_key, normalize, slug

__all__ = ["COMMON", "Company", "Found", "Newcomers", "Origin", "in_full", "one_name"]

COMMON = 200
"""A name in more papers than that says nothing about what another name means."""
NEAR = 6.0
"""So much rarity (summed, in nats) shared with its papers tells one meaning from the others."""
FIRM = 3
"""So many papers make a meaning of a very short name, or one beside others, a firm one."""
MONTH = "2025-06"
"""As exactly as that dates are compared."""
INTRODUCED, SPELLED_OUT = "introduced here", "spelled out here"
ALIKE = "spelled alike"
LONE, NEAREST, LEADING, UNSURE = 0.9, 0.75, 0.7, 0.5


class Origin(NamedTuple):
    """What an introducing paper gives to what it introduces: its key, and its date or ""."""

    key: str
    date: str


class Found(NamedTuple):
    """Where a name leads: an entity id, with a score from 0 to 1 and the reason for it."""

    entity: str
    score: float
    reason: str


@dataclass
class Meaning:
    """One thing that goes by a name: the names that prove it, and when it appeared (or "")."""

    names: list[Name]
    id: str = ""
    since: str = ""

    @property
    def firm(self) -> bool:
        """Whether several papers spell it out."""
        return bool(self.names[0].full) and len(self.names) >= FIRM

    @property
    def kin(self) -> set[str]:
        """The types that papers take it for."""
        types = {n.type for n in self.names}
        return types | {KIN[t] for t in types if t in KIN}


class Company:
    """Which names stand beside a name in its paper, and how rare each of them is."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[str, ...]] = {}
        self.rarity: dict[str, float] = {}

    def weigh(self) -> None:
        """Weigh each name by the papers that have it."""
        counts = Counter(key for keys in self.of.values() for key in keys)
        size = len(self.of)
        self.rarity = {k: math.log(size / n) for k, n in counts.items() if 1 < n <= COMMON}

    def shared(self, paper: str, others: Iterable[str], but: str) -> float:
        """The rarity of what a paper names that other papers name too, apart from one name."""
        theirs = set().union(*(self.of[p] for p in others if p != paper))
        both = theirs.intersection(self.of[paper])
        return sum(self.rarity.get(k, 0.0) for k in sorted(both) if k != but)


class Newcomers:
    """The names that the catalogue does not know, of all papers, and what stands beside them."""

    def __init__(self) -> None:
        self.buckets: dict[str, list[Name]] = defaultdict(list)
        self.company = Company()
        self.origins: dict[str, Origin] = {}

    def add(self, names: Iterable[Name], origin: Origin) -> None:
        """Add the names of one paper, known ones too."""
        keys = []
        for name in names:
            keys.append(sys.intern(name.key))
            if not name.targets:
                self.buckets[name.bucket].append(name)
                self.origins[name.paper] = origin
        if keys:
            self.company.of[name.paper] = tuple(keys)

    def resolve(self) -> dict[tuple[str, str], Found]:
        """Where each name leads, by paper and key."""
        editions_in_full(self.buckets)
        self.company.weigh()
        found: dict[tuple[str, str], Found] = {}
        for bucket in self.buckets.values():
            bucket.sort(key=lambda n: (n.paper, n.key))
            one_name(bucket, self.company, self.origins, found)
        return found


def editions_in_full(buckets: dict[str, list[Name]]) -> None:
    """Put a benchmark's editions of a year in short to those in full, where both are named."""
    for key in [k for k in buckets if in_full(k) in buckets]:
        full = in_full(key)
        kinds = {n.type for n in (*buckets[key], *buckets[full])}
        if kinds <= {"Benchmark", "Dataset"}:
            buckets[full] += buckets.pop(key)


def in_full(key: str) -> str:
    """The key of an edition with its year in full, where a key has it in short, or ""."""
    stem, year = edition(key) if key[-2:].isdigit() else ("", "")
    return f"{stem}{year}" if stem and key != f"{stem}{year}" else ""


def one_name(
    names: list[Name],
    company: Company,
    origins: Mapping[str, Origin],
    found: dict[tuple[str, str], Found],
) -> None:
    """Decide what the names of one bucket mean."""
    key = commonest([name_key(n.stem[0]) if n.stem[1] or not n.full else n.key for n in names])
    if not any(n.full or n.new for n in names):
        alike = Found(f"entity/{slug(key)}", 1.0, ALIKE)
        found.update(((n.paper, n.key), alike) for n in names)
        return
    spelled = full_meanings([n for n in names if n.full])
    bare = [n for n in names if not n.full]
    new = introductions(bare, names, company)
    meanings = [*spelled, *new]
    for meaning in new:
        meaning.id = f"entity/{slug(key)}"
        if len(meanings) > 1:
            first = min((origins[n.paper] for n in meaning.names), key=lambda o: (o.date, o.key))
            meaning.id += f"@{slug(first.key)}"
    for meaning in meanings:
        told = SPELLED_OUT if meaning.names[0].full else INTRODUCED
        led = Found(meaning.id, 1.0, told)
        found.update(((n.paper, n.key), led) for n in meaning.names)
    taken = {(n.paper, n.key) for m in new for n in m.names}
    others = [n for n in bare if (n.paper, n.key) not in taken]
    for meaning in meanings if others else ():
        known = [origins[n.paper].date for n in meaning.names if n.new]
        meaning.since = min(filter(None, known), default="")
    for name in others:
        date = origins[name.paper].date
        found[name.paper, name.key] = meant(name, key, meanings, company, date)


def commonest(keys: list[str]) -> str:
    """The most frequent of some keys, of equals the first in the alphabet."""
    if len(keys) == 1:
        return keys[0]
    counts = Counter(keys)
    return min(counts, key=lambda key: (-counts[key], key))


def full_meanings(names: list[Name]) -> list[Meaning]:
    """The meanings that full names tell apart, the most frequent first."""
    by_stems: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        by_stems["".join(stems(name.full))].append(name)
    meanings: list[Meaning] = []
    for group in sorted(by_stems.values(), key=lambda g: (-len(g), g[0].full)):
        same = (m for m in meanings if same_full_name(m.names[0].full, group[0].full))
        meaning = next(same, None)
        if meaning:
            meaning.names += group
        else:
            meanings.append(Meaning(list(group)))
    for meaning in meanings:
        meaning.id = f"entity/{slug(commonest([name_key(n.full) for n in meaning.names]))}"
    return meanings


def introductions(bare: list[Name], names: list[Name], company: Company) -> list[Meaning]:
    """The meanings of a name that papers introduce without spelling it out.

    A name that many papers use and few introduce is no new one: those few are read wrongly.
    Neither is a metric or a name in small letters.
    """
    new = [n for n in bare if n.new and n.type not in ("Metric", "Organization")]
    few = len(names) >= 10 and 10 * sum(n.new for n in names) <= len(names)
    if few or all(s.islower() for n in new for s in n.surfaces):
        return []
    meanings: list[Meaning] = []
    for name in new:
        near = [m for m in meanings if name.type in m.kin and twice(name, m, company)]
        if near:
            near[0].names.append(name)
        else:
            meanings.append(Meaning([name]))
    return meanings


def twice(name: Name, meaning: Meaning, company: Company) -> bool:
    """Whether a paper introduces what another has introduced, as versions of a dataset are."""
    shared = company.shared(name.paper, (n.paper for n in meaning.names), name.key)
    if name.type not in ("Dataset", "Benchmark"):
        return shared >= 2 * NEAR
    return shared >= NEAR or (distinctive(name) and any(c.isdigit() for c in name.key))


def meant(name: Name, key: str, meanings: list[Meaning], company: Company, date: str) -> Found:
    """What a paper means by a name that it neither spells out nor introduces."""
    plain = f"entity/{slug(key)}"
    if not meanings:
        return Found(plain, 1.0, ALIKE)
    open_to = [m for m in meanings if fits(m, name, date)]
    if len(meanings) == 1 and is_the_one(meanings[0], name, date):
        return Found(meanings[0].id, LONE, "the one thing of this name")
    found = nearest(name, open_to, company) or leading(open_to, meanings)
    if found:
        return found
    if len(meanings) == 1 and meanings[0].id == plain:
        plain += f"-{slug(name.type)}"
    several = "another thing has" if len(meanings) == 1 else f"{len(meanings)} other things have"
    return Found(plain, UNSURE, f"{several} this name")


def nearest(name: Name, meanings: list[Meaning], company: Company) -> Found | None:
    """The meaning with whose papers a name's paper shares most, if it is clear of the others."""
    shared = {m.id: company.shared(name.paper, (n.paper for n in m.names), name.key)
              for m in meanings}  # fmt: skip
    best = sorted(shared, key=lambda id_: (-shared[id_], id_))
    if not best or shared[best[0]] < NEAR:
        return None
    if len(best) > 1 and shared[best[0]] < 2 * shared[best[1]]:
        return None
    return Found(best[0], NEAREST, "nearest of the things of this name")


def leading(open_to: list[Meaning], meanings: list[Meaning]) -> Found | None:
    """The meaning that several papers spell out, and hardly any paper otherwise."""
    spelled = sum(len(m.names) for m in meanings)
    for meaning in open_to:
        if meaning.firm and 5 * len(meaning.names) >= 4 * spelled:
            return Found(meaning.id, LEADING, "what most papers mean by this name")
    return None


def is_the_one(meaning: Meaning, name: Name, date: str) -> bool:
    """Whether a name in another paper means the only thing of this name: it is no short acronym."""
    if distinctive(name):
        return not before(meaning, date)
    sure = meaning.firm or len(normalize(name.surfaces[-1])) > 3
    return sure and fits(meaning, name, date)


def fits(meaning: Meaning, name: Name, date: str) -> bool:
    """Whether a name in another paper may mean this: a like type, and not earlier."""
    return name.type in meaning.kin and not before(meaning, date)


def before(meaning: Meaning, date: str) -> bool:
    """Whether a date is known to lie before a meaning appeared."""
    return bool(date and meaning.since) and date[: len(MONTH)] < meaning.since[: len(MONTH)]


def distinctive(name: Name) -> bool:
    """Whether a name is so coined that it is hardly coined twice: `KiteRAG`, but not `KITE`."""
    short = name.surfaces[-1]
    inner = any(c.isupper() or c.isdigit() for c in short[1:])
    return len(short) > 4 and inner and any(c.islower() for c in short)
