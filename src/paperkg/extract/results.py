"""Numbers that a paper reports: which are results, of what kind, and whose, on what, by what.

A CRF over the numbers of a paper tells results from sizes, counts and years by the words around
them and by how they follow each other; `holders` says which names belong to each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
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
    holder_features,
    together,
    without,
)
from paperkg.extract.weights import MaxEnt, Ranker
from paperkg.extract.words import Words, words_of

__all__ = ["ResultFinder", "number_spans", "sequence_features", "value_of"]

YEAR = re.compile(r"(?:19|20)[0-9]{2}")
DIGITS = r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
NUMBER = re.compile(DIGITS + "(?:[xX]|ms|mm|cm|dB|s)?")
SIGNS = frozenset("+-−±~")
TIMES = frozenset({"x", "×", "X"})
UNITS = frozenset(
    {"dB", "pp", "minutes", "hours", "ms", "FPS", "fps", "mm", "cm", "milliseconds", "seconds"}
)
IN_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twenty": 20,
    "hundred": 100,
}
"""Numbers that count where they are factors: "by a factor of two", "three times faster"."""
ENDS = frozenset({";", ",", ":", "(", ")", "while", "whereas", "and", "but", "with"})
"""Where the clause of a number ends."""
PLAIN = frozenset({"of", "with", "at", "from", "to", "by", "more", "over", "than", "only"})


class ResultFinder:
    """A pipeline component: reported numbers in `doc.spans["results"]`, their kind as label.

    The extensions `span._.system`, `span._.benchmarks` and `span._.metric` hold the keys (`id_`)
    of the entities that a number belongs to: an empty string or tuple for none.
    """

    def __init__(self) -> None:
        self.kinds = MaxEnt()
        self.holders = Ranker()

    def __call__(self, doc: Doc) -> Doc:
        """Find the results of a document; without weights there are none."""
        numbers = self.numbers(doc) if self.kinds.tagger and self.holders.weights else []
        around = Holders.of(doc, numbers)
        last: dict[str, str] = {}
        found = []
        for before, number in zip((None, *numbers), numbers, strict=False):
            near = before is not None and before.sent == number.sent
            held = {p: Held(last[p] if near else None, last.get(p)) for p in PLACES}
            last = self.attach(around, number, held)
            if any(last.values()):
                found.append(number)
        doc.spans["results"] = found
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

    def attach(self, around: Holders, result: Span, held: dict[str, Held]) -> dict[str, str]:
        """Set system, benchmarks and metric of a number, by what those of the last one were."""
        likely = {p: self.likeliest(around, result, p, held[p]) for p in PLACES}
        result._.system = likely["system"]
        result._.benchmarks = together(around, result, likely["benchmark"])
        result._.metric = likely["metric"]
        return likely

    def likeliest(self, around: Holders, result: Span, place: str, held: Held) -> str:
        """The key of the likeliest name for a place of a result, or an empty string."""
        keys, judged = [""], [without(around, result, place, held)]
        for key, ent in candidates(around, result, place):
            keys.append(key)
            judged.append(holder_features(around, result, place, key, ent, held))
        return keys[self.holders.choose(judged)[0]]

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


def number_spans(doc: Doc) -> list[Span]:
    """Every number that stands outside names, with its sign, percent sign or unit."""
    named = {i for ent in doc.ents for i in range(ent.start, ent.end)}
    words = words_of(doc)
    spans = [
        whole_number(doc, i)
        for i, text in enumerate(words.texts)
        if i not in named
        and not is_deviation(words, i)
        and (
            (text[0] in "0123456789" and NUMBER.fullmatch(text) and stands_alone(doc, i))
            or (text.lower() in IN_WORDS and is_factor(words, i))
        )
    ]
    return [s for s in spans if not YEAR.fullmatch(s.text) and not s.text.startswith("±")]


def is_deviation(words: Words, i: int) -> bool:
    """Whether a number only says how far the one before it varies: `91.2 ± 0.3`."""
    before = words.lower[max(0, i - 3) : i]
    return before[-1:] == ["±"] or before[-2:] == ["\\", "pm"] or before == ["+", "/", "-"]


def is_factor(words: Words, i: int) -> bool:
    """Whether a number in words is a factor, by the words on either side."""
    before, after = words.lower[max(0, i - 2) : i], words.lower[i + 1 : i + 2]
    return before == ["factor", "of"] or after == ["times"]


def stands_alone(doc: Doc, i: int) -> bool:
    """Whether a number is no part of a word: `GPT-4` and `7-shot` hold none that counts."""
    before = doc[i - 1] if i else None
    if before is not None and before.text in {"{", "^", "."} and not before.whitespace_:
        return False
    if before is not None and not before.whitespace_ and before.text in {"-", "_", "/", "@", "#"}:
        joined = doc[i - 2] if i > 1 and not doc[i - 2].whitespace_ else None
        if joined is not None and joined.text[0].isalpha():
            return False
    after = doc[i + 1 : i + 3]
    return not (
        len(after) == 2
        and not doc[i].whitespace_
        and after[0].text == "-"
        and not after[0].whitespace_
        and after[1].text[0].isalpha()
    )


def whole_number(doc: Doc, i: int) -> Span:
    """A number's token with the sign before it and the percent sign or unit behind it."""
    start, end = i, i + 1
    if i and doc[i - 1].text in SIGNS and not doc[i - 1].whitespace_:
        before = doc[i - 2] if i > 1 and not doc[i - 2].whitespace_ else None
        range_to = before is not None and (ends_number(before.text) or before.text in SIGNS)
        start = i if range_to else i - 1
    following = [t.text for t in doc[end : end + 2]]
    if following == ["%", "p"] and not doc[end].whitespace_:
        end += 2
    elif following[:1] == ["%"] or (following[:1] and following[0] in UNITS | TIMES):
        end += 1
    elif following in (["\\", "%"], ["\\", "times"]):
        end += 2
    return doc[start:end]


