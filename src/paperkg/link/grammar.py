"""How names are put together: a release, then suffixes for size, date, tuning and the like."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from paperkg.names import normalize
from paperkg.resources import ONTOLOGY

__all__ = ["Reading", "readings", "version_stem"]

GAP = r"[\s\-_/(:]+"
VERSION = re.compile(rf"^(?P<stem>.*?[^\W\d].*?)(?:{GAP}|(?<=[^\W\d_]))[vV]?\d+(?:\.\d+)*[a-z]?$")


class Reading(NamedTuple):
    """A name as release and suffixes: `Llama-2-13B-chat` is `Llama-2` and `13B-chat`."""

    release: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Grammar:
    """The suffixes that a type's names may have."""

    suffix: re.Pattern[str]
    sized: frozenset[str]
    sizes: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=1)
def grammars() -> dict[str, Grammar]:
    """The grammar of each type, by the type's name."""
    data = tomllib.loads((ONTOLOGY / "grammar.toml").read_text("utf-8"))
    return {
        type_.capitalize(): Grammar(
            re.compile(rf"^(?P<stem>.+?){GAP}(?:{'|'.join(d['suffixes'])})\)?$", re.IGNORECASE),
            frozenset(map(normalize, d["sized"])),
            tuple(re.compile(rf"^(?P<stem>.+?)(?:{GAP})?{s}$", re.IGNORECASE) for s in d["sizes"]),
        )
        for type_, d in data.items()
    }


@lru_cache(maxsize=65536)
def readings(surface: str, type_: str) -> tuple[Reading, ...]:
    """Every way to read a name, the whole name first, then with more and more suffixes cut off.

    Only names of types with a grammar have more than one reading.
    """
    found = [Reading(surface, "")]
    grammar = grammars().get(type_)
    while grammar:
        stem = found[-1].release
        match = grammar.suffix.match(stem)
        match = match or sized(stem, grammar)
        if not match:
            break
        release = match["stem"].rstrip(" -_/(:")
        found.append(Reading(release, surface[len(release) :].strip(" -_/():")))
    return tuple(found)


def sized(name: str, grammar: Grammar) -> re.Match[str] | None:
    """A name of a family that goes on with a bare number or letter for its size, or None."""
    found = (pattern.match(name) for pattern in grammar.sizes)
    return next((m for m in found if m and normalize(m["stem"]) in grammar.sized), None)


def version_stem(surface: str) -> str:
    """A name without its version number (`Llama 3.1` → `Llama`), or an empty string."""
    match = VERSION.match(surface)
    return match["stem"].rstrip(" -_") if match else ""
