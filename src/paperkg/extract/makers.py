"""Who made what, as an abstract says it: "OpenAI's GPT-4", "Gemini by Google", "X (Meta)"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.lineage import Stated
from paperkg.extract.words import Words, words_of

__all__ = ["made"]

OWNED = frozenset({"Model", "Method", "Dataset", "Benchmark"})
POSSESSIVE = frozenset({"'s", "\u2019s", "'", "\u2019"})
BY = frozenset({"by", "from"})
GAP = 4
"""So many attributes may stand between "OpenAI's" and the name."""


def made(doc: Doc) -> Iterator[Stated]:
    """That names are `developedBy` organizations, in the order of the text, each once."""
    ents = doc.ents
    makers = [i for i, ent in enumerate(ents) if ent.label_ == "Organization"]
    seen: set[tuple[str, str]] = set()
    for place in makers:
        org = ents[place]
        for thing in things_of(words_of(doc), ents, place):
            if (thing.id_, org.id_) not in seen:
                seen.add((thing.id_, org.id_))
                start, end = min(thing.start, org.start), max(thing.end, org.end)
                yield Stated("developedBy", thing.id_, org.id_, "", start, end)


def things_of(words: Words, ents: Sequence[Span], place: int) -> list[Span]:
    """What the text says that the organization at a place among the names has made."""
    org = ents[place]
    before = ents[place - 1] if place else None
    after = ents[place + 1] if place + 1 < len(ents) else None
    if after is not None and after.label_ in OWNED and owns(words, org, after):
        return [after]
    if before is not None and before.label_ in OWNED and credited(words, before, org):
        return [before]
    return presented(words, ents, org)


def owns(words: Words, org: Span, thing: Span) -> bool:
    """Whether a name behind an organization is its own: "OpenAI's new GPT-4", "OpenAI o3"."""
    between = words.lower[org.end : thing.start]
    if between and between[0] in POSSESSIVE:
        return len(between) <= GAP and cues().attributes.issuperset(between[1:])
    return not between and thing.label_ == "Model" and not is_host(words, org)


def is_host(words: Words, org: Span) -> bool:
    """Whether an organization offers what others make."""
    return " ".join(words.lower[org.start : org.end]) in cues().hosts


def credited(words: Words, thing: Span, org: Span) -> bool:
    """Whether an organization behind a name made it: "X by Y", "X (Y)", "X, developed by Y"."""
    between = words.lower[thing.end : org.start]
    after = words.lower[org.end : org.end + 1]
    if len(between) == 1:
        beside = between[0] in BY or (between == ["("] and after in ([")"], [","]))
        return beside and thing.label_ == "Model" and not is_host(words, org)
    return 1 < len(between) <= GAP and between[-1] == "by" and between[-2] in cues().introducing


def presented(words: Words, ents: Sequence[Span], org: Span) -> list[Span]:
    """What an organization presents: "we at X release Y", "X introduces Y"."""
    first, last = words.first[org.start], words.last[org.start]
    after = words.lower[org.end : last]
    verb = next((i for i, w in enumerate(after[:2]) if w in cues().presenting), None)
    team = words.lower[max(first, org.start - 2) : org.start] == ["we", "at"]
    if verb is None or not (team or verb == 0):
        return []
    new = (e for e in ents if org.end <= e.start < last and e.label_ in OWNED)
    return [e for e in new if e._.role == "introduces"][:1]
