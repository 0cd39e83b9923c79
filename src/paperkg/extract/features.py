"""What the recogniser's network sees of each token besides its word: its marks.

A mark is a short text such as `B:gz=Model`: what the catalogue and the patterns say of the token,
how often and how its word stands elsewhere in the abstract, and the cues beside any occurrence of
the same name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from typing import NamedTuple

from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.words import Words, words_of, written
from paperkg.names import name_key

__all__ = ["Marks", "same_names", "shape", "token_marks"]

RUNS = re.compile(r"(.)\1+")
ARTICLES = frozenset({"a", "an", "the", "our", "novel", "new"})
COPULAS = frozenset({",", "is", ":", "are", "–", "—"})
CLAUSE = frozenset(
    {"of", "for", "that", "which", "with", "to", "in", ",", ".", ";", "(", "designed"}
)
CLOSERS = frozenset({")", '"', "'", "}", "$"})
GAPS = [[f"gap={a}{b}" for b in (False, True)] for a in (False, True)]
"""Marks of whether a space stands before and behind a token."""
Place = tuple[int, int]
"""The first token of a span, and the one past its end."""


class Marks(NamedTuple):
    """Marks one after the other: the token of each, and its text; each token has one or more."""

    tokens: list[int]
    texts: list[str]

    def add(self, token: int, mark: str) -> None:
        """Give a token a mark."""
        self.tokens.append(token)
        self.texts.append(mark)

    def cover(self, place: Place, mark: str) -> None:
        """Give each token of a span a mark, its first token told from the rest."""
        start, end = place
        self.add(start, f"B:{mark}")
        if end - start > 1:
            self.tokens.extend(range(start + 1, end))
            self.texts.extend([f"I:{mark}"] * (end - start - 1))


def token_marks(doc: Doc) -> Marks:
    """The marks of the tokens of a document that gazetteer and patterns have gone over."""
    words = words_of(doc)
    before = [True, *words.spaced[:-1]]
    marks = Marks(
        list(range(len(words.texts))),
        [GAPS[a][b] for a, b in zip(before, words.spaced, strict=True)],
    )
    for i in (i for i, start in enumerate(words.starts) if start):
        marks.add(i, "ss")
    for i in range(words.title_end):
        marks.add(i, "title")
    add_repeated(words, marks)
    add_spans(doc, words, marks)
    return marks


@lru_cache(maxsize=65_536)
def shape(text: str) -> str:
    """The spelling's pattern with runs cut short: `GPT4o` is `XXdx`, `LLaMA` is `XXxXX`."""
    kinds = "".join(
        "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in text[:20]
    )
    return RUNS.sub(r"\1\1", kinds)


def add_repeated(words: Words, marks: Marks) -> None:
    """Mark how often, and how, each word is written in the whole document."""
    texts, end = words.texts, words.title_end
    count = Counter(texts)
    title = set(texts[:end])
    inside = {
        t for t, start in zip(texts, words.starts, strict=True) if not start and t[0].isupper()
    }
    for i, text in enumerate(texts):
        if text.islower() or not text[0].isalnum():
            continue
        marks.add(i, f"n={min(count[text], 4)}")
        low = words.lower[i]
        if low in count and low.islower():
            marks.add(i, "lower-too")
        if i >= end and text in title:
            marks.add(i, "in-title")
        if words.starts[i] and text in inside:
            marks.add(i, "mid-too")


def add_spans(doc: Doc, words: Words, marks: Marks) -> None:
    """Mark what covers spans: catalogue, patterns, acronym pairs, pooled cues."""
    for span in doc.spans["gazetteer"]:
        place, proof = (span.start, span.end), span.id_
        for type_ in span.label_.split("|"):
            marks.cover(place, f"gz={type_}")
            marks.cover(place, f"gz={type_}:{proof}")
        marks.cover(place, f"gzk={proof}")
        if span.start:
            marks.add(span.start - 1, "gz+1")
        if span.end < len(doc):
            marks.add(span.end, "gz-1")
    for span in doc.spans["introduced"]:
        marks.cover((span.start, span.end), f"in={span.label_}")
    for span in doc.spans["shaped"]:
        marks.cover((span.start, span.end), f"sh={span.label_}")
    for long_start, long_end, short_start, short_end in doc.user_data["acronyms"]:
        marks.cover((long_start, long_end), "long")
        marks.cover((short_start, short_end), "short")
    for place, cue_names in cue_marks(doc, words):
        for cue in cue_names:
            marks.cover(place, cue)


