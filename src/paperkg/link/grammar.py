"""How names are put together: a release, then suffixes for size, date, tuning and the like."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from paperkg.names import normalize
from paperkg.resources import ONTOLOGY

__all__ = ["Reading", "edition", "family_stems", "readings", "traits", "whole"]

GAP = r"[\s\-_/(:]+"
EDITION = re.compile(r"^(?P<stem>.*[^\W\d])[\s\-_'’]*(?P<year>20[012]\d|1[3-9]|2\d)$")
CUT_OFF = re.compile(r"@\s?\d+$")
STEM_ENDS = re.compile(r"(?<=\w)[\s\-]|(?<=[^\W\d_])(?=\d)")


class Reading(NamedTuple):
    """A name as release and suffixes: `Llama-2-13B-chat` is `Llama-2` and `13B-chat`."""

    release: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Grammar:
    """How the names of a type are put together."""

    suffix: re.Pattern[str] | None
    sized: frozenset[str]
    sizes: tuple[re.Pattern[str], ...]
    traits: tuple[tuple[str, re.Pattern[str]], ...]
    subset: re.Pattern[str] | None
    release: re.Pattern[str] | None


@lru_cache(maxsize=1)
def grammars() -> dict[str, Grammar]:
    """The grammar of each type, by the type's name."""
    data = tomllib.loads((ONTOLOGY / "grammar.toml").read_text("utf-8"))

    def compiled(pattern: str) -> re.Pattern[str] | None:
        return re.compile(pattern, re.IGNORECASE) if pattern else None

    return {
        type_.capitalize(): Grammar(
            suffix=compiled(
                f"^(?P<stem>.+?){GAP}(?:{'|'.join(d['suffixes'])})\\)?$" if d["suffixes"] else ""
            ),
            sized=frozenset(map(normalize, d["sized"])),
            sizes=tuple(
                re.compile(rf"^(?P<stem>.+?)(?:{GAP})?{s}$", re.IGNORECASE) for s in d["sizes"]
            ),
            traits=tuple(
                (kind, re.compile(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", re.IGNORECASE))
                for kind, pattern in d["traits"].items()
            ),
            subset=compiled(d.get("subset", "")),
            release=compiled(d.get("release", "")),
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
    while grammar and grammar.suffix:
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


def traits(suffix: str, type_: str) -> tuple[tuple[str, str], ...]:
    """What suffixes say: `13B-chat` of a Model is (size, 13B) and (tuning, chat)."""
    grammar = grammars().get(type_)
    rest, found = suffix, []
    for kind, pattern in grammar.traits if grammar else ():
        parts = [match[0] for match in pattern.finditer(rest)]
        rest = pattern.sub(" ", rest)
        if parts:
            found.append((kind, " ".join(parts)))
    return tuple(sorted(found))


def whole(name: str, type_: str) -> tuple[str, ...]:
    """What a name may be a subset or variant of, best first: `SWE-bench Verified` of `SWE-bench`.

    A metric with a cut-off may be one of those at any (`pass@k`), or of the metric itself.
    """
    grammar = grammars().get(type_)
    match = grammar.subset.match(name) if grammar and grammar.subset else None
    if not match:
        return ()
    stems = [stem for key, stem in match.groupdict().items() if stem and key.startswith("stem")]
    return (*(f"{stem}@k" for stem in stems if CUT_OFF.search(name)), *stems)


def edition(name: str) -> tuple[str, str]:
    """A name that ends in a year as its stem and that year in full, or two empty strings."""
    match = EDITION.match(name)
    if not match:
        return "", ""
    return match["stem"], match["year"] if len(match["year"]) == 4 else f"20{match['year']}"


def family_stems(name: str, type_: str) -> list[str]:
    """Names of the families that a name may be a release of, the longest first.

    `Llama 3.1` may be of `Llama`; `MiniMax-M2.5` of `MiniMax`; but `GPT-J` not of `GPT`.
    """
    grammar = grammars().get(type_)
    if not grammar or not grammar.release:
        return []
    ends = [m.start() for m in STEM_ENDS.finditer(name) if m.start() > 1]
    return [name[:end] for end in reversed(ends) if grammar.release.fullmatch(name[end:])]
