"""What the recogniser sees of each token: the word, its neighbours, and the whole abstract.

Besides the word's own spelling a token carries what the catalogue and the patterns say of it, and
the cues that stand beside any occurrence of the same name in the abstract.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.tokenizer import title_end
from paperkg.names import name_key

__all__ = ["Lexicon", "cue_features", "same_names", "token_features"]

RUNS = re.compile(r"(.)\1+")
EDGE = "\0"
"""Stands for the words beyond the ends of a document."""
ARTICLES = frozenset({"a", "an", "the", "our", "novel", "new"})
COPULAS = frozenset({",", "is", ":", "are", "–", "—"})
CLAUSE = frozenset(
    {"of", "for", "that", "which", "with", "to", "in", ",", ".", ";", "(", "designed"}
)


class Lexicon:
    """How common a lower-case word is in abstracts: 0 for unseen, then a step a doubling."""

    def __init__(self, steps: dict[str, int]) -> None:
        self.steps = steps

    def step(self, word: str) -> int:
        """The step of a word, in any case."""
        return self.steps.get(word.lower(), 0)

    def to_bytes(self) -> bytes:
        """The words, a line for each step, compressed; the same bytes every time."""
        lines = defaultdict(list)
        for word, step in sorted(self.steps.items()):
            lines[step].append(word)
        text = "".join(f"{step} {' '.join(words)}\n" for step, words in sorted(lines.items()))
        return gzip.compress(text.encode(), mtime=0)

    @classmethod
    def from_bytes(cls, data: bytes) -> Lexicon:
        """The words that `to_bytes` gave."""
        parts = (line.split() for line in gzip.decompress(data).decode().splitlines())
        return cls({word: int(step) for step, *words in parts for word in words})


class Words(NamedTuple):
    """A document's tokens as plain lists, which are read much faster than tokens."""

    texts: list[str]
    lower: list[str]
    shapes: list[str]
    spaced: list[bool]
    starts: list[bool]
    title_end: int

    @classmethod
    def of(cls, doc: Doc) -> Words:
        """The words of a document: as written, their shapes, spaces behind, sentence starts."""
        texts = [t.text for t in doc]
        return cls(
            texts,
            [text.lower() for text in texts],
            [shape(text) for text in texts],
            [bool(t.whitespace_) for t in doc],
            [bool(t.is_sent_start) for t in doc],
            title_end(doc),
        )


def token_features(doc: Doc, lexicon: Lexicon) -> list[list[str]]:
    """One list of feature strings for each token of the document."""
    words = Words.of(doc)
    out = [[*spelling(text), f"lx={lexicon.step(text)}"] for text in words.texts]
    for items, *more in zip(out, neighbours(words), repeated(words), strict=True):
        for others in more:
            items += others
    for i, mark in marks(doc):
        out[i].append(mark)
    return out


@lru_cache(maxsize=200_000)
def shape(text: str) -> str:
    """The spelling's pattern with runs cut short: `GPT4o` is `XXdx`, `LLaMA` is `XXxXX`."""
    kinds = "".join(
        "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in text[:20]
    )
    return RUNS.sub(r"\1\1", kinds)


@lru_cache(maxsize=200_000)
def spelling(text: str) -> tuple[str, ...]:
    """Features of the word alone."""
    low = text.lower()
    return ("b", f"w={low}", f"s={shape(text)}", f"p={text[:3]}", f"e={low[-3:]}", f"e2={low[-2:]}")


def neighbours(words: Words) -> Iterator[list[str]]:
    """For each token, features of the words beside it and of the gaps between them."""
    edge = [EDGE] * 3
    lower, shapes = [*edge, *words.lower, *edge], [*edge, *words.shapes, *edge]
    before = [False, *words.spaced]
    last = len(words.texts) - 1
    for i, own in enumerate(words.shapes):
        l3, l2, l1, word, r1, r2, r3 = lower[i : i + 7]
        out = [
            f"w-1={l1}",
            f"w+1={r1}",
            f"s-1={shapes[i + 2]}",
            f"s+1={shapes[i + 4]}",
            f"w-2={l2}",
            f"w+2={r2}",
            f"w-12={l2}_{l1}",
            f"w+12={r1}_{r2}",
            f"w0+1={word}_{r1}",
            f"w-10={l1}_{word}",
            f"w-3={l3}",
            f"w+3={r3}",
            f"gap={before[i]}{words.spaced[i]}{own}",
        ]
        if i < 3 or i > last - 3:
            out = [x for x in out if EDGE not in x]
            out += ["w-1=^"] * (i == 0) + ["w+1=$"] * (i == last)
        if words.starts[i]:
            out.append(f"start{own[:2]}")
        yield out


def repeated(words: Words) -> Iterator[list[str]]:
    """For each token, features of how often, and how, it is written in the whole document."""
    texts, end = words.texts, words.title_end
    count = Counter(texts)
    lower_too = {t for t in texts if t.islower()}
    title = set(texts[:end])
    starts = zip(texts, words.starts, strict=True)
    inside = {t for t, start in starts if not start and t[0].isupper()}
    for i, text in enumerate(texts):
        items = ["title"] if i < end else []
        if text[0].isalnum() and not text.islower():
            items.append(f"n={min(count[text], 4)}")
            if words.lower[i] in lower_too:
                items.append("lower-too")
            if text in title and i >= end:
                items.append("in-title")
            if words.starts[i] and text in inside:
                items.append("mid-too")
        yield items


