"""Whose a reported number is, on what, and by what: the names that a number belongs to.

Every name that may fill a place of a result (system, benchmark, metric) is judged by itself, by a
maximum-entropy model over where it stands to the number; the likeliest one fills the place, or
none where none is likely.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.words import Words, words_of

__all__ = [
    "PLACES",
    "Held",
    "Holders",
    "candidates",
    "compared",
    "holder_features",
    "listed",
    "together",
    "without",
]

PLACES = {
    "system": ("Model", "Method"),
    "benchmark": ("Benchmark", "Dataset"),
    "metric": ("Metric",),
}
"""The types of the names that may fill each place of a result."""

OWN = frozenset({"our", "we", "it", "its", "ours", "proposed", "this", "method", "approach", "the"})
BREAKS = frozenset({",", ";", ":", "and", "while", "whereas", "with", "but", "(", ")"})
JOINTS = frozenset({",", "and", "or", "&", "/", "$", "%", "\\", "respectively", "the", "both"})
TELLING = (
    *("experiments", "results", "evaluate", "evaluated", "evaluation", "evaluations", "trained"),
    *("benchmark", "benchmarks", "datasets", "dataset", "test", "outperforms", "achieves"),
)
"""Words that tell what a sentence does with the names in it."""
RANGING = frozenset({"-", "--", "–", "to", "$", "\\", "%"})
STEPS = (0, 1, 2, 3, 4, 6, 9, 13, 20)


@dataclass(frozen=True)
class Holders:
    """The numbers of a document, and its names by the place of a result that they may fill."""

    doc: Doc
    numbers: Sequence[Span]
    names: dict[str, dict[str, list[Span]]]
    own: str

    @classmethod
    def of(cls, doc: Doc, numbers: Sequence[Span]) -> Holders:
        """Those of a document whose names and roles are known."""
        names: dict[str, dict[str, list[Span]]] = {place: {} for place in PLACES}
        for ent in doc.ents:
            for place, types in PLACES.items():
                if ent.label_ in types:
                    names[place].setdefault(ent.id_, []).append(ent)
        return cls(doc, numbers, names, own_system(names["system"], words_of(doc).title_end))


def own_system(systems: dict[str, list[Span]], title_end: int) -> str:
    """The key of the system that a paper is about, or an empty string.

    Of those that it introduces, the one that the title names, or else the one named most often.
    """
    new = {key: ents for key, ents in systems.items() if ents[0]._.role == "introduces"}
    ranked = {key: (ents[0].start < title_end, len(ents)) for key, ents in new.items()}
    return max(ranked, key=ranked.__getitem__, default="")


def candidates(all_: Holders, number: Span, place: str) -> Iterator[tuple[str, Span]]:
    """The names that may fill a place of a result: their keys, with the mention to judge by.

    That is the nearest one in the number's sentence, else the last one before it, else the first.
    """
    words = words_of(all_.doc)
    first, last = words.first[number.start], words.last[number.start]
    for key, ents in all_.names[place].items():
        here = [e for e in ents if first <= e.start < last]
        if here:
            yield key, min(here, key=lambda e: (distance(number, e), e.start))
        else:
            before = [e for e in ents if e.start < first]
            yield key, before[-1] if before else ents[0]


def distance(number: Span, ent: Span) -> int:
    """The tokens between a number and a name."""
    return ent.start - number.end if ent.start >= number.end else number.start - ent.end


def stepped(value: int) -> int:
    """A count as the largest step that it reaches."""
    return max(step for step in STEPS if step <= max(0, value))


def holder_features(
    all_: Holders, number: Span, place: str, key: str, ent: Span, held: Held
) -> list[str]:
    """The features of one name for one place of a result; `held` fills it for the numbers before.

    A name stands for all its mentions; `ent` is the one that it is judged by.
    """
    words = words_of(all_.doc)
    around = surroundings(all_, number, place)
    own = "own" if key == all_.own else ent._.role
    mentions = all_.names[place][key]
    here = around.first <= ent.start < around.last
    out = {"b", own, f"t={ent.label_}:{own}", f"n={around.counts}", f"freq={min(4, len(mentions))}"}
    out.add(f"title={mentions[0].start < words.title_end}:{own}")
    out.add(f"order={min(3, list(all_.names[place]).index(key))}")
    if held.last is not None:
        out.add(f"last:{same(key, held.last)}:{here}")
        out.add(f"last:{same(key, held.last)}:{around.lead}")
    elif held.far is not None:
        out.add(f"far:{same(key, held.far)}:{here}")
    out.update(f"hedge:{word}" for word in around.hedges)
    out.add(f"lead={around.lead}:{own}:{here}")
    out.add(f"said={around.own_said}:{own}:{min(2, around.inside)}")
    if place == "benchmark":
        first, last = words.first[ent.start], words.last[ent.start]
        alike = (e for es in all_.names[place].values() for e in es if first <= e.start < last)
        size = min(3, len(listed(sorted(alike, key=lambda e: e.start), ent)))
        out.update(f"list={size}:{here}:{word}" for word in around.hedges or ("plain",))
    if here:
        out |= beside(all_, number, place, ent, own)
    else:
        out |= away(all_, number, ent, own, around.inside)
    out |= {f"{number.label_}&{x}" for x in out}
    return [f"{place}:{x}" for x in sorted(out)]


def without(all_: Holders, number: Span, place: str, held: Held) -> list[str]:
    """The features of a place of a result that no name fills."""
    words = words_of(all_.doc)
    around = surroundings(all_, number, place)
    out = {"b", f"n={around.counts}", f"lead={around.lead}", f"said={around.own_said}"}
    out.add(f"own={bool(all_.own)}:{around.own_said}:{min(2, around.inside)}")
    if held.last is not None:
        out.add(f"last:{bool(held.last)}:{min(2, around.inside)}")
        out.add(f"last:{bool(held.last)}:{around.lead}")
    elif held.far is not None:
        out.add(f"far:{bool(held.far)}:{min(2, around.inside)}")
    out.update(f"hedge:{word}" for word in around.hedges)
    out.update(f"l={w}" for w in words.lower[max(around.first, number.start - 4) : number.start])
    out.update(f"r={w}" for w in words.lower[number.end : min(around.last, number.end + 4)])
    out.update(f"s={w}" for w in words.lower[around.first : around.last])
    out |= {f"{number.label_}&{x}" for x in out if not x.startswith("s=")}
    return [f"{place}:-:{x}" for x in sorted(out)]


class Held(NamedTuple):
    """What fills a place of the number before: a key, an empty string for nothing.

    `last` is None where that number stands in another sentence, `far` where there is none.
    """

    last: str | None = None
    far: str | None = None


def same(key: str, held: str) -> str:
    """How a name compares with what was held before."""
    return "this" if key == held else "other" if held else "none"


class Surroundings(NamedTuple):
    """What is said around a number: the sentence's bounds, the names in it, what leads to it."""

    first: int
    last: int
    inside: int
    counts: str
    lead: str
    hedges: tuple[str, ...]
    own_said: bool


