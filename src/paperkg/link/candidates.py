"""What a name may stand for: catalogue entries with a score and the reason for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from paperkg.catalog import Catalog, Entry, load_catalog
from paperkg.link.full_names import is_full_name, same_full_name
from paperkg.link.grammar import edition, readings
from paperkg.names import name_key, normalize
from paperkg.records import TYPES

__all__ = ["KIN", "THRESHOLD", "Candidate", "Grounder", "ground"]

KIN = {"Dataset": "Benchmark", "Benchmark": "Dataset", "Model": "Method", "Method": "Model"}
"""Types that papers take for one another; a name keeps its entity across them."""
THRESHOLD = 0.5
"""A candidate below this score is none: the name becomes an entity of its own instead."""
SUFFIX, KIN_TYPE, OTHER_TYPE, LOOSE_OTHER = 0.92, 0.93, 0.7, 0.45
WORD, OTHERWISE, NEW = 0.4, 0.3, 0.5
"""What a score is multiplied by for what speaks against a candidate."""
EXACT, LOOSE = "exact alias", "same but for case and punctuation"
HEAD_NOUN = re.compile(
    r"[\s-](?:scores?|prompting|datasets?|benchmarks?|models?|algorithm|framework|corpus)$", re.I
)
WORDS = re.compile(r"[^\W\d_]+")
POINT_ZERO = re.compile(r"(?<=\d)\.0(?![\d.])")
HYPHENATED_VERSION = re.compile(r"(?<=\d)-(?=\d)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that a name may stand for, and what the name says besides (`13B-chat`).

    `score` is between 0 and 1; `reason` says in words how the name leads to the entry.
    """

    entry: Entry
    suffix: str
    score: float
    reason: str


def ground(
    name: str, type_: str = "", *, full_name: str = "", catalog: str | Sequence[str] = ()
) -> list[Candidate]:
    """What the catalogue takes a name for: candidates with score and reason, the best first.

    `type_` is what the text says that the name is, `full_name` what it spells an acronym out as;
    `catalog` names CSV files of one's own. Only candidates from THRESHOLD on would be taken.
    """
    grounder = Grounder(load_catalog(own=catalog))
    types = [type_] if type_ else list(TYPES)
    found: dict[str, Candidate] = {}
    for candidate in (c for t in types for c in grounder.candidates(name, t)):
        judged = in_full(candidate, name, [full_name]) if full_name else candidate
        best = found.get(judged.entry.id)
        if not best or best.score < judged.score:
            found[judged.entry.id] = judged
    return ranked(found.values())


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Candidates, a user's own first, then by score."""
    return sorted(candidates, key=lambda c: (not c.entry.own, -c.score, c.entry.id))


