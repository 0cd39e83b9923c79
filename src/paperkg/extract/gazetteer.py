"""Catalogue names in a text: every spelling of every alias, found in one pass over the tokens."""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc, Span

from paperkg.catalog import Catalog, keys_of, load_catalog
from paperkg.extract.words import Words, words_of
from paperkg.names import normalize

__all__ = ["Gazetteer"]

JOINERS = frozenset("-_‐‑–—~ ")
POSSESSIVES = frozenset({"'s", "’s"})
MAX_TOKENS = 12
CACHED = 65_536
WHOLE = "*"
"""The mark of a token that may be a name by itself."""


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
        self.beginnings: dict[str, str] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Store the matches of a document, from left to right, none inside another."""
        words = words_of(doc)
        matches, taken = [], 0
        for start, text in enumerate(words.texts):
            if start < taken or not self.may_begin(text, words.texts[start + 1 : start + 2]):
                continue
            match = None if inside_word(words, start) else self.longest(doc, words, start)
            if match:
                matches.append(match)
                taken = match.end
        doc.spans["gazetteer"] = matches
        return doc

    def may_begin(self, text: str, following: list[str]) -> bool:
        """Whether some name begins with a token of this text, and with the one that follows."""
        key = self.beginnings.get(text)
        if key is None:
            if len(self.beginnings) > CACHED:
                self.beginnings.clear()
            key = self.beginnings[text] = self.beginning(text)
        if not key or key == WHOLE or not following:
            return key == WHOLE
        after = following[0]
        both = key + key_part(after)
        singular = both[:-1] if plural(both, after) else both
        return after in JOINERS or singular in self.prefixes

    def beginning(self, text: str) -> str:
        """What a token gives a longer name, `WHOLE` where it may be one itself, or nothing."""
        key = key_part(text)
        if text in JOINERS or text.isspace() or key not in self.prefixes:
            singular = plural(key, text) and key[:-1] in self.catalog.index
            return WHOLE if singular else ""
        whole = key in self.catalog.index or plural(key, text)
        return WHOLE if whole else key

    def longest(self, doc: Doc, words: Words, start: int) -> Span | None:
        """The longest match that starts at a token, or None."""
        found, key = None, ""
        for end in range(start, min(start + MAX_TOKENS, len(words.texts))):
            text = words.texts[end]
            if text in JOINERS:
                continue
            if text.isspace():
                break
            key += key_part(text)
            hit = key[:-1] if plural(key, text) and key not in self.catalog.index else key
            if hit not in self.prefixes:
                break
            if hit in self.catalog.index and not glued(words, end):
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


def key_part(text: str) -> str:
    """What a token adds to a key."""
    return normalize(text) if len(text) > 1 else text.lower()


def plural(key: str, last: str) -> bool:
    """Whether a key that ends with this token may be a plural."""
    return len(key) > 3 and last[-1] == "s" and last not in POSSESSIVES


def inside_word(words: Words, i: int) -> bool:
    """Whether a token carries on a word of letters or digits that began before it."""
    return i > 0 and not words.spaced[i - 1] and words.texts[i - 1] in {".", "\\"}


def glued(words: Words, i: int) -> bool:
    """Whether the next token continues the same number (`GPT-3` in `GPT-3.5`)."""
    return (
        i + 2 < len(words.texts)
        and not words.spaced[i]
        and words.texts[i + 1] == "."
        and not words.spaced[i + 1]
        and words.texts[i + 2][0].isdigit()
    )


@Language.factory("paperkg_gazetteer", assigns=["doc.spans"], default_config={"catalog": ""})
def make_gazetteer(nlp: Language, name: str, catalog: str) -> Gazetteer:
    """The gazetteer over a folder of catalogue files; by default the packaged one."""
    return Gazetteer(load_catalog(catalog))
