"""Catalogue names in a text: every spelling of every alias, found in one pass over the tokens."""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc, Span

from paperkg.catalog import Catalog, keys_of, load_catalog
from paperkg.names import normalize

__all__ = ["Gazetteer"]

JOINERS = frozenset("-_‐‑–—~ ")
POSSESSIVES = frozenset({"'s", "’s"})
MAX_TOKENS = 12


class Gazetteer:
    """A pipeline component: the longest catalogue matches, in `doc.spans["gazetteer"]`.

    A match's `label_` joins the types that the name may have (`Dataset|Benchmark`), its `kb_id_`
    is the catalogue's normalised key, and its `id_` says how much the spelling proves: `sure`
    that it is the name, `likely`, or `context` where only the words around it can tell.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.surfaces = {
            key: {s for e in entries for s in e.surfaces if key in keys_of(s)}
            for key, entries in catalog.index.items()
        }
        self.prefixes = {key[:i] for key in catalog.index for i in range(1, len(key) + 1)}

    def __call__(self, doc: Doc) -> Doc:
        """Store the matches of a document, from left to right, none inside another."""
        matches, taken = [], 0
        texts = [t.text for t in doc]
        for start in range(len(texts)):
            if start < taken or texts[start] in JOINERS or inside_word(doc, start):
                continue
            match = self.longest(doc, texts, start)
            if match:
                matches.append(match)
                taken = match.end
        doc.spans["gazetteer"] = matches
        return doc

    def longest(self, doc: Doc, texts: list[str], start: int) -> Span | None:
        """The longest match that starts at a token, or None."""
        found, key = None, ""
        for end in range(start, min(start + MAX_TOKENS, len(texts))):
            text = texts[end]
            if text in JOINERS:
                if end == start:
                    return None
                continue
            if text.isspace():
                break
            key += normalize(text) if len(text) > 1 else text.lower()
            plural = len(key) > 3 and text[-1] == "s" and text not in POSSESSIVES
            hit = key[:-1] if plural and key not in self.catalog.index else key
            if hit not in self.prefixes:
                break
            if hit in self.catalog.index and not glued(doc, end):
                found = self.match(doc[start : end + 1], hit) or found
        return found

    def match(self, span: Span, key: str) -> Span | None:
        """The match of a span with a key, or None where its letters' case speaks against it."""
        entries = self.catalog.index[key]
        exact = span.text in self.surfaces[key]
        if not exact and span.text.islower() and not self.lower_case_counts(key, span):
            return None
        proof = "sure" if len(key) > 4 or (exact and len(key) > 2) else "likely"
        if any(e.context for e in entries):
            proof = "context"
        label = "|".join(dict.fromkeys(e.type for e in entries))
        return Span(span.doc, span.start, span.end, label, kb_id=key, span_id=proof)

    def lower_case_counts(self, key: str, span: Span) -> bool:
        """Whether an all-lower-case spelling may stand for the name (`gpt-4` yes, `adam` no)."""
        if any(e.context for e in self.catalog.index[key]):
            return False
        return len(span) > 1 and (len(key) > 5 or bool(re.search(r"\d", key)))


def inside_word(doc: Doc, i: int) -> bool:
    """Whether a token carries on a word of letters or digits that began before it."""
    return i > 0 and not doc[i - 1].whitespace_ and doc[i - 1].text in {".", "\\"}


def glued(doc: Doc, i: int) -> bool:
    """Whether the next token continues the same number (`GPT-3` in `GPT-3.5`)."""
    return (
        i + 2 < len(doc)
        and not doc[i].whitespace_
        and doc[i + 1].text == "."
        and not doc[i + 1].whitespace_
        and doc[i + 2].text[0].isdigit()
    )


@Language.factory("paperkg_gazetteer", assigns=["doc.spans"], default_config={"catalog": ""})
def make_gazetteer(nlp: Language, name: str, catalog: str) -> Gazetteer:
    """The gazetteer over a folder of catalogue files; by default the packaged one."""
    return Gazetteer(load_catalog(catalog))