def marks(doc: Doc) -> Iterable[tuple[int, str]]:
    """Features that cover spans: catalogue, patterns, acronym pairs, pooled cues."""
    for span in doc.spans["gazetteer"]:
        for type_ in span.label_.split("|"):
            yield from covered(span, f"gz={type_}")
            yield from covered(span, f"gz={type_}:{span.id_}")
        yield from covered(span, f"gzk={span.id_}")
        if span.start:
            yield span.start - 1, "gz+1"
        if span.end < len(doc):
            yield span.end, "gz-1"
    for span in doc.spans["introduced"]:
        yield from covered(span, f"in={span.label_}")
    for span in doc.spans["shaped"]:
        yield from covered(span, f"sh={span.label_}")
    for long_start, long_end, short_start, short_end in doc.user_data["acronyms"]:
        yield from covered(doc[long_start:long_end], "long")
        yield from covered(doc[short_start:short_end], "short")
    for span, cue_names in cue_features(doc):
        for cue in cue_names:
            yield from covered(span, cue)


def covered(span: Span, name: str) -> Iterable[tuple[int, str]]:
    """A feature for each token of a span, its first token told from the rest."""
    yield span.start, f"B:{name}"
    for i in range(span.start + 1, span.end):
        yield i, f"I:{name}"


def cue_features(doc: Doc) -> list[tuple[Span, list[str]]]:
    """For each name-like run, the cues beside any occurrence of it or of its acronym pair.

    Full names of acronyms are among the runs, whatever their spelling.
    """
    same = same_names(doc)
    pools: dict[str, set[str]] = defaultdict(set)
    spans = {(c.start, c.end): c for c in doc.spans["chunks"]}
    spans |= {(a, b): doc[a:b] for a, b, _, _ in doc.user_data["acronyms"]}

    def key(span: Span) -> str:
        own = name_key(span.text)
        return same.get(own, own)

    runs = [(span, key(span)) for _, span in sorted(spans.items())]
    for span, name in runs:
        pools[name].update(cues_beside(span))
    for long_start, long_end, short_start, short_end in doc.user_data["acronyms"]:
        pools[key(doc[short_start:short_end])].update(full_name_cues(doc[long_start:long_end]))
    for span in doc.spans["introduced"]:
        pools[key(span)].update(introduction_cues(span))
    return [(span, sorted(pools[name])) for span, name in runs]


def full_name_cues(full: Span) -> set[str]:
    """What a full name says of its acronym: its last words, and whether it has capitals."""
    words = [t.lower_ for t in full if t.text[0].isalnum()]
    capitals = sum(t.text[0].isupper() for t in full) > 1
    type_ = cues().heads.get(words[-1] if words else "", "")
    return {
        f"full={'_'.join(words[-1:])}",
        f"full2={'_'.join(words[-2:])}",
        f"fullcap={capitals}",
        f"fullhead={type_}:{capitals}",
    }


def introduction_cues(name: Span) -> set[str]:
    """What a paper calls the thing that it introduces: in the title, the sentence, as its own."""
    doc, heads = name.doc, cues().heads
    end = title_end(doc)
    found = {f"new={name.label_}"}
    found.update(f"newtitle={t.lower_}" for t in doc[:end] if t.lower_ in heads)
    sentence = doc[name.end : min(name.sent.end, name.end + 25)]
    found.update(f"newsent={heads[t.lower_]}" for t in sentence if t.lower_ in heads)
    own = (t for t in doc[end:] if t.lower_ in heads and t.i > 1)
    found.update(
        f"our={t.lower_}" for t in own if "our" in (doc[t.i - 1].lower_, doc[t.i - 2].lower_)
    )
    return found


def same_names(doc: Doc) -> dict[str, str]:
    """Normal forms of full names to those of their acronyms."""
    return {
        name_key(doc[a:b].text): name_key(doc[c:d].text) for a, b, c, d in doc.user_data["acronyms"]
    }


def cues_beside(chunk: Span) -> set[str]:
    """The cues beside one occurrence: head nouns after, before and in apposition; verbs."""
    doc, heads = chunk.doc, cues().heads
    sentence_end = chunk.sent.end
    found: set[str] = set()
    for token in doc[chunk.end : min(chunk.end + 3, sentence_end)]:
        if token.lower_ in heads:
            found.update((f"hr={heads[token.lower_]}", f"hrw={token.lower_}"))
            break
        if token.text in CLAUSE:
            break
    for token in doc[max(chunk.sent.start, chunk.start - 2) : chunk.start]:
        if token.lower_ in heads:
            found.update((f"hl={heads[token.lower_]}", f"hlw={token.lower_}"))
    if chunk.start > chunk.sent.start:
        found.add(f"l={doc[chunk.start - 1].lower_}")
    head = apposition(chunk, sentence_end)
    if head:
        found.update((f"ap={heads[head]}", f"apw={head}"))
    return found


def apposition(chunk: Span, sentence_end: int) -> str:
    """The head noun of "X, a … benchmark that" or "X is our … framework for", or ""."""
    doc = chunk.doc
    i = chunk.end
    while i < sentence_end and i < chunk.end + 3 and doc[i].text in {")", '"', "'", "}", "$"}:
        i += 1
    if i + 1 >= sentence_end or doc[i].lower_ not in COPULAS:
        return ""
    if doc[i + 1].lower_ not in ARTICLES:
        return ""
    head = ""
    for token in doc[i + 2 : min(i + 16, sentence_end)]:
        if token.lower_ in CLAUSE and head:
            break
        if token.lower_ in cues().heads:
            head = token.lower_
    return head
