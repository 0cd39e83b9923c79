"""What an abstract says of two names at once: one is based on the other, or outperforms it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spacy.tokens import Doc

from paperkg.extract.cues import cues
from paperkg.extract.holders import PLACES, compared
from paperkg.extract.placed import Name, listed, names_of
from paperkg.extract.words import Words, words_of

__all__ = ["Stated", "stated"]

DATA = ("Dataset", "Benchmark")
PHRASES = (
    "fine - tuned from",
    "finetuned from",
    "distilled from",
    "initialized from",
    "initialised from",
    "derived from",
    "adapted from",
    "built on top of",
    "built on",
    "built upon",
    "builds on",
    "builds upon",
    "based on",
    "extension of",
    "extension to",
    "extends",
    "variant of",
    "subset of",
)
BASED = {
    first: [tuple(p.split()) for p in PHRASES if p.split()[0] == first]
    for first in {phrase.split()[0] for phrase in PHRASES}
}
"""What says that the name before it is based on the one behind it, by the first word."""
OWN = frozenset({"it", "our", "we", "this", "which"})
ELSEWHERE = frozenset({"on", "by", "in", "across", "with", "while", "at", "for", "when", "under"})
BREAKS = frozenset({"of", "on", "with", "for", "by", "in", "using", "we", ";", "from", "to"})
FAR, NEAR = 12, 7


class Stated(NamedTuple):
    """That one name is `basedOn` another or `outperforms` it, perhaps on a benchmark.

    Names go by the keys (`id_`) of their entities; `start` and `end` are the tokens that say so.
    """

    relation: str
    subject: str
    target: str
    benchmark: str
    start: int
    end: int


def stated(doc: Doc) -> Iterator[Stated]:
    """What a document says of two of its names at once, in the order of the text."""
    words = words_of(doc)
    places = list(told(words))
    if not places:
        return
    names = names_of(doc)
    new = [e for e in names if e.role == "introduces"]
    seen: set[tuple[str, str, str]] = set()
    for at, size in places:
        found = based(words, names, new, at, at + size) if size else better(words, names, new, at)
        for each in found:
            key = each.relation, each.subject, each.target
            if each.subject != each.target and key not in seen:
                seen.add(key)
                yield each


def told(words: Words) -> Iterator[tuple[int, int]]:
    """Where something may be said of two names: the token, and the words of a phrase in BASED."""
    bettering = cues().bettering
    for at in [i for i, w in enumerate(words.lower) if w in bettering or w in BASED]:
        word = words.lower[at]
        phrase = next((p for p in BASED.get(word, ()) if matches(words, at, p)), ())
        if word in bettering or phrase:
            yield at, 0 if word in bettering else len(phrase)


def matches(words: Words, at: int, phrase: tuple[str, ...]) -> bool:
    """Whether a phrase stands at a token."""
    return tuple(words.lower[at : at + len(phrase)]) == phrase


def better(words: Words, names: list[Name], new: list[Name], at: int) -> Iterator[Stated]:
    """What a verb such as "outperforms" says of the systems before and behind it."""
    first, last = words.first[at], words.last[at]
    if at + 1 < last and words.lower[at + 1] == "by":
        return
    systems = [e for e in names if e.type in PLACES["system"] and first <= e.start < last]
    behind = [e for e in systems if e.start > at]
    if not behind or not ELSEWHERE.isdisjoint(words.lower[at + 1 : behind[0].start]):
        return
    if behind[0].start - at > FAR:
        return
    subject = subject_of(words, [e for e in systems if e.end <= at], new, at)
    if not subject:
        return
    group = [e for e in listed(words, behind, 0) if is_target(words, e)]
    if not group:
        return
    benchmark = benchmark_of(words, names, group[-1].end, last)
    for target in group:
        yield Stated("outperforms", subject, target.key, benchmark, at, at + 1)


def based(words: Words, names: list[Name], new: list[Name], at: int, end: int) -> Iterator[Stated]:
    """What a phrase such as "fine-tuned from" says of the names on either side."""
    first, last = words.first[at], words.last[at]
    behind = next((e for e in names if end <= e.start < last), None)
    if behind is None or not cues().attributes.issuperset(words.lower[end : behind.start]):
        return
    kinds = next((k for k in (PLACES["system"], DATA) if behind.type in k), ())
    if behind.end < len(words.lower) and words.lower[behind.end] in {"-", "'s", "’s"}:
        return
    near = [e for e in names if first <= e.start and e.end <= at and e.type in kinds]
    close = [
        e
        for e in near
        if at - e.end <= NEAR
        and BREAKS.isdisjoint(words.lower[max(first, e.start - 1) : e.start])
        and BREAKS.isdisjoint(words.lower[e.end : at])
    ]
    subject = close[-1].key if close else ""
    if not subject and not near and not OWN.isdisjoint(words.lower[max(first, at - NEAR) : at]):
        subject = next((e.key for e in new if e.type in kinds), "")
    introduced = {e.key for e in new}
    if subject in introduced:
        yield Stated("basedOn", subject, behind.key, "", at, end)


def is_target(words: Words, name: Name) -> bool:
    """Whether a name stands for itself: no part of `ViT-based`, no subject of the next verb."""
    after = words.lower[name.end : name.end + 2]
    return after[:1] != ["-"] and cues().bettering.isdisjoint(after)


def subject_of(words: Words, before: list[Name], new: list[Name], at: int) -> str:
    """The key of the system that a verb speaks of: the one before it, or the paper's own."""
    own = next((e.key for e in new if e.type in PLACES["system"]), "")
    first = words.first[at]
    near = [e for e in before if at - e.end <= FAR and not compared(words, e)]
    if near and not {"which", "it"} & set(words.lower[near[-1].end : at]):
        return near[-1].key
    return own if own and not OWN.isdisjoint(words.lower[first:at]) else ""


def benchmark_of(words: Words, names: list[Name], start: int, last: int) -> str:
    """The key of the benchmark that follows on "on" in the rest of a sentence, if any does."""
    for name in names:
        if start <= name.start < last and name.type in DATA:
            between = words.lower[start : name.start]
            return name.key if {"on", "across"} & set(between) else ""
    return ""
