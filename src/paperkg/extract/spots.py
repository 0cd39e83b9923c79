"""A reported number with what is said around it, and the names that stand beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from paperkg.extract.cues import cues
from paperkg.extract.placed import Name, listed
from paperkg.extract.words import Words

__all__ = ["Inside", "Spot", "inside_of", "nearest", "spot_of"]

OWN = frozenset({"our", "we", "it", "its", "ours", "proposed", "this", "method", "approach", "the"})
RANGING = frozenset({"-", "--", "–", "to", "$", "\\", "%"})


@dataclass(frozen=True)
class Spot:
    """A number with what is said around it: its sentence, what leads to it, what it goes with."""

    words: Words
    number: Name
    first: int
    last: int
    lead: str
    hedges: tuple[str, ...]
    own_said: bool
    group: Sequence[Name]

    @cached_property
    def told(self) -> list[str]:
        """Marks of the words around the number, and of all in its sentence."""
        lower, number = self.words.lower, self.number
        before = lower[max(self.first, number.start - 4) : number.start]
        after = lower[number.end : min(self.last, number.end + 4)]
        said = [f"l={w}" for w in before] + [f"r={w}" for w in after]
        return said + [f"s={w}" for w in lower[self.first : self.last]]

    @cached_property
    def rival(self) -> bool:
        """Whether the words before the number compare."""
        near = self.words.lower[max(self.first, self.number.start - 6) : self.number.start]
        return not cues().comparing.isdisjoint(near)


class Inside(NamedTuple):
    """The names in a number's sentence that may fill a place of its result: all, and how many.

    `pair` is the key of the one that the number goes with in lists of equal length.
    """

    names: list[Name]
    keys: int
    counts: str
    pair: str


def spot_of(words: Words, numbers: Sequence[Name], place: int) -> Spot:
    """The number at a place among those of a document, with what is said around it."""
    number = numbers[place]
    first, last = words.first[number.start], words.last[number.start]
    before = words.lower[max(first, number.start - 6) : number.start]
    hedges, near = cues().hedges, before[-4:]
    return Spot(
        words,
        number,
        first,
        last,
        "range"
        if place and in_range(words, numbers[place - 1], number)
        else next((w for w in reversed(before) if w not in hedges), "^"),
        tuple(word for word in ("up", "average", "most", "least") if word in near),
        not OWN.isdisjoint(words.lower[first:last]),
        listed(words, numbers, place),
    )


def in_range(words: Words, before: Name, number: Name) -> bool:
    """Whether a number ends a range that the one before it begins: `3.2-7.9`, `from 2% to 8%`."""
    gap = number.start - before.end
    return 0 < gap <= 4 and RANGING.issuperset(words.lower[before.end : number.start])


def inside_of(spot: Spot, named: dict[str, list[Name]]) -> Inside:
    """Of the names that may fill a place, by their keys, those in the sentence of a number."""
    first, last = spot.first, spot.last
    names = sorted(e for es in named.values() for e in es if first <= e.start < last)
    keys = len({e.key for e in names})
    return Inside(names, keys, f"{min(3, len(named))}:{min(3, keys)}", paired(spot, names))


def paired(spot: Spot, names: Sequence[Name]) -> str:
    """The key of the name that a number goes with, where both stand in lists of equal length.

    "74.1 and 68.3 on A and B", "A and B reach 74.1 and 68.3". The names are those of a sentence.
    """
    numbers = spot.group
    if len(numbers) < 2:
        return ""
    for place in range(len(names)):
        group = listed(spot.words, names, place)
        if len(group) == len(numbers) and not any(
            group[0].start < n.start < group[-1].start for n in numbers
        ):
            return group[numbers.index(spot.number)].key
    return ""


def nearest(number: Name, names: Iterable[Name]) -> Name:
    """The name with the fewest tokens between it and a number, of equal ones the first."""
    return min(names, key=lambda e: (distance(number, e), e.start))


def distance(number: Name, name: Name) -> int:
    """The tokens between a number and a name."""
    return name.start - number.end if name.start >= number.end else number.start - name.end
