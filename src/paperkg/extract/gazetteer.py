"""Catalogue names in a text: every spelling of every alias, found in one pass over the tokens."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span

from paperkg.catalog import Catalog, keys_of, load_catalog
from paperkg.extract.words import Words, words_of, written
from paperkg.names import normalize

__all__ = ["Gazetteer"]

JOINERS = frozenset("-_‐‑–—~ ")
POSSESSIVES = frozenset({"'s", "’s"})
MAX_TOKENS = 12
CACHED = 65_536
DIGIT = re.compile(r"\d")


class Part(NamedTuple):
    """What a token is to names.

    `key` is what it adds to a key, `head` the same without a plural s. `whole` says whether it may
    be a name by itself, `begins` whether a longer name may begin with it. A `quiet` token adds
    nothing and ends nothing, a `plural` one may end in a plural s.
    """

    key: str = ""
    head: str = ""
    whole: bool = False
    begins: bool = False
    quiet: bool = False
    plural: bool = False


JOINER = Part(quiet=True)
END = Part("\n", "\n")
"""What ends every name: spaces, and the end of a text."""


class Gazetteer:
    """A pipeline component: the longest catalogue matches, in `doc.spans["gazetteer"]`.

    A match's `label_` joins the types that the name may have (`Dataset|Benchmark`), its `kb_id_`
    is the catalogue's normalised key, and its `id_` says how much the spelling proves: `sure`
    that it is the name, `likely`, or `context` where only the words around it can tell.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.prefixes = {key[:i] for key in catalog.index for i in range(1, len(key) + 1)}
        self.parts: dict[str, Part] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Store the matches of a document, from left to right, none inside another."""
        words = words_of(doc)
        known, prefixes = self.parts, self.prefixes
        parts = [known.get(text) or self.part(text) for text in words.texts]
        matches, taken = [], 0
        for start, (part, following) in enumerate(pairwise([*parts, END])):
            longer = part.begins and part.key + following.head in prefixes
            if start < taken or not (longer or part.whole) or inside_word(words, start):
                continue
            match = self.longest(doc, words, parts, start)
            if match:
                matches.append(match)
                taken = match.end
        doc.spans["gazetteer"] = matches
        return doc

    def part(self, text: str) -> Part:
        """What a token of this text is to names; remembered."""
        if len(self.parts) > CACHED:
            self.parts.clear()
        part = self.parts[text] = self.read(text)
        return part

    def read(self, text: str) -> Part:
        """The same, found out."""
        if text in JOINERS:
            return JOINER
        if text.isspace():
            return END
        key = key_part(text)
        plural = text[-1] == "s" and text not in POSSESSIVES
        index = self.catalog.index
        whole = key in index or (plural and len(key) > 3 and key[:-1] in index)
        head = key[:-1] if plural else key
        return Part(key, head, whole, key in self.prefixes, plural=plural)

    def longest(self, doc: Doc, words: Words, parts: list[Part], start: int) -> Span | None:
        """The longest match that starts at a token, or None."""
        found, key, index = None, "", self.catalog.index
        for end in range(start, min(start + MAX_TOKENS, len(parts))):
            part = parts[end]
            if part.quiet:
                continue
            key += part.key
            hit = key[:-1] if part.plural and len(key) > 3 and key not in index else key
            if hit in index:
                if not glued(words, end):
                    found = self.match(doc, words, start, end + 1, hit) or found
            elif hit not in self.prefixes:
                break
        return found

    def match(self, doc: Doc, words: Words, start: int, end: int, key: str) -> Span | None:
        """The match of a span with a key, or None where its letters' case speaks against it."""
        entries = self.catalog.index[key]
        text = written(words, start, end)
        exact = any(text in e.surfaces for e in entries) and key in keys_of(text)
        context = any(e.context for e in entries)
        if not exact and text.islower():
            # An all-lower-case spelling may stand for `gpt-4`, but not for `adam`.
            plain = end - start > 1 and (len(key) > 5 or DIGIT.search(key))
            if context or not plain:
                return None
        proof = "sure" if len(key) > 4 or (exact and len(key) > 2) else "likely"
        label = "|".join(dict.fromkeys(e.type for e in entries))
        return Span(doc, start, end, label, kb_id=key, span_id="context" if context else proof)


def key_part(text: str) -> str:
    """What a token adds to a key."""
    return normalize(text) if len(text) > 1 else text.lower()


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
