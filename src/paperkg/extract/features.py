"""What the recogniser's network sees of each token besides its word: its marks.

A mark is a short text such as `B:gz=Model`: what the catalogue and the patterns say of the token,
how often and how its word stands elsewhere in the abstract, and the cues beside any occurrence of
the same name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache

from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.words import Words, words_of, written
from paperkg.names import name_key

__all__ = ["Marks", "same_names", "shape", "token_marks"]


class Kinds(dict[int, str]):
    """For `str.translate`: `X` for capitals, `x` for small letters, `d` for digits."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        self[code] = "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c
        return self[code]


KINDS = Kinds()
RUNS = re.compile(r"(.)\1+")
ARTICLES = frozenset({"a", "an", "the", "our", "novel", "new"})
COPULAS = frozenset({",", "is", ":", "are", "–", "—"})
CLAUSE = frozenset(
    {"of", "for", "that", "which", "with", "to", "in", ",", ".", ";", "(", "designed"}
)
CLOSERS = frozenset({")", '"', "'", "}", "$"})
GAPS = [[f"gap={a}{b}" for b in (False, True)] for a in (False, True)]
"""Marks of whether a space stands before and behind a token."""
COUNTS = [f"n={n}" for n in range(5)]
"""Marks of how often a word stands in a document."""
Place = tuple[int, int]
"""The first token of a span, and the one past its end."""


Marks = list[list[str]]
"""The marks of each token, of which it has one or more."""


def token_marks(doc: Doc) -> Marks:
    """The marks of the tokens of a document that gazetteer and patterns have gone over."""
    words = words_of(doc)
    before = [True, *words.spaced[:-1]]
    marks = [[GAPS[a][b]] for a, b in zip(before, words.spaced, strict=True)]
    for i, start in enumerate(words.starts):
        if start:
            marks[i].append("ss")
    for of_token in marks[: words.title_end]:
        of_token.append("title")
    add_repeated(words, marks)
    add_spans(doc, words, marks)
    return marks


def cover(marks: Marks, place: Place, mark: str) -> None:
    """Give each token of a span a mark, its first token told from the rest."""
    start, end = place
    marks[start].append(f"B:{mark}")
    if end - start > 1:
        inside = f"I:{mark}"
        for i in range(start + 1, end):
            marks[i].append(inside)


@lru_cache(maxsize=65_536)
def shape(text: str) -> str:
    """The spelling's pattern with runs cut short: `GPT4o` is `XXdx`, `LLaMA` is `XXxXX`."""
    return RUNS.sub(r"\1\1", text[:20].translate(KINDS))


def add_repeated(words: Words, marks: Marks) -> None:
    """Mark how often, and how, each word is written in the whole document."""
    texts, end = words.texts, words.title_end
    count = Counter(texts)
    title = set(texts[:end])
    shown = [i for i, t in enumerate(texts) if not t.islower() and t[0].isalnum()]
    inside = {texts[i] for i in shown if not words.starts[i] and texts[i][0].isupper()}
    for i in shown:
        text, low, of_token = texts[i], words.lower[i], marks[i]
        of_token.append(COUNTS[min(count[text], 4)])
        if low in count and low.islower():
            of_token.append("lower-too")
        if i >= end and text in title:
            of_token.append("in-title")
        if words.starts[i] and text in inside:
            of_token.append("mid-too")


def add_spans(doc: Doc, words: Words, marks: Marks) -> None:
    """Mark what covers spans: catalogue, patterns, acronym pairs, pooled cues."""
    for span in doc.spans["gazetteer"]:
        place, proof = (span.start, span.end), span.id_
        for type_ in span.label_.split("|"):
            cover(marks, place, f"gz={type_}")
            cover(marks, place, f"gz={type_}:{proof}")
        cover(marks, place, f"gzk={proof}")
        if span.start:
            marks[span.start - 1].append("gz+1")
        if span.end < len(doc):
            marks[span.end].append("gz-1")
    for span in doc.spans["introduced"]:
        cover(marks, (span.start, span.end), f"in={span.label_}")
    for span in doc.spans["shaped"]:
        cover(marks, (span.start, span.end), f"sh={span.label_}")
    for long_start, long_end, short_start, short_end in doc.user_data["acronyms"]:
        cover(marks, (long_start, long_end), "long")
        cover(marks, (short_start, short_end), "short")
    for (start, end), first, inside in cue_marks(doc, words):
        marks[start] += first
        for of_token in marks[start + 1 : end]:
            of_token += inside


def cue_marks(doc: Doc, words: Words) -> list[tuple[Place, list[str], list[str]]]:
    """For each name-like run, the cues beside any occurrence of it or of its acronym pair.

    They come as marks of the run's first token, and of each of the others. Full names of acronyms
    are among the runs, whatever their spelling.
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
    pooled = {name: sorted(pool) for name, pool in pools.items()}
    first = {name: [f"B:{cue}" for cue in listed] for name, listed in pooled.items()}
    inside = {name: [f"I:{cue}" for cue in listed] for name, listed in pooled.items()}
    return [(place, first[name], inside[name]) for place, name in runs]


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