class Grounder:
    """Finds the candidates for names in one catalogue, and remembers them."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.known: dict[tuple[str, str], list[Candidate]] = {}

    def candidates(self, surface: str, type_: str) -> list[Candidate]:
        """The candidates for a surface that the text takes for a type, the best first."""
        found = self.known.get((surface, type_))
        if found is None:
            found = self.known[surface, type_] = ranked(self.search(surface, type_))
        return found

    def search(self, surface: str, type_: str) -> Iterator[Candidate]:
        """The candidates in any reading of the surface, then without a maker before it."""
        seen = set()
        for cut, reading in enumerate(readings(surface, type_)):
            for entry, score, reason in self.entries(reading.release, type_):
                if entry.id not in seen:
                    seen.add(entry.id)
                    told = f"{reason}, then {reading.suffix}" if cut else reason
                    found = Candidate(entry, reading.suffix, score * SUFFIX**cut, told)
                    yield typed(found, reading.release, type_)
        if not seen:
            yield from self.without_maker(surface, type_)

    def without_maker(self, surface: str, type_: str) -> Iterator[Candidate]:
        """The candidates for the rest of a name that begins with its maker: `OpenAI o3`."""
        first, _, rest = surface.replace("/", " ").partition(" ")
        if not rest or type_ == "Organization":
            return
        for maker in self.catalog.index.get(normalize(first), ()):
            if maker.type == "Organization":
                for found in self.candidates(rest, type_):
                    if found.entry.maker in maker.surfaces:
                        told = f"{found.reason}, after its maker"
                        yield replace(found, score=found.score * SUFFIX, reason=told)

    def entries(self, surface: str, type_: str) -> list[tuple[Entry, float, str]]:
        """The entries of the first form of a surface that the catalogue knows."""
        for key, score, reason in forms(surface, type_):
            entries = self.catalog.index.get(key)
            if entries:
                exact = [e for e in entries if surface in e.surfaces]
                return [(e, 1.0, EXACT) if e in exact else (e, score, reason) for e in entries]
        return []


def forms(surface: str, type_: str) -> Iterator[tuple[str, float, str]]:
    """The keys under which the catalogue may know a surface, with score and reason."""
    yield normalize(surface), 0.98, LOOSE
    yield name_key(surface), 0.96, "plural"
    if not surface.endswith("S"):  # `CLIPS` is no plural
        yield name_key(surface.lower()), 0.96, "plural"
    yield normalize(HYPHENATED_VERSION.sub(".", surface)), 0.94, "version with a hyphen"
    yield normalize(POINT_ZERO.sub("", surface)), 0.94, "version without .0"
    if surface[-1:].isdigit():
        yield normalize(f"{surface}.0"), 0.94, "version with .0"
    yield normalize(HEAD_NOUN.sub("", surface)), 0.94, "without its head noun"
    if type_ in ("Benchmark", "Dataset"):
        stem, year = edition(surface)
        if stem:
            yield normalize(f"{stem} {year}"), 0.96, "edition with its year in full"
            yield normalize(stem + year[2:]), 0.96, "edition with its year in short"


def typed(candidate: Candidate, surface: str, type_: str) -> Candidate:
    """The candidate as its spelling and its type in the text make it more or less likely."""
    entry = candidate.entry
    if entry.context and candidate.reason == LOOSE and other_capitals(surface, entry):
        told = f"{LOOSE}, a word in other capitals"
        return replace(candidate, score=candidate.score * WORD, reason=told)
    if entry.type == type_:
        return candidate
    if entry.type == KIN.get(type_):
        factor, told = KIN_TYPE, f"read as a {type_}"
    elif entry.context:
        factor, told = WORD, f"an ordinary word, and read as a {type_}"
    else:
        exact = candidate.reason == EXACT
        factor, told = OTHER_TYPE if exact else LOOSE_OTHER, f"read as a {type_}"
    score = candidate.score * factor
    return replace(candidate, score=score, reason=f"{candidate.reason}, {told}")


def in_new_paper(candidate: Candidate, surface: str, type_: str) -> Candidate:
    """The candidate for a surface that its paper introduces: what is new is not known yet.

    Roles may be read wrongly, so only another type or other capitals speak against a candidate.
    """
    entry = candidate.entry
    other_type = entry.type not in (type_, KIN.get(type_))
    other_case = candidate.reason == LOOSE and other_capitals(surface, entry)
    if not (other_type or other_case) or entry.own:
        return candidate
    told = f"{candidate.reason}, but introduced by this paper"
    return replace(candidate, score=candidate.score * NEW, reason=told)


def other_capitals(surface: str, entry: Entry) -> bool:
    """Whether a surface has other capitals than any of an entry's: `STAR`, not `STaR`.

    The first letters of words do not count: `Recall` is `recall`.
    """
    return letters(surface) not in map(letters, entry.surfaces) and not surface.islower()


def letters(surface: str) -> str:
    """The letters of a surface, in their case but for the first one of each word."""
    words = WORDS.findall(surface)
    return "".join(word[0].lower() + word[1:] for word in words)


def in_full(candidate: Candidate, surface: str, full: list[str], *, new: bool = False) -> Candidate:
    """The candidate for a surface in the light of the full names that the paper gives it.

    A user's own entry is what the user says it is. An entry without a full name is contradicted
    where the paper spells out a mere alias of it, or introduces (`new`) what it spells out.
    """
    entry = candidate.entry
    known = [s for s in entry.surfaces if is_full_name(s)]
    stems = [r.release for f in full for r in readings(f, entry.type)]
    if any(name_key(s) in {name_key(k) for k in entry.surfaces} for s in stems):
        return candidate
    if any(same_full_name(s, k) for s in stems for k in known):
        return candidate
    if entry.own or not (known or new or normalize(surface) != normalize(entry.name)):
        return candidate
    told = f"{candidate.reason}, but spelled out as {full[0]}"
    return replace(candidate, score=candidate.score * OTHERWISE, reason=told)
