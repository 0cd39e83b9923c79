"""A document's tokens as plain lists, which are read much faster than spaCy's tokens."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from spacy.attrs import ORTH, SENT_START, SPACY
from spacy.tokens import Doc

__all__ = ["Words", "texts_of", "title_end", "words_of", "written"]


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
def texts_of(doc: Doc, size: int) -> list[str]:
    """The texts of the tokens of a document of that many tokens; kept, and not to be changed."""
    strings = doc.vocab.strings
    return [strings[orth] for orth in doc.to_array(ORTH).tolist()]


@lru_cache(maxsize=2)
def words_of(doc: Doc) -> Words:
    """The words of a document whose sentences are marked; kept while it is being worked on."""
    texts = texts_of(doc, len(doc))
    table = doc.to_array([SENT_START, SPACY]) == 1
    starts = table[:, 0].tolist()
    bounds = sorted({0, *np.flatnonzero(table[:, 0]).tolist(), len(texts)})
    first, last = [0] * len(texts), [0] * len(texts)
    for a, b in pairwise(bounds):
        first[a:b], last[a:b] = [a] * (b - a), [b] * (b - a)
    lower = list(map(str.lower, texts))
    return Words(texts, lower, table[:, 1].tolist(), starts, first, last, title_end(texts))


def title_end(texts: list[str]) -> int:
    """The token behind the first line end, or 0."""
    return next((i + 1 for i, text in enumerate(texts) if text.isspace() and "\n" in text), 0)
