"""Learned weights inside a pipeline component: how they are kept, on disk and as bytes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Self

import pycrfsuite

__all__ = ["MaxEnt"]

FILE = "weights.bin"


class MaxEnt:
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

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the weights into a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / FILE).write_bytes(self.model)

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> Self:
        """Read what `to_disk` wrote."""
        return self.from_bytes((Path(path) / FILE).read_bytes())