def ends_number(text: str) -> bool:
    """Whether a token can end the number before a dash, which then is no sign."""
    return text[-1].isalnum() or text[-1] in "%)}$"


def value_of(text: str) -> str:
    """A reported number as a decimal: `+4.8%` is `4.8`, `1,200` is `1200`, `two` is `2`."""
    if text.lower() in IN_WORDS:
        return f"{IN_WORDS[text.lower()]}.0"
    number = re.search(DIGITS, text)
    assert number is not None
    sign = "-" if text.lstrip("~$ ").startswith(("-", "−")) else ""
    digits = number.group().replace(",", "")
    return f"{sign}{digits if '.' in digits else digits + '.0'}"


def sequence_features(spans: list[Span]) -> list[list[str]]:
    """The features of the numbers of a document, with how each follows the one before it."""
    rows = [number_features(span) for span in spans]
    for row, (before, span) in zip(rows[1:], pairwise(spans), strict=True):
        words = words_of(span.doc)
        between = words.lower[before.end : span.start]
        same = words.first[before.start] == words.first[span.start]
        near = min(4, len(between) // 3)
        row.append(f"next:{'same' if same else 'other'}:{near if same else ''}")
        if same and len(between) < 8:
            row.append(f"next:{between[-1] if between else ''}:{'and' in between}")
            row.append(f"next:unit:{before.text[-1:] == span.text[-1:]}")
    return rows


def number_features(span: Span) -> list[str]:
    """The features of a number: its form, the words around it, and the names beside it."""
    doc, words = span.doc, words_of(span.doc)
    first, last = words.first[span.start], words.last[span.start]
    before = words.lower[max(first, span.start - 5) : span.start]
    after = words.lower[span.end : min(last, span.end + 5)]
    text = span.text
    form = re.sub(r"\d+", "d", text).replace("\\", "")
    out = {"b", f"form={form}", f"digits={len(re.sub(r'[^0-9]', '', text))}"}
    out.update(f"l{k}={w}" for k, w in enumerate(reversed(before[-3:]), 1))
    out.update(f"r{k}={w}" for k, w in enumerate(after[:3], 1))
    out.update(f"L={w}" for w in before)
    out.update(f"R={w}" for w in after)
    out.update(f"ll={a}_{b}" for a, b in pairwise(before[-3:]))
    out.update(f"rr={a}_{b}" for a, b in pairwise(after[:3]))
    c = cues()
    sentence = words.lower[first:last]
    for kind, listed in (("gain", c.gains), ("speed", c.speeds), ("score", c.scores)):
        if not listed.isdisjoint(sentence):
            out.add(f"sent:{kind}:{form}")
            if not (listed.isdisjoint(before) and listed.isdisjoint(after)):
                out.add(f"near:{kind}:{form}")
    sent = doc[first:last]
    types = {e.label_ for e in sent.ents}
    out.update(f"type:{t}" for t in types)
    near = doc[max(first, span.start - 4) : min(last, span.end + 4)]
    out.update(f"near-type:{e.label_}:{form}" for e in near.ents)
    place = f"place={int(4 * span.start / len(doc))}"
    out.add("title" if span.start < words.title_end else place)
    out.update(clause_features(span, form))
    return sorted(out)


def clause(span: Span) -> tuple[list[str], list[str]]:
    """The words before and behind a number in its clause, lower-cased, the nearest ones first."""
    words = words_of(span.doc)
    first, last = words.first[span.start], words.last[span.start]
    before, after = words.lower[first : span.start], words.lower[span.end : last]
    start = max((i + 1 for i, w in enumerate(before) if w in ENDS), default=0)
    stop = min((i for i, w in enumerate(after) if w in ENDS), default=len(after))
    return before[start:][::-1], after[:stop]


def clause_features(span: Span, form: str) -> Iterator[str]:
    """What governs a number in its clause: the nearest cue on each side, and its preposition."""
    c = cues()
    for side, told in zip(("l", "r"), clause(span), strict=True):
        near = told[:10]
        for kind, listed in (("gain", c.gains), ("speed", c.speeds), ("score", c.scores)):
            at = next((i for i, w in enumerate(near) if w in listed and w not in PLAIN), None)
            if at is not None:
                yield f"c{side}:{kind}:{form}"
                yield f"c{side}:{kind}:{near[at]}"
                yield f"c{side}:{kind}:{min(at, 4)}"
        nearest = next((w for w in near if w in c.gains | c.speeds | c.scores), "")
        yield f"n{side}={nearest}"
        if side == "l":
            plain = [w for w in near if w not in c.hedges]
            yield f"prep={''.join(plain[:1])}"
            yield f"prep={''.join(plain[:1])}:{form}"
            yield f"governing={'_'.join(plain[:2])}"
        else:
            yield f"head={'_'.join(w for w in near[:3] if w not in c.hedges)[:40]}"


@Language.factory("paperkg_results", assigns=["doc.spans"], requires=["doc.ents", "span._.role"])
def make_results(nlp: Language, name: str) -> ResultFinder:
    """A result finder without weights; training or `from_disk` brings them."""
    return ResultFinder()


for extension in ("system", "metric"):
    Span.set_extension(extension, default="", force=True)
Span.set_extension("benchmarks", default=(), force=True)
