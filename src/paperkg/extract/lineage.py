"""What an abstract says of two names at once: one is based on the other, or outperforms it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.holders import PLACES, compared, listed
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
    new = [e for e in doc.ents if e._.role == "introduces"]
    seen: set[tuple[str, str, str]] = set()
    bettering = cues().bettering
    for at, word in enumerate(words.lower):
        found: Iterator[Stated] = iter(())
        if word in bettering:
            found = better(doc, words, new, at)
        elif word in BASED:
            phrase = next((p for p in BASED[word] if matches(words, at, p)), None)
            if phrase:
                found = based(doc, words, new, at, at + len(phrase))
        for each in found:
            key = each.relation, each.subject, each.target
            if each.subject != each.target and key not in seen:
                seen.add(key)
                yield each


def matches(words: Words, at: int, phrase: tuple[str, ...]) -> bool:
    """Whether a phrase stands at a token."""
    return tuple(words.lower[at : at + len(phrase)]) == phrase


def better(doc: Doc, words: Words, new: list[Span], at: int) -> Iterator[Stated]:
    """What a verb such as "outperforms" says of the systems before and behind it."""
    first, last = words.first[at], words.last[at]
    if at + 1 < last and words.lower[at + 1] == "by":
        return
    systems = [e for e in doc.ents if e.label_ in PLACES["system"] and first <= e.start < last]
    behind = [e for e in systems if e.start > at]
    if not behind or not ELSEWHERE.isdisjoint(words.lower[at + 1 : behind[0].start]):
        return
    if behind[0].start - at > FAR:
        return
    subject = subject_of(words, [e for e in systems if e.end <= at], new, at)
    if not subject:
        return
    group = [e for e in listed(behind, behind[0]) if is_target(words, e)]
    if not group:
        return
    benchmark = benchmark_of(doc, words, group[-1].end, last)
    for target in group:
        yield Stated("outperforms", subject, target.id_, benchmark, at, at + 1)


def based(doc: Doc, words: Words, new: list[Span], at: int, end: int) -> Iterator[Stated]:
    """What a phrase such as "fine-tuned from" says of the names on either side."""
    first, last = words.first[at], words.last[at]
    behind = next((e for e in doc.ents if end <= e.start < last), None)
    if behind is None or not cues().attributes.issuperset(words.lower[end : behind.start]):
        return
    kinds = next((k for k in (PLACES["system"], DATA) if behind.label_ in k), ())
    if behind.end < len(doc) and words.lower[behind.end] in {"-", "'s", "’s"}:
        return
    near = [e for e in doc.ents if first <= e.start and e.end <= at and e.label_ in kinds]
    close = [
        e
        for e in near
        if at - e.end <= NEAR
        and BREAKS.isdisjoint(words.lower[max(first, e.start - 1) : e.start])
        and BREAKS.isdisjoint(words.lower[e.end : at])
    ]
    subject = close[-1].id_ if close else ""
    if not subject and not near and not OWN.isdisjoint(words.lower[max(first, at - NEAR) : at]):
        subject = next((e.id_ for e in new if e.label_ in kinds), "")
    introduced = {e.id_ for e in new}
    if subject in introduced:
        yield Stated("basedOn", subject, behind.id_, "", at, end)


def is_target(words: Words, ent: Span) -> bool:
    """Whether a name stands for itself: no part of `ViT-based`, no subject of the next verb."""
    after = words.lower[ent.end : ent.end + 2]
    return after[:1] != ["-"] and cues().bettering.isdisjoint(after)


def subject_of(words: Words, before: list[Span], new: list[Span], at: int) -> str:
    """The key of the system that a verb speaks of: the one before it, or the paper's own."""
    own = next((e.id_ for e in new if e.label_ in PLACES["system"]), "")
    first = words.first[at]
    near = [e for e in before if at - e.end <= FAR and not compared(words, e)]
    if near and not {"which", "it"} & set(words.lower[near[-1].end : at]):
        return near[-1].id_
    return own if own and not OWN.isdisjoint(words.lower[first:at]) else ""


def benchmark_of(doc: Doc, words: Words, start: int, last: int) -> str:
    """The key of the benchmark that follows on "on" in the rest of a sentence, if any does."""
    for ent in doc.ents:
        if start <= ent.start < last and ent.label_ in DATA:
            between = words.lower[start : ent.start]
            return ent.id_ if {"on", "across"} & set(between) else ""
    return ""
