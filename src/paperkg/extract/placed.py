"""The names of a document as plain records, which are read much faster than spaCy's spans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from spacy.tokens import Doc

from paperkg.extract.words import Words

__all__ = ["Name", "listed", "names_of"]

JOINTS = frozenset({",", "and", "or", "&", "/", "$", "%", "\\", "respectively", "the", "both"})


class Name(NamedTuple):
    """A name, or a number, where it stands: its tokens, its type, its key and its role."""

    start: int
    end: int
    type: str
    key: str = ""
    role: str = ""


def names_of(doc: Doc) -> list[Name]:
    """The names of a document whose roles are known, in the order of the text."""
    return [Name(e.start, e.end, e.label_, e.id_, e._.role) for e in doc.ents]


def listed(words: Words, names: Sequence[Name], place: int) -> Sequence[Name]:
    """The names in one list with the one at a place: only commas, conjunctions, signs between."""
    start, end = place, place + 1
    while start and joined(words, names[start - 1], names[start]):
        start -= 1
    while end < len(names) and joined(words, names[end - 1], names[end]):
        end += 1
    return names[start:end]


def joined(words: Words, left: Name, right: Name) -> bool:
    """Whether nothing but joints of a list stands between two names."""
    gap = right.start - left.end
    return 0 < gap <= 4 and JOINTS.issuperset(words.lower[left.end : right.start])
