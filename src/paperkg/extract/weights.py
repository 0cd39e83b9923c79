"""Learned weights inside a pipeline component: how they are kept, on disk and as bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp
from pathlib import Path
from typing import Self

import pycrfsuite
import srsly

__all__ = ["Kept", "MaxEnt", "Ranker"]


class Kept:
    """What a pipeline component has learned: a file in a folder, of what `to_bytes` gives."""

    file = "weights.bin"

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """What was learned."""
        raise NotImplementedError

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """Take into use what `to_bytes` gave."""
        raise NotImplementedError

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write it into a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / self.file).write_bytes(self.to_bytes())

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> Self:
        """Read what `to_disk` wrote."""
        return self.from_bytes((Path(path) / self.file).read_bytes())


class MaxEnt(Kept):
    """A CRF; over sequences of length one, a maximum-entropy model. There is none until `load`."""

    def __init__(self) -> None:
        self.tagger: pycrfsuite.Tagger | None = None
        self.model = b""

    def load(self, model: bytes) -> None:
        """Take weights into use."""
        self.tagger, self.model = pycrfsuite.Tagger(), model
        self.tagger.open_inmemory(model)

    def label(self, features: list[str]) -> str:
        """The most probable label of one thing."""
        assert self.tagger is not None
        label: str = self.tagger.tag(pycrfsuite.ItemSequence([features]))[0]
        return label

    def likeliest(self, features: list[str]) -> tuple[str, float]:
        """The most probable label of one thing, with its probability."""
        label = self.label(features)
        assert self.tagger is not None
        return label, float(self.tagger.marginal(label, 0))

    def sequence(self, features: list[list[str]]) -> list[str]:
        """The most probable labels of things that follow each other."""
        assert self.tagger is not None
        return list(self.tagger.tag(pycrfsuite.ItemSequence(features)))

    def probability(self, features: list[str], label: str) -> float:
        """How probable one label is for one thing."""
        assert self.tagger is not None
        self.tagger.set(pycrfsuite.ItemSequence([features]))
        return float(self.tagger.marginal(label, 0)) if label in self.tagger.labels() else 0.0

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The weights."""
        return self.model

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """Take into use what `to_bytes` gave."""
        if data:
            self.load(data)
        return self


class Ranker(Kept):
    """A conditional logit model: the most probable one of several candidates by their features."""

    def __init__(self, weights: dict[str, float] | None = None) -> None:
        self.weights = weights or {}

    def choose(self, candidates: Sequence[Iterable[str]]) -> tuple[int, float]:
        """The index of the most probable candidate, of equal ones the first, and how probable."""
        weight = self.weights.get
        sums = [sum(weight(f, 0.0) for f in features) for features in candidates]
        best = max(range(len(sums)), key=sums.__getitem__)
        return best, 1 / sum(exp(s - sums[best]) for s in sums)

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The weights."""
        return bytes(srsly.msgpack_dumps(self.weights))

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """Take into use what `to_bytes` gave."""
        self.weights = srsly.msgpack_loads(data)
        return self
