"""Which name fills a place of a result: a ranker that remembers what each mark weighs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from paperkg.extract.holders import alone, spelled
from paperkg.extract.weights import Ranker

__all__ = ["Judge"]

KEPT = 30_000
"""So many marks are remembered of each place and kind."""
CLOSE = 1e-6
"""Sums nearer to each other than this may stand in the wrong order for their rounding."""


class Judge(Ranker):
    """A ranker of what is said of names, as marks, of which `spelled` makes its features."""

    def __init__(self, weights: dict[str, float] | None = None) -> None:
        super().__init__(weights)
        self.tables: dict[tuple[str, str], Weighed] = {}

    def best(self, places: Sequence[str], kind: str, marks: Sequence[Collection[str]]) -> int:
        """The index of the most probable choice by its place and its marks, as `choose` gives it.

        Features are only spelled out where the choice is close.
        """
        sums = [
            sum(map(self.table(place, kind).__getitem__, told))
            for place, told in zip(places, marks, strict=True)
        ]
        best = max(sums)
        if sum(best - each < CLOSE for each in sums) == 1:
            return sums.index(best)
        return self.choose([spelled(p, kind, m) for p, m in zip(places, marks, strict=True)])[0]

    def table(self, place: str, kind: str) -> Weighed:
        """What marks of a place and a kind weigh, by the weights of now."""
        table = self.tables.get((place, kind))
        if table is None or table.weights is not self.weights:
            table = self.tables[place, kind] = Weighed(self.weights, place, kind)
        return table


class Weighed(dict[str, float]):
    """What each mark of one place and kind weighs in all its features."""

    def __init__(self, weights: dict[str, float], place: str, kind: str) -> None:
        self.weights, self.place, self.kind = weights, place, kind

    def __missing__(self, mark: str) -> float:
        """Look a mark up by its features, and remember it."""
        weight = self.weights.get(f"{self.place}:{mark}", 0.0)
        if not alone(mark):
            weight += self.weights.get(f"{self.place}:{self.kind}&{mark}", 0.0)
        if len(self) < KEPT:
            self[mark] = weight
        return weight
