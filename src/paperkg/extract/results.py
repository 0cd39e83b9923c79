"""Numbers that a paper reports: which are results, of what kind, and whose, on what, by what.

A maximum-entropy model (a CRF over sequences of length one) tells results from sizes, counts and
years by the words around a number; system, benchmark and metric are the fitting names beside it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.weights import MaxEnt
from paperkg.extract.words import words_of

__all__ = ["ResultFinder", "number_features", "number_spans", "value_of"]

YEAR = re.compile(r"(?:19|20)[0-9]{2}")
DIGITS = r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
NUMBER = re.compile(DIGITS + "[xX]?")
SIGNS = frozenset("+-−±~")
TIMES = frozenset({"x", "×", "X"})
UNITS = frozenset({"dB", "pp", "ms"})
SYSTEMS = ("Model", "Method")
OWN = frozenset({"our", "we", "it", "its", "ours", "proposed", "this", "method", "approach"})


class ResultFinder(MaxEnt):
    """A pipeline component: reported numbers in `doc.spans["results"]`, their kind as label.

    The extensions `span._.system`, `span._.benchmark` and `span._.metric` hold the keys (`id_`)
    of the entities that a number belongs to, or an empty string.
    """

    def __call__(self, doc: Doc) -> Doc:
        """Find the results of a document; without weights there are none."""
        own = own_system(doc)
        found = []
        for span in number_spans(doc) if self.tagger else ():
            kind = self.label(number_features(span))
            result = Span(doc, span.start, span.end, label=kind)
            if kind != "none" and attach(result, own):
                found.append(result)
        doc.spans["results"] = found
        return doc


def number_spans(doc: Doc) -> list[Span]:
    """Every number that stands outside names, with its sign, percent sign or unit."""
    named = {i for ent in doc.ents for i in range(ent.start, ent.end)}
    spans = [
        whole_number(doc, i)
        for i, text in enumerate(words_of(doc).texts)
        if text[0] in "0123456789"
        and NUMBER.fullmatch(text)
        and i not in named
        and stands_alone(doc, i)
    ]
    return [s for s in spans if not YEAR.fullmatch(s.text) and not s.text.startswith("±")]


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
        range_to = i > 1 and not doc[i - 2].whitespace_ and ends_number(doc[i - 2].text)
        start = i if range_to else i - 1
    following = [t.text for t in doc[end : end + 2]]
    if following[:1] == ["%"] or (following[:1] and following[0] in UNITS | TIMES):
        end += 1
    elif following == ["\\", "%"]:
        end += 2
    return doc[start:end]


def ends_number(text: str) -> bool:
    """Whether a token can end the number before a dash, which then is no sign."""
    return text[-1].isalnum() or text[-1] in "%)}$"


def value_of(text: str) -> str:
    """A reported number as a decimal: `+4.8%` is `4.8`, `1,200` is `1200`, `−3` is `-3`."""
    number = re.search(DIGITS, text)
    assert number is not None
    sign = "-" if text.lstrip("~$ ").startswith(("-", "−")) else ""
    digits = number.group().replace(",", "")
    return f"{sign}{digits if '.' in digits else digits + '.0'}"


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
    return sorted(out)


def attach(result: Span, own: str) -> bool:
    """Set system, benchmark and metric of a number; whether it has any of them."""
    ents = list(result.sent.ents)
    result._.metric = nearest(result, [e for e in ents if e.label_ == "Metric"])
    result._.benchmark = nearest(result, fields(ents))
    result._.system = system_of(result, [e for e in ents if e.label_ in SYSTEMS], own)
    return bool(result._.metric or result._.benchmark or result._.system)


def fields(ents: list[Span]) -> list[Span]:
    """The benchmarks among some names, or else the datasets."""
    found = [e for e in ents if e.label_ == "Benchmark"]
    return found or [e for e in ents if e.label_ == "Dataset"]


def nearest(result: Span, ents: list[Span]) -> str:
    """The key of the name nearest to a number, one behind it before one ahead at equal distance.

    Other numbers between the two count as distance: each keeps its own name.
    """

    def distance(ent: Span) -> int:
        a, b = (result.end, ent.start) if ent.start >= result.end else (ent.end, result.start)
        between = result.doc[a:b]
        crossed = sum(bool(NUMBER.fullmatch(t.text)) for t in between)
        return 2 * len(between) + 8 * crossed + (ent.start < result.start)

    return min(ents, key=distance).id_ if ents else ""


def system_of(result: Span, ents: list[Span], own: str) -> str:
    """The key of the system that reaches a number: named before it, or else the paper's own."""
    bracket = result.start and result.doc[result.start - 1].text == "("
    ahead = [e for e in ents if e.end <= result.start and not compared(e)]
    if bracket and ahead and result.start - ahead[-1].end < 3:
        return ahead[-1].id_
    if own and (any(t.lower_ in OWN for t in result.sent) or own in {e.id_ for e in ents}):
        return own
    if ahead:
        return ahead[-1].id_
    return own if result.label_ != "score" else ""


def own_system(doc: Doc) -> str:
    """The key of the first model or method that the paper introduces, or an empty string."""
    new = (e.id_ for e in doc.ents if e._.role == "introduces" and e.label_ in SYSTEMS)
    return next(new, "")


def compared(ent: Span) -> bool:
    """Whether a name is what a system is compared with: "outperforms X", "over X"."""
    before = ent.doc[max(0, ent.start - 3) : ent.start]
    return any(t.lower_ in cues().comparing for t in before)


@Language.factory("paperkg_results", assigns=["doc.spans"], requires=["doc.ents", "span._.role"])
def make_results(nlp: Language, name: str) -> ResultFinder:
    """A result finder without weights; training or `from_disk` brings them."""
    return ResultFinder()


for extension in ("system", "benchmark", "metric"):
    Span.set_extension(extension, default="", force=True)
