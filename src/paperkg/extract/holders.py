"""Whose a reported number is, on what, and by what: the names that a number belongs to.

Every name that may fill a place of a result (system, benchmark, metric) is judged by itself, by a
maximum-entropy model over where it stands to the number; the likeliest one fills the place, or
none where none is likely.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.placed import Name, listed, names_of
from paperkg.extract.spots import Inside, Spot, inside_of, nearest, spot_of
from paperkg.extract.words import Words, words_of

__all__ = [
    "PLACES",
    "Held",
    "Holders",
    "alone",
    "candidates",
    "compared",
    "holder_features",
    "holder_marks",
    "spelled",
    "together",
    "without",
    "without_marks",
]

PLACES = {
    "system": ("Model", "Method"),
    "benchmark": ("Benchmark", "Dataset"),
    "metric": ("Metric",),
}
"""The types of the names that may fill each place of a result."""

BREAKS = frozenset({",", ";", ":", "and", "while", "whereas", "with", "but", "(", ")"})
TELLING = (
    *("experiments", "results", "evaluate", "evaluated", "evaluation", "evaluations", "trained"),
    *("benchmark", "benchmarks", "datasets", "dataset", "test", "outperforms", "achieves"),
)
"""Words that tell what a sentence does with the names in it."""
STEPS = (0, 1, 2, 3, 4, 6, 9, 13, 20)


class Held(NamedTuple):
    """What fills a place of the number before: a key, an empty string for nothing.

    `last` is None where that number stands in another sentence, `far` where there is none.
    """

    last: str | None = None
    far: str | None = None


@dataclass(frozen=True)
class Holders:
    """The numbers of a document, and its names by the place of a result that they may fill."""

    words: Words
    numbers: list[Name]
    names: dict[str, dict[str, list[Name]]]
    own: str
    spots: dict[int, Spot] = field(default_factory=dict)
    insides: dict[tuple[str, int], Inside] = field(default_factory=dict)

    @classmethod
    def of(cls, doc: Doc, numbers: Sequence[Span]) -> Holders:
        """Those of a document whose names and roles are known."""
        names: dict[str, dict[str, list[Name]]] = {place: {} for place in PLACES}
        words = words_of(doc)
        for name in names_of(doc) if numbers else ():
            for place, types in PLACES.items():
                if name.type in types:
                    names[place].setdefault(name.key, []).append(name)
        own = own_system(names["system"], words.title_end)
        return cls(words, [Name(n.start, n.end, n.label_) for n in numbers], names, own)

    def spot(self, number: Span) -> Spot:
        """A number with what is said around it, looked up once."""
        start = number.start
        if start not in self.spots:
            place = next(i for i, n in enumerate(self.numbers) if n.start == start)
            self.spots[start] = spot_of(self.words, self.numbers, place)
        return self.spots[start]

    def inside(self, spot: Spot, place: str) -> Inside:
        """The names in a number's sentence that may fill a place, looked up once."""
        key = place, spot.number.start
        if key not in self.insides:
            self.insides[key] = inside_of(spot, self.names[place])
        return self.insides[key]


def own_system(systems: dict[str, list[Name]], title_end: int) -> str:
    """The key of the system that a paper is about, or an empty string.

    Of those that it introduces, the one that the title names, or else the one named most often.
    """
    new = {key: names for key, names in systems.items() if names[0].role == "introduces"}
    ranked = {key: (names[0].start < title_end, len(names)) for key, names in new.items()}
    return max(ranked, key=ranked.__getitem__, default="")


def candidates(all_: Holders, number: Span, place: str) -> Iterator[tuple[str, Name]]:
    """The names that may fill a place of a result: their keys, with the mention to judge by.

    That is the nearest one in the number's sentence, else the last one before it, else the first.
    """
    spot = all_.spot(number)
    for key, names in all_.names[place].items():
        if len(names) == 1:
            yield key, names[0]
            continue
        here = [e for e in names if spot.first <= e.start < spot.last]
        if here:
            yield key, nearest(spot.number, here)
        else:
            before = [e for e in names if e.start < spot.first]
            yield key, before[-1] if before else names[0]


