"""Whose a reported number is, on what, and by what: the names that a number belongs to.

Every name that may fill a place of a result (system, benchmark, metric) is judged by itself, by a
maximum-entropy model over where it stands to the number; the likeliest one fills the place, or
none where none is likely.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.words import Words, words_of

__all__ = ["PLACES", "Holders", "candidates", "compared", "holder_features", "listed", "together"]

PLACES = {
    "system": ("Model", "Method"),
    "benchmark": ("Benchmark", "Dataset"),
    "metric": ("Metric",),
}
"""The types of the names that may fill each place of a result."""

OWN = frozenset({"our", "we", "it", "its", "ours", "proposed", "this", "method", "approach", "the"})
BREAKS = frozenset({",", ";", ":", "and", "while", "whereas", "with", "but", "(", ")"})
JOINTS = frozenset({",", "and", "or", "&", "/", "$", "%", "\\", "respectively", "the", "both"})
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
        new = (e.id_ for e in doc.ents if e._.role == "introduces" and e.label_ in PLACES["system"])
        return cls(doc, numbers, names, next(new, ""))


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
    all_: Holders, number: Span, place: str, key: str, ent: Span, last_held: str | None
) -> list[str]:
    """The features of one name for one place of a result.

    `last_held` is what fills that place of the number before it in the same sentence: a key, an
    empty string for nothing, None where there is no such number.
    """
    doc, words = all_.doc, words_of(all_.doc)
    kind = number.label_
    first, last = words.first[number.start], words.last[number.start]
    here = first <= ent.start < last
    side = "after" if ent.start >= number.end else "before"
    named = all_.names[place]
    inside = [k for k, ents in named.items() if any(first <= e.start < last for e in ents)]
    out = {"b", f"t={ent.label_}", f"role={ent._.role}", f"n={min(3, len(named))}"}
    out.add(f"in={min(3, len(inside))}")
    if last_held is not None:
        out.add(f"last:{'this' if key == last_held else 'other' if last_held else 'none'}")
    near = set(words.lower[max(first, number.start - 4) : number.start])
    out.update(f"hedge:{word}" for word in ("up", "average", "most", "least") if word in near)
    out.add("own" if key == all_.own else "other")
    if key == all_.own:
        said = not OWN.isdisjoint(words.lower[first:last])
        out.add(f"own:{'said' if said else 'not'}:{min(2, len(inside))}")
    if here:
        out |= beside(all_, number, place, ent, side)
    else:
        back = sum(1 for s in doc.sents if ent.end <= s.start < number.start)
        out.add(f"away:{side}:{min(4, back)}:{'none' if not inside else 'some'}")
        out.add("title" if ent.start < words.title_end else "body")
        out.add(f"away:{ent.label_}:{ent._.role}:{min(3, len(named))}:{min(1, len(inside))}")
    out |= {f"{kind}&{x}" for x in out}
    return [f"{place}:{x}" for x in sorted(out)]


def beside(all_: Holders, number: Span, place: str, ent: Span, side: str) -> set[str]:
    """The features of a name in the sentence of a number."""
    doc, words = all_.doc, words_of(all_.doc)
    a, b = (number.end, ent.start) if side == "after" else (ent.end, number.start)
    between = words.lower[a:b]
    names = [e for ents in all_.names[place].values() for e in ents if a <= e.start < b]
    crossed = sum(a <= n.start < b for n in all_.numbers)
    out = {"here", f"side={side}", f"d={side}:{stepped(b - a)}"}
    out.add(f"crossed={side}:{min(2, crossed)}:{min(2, len({e.id_ for e in names}))}")
    out.add(f"breaks={side}:{min(3, sum(w in BREAKS for w in between))}")
    out.add(f"left={side}:{words.lower[ent.start - 1] if ent.start else '^'}")
    out.add(f"right={side}:{words.lower[ent.end] if ent.end < len(doc) else '$'}")
    if len(between) <= 3:
        out.add(f"between={side}:{'_'.join(between)}")
    out.update(f"w={side}:{w}" for w in between[-4:] + between[:4])
    if compared(words, ent):
        out.add(f"compared={side}")
    if not cues().comparing.isdisjoint(between):
        out.add(f"comparing={side}")
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