def surroundings(all_: Holders, number: Span, place: str) -> Surroundings:
    """What is said around a number, as far as it bears on one place of its result."""
    words = words_of(all_.doc)
    first, last = words.first[number.start], words.last[number.start]
    named = all_.names[place]
    inside = sum(any(first <= e.start < last for e in ents) for ents in named.values())
    before = words.lower[max(first, number.start - 6) : number.start][::-1]
    lead = next((w for w in before if w not in cues().hedges), "^")
    if in_range(all_.numbers, number):
        lead = "range"
    near = words.lower[max(first, number.start - 4) : number.start]
    return Surroundings(
        first,
        last,
        inside,
        f"{min(3, len(named))}:{min(3, inside)}",
        lead,
        tuple(word for word in ("up", "average", "most", "least") if word in near),
        not OWN.isdisjoint(words.lower[first:last]),
    )


def in_range(numbers: Sequence[Span], number: Span) -> bool:
    """Whether a number ends a range that the one before it begins: `3.2-7.9`, `from 2% to 8%`."""
    place = list(numbers).index(number)
    between = number.doc[numbers[place - 1].end : number.start] if place else ()
    return 0 < len(between) <= 4 and all(t.lower_ in RANGING for t in between)


def away(all_: Holders, number: Span, ent: Span, own: str, inside: int) -> set[str]:
    """The features of a name that stands in no sentence of the number."""
    words = words_of(all_.doc)
    side = "after" if ent.start >= number.end else "before"
    first, last = words.first[ent.start], words.last[ent.start]
    back = sum(words.starts[last : number.start]) if side == "before" else 0
    out = {f"away:{side}:{min(4, back)}:{min(1, inside)}"}
    out.add(f"away:{ent.label_}:{own}:{min(1, inside)}")
    out.add(f"away:{'title' if ent.start < words.title_end else min(3, back)}:{own}")
    out.update(f"aw={w}" for w in words.lower[max(first, ent.start - 3) : ent.start])
    sentence = words.lower[first:last]
    out.update(f"as:{word}:{min(2, back)}" for word in TELLING if word in sentence)
    return out


