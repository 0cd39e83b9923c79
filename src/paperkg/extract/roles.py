"""What a paper does with each name in it: introduces, uses or only mentions it.

A maximum-entropy model (a CRF over sequences of length one) sees all mentions of a name at once:
where they stand, the verbs around them, and whether the catalogue knows the name already.
"""

from __future__ import annotations

from collections import defaultdict

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


class RoleClassifier(MaxEnt):
    """A pipeline component: `span._.role` for every entity, the same for all of one name.

    `span._.role_confidence` (0 to 1) stands on the one mention of a name that decides its role.
    """

    def __call__(self, doc: Doc) -> Doc:
        """Set the role of each entity; without weights it stays `mentions`."""
        if self.tagger is None:
            return doc
        for ents in name_groups(list(doc.ents)).values():
            role, confidence = self.likeliest(role_features(doc, ents))
            plain = [ent for ent in ents if plainly_new(doc, ent)]
            if plain:
                confidence = max(PLAINLY, confidence if role == NEW else 0.0)
                role = NEW
            for ent in ents:
                ent._.role = role
            deciding = self.deciding(doc, plain or ents, role)
            deciding._.role_confidence = round(confidence, 3)
        return doc

    def deciding(self, doc: Doc, ents: list[Span], role: str) -> Span:
        """The mention that by itself speaks most for a role, of equal ones the first."""
        if len(ents) == 1:
            return ents[0]
        return max(ents, key=lambda e: self.probability(role_features(doc, [e]), role))


def name_groups(ents: list[Span]) -> dict[str, list[Span]]:
    """Entities by the key of their name, in the order of the text."""
    groups = defaultdict(list)
    for ent in ents:
        groups[ent.id_].append(ent)
    return groups


def role_features(doc: Doc, ents: list[Span]) -> list[str]:
    """The features of one name: of all its mentions together."""
    words = words_of(doc)
    end = words.title_end
    first = ents[0]
    type_ = first.label_
    out = {"b", f"t={type_}", f"n={min(len(ents), 5)}"}
    known = {s.start: s.id_ for s in doc.spans["gazetteer"]}
    introduced = [s for s in doc.spans["introduced"] if any(overlap(s, e) for e in ents)]
    out.update(f"in={s.label_}" for s in introduced)
    out.add(f"known={next((known[e.start] for e in ents if e.start in known), '')}")
    if first.start < end:
        out.add("title-head" if first.start < 2 else "title")
        out.add(f"title:{type_}:{words.texts[first.end] if first.end < len(doc) else ''}")
    shorts = {c for _, _, c, _ in doc.user_data["acronyms"]}
    if any(e.start in shorts for e in ents):
        out.add("acronym")
    body = [e for e in ents if e.start >= end]
    if body:
        place = (body[0].start - end) / max(1, len(doc) - end)
        out.add(f"place={int(place * 6)}")
        out.add(f"last={int((body[-1].start - end) / max(1, len(doc) - end) * 4)}")
    for ent in body:
        out.update(beside(words, ent))
    out.update([f"{x}&{type_}" for x in out if x.startswith(("in=", "known=", "v:", "n="))])
    return sorted(out)


def plainly_new(doc: Doc, ent: Span) -> bool:
    """Whether a mention heads the title ("X: …") or follows "we introduce" at once."""
    heads = {(s.start, s.end) for s in doc.spans["introduced"] if s.label_ == "title"}
    if (ent.start, ent.end) in heads:
        return True
    return bool(ent.start) and doc[ent.start - 1].lower_ in cues().presenting


def overlap(a: Span, b: Span) -> bool:
    """Whether two spans share a token."""
    return a.start < b.end and b.start < a.end


def beside(words: Words, ent: Span) -> set[str]:
    """Features of one mention's sentence: words around it and the verbs before it."""
    c, first, last = cues(), words.first[ent.start], words.last[ent.start]
    before = words.lower[max(first, ent.start - 12) : ent.start]
    after = words.lower[ent.end : min(last, ent.end + 4)]
    out = {f"l1={before[-1] if before else '^'}", f"r1={after[0] if after else '$'}"}
    out.add(f"l2={'_'.join(before[-2:])}")
    out.add(f"r2={'_'.join(after[:2])}")
    for distance, word in enumerate(reversed(before)):
        near = "near" if distance < 4 else "far"
        for kind, listed in (
            ("intro", c.introducing),
            ("naming", c.naming),
            ("using", c.using),
            ("background", c.background),
        ):
            if word in listed:
                out.update((f"v:{kind}:{near}", f"vw:{word}:{near}"))
    if not OWN.isdisjoint(words.lower[first : min(first + 8, last)]):
        out.add("own-sentence")
    if not before or set(before) <= {"the", "our", ","}:
        out.add(f"subject:{after[0] if after else ''}")
    for word in after:
        if word in c.using:
            out.add(f"a:{word}")
    return out


@Language.factory("paperkg_roles", assigns=["span._.role"], requires=["doc.ents"])
def make_roles(nlp: Language, name: str) -> RoleClassifier:
    """A role classifier without weights; training or `from_disk` brings them."""
    return RoleClassifier()


Span.set_extension("role", default="mentions", force=True)
Span.set_extension("role_confidence", default=0.0, force=True)