def cue_marks(doc: Doc, words: Words) -> list[tuple[Place, list[str]]]:
    """For each name-like run, the cues beside any occurrence of it or of its acronym pair.

    Full names of acronyms are among the runs, whatever their spelling.
    """
    same = same_names(doc)
    pools: dict[str, set[str]] = defaultdict(set)
    places = {(c.start, c.end) for c in doc.spans["chunks"]}
    places |= {(a, b) for a, b, _, _ in doc.user_data["acronyms"]}

    def key(place: Place) -> str:
        own = name_key(written(words, *place))
        return same.get(own, own)

    runs = [(place, key(place)) for place in sorted(places)]
    for place, name in runs:
        pools[name].update(cues_beside(words, *place))
    for long_start, long_end, short_start, short_end in doc.user_data["acronyms"]:
        pools[key((short_start, short_end))].update(full_name_cues(words, long_start, long_end))
    for span in doc.spans["introduced"]:
        pools[key((span.start, span.end))].update(introduction_cues(words, span))
    return [(place, sorted(pools[name])) for place, name in runs]


def full_name_cues(words: Words, start: int, end: int) -> set[str]:
    """What a full name says of its acronym: its last words, and whether it has capitals."""
    texts = words.texts[start:end]
    last = [t.lower() for t in texts if t[0].isalnum()]
    capitals = sum(t[0].isupper() for t in texts) > 1
    type_ = cues().heads.get(last[-1] if last else "", "")
    return {
        f"full={'_'.join(last[-1:])}",
        f"full2={'_'.join(last[-2:])}",
        f"fullcap={capitals}",
        f"fullhead={type_}:{capitals}",
    }


def introduction_cues(words: Words, name: Span) -> set[str]:
    """What a paper calls the thing that it introduces: in the title, the sentence, as its own."""
    lower, heads, end = words.lower, cues().heads, words.title_end
    found = {f"new={name.label_}"}
    found.update(f"newtitle={word}" for word in lower[:end] if word in heads)
    sentence = lower[name.end : min(words.last[name.start], name.end + 25)]
    found.update(f"newsent={heads[word]}" for word in sentence if word in heads)
    found.update(
        f"our={lower[i]}"
        for i in range(max(end, 2), len(lower))
        if lower[i] in heads and "our" in (lower[i - 1], lower[i - 2])
    )
    return found


def same_names(doc: Doc) -> dict[str, str]:
    """Normal forms of full names to those of their acronyms."""
    words = words_of(doc)
    return {
        name_key(written(words, a, b)): name_key(written(words, c, d))
        for a, b, c, d in doc.user_data["acronyms"]
    }


def cues_beside(words: Words, start: int, end: int) -> set[str]:
    """The cues beside one occurrence: head nouns after, before and in apposition; verbs."""
    lower, heads = words.lower, cues().heads
    sentence_start, sentence_end = words.first[start], words.last[start]
    found: set[str] = set()
    for i in range(end, min(end + 3, sentence_end)):
        if lower[i] in heads:
            found.update((f"hr={heads[lower[i]]}", f"hrw={lower[i]}"))
            break
        if words.texts[i] in CLAUSE:
            break
    for word in lower[max(sentence_start, start - 2) : start]:
        if word in heads:
            found.update((f"hl={heads[word]}", f"hlw={word}"))
    if start > sentence_start:
        found.add(f"l={lower[start - 1]}")
    head = apposition(words, end, sentence_end)
    if head:
        found.update((f"ap={heads[head]}", f"apw={head}"))
    return found


def apposition(words: Words, i: int, sentence_end: int) -> str:
    """The head noun of "X, a … benchmark that" or "X is our … framework for", or "".

    `i` is the token behind the name.
    """
    lower, heads, limit = words.lower, cues().heads, i + 3
    while i < sentence_end and i < limit and words.texts[i] in CLOSERS:
        i += 1
    if i + 1 >= sentence_end or lower[i] not in COPULAS or lower[i + 1] not in ARTICLES:
        return ""
    head = ""
    for word in lower[i + 2 : min(i + 16, sentence_end)]:
        if word in CLAUSE and head:
            break
        if word in heads:
            head = word
    return head
