"""Names of a user's own catalogue: found wherever they stand, whatever the recogniser thinks."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc, Span

from paperkg.catalog import Catalog, Entry, own_entries
from paperkg.extract.gazetteer import Gazetteer
from paperkg.names import name_key

__all__ = ["OwnNames"]


class OwnNames:
    """A pipeline component that adds a user's own names to `doc.ents`, with confidence 1.

    A match takes the place of entities that it crosses, unless one of them holds it inside a
    longer name. A name marked as needing context only gives its type to an entity that is there.
    """

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.gazetteer = Gazetteer(Catalog(entries))

    def __call__(self, doc: Doc) -> Doc:
        """Add the names of a document; what it makes one name with them, they take along."""
        keys = {name_key(ent.text): ent.id_ for ent in doc.ents}
        kept, own = list(doc.ents), []
        for match in self.matches(doc):
            crossed = [e for e in kept if e.start < match.end and match.start < e.end]
            found = any((e.start, e.end) == (match.start, match.end) for e in crossed)
            longer = any(e.start <= match.start and match.end <= e.end for e in crossed)
            if found or not (longer or match.id_ == "context"):
                kept = [e for e in kept if e not in crossed]
                key = name_key(match.text)
                own.append(entity(match, match.label_.split("|")[0], keys.get(key, key)))
        types = {ent.id_: ent.label_ for ent in reversed(own)}
        kept = [entity(e, types[e.id_], e.id_) if e.id_ in types else e for e in kept]
        doc.ents = [*kept, *own]
        return doc

    def matches(self, doc: Doc) -> list[Span]:
        """The user's names in a document; those of the shipped catalogue stay where they are."""
        shipped = list(doc.spans["gazetteer"])
        found = list(self.gazetteer(doc).spans["gazetteer"])
        doc.spans["gazetteer"] = shipped
        return found


def entity(span: Span, type_: str, key: str) -> Span:
    """An entity of a user's type in the place of a span."""
    ent = Span(span.doc, span.start, span.end, type_, span_id=key)
    ent._.confidence = 1.0
    return ent


@Language.factory(
    "paperkg_own_names",
    assigns=["doc.ents", "span._.confidence"],
    requires=["doc.ents", "doc.spans"],
    default_config={"catalog": []},
)
def make_own_names(nlp: Language, name: str, catalog: list[str]) -> OwnNames:
    """The component over a user's own catalogue files."""
    return OwnNames(own_entries(catalog))
