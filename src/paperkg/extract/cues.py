"""The words that speak for a name: read from `ontology/cues.toml`, where people can edit them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache

from paperkg.resources import ONTOLOGY

__all__ = ["Cues", "cues"]


@dataclass(frozen=True, slots=True)
class Cues:
    """Sets of lower-case words, and the types that head nouns and name endings point to."""

    introducing: frozenset[str]
    presenting: frozenset[str]
    naming: frozenset[str]
    using: frozenset[str]
    background: frozenset[str]
    gains: frozenset[str]
    speeds: frozenset[str]
    scores: frozenset[str]
    comparing: frozenset[str]
    bettering: frozenset[str]
    attributes: frozenset[str]
    hedges: frozenset[str]
    hosts: frozenset[str]
    abbreviations: frozenset[str]
    heads: dict[str, str]
    endings: dict[str, str]
    generic: frozenset[str]


@lru_cache(maxsize=1)
def cues() -> Cues:
    """The cue words that ship with the package."""
    data = tomllib.loads((ONTOLOGY / "cues.toml").read_text("utf-8"))
    words = {name: frozenset(listed) for name, listed in data["words"].items()}
    return Cues(**words, heads=by_word(data["heads"]), endings=by_word(data["endings"]))


def by_word(table: dict[str, list[str]]) -> dict[str, str]:
    """Lists of words by type as types by word."""
    return {word: type_ for type_, words in table.items() for word in words}