def stepped(value: int) -> int:
    """A count as the largest step that it reaches."""
    return STEPS[bisect_right(STEPS, max(0, value)) - 1]


def holder_features(
    all_: Holders, number: Span, place: str, key: str, name: Name, held: Held
) -> list[str]:
    """The features of one name for one place of a result; `held` fills it for the numbers before.

    A name stands for all its mentions; `name` is the one that it is judged by.
    """
    return spelled(place, number.label_, holder_marks(all_, number, place, key, name, held))


def without(all_: Holders, number: Span, place: str, held: Held) -> list[str]:
    """The features of a place of a result that no name fills."""
    return spelled(f"{place}:-", number.label_, without_marks(all_, number, place, held))


def spelled(place: str, kind: str, marks: Iterable[str]) -> list[str]:
    """Marks as features of a place: each by itself and, but for a sentence's words, with a kind."""
    plain = set(marks)
    both = plain | {f"{kind}&{x}" for x in plain if not alone(x)}
    return [f"{place}:{x}" for x in sorted(both)]


def alone(mark: str) -> bool:
    """Whether a mark is a word of the sentence, which speaks for itself whatever the kind."""
    return mark.startswith("s=")


def holder_marks(
    all_: Holders, number: Span, place: str, key: str, name: Name, held: Held
) -> dict[str, None]:
    """What the features of a name say, before place and kind are put to it; each once."""
    spot = all_.spot(number)
    inside = all_.inside(spot, place)
    own = "own" if key == all_.own else name.role
    mentions = all_.names[place][key]
    here = spot.first <= name.start < spot.last
    out = [
        "b",
        own,
        f"t={name.type}:{own}",
        f"n={inside.counts}",
        f"freq={min(4, len(mentions))}",
        f"title={mentions[0].start < all_.words.title_end}:{own}",
        f"order={min(3, list(all_.names[place]).index(key))}",
        f"lead={spot.lead}:{own}:{here}",
        f"said={spot.own_said}:{own}:{min(2, inside.keys)}",
        *(f"hedge:{word}" for word in spot.hedges),
    ]
    if held.last is not None:
        same = compare(key, held.last)
        out += (f"last:{same}:{here}", f"last:{same}:{spot.lead}")
    elif held.far is not None:
        out.append(f"far:{compare(key, held.far)}:{here}")
    if place == "benchmark":
        size = min(3, len(companions(all_, place, name)))
        out += [f"list={size}:{here}:{word}" for word in spot.hedges or ("plain",)]
    out += beside(all_, spot, inside, name, own) if here else away(spot, inside, name, own)
    return dict.fromkeys(out)


def without_marks(all_: Holders, number: Span, place: str, held: Held) -> dict[str, None]:
    """What the features of an empty place say, before place and kind are put to it; each once."""
    spot = all_.spot(number)
    inside = all_.inside(spot, place)
    few = min(2, inside.keys)
    out = ["b", f"n={inside.counts}", f"lead={spot.lead}", f"said={spot.own_said}"]
    out.append(f"own={bool(all_.own)}:{spot.own_said}:{few}")
    if held.last is not None:
        out += (f"last:{bool(held.last)}:{few}", f"last:{bool(held.last)}:{spot.lead}")
    elif held.far is not None:
        out.append(f"far:{bool(held.far)}:{few}")
    out += [f"hedge:{word}" for word in spot.hedges]
    return dict.fromkeys(out + spot.told)


def compare(key: str, held: str) -> str:
    """How a name compares with what was held before."""
    return "this" if key == held else "other" if held else "none"


