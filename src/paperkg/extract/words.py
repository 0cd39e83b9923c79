"""A document's tokens as plain lists, which are read much faster than spaCy's tokens."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from spacy.attrs import ORTH, SENT_START, SPACY
from spacy.tokens import Doc

__all__ = ["Words", "words_of", "written"]


class Words(NamedTuple):
    """The words as written and in lower case, the spaces behind them, and the sentences.

    `starts[i]` says whether token `i` begins a sentence; `first[i]` and `last[i]` are the bounds
    of its sentence (the second one past the end); `title_end` is the first token of the abstract.
    """

    texts: list[str]
    lower: list[str]
    spaced: list[bool]
    starts: list[bool]
    first: list[int]
    last: list[int]
    title_end: int


def written(words: Words, start: int, end: int) -> str:
    """A run of tokens as it is written."""
    if end - start == 1:
        return words.texts[start]
    parts = [words.texts[i] + " " * words.spaced[i] for i in range(start, end - 1)]
    return "".join(parts) + words.texts[end - 1]


@lru_cache(maxsize=2)
def words_of(doc: Doc) -> Words:
    """The words of a document whose sentences are marked; kept while it is being worked on."""
    strings = doc.vocab.strings
    table = doc.to_array([ORTH, SENT_START, SPACY])
    texts = [strings[orth] for orth in table[:, 0].tolist()]
    starts = [mark == 1 for mark in table[:, 1].tolist()]
    bounds = sorted({0, *(i for i, start in enumerate(starts) if start), len(texts)})
    first, last = [0] * len(texts), [0] * len(texts)
    for a, b in pairwise(bounds):
        first[a:b], last[a:b] = [a] * (b - a), [b] * (b - a)
    spaced = [space == 1 for space in table[:, 2].tolist()]
    line_ends = (i + 1 for i, text in enumerate(texts) if text.isspace() and "\n" in text)
    lower = [text.lower() for text in texts]
    return Words(texts, lower, spaced, starts, first, last, next(line_ends, 0))
