"""What a paper does with each name in it: introduces, uses or only mentions it.

A maximum-entropy model (a CRF over sequences of length one) sees all mentions of a name at once:
where they stand, the verbs around them, and whether the catalogue knows the name already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.weights import MaxEnt
from paperkg.extract.words import Words, words_of

__all__ = ["RoleClassifier", "name_groups", "role_features"]

NEW = "introduces"
PLAINLY = 0.97
"""So often a name that heads the title or follows "we introduce" is new."""
OWN = frozenset({"we", "our", "this", "paper", "work", "proposed", "here"})
SUBJECT = frozenset({"the", "our", ","})
"""What alone stands before a name that begins its sentence."""


class RoleClassifier(MaxEnt):
    """A pipeline component: `span._.role` for every entity, the same for all of one name.

    `span._.role_confidence` (0 to 1) stands on the one mention of a name that decides its role.
    """

    def __call__(self, doc: Doc) -> Doc:
        """Set the role of each entity; without weights it stays `mentions`."""
        if self.tagger is None:
            return doc
        told = told_of(doc)
        for ents in name_groups(doc.ents).values():
            role, confidence = self.likeliest(features_of(told, ents))
            plain = [ent for ent in ents if plainly_new(told, ent)]
            if plain:
                confidence = max(PLAINLY, confidence if role == NEW else 0.0)
                role = NEW
            for ent in ents:
                ent._.role = role
            deciding = self.deciding(told, plain or ents, role)
            deciding._.role_confidence = round(confidence, 3)
        return doc

    def deciding(self, told: Told, ents: list[Span], role: str) -> Span:
        """The mention that by itself speaks most for a role, of equal ones the first."""
        if len(ents) == 1:
            return ents[0]
        return max(ents, key=lambda e: self.probability(features_of(told, [e]), role))


class Told(NamedTuple):
    """What is known of a document before roles are.

    These are its words, the catalogue's proofs by their first tokens, the names that it
    introduces (start, end, how), and the first tokens of acronyms.
    """

    words: Words
    known: dict[int, str]
    introduced: list[tuple[int, int, str]]
    shorts: set[int]


def told_of(doc: Doc) -> Told:
    """What is known of a document before roles are."""
    return Told(
        words_of(doc),
        {s.start: s.id_ for s in doc.spans["gazetteer"]},
        [(s.start, s.end, s.label_) for s in doc.spans["introduced"]],
        {c for _, _, c, _ in doc.user_data["acronyms"]},
    )


def name_groups(ents: Iterable[Span]) -> dict[str, list[Span]]:
    """Entities by the key of their name, in the order of the text."""
    groups = defaultdict(list)
    for ent in ents:
        groups[ent.id_].append(ent)
    return groups


def role_features(doc: Doc, ents: list[Span]) -> list[str]:
    """The features of one name: of all its mentions together."""
    return features_of(told_of(doc), ents)


def features_of(told: Told, ents: list[Span]) -> list[str]:
    """The same from what is known of the document."""
    words, known = told.words, told.known
    end, size = words.title_end, len(words.texts)
    places = [(e.start, e.end) for e in ents]
    type_ = ents[0].label_
    first, behind = places[0]
    proof = next((known[a] for a, _ in places if a in known), "")
    how = {h for c, d, h in told.introduced if any(a < d and c < b for a, b in places)}
    pair = {f"n={min(len(ents), 5)}", f"known={proof}", *(f"in={h}" for h in how)}
    out = {"b", f"t={type_}", *pair}
    if first < end:
        out.add("title-head" if first < 2 else "title")
        out.add(f"title:{type_}:{words.texts[behind] if behind < size else ''}")
    if not told.shorts.isdisjoint(a for a, _ in places):
        out.add("acronym")
    body = [place for place in places if place[0] >= end]
    if body:
        length = max(1, size - end)
        out.add(f"place={int((body[0][0] - end) / length * 6)}")
        out.add(f"last={int((body[-1][0] - end) / length * 4)}")
    for place in body:
        out.update(beside(words, *place))
    pair.update(x for x in out if x.startswith("v:"))
    out.update([f"{x}&{type_}" for x in pair])
    return sorted(out)


def plainly_new(told: Told, ent: Span) -> bool:
    """Whether a mention heads the title ("X: …") or follows "we introduce" at once."""
    start = ent.start
    if (start, ent.end, "title") in told.introduced:
        return True
    return bool(start) and told.words.lower[start - 1] in cues().presenting


def beside(words: Words, start: int, end: int) -> list[str]:
    """Features of one mention's sentence: words around it and the verbs before it."""
    lower, first, last = words.lower, words.first[start], words.last[start]
    before, after = lower[max(first, start - 12) : start], lower[end : min(last, end + 4)]
    ahead = after[0] if after else ""
    out = [f"l1={before[-1] if before else '^'}", f"r1={ahead or '$'}"]
    out += (f"l2={'_'.join(before[-2:])}", f"r2={'_'.join(after[:2])}")
    verbs = speaking()
    for distance, word in enumerate(reversed(before)):
        for kind in verbs.get(word, ()):
            near = "near" if distance < 4 else "far"
            out += (f"v:{kind}:{near}", f"vw:{word}:{near}")
    if not OWN.isdisjoint(lower[first : min(first + 8, last)]):
        out.append("own-sentence")
    if SUBJECT.issuperset(before):
        out.append(f"subject:{ahead}")
    using = cues().using
    return out + [f"a:{word}" for word in after if word in using]


@lru_cache(maxsize=1)
def speaking() -> dict[str, list[str]]:
    """What the words before a name say of its role."""
    c, kinds = cues(), defaultdict(list)
    for kind, listed in (
        ("intro", c.introducing),
        ("naming", c.naming),
        ("using", c.using),
        ("background", c.background),
    ):
        for word in listed:
            kinds[word].append(kind)
    return dict(kinds)


@Language.factory("paperkg_roles", assigns=["span._.role"], requires=["doc.ents"])
def make_roles(nlp: Language, name: str) -> RoleClassifier:
    """A role classifier without weights; training or `from_disk` brings them."""
    return RoleClassifier()


Span.set_extension("role", default="mentions", force=True)
Span.set_extension("role_confidence", default=0.0, force=True)
