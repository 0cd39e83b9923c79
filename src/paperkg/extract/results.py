"""Numbers that a paper reports: which are results, of what kind, and whose, on what, by what.

A CRF over the numbers of a paper tells results from sizes, counts and years by the words around
them and by how they follow each other; `holders` says which names belong to each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise, takewhile
from pathlib import Path
from typing import Self

import srsly
from spacy.language import Language
from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.holders import (
    PLACES,
    Held,
    Holders,
    candidates,
    holder_marks,
    together,
    without_marks,
)
from paperkg.extract.judge import Judge
from paperkg.extract.numbers import number_spans, value_of
from paperkg.extract.placed import Name
from paperkg.extract.weights import MaxEnt
from paperkg.extract.words import Words, words_of, written

__all__ = ["ResultFinder", "number_spans", "sequence_features", "value_of"]

RUN = re.compile(r"\d+")
ENDS = frozenset({";", ",", ":", "(", ")", "while", "whereas", "and", "but", "with"})
"""Where the clause of a number ends."""
NEAR = 10
"""So many words of a clause are looked at on either side of a number."""
PLAIN = frozenset({"of", "with", "at", "from", "to", "by", "more", "over", "than", "only"})
Place = tuple[int, int]
"""The first token of a number, and the one past its end."""


class ResultFinder:
    """A pipeline component: reported numbers in `doc.spans["results"]`, their kind as label.

    The extensions `span._.system`, `span._.benchmarks` and `span._.metric` hold the keys (`id_`)
    of the entities that a number belongs to: an empty string or tuple for none.
    """

    def __init__(self) -> None:
        self.kinds = MaxEnt()
        self.holders = Judge()

    def __call__(self, doc: Doc) -> Doc:
        """Find the results of a document; without weights there are none."""
        numbers = self.numbers(doc) if self.kinds.tagger and self.holders.weights else []
        doc.spans["results"] = list(self.attached(doc, numbers)) if numbers else []
        return doc

    def numbers(self, doc: Doc) -> list[Span]:
        """The numbers that are results, by all that is said of them, with their kinds."""
        spans = number_spans(doc)
        kinds = self.kinds.sequence(sequence_features(spans)) if spans else []
        return [
            Span(doc, s.start, s.end, label=kind)
            for s, kind in zip(spans, kinds, strict=True)
            if kind != "none"
        ]

    def attached(self, doc: Doc, numbers: list[Span]) -> Iterator[Span]:
        """The numbers that belong to a name, with all names that they belong to."""
        around, first = Holders.of(doc, numbers), words_of(doc).first
        last: dict[str, str] = {}
        for before, number in zip((None, *numbers), numbers, strict=False):
            near = before is not None and first[before.start] == first[number.start]
            held = {p: Held(last[p] if near else None, last.get(p)) for p in PLACES}
            last = self.attach(around, number, held)
            if any(last.values()):
                yield number

    def attach(self, around: Holders, result: Span, held: dict[str, Held]) -> dict[str, str]:
        """Set system, benchmarks and metric of a number, by what those of the last one were."""
        likely = {p: self.likeliest(around, result, p, held[p]) for p in PLACES}
        result._.system = likely["system"]
        result._.benchmarks = together(around, result, likely["benchmark"])
        result._.metric = likely["metric"]
        return likely

    def likeliest(self, around: Holders, result: Span, place: str, held: Held) -> str:
        """The key of the likeliest name for a place of a result, or an empty string."""
        if not around.names[place]:
            return ""
        keys, marks = [""], [without_marks(around, result, place, held)]
        for key, name in candidates(around, result, place):
            keys.append(key)
            marks.append(holder_marks(around, result, place, key, name, held))
        places = [f"{place}:-", *[place] * (len(keys) - 1)]
        return keys[self.holders.best(places, result.label_, marks)]

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Both models."""
        both = (self.kinds.to_bytes(), self.holders.to_bytes())
        return bytes(srsly.msgpack_dumps(both))

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """Take into use what `to_bytes` gave."""
        kinds, holders = srsly.msgpack_loads(data)
        self.kinds.from_bytes(kinds)
        self.holders.from_bytes(holders)
        return self

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write both models into a folder."""
        self.kinds.to_disk(Path(path) / "kinds")
        self.holders.to_disk(Path(path) / "holders")

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> Self:
        """Read what `to_disk` wrote."""
        self.kinds.from_disk(Path(path) / "kinds")
        self.holders.from_disk(Path(path) / "holders")
        return self


def sequence_features(spans: list[Span]) -> list[list[str]]:
    """The features of the numbers of a document, with how each follows the one before it."""
    doc = spans[0].doc
    words = words_of(doc)
    names = [Name(e.start, e.end, e.label_) for e in doc.ents]
    places = [(s.start, s.end) for s in spans]
    rows = [number_features(words, names, *place) for place in places]
    for row, (before, place) in zip(rows[1:], pairwise(places), strict=True):
        row += following_features(words, before, place)
    return rows


def following_features(words: Words, before: Place, place: Place) -> Iterator[str]:
    """How a number follows the one before it."""
    between = words.lower[before[1] : place[0]]
    same = words.first[before[0]] == words.first[place[0]]
    near = min(4, len(between) // 3)
    yield f"next:{'same' if same else 'other'}:{near if same else ''}"
    if same and len(between) < 8:
        yield f"next:{between[-1] if between else ''}:{'and' in between}"
        ends = written(words, *before)[-1:], written(words, *place)[-1:]
        yield f"next:unit:{ends[0] == ends[1]}"


def number_features(words: Words, names: list[Name], start: int, end: int) -> list[str]:
    """The features of a number: its form, the words around it, and the names beside it."""
    first, last, lower = words.first[start], words.last[start], words.lower
    before = lower[max(first, start - 5) : start]
    after = lower[end : min(last, end + 5)]
    text = written(words, start, end)
    form = RUN.sub("d", text).replace("\\", "")
    out = ["b", f"form={form}", f"digits={sum('0' <= c <= '9' for c in text)}"]
    out += [f"l{k}={w}" for k, w in enumerate(reversed(before[-3:]), 1)]
    out += [f"r{k}={w}" for k, w in enumerate(after[:3], 1)]
    out += [f"L={w}" for w in before]
    out += [f"R={w}" for w in after]
    out += [f"ll={a}_{b}" for a, b in pairwise(before[-3:])]
    out += [f"rr={a}_{b}" for a, b in pairwise(after[:3])]
    for kind, listed in kinds_of_cues():
        if not listed.isdisjoint(lower[first:last]):
            out.append(f"sent:{kind}:{form}")
            if not (listed.isdisjoint(before) and listed.isdisjoint(after)):
                out.append(f"near:{kind}:{form}")
    inside = [e for e in names if first <= e.start and e.end <= last]
    a, b = max(first, start - 4), min(last, end + 4)
    out += [f"type:{e.type}" for e in inside]
    out += [f"near-type:{e.type}:{form}" for e in inside if a <= e.start and e.end <= b]
    out.append("title" if start < words.title_end else f"place={int(4 * start / len(lower))}")
    out += clause_features("l", clause_before(lower[first:start]), form)
    out += clause_features("r", clause_after(lower[end:last]), form)
    return sorted(set(out))


def clause_before(lower: list[str]) -> list[str]:
    """The last words in a clause of those before a number in its sentence, the last one first."""
    return list(islice(takewhile(lambda w: w not in ENDS, reversed(lower)), NEAR))


def clause_after(lower: list[str]) -> list[str]:
    """The first words in a clause of those behind a number in its sentence."""
    return list(takewhile(lambda w: w not in ENDS, lower[:NEAR]))


def clause_features(side: str, near: list[str], form: str) -> Iterator[str]:
    """What governs a number in its clause: the nearest cue on one side, and its preposition."""
    c = cues()
    for kind, listed in kinds_of_cues():
        at = next((i for i, w in enumerate(near) if w in listed and w not in PLAIN), None)
        if at is not None:
            yield f"c{side}:{kind}:{form}"
            yield f"c{side}:{kind}:{near[at]}"
            yield f"c{side}:{kind}:{min(at, 4)}"
    yield f"n{side}={next((w for w in near if is_cue(w)), '')}"
    if side == "l":
        plain = [w for w in near if w not in c.hedges]
        yield f"prep={''.join(plain[:1])}"
        yield f"prep={''.join(plain[:1])}:{form}"
        yield f"governing={'_'.join(plain[:2])}"
    else:
        yield f"head={'_'.join(w for w in near[:3] if w not in c.hedges)[:40]}"


def kinds_of_cues() -> tuple[tuple[str, frozenset[str]], ...]:
    """The words that speak for a kind of result, by the kind."""
    c = cues()
    return ("gain", c.gains), ("speed", c.speeds), ("score", c.scores)


def is_cue(word: str) -> bool:
    """Whether a word speaks for any kind of result."""
    c = cues()
    return word in c.gains or word in c.speeds or word in c.scores


@Language.factory("paperkg_results", assigns=["doc.spans"], requires=["doc.ents", "span._.role"])
def make_results(nlp: Language, name: str) -> ResultFinder:
    """A result finder without weights; training or `from_disk` brings them."""
    return ResultFinder()


for extension in ("system", "metric"):
    Span.set_extension(extension, default="", force=True)
Span.set_extension("benchmarks", default=(), force=True)