def beside(all_: Holders, number: Span, place: str, ent: Span, own: str) -> set[str]:
    """The features of a name in the sentence of a number."""
    words = words_of(all_.doc)
    first, last = words.first[number.start], words.last[number.start]
    side = "after" if ent.start >= number.end else "before"
    a, b = (number.end, ent.start) if side == "after" else (ent.end, number.start)
    between = words.lower[a:b]
    names = [e for ents in all_.names[place].values() for e in ents if a <= e.start < b]
    others = len({e.id_ for e in names})
    crossed = sum(a <= n.start < b for n in all_.numbers)
    breaks = sum(w in BREAKS for w in between)
    left = words.lower[ent.start - 1] if ent.start else "^"
    right = words.lower[ent.end] if ent.end < len(words.lower) else "$"
    out = {"here", f"here={own}", f"side={side}", f"d={side}:{stepped(b - a)}"}
    out.add(f"crossed={side}:{min(2, crossed)}:{min(2, others)}")
    out.add(f"breaks={side}:{min(3, breaks)}")
    out.add(f"clear={side}:{bool(crossed)}:{bool(others)}:{bool(breaks)}:{own}")
    out.add(f"left={side}:{left}")
    out.add(f"left={side}:{left}:{min(1, crossed)}:{min(1, others)}")
    out.add(f"right={side}:{right}")
    out.add(f"right={side}:{right}:{min(1, crossed)}")
    if len(between) <= 3:
        out.add(f"between={side}:{'_'.join(between)}")
    out.update(f"w={side}:{w}" for w in between[-4:] + between[:4])
    out.update(f"before={w}" for w in words.lower[max(0, ent.start - 4) : ent.start])
    if compared(words, ent):
        out.add(f"compared={side}:{min(1, crossed)}")
    if not cues().comparing.isdisjoint(between):
        out.add(f"comparing={side}:{own}")
    inside = sorted(
        e.start for es in all_.names[place].values() for e in es if first <= e.start < last
    )
    rank = inside.index(ent.start)
    behind = sum(start < number.start for start in inside)
    out.add(f"rank={rank - behind if rank >= behind else behind - rank}:{side}:{own}")
    out.add(f"first={rank == 0}:{own}:{side}:{min(3, behind)}")
    rival = not cues().comparing.isdisjoint(
        words.lower[max(first, number.start - 6) : number.start]
    )
    out.add(f"rival={rival}:{own}:{side}:{bool(crossed)}:{compared(words, ent)}")
    index = paired(all_, number, place)
    if index:
        out.add("paired" if ent.id_ == index else "unpaired")
    return out


def compared(words: Words, ent: Span) -> bool:
    """Whether a name is what a system is compared with: "outperforms X", "over X"."""
    return not cues().comparing.isdisjoint(words.lower[max(0, ent.start - 3) : ent.start])


def paired(all_: Holders, number: Span, place: str) -> str:
    """The key of the name that a number goes with, where both stand in lists of equal length.

    "74.1 and 68.3 on A and B", "A and B reach 74.1 and 68.3".
    """
    numbers = listed(all_.numbers, number)
    if len(numbers) < 2:
        return ""
    words = words_of(all_.doc)
    first, last = words.first[number.start], words.last[number.start]
    ents = sorted(
        (e for es in all_.names[place].values() for e in es if first <= e.start < last),
        key=lambda e: e.start,
    )
    for ent in ents:
        group = listed(ents, ent)
        if len(group) == len(numbers) and not any(
            group[0].start < n.start < group[-1].start for n in numbers
        ):
            return group[numbers.index(number)].id_
    return ""


def together(all_: Holders, number: Span, key: str) -> tuple[str, ...]:
    """A benchmark with those that stand in one list with it, where one number holds on all.

    A number among others that go with the list one by one holds on its own only.
    """
    if not key or paired(all_, number, "benchmark"):
        return (key,) if key else ()
    words = words_of(all_.doc)
    first, last = words.first[number.start], words.last[number.start]
    ents = sorted(
        (e for es in all_.names["benchmark"].values() for e in es if first <= e.start < last),
        key=lambda e: e.start,
    )
    here = [e for e in ents if e.id_ == key]
    group = listed(ents, min(here, key=lambda e: (distance(number, e), e.start))) if here else []
    return tuple(dict.fromkeys([key, *(e.id_ for e in group)]))


def listed(spans: Sequence[Span], span: Span) -> list[Span]:
    """The spans in one list with a span: only commas, conjunctions and signs between them."""
    place = list(spans).index(span)
    group = [span]
    for other in reversed(spans[:place]):
        if not joined(other, group[0]):
            break
        group.insert(0, other)
    for other in spans[place + 1 :]:
        if not joined(group[-1], other):
            break
        group.append(other)
    return group


def joined(left: Span, right: Span) -> bool:
    """Whether nothing but joints of a list stands between two spans."""
    between = left.doc[left.end : right.start]
    return 0 < len(between) <= 4 and all(t.lower_ in JOINTS for t in between)