def companions(all_: Holders, place: str, name: Name) -> Sequence[Name]:
    """The names for a place that stand in one list with a name, in its sentence."""
    first, last = all_.words.first[name.start], all_.words.last[name.start]
    alike = (e for es in all_.names[place].values() for e in es if first <= e.start < last)
    names = sorted(alike)
    return listed(all_.words, names, names.index(name))


def away(spot: Spot, inside: Inside, name: Name, own: str) -> list[str]:
    """What is said of a name that stands in no sentence of the number."""
    words, some = spot.words, min(1, inside.keys)
    side = "after" if name.start >= spot.number.end else "before"
    first, last = words.first[name.start], words.last[name.start]
    back = sum(words.starts[last : spot.number.start]) if side == "before" else 0
    sentence = words.lower[first:last]
    return [
        f"away:{side}:{min(4, back)}:{some}",
        f"away:{name.type}:{own}:{some}",
        f"away:{'title' if name.start < words.title_end else min(3, back)}:{own}",
        *(f"aw={w}" for w in words.lower[max(first, name.start - 3) : name.start]),
        *(f"as:{word}:{min(2, back)}" for word in TELLING if word in sentence),
    ]


def beside(all_: Holders, spot: Spot, inside: Inside, name: Name, own: str) -> list[str]:
    """What is said of a name in the sentence of a number."""
    lower, number = all_.words.lower, spot.number
    side = "after" if name.start >= number.end else "before"
    a, b = (number.end, name.start) if side == "after" else (name.end, number.start)
    between = lower[a:b]
    others = min(2, len({e.key for e in inside.names if a <= e.start < b}))
    crossed = min(2, sum(a <= n.start < b for n in all_.numbers))
    breaks = sum(w in BREAKS for w in between)
    left = f"left={side}:{lower[name.start - 1] if name.start else '^'}"
    right = f"right={side}:{lower[name.end] if name.end < len(lower) else '$'}"
    against = compared(all_.words, name)
    rank = inside.names.index(name)
    behind = sum(e.start < number.start for e in inside.names)
    out = [
        "here",
        f"here={own}",
        f"side={side}",
        f"d={side}:{stepped(b - a)}",
        f"crossed={side}:{crossed}:{others}",
        f"breaks={side}:{min(3, breaks)}",
        f"clear={side}:{bool(crossed)}:{bool(others)}:{bool(breaks)}:{own}",
        left,
        f"{left}:{min(1, crossed)}:{min(1, others)}",
        right,
        f"{right}:{min(1, crossed)}",
        *(f"w={side}:{w}" for w in between[-4:] + between[:4]),
        *(f"before={w}" for w in lower[max(0, name.start - 4) : name.start]),
        f"rank={abs(rank - behind)}:{side}:{own}",
        f"first={rank == 0}:{own}:{side}:{min(3, behind)}",
        f"rival={spot.rival}:{own}:{side}:{bool(crossed)}:{against}",
    ]
    if len(between) <= 3:
        out.append(f"between={side}:{'_'.join(between)}")
    if against:
        out.append(f"compared={side}:{min(1, crossed)}")
    if not cues().comparing.isdisjoint(between):
        out.append(f"comparing={side}:{own}")
    if inside.pair:
        out.append("paired" if name.key == inside.pair else "unpaired")
    return out


def compared(words: Words, name: Name) -> bool:
    """Whether a name is what a system is compared with: "outperforms X", "over X"."""
    return not cues().comparing.isdisjoint(words.lower[max(0, name.start - 3) : name.start])


def together(all_: Holders, number: Span, key: str) -> tuple[str, ...]:
    """A benchmark with those that stand in one list with it, where one number holds on all.

    A number among others that go with the list one by one holds on its own only.
    """
    if not key:
        return ()
    spot = all_.spot(number)
    inside = all_.inside(spot, "benchmark")
    here = [] if inside.pair else [e for e in inside.names if e.key == key]
    group = companions(all_, "benchmark", nearest(spot.number, here)) if here else ()
    return tuple(dict.fromkeys([key, *(e.key for e in group)]))
