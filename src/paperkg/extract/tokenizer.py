"""A tokenizer under which names fall on token boundaries, and sentence starts to go with it.

Every punctuation mark is a token of its own, except a full stop or comma inside a number, so
that `GPT-4-based`, `Llama-2/3`, `(FIND)` and `models~(InstructGPT` come apart where names begin
and end. URLs stay whole.
"""

from __future__ import annotations

import re

import numpy as np
from spacy.attrs import SENT_START, SPACY
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import registry

from paperkg.extract.cues import cues
from paperkg.extract.words import texts_of, title_end

__all__ = ["mark_sentences", "paper_tokenizer"]

ENDS = frozenset(".!?")
CACHED = 65_536
"""So many stretches between spaces keep their tokens."""
MARK = r"(?:[^\w\s]|_)"
PREFIX = re.compile(rf"^{MARK}")
SUFFIX = re.compile(rf"(?:['’]s|{MARK})$")
INFIX = re.compile(r"(?<!\d)[.,](?=\w)|[.,](?!\d)|[^\w\s.,]|_")
URL = re.compile(
    r"(?:https?://|www\.|(?:github|huggingface|gitlab)\.(?:com|io|co)/)\S*[^\s.,;:!?)\]}>'\"]$"
)


@registry.tokenizers("paperkg_tokenizer.v1")
def paper_tokenizer():  # type: ignore[no-untyped-def]
    """The tokenizer as spaCy's configuration asks for it: a function of the pipeline."""

    def make(nlp: Language) -> Tokenizer:
        return Tokenizer(
            nlp.vocab,
            prefix_search=PREFIX.search,
            suffix_search=SUFFIX.search,
            infix_finditer=INFIX.finditer,
            url_match=URL.match,
            max_cache_size=CACHED,
        )

    return make


@Language.component("paperkg_sentences", assigns=["token.is_sent_start"])
def mark_sentences(doc: Doc) -> Doc:
    """Start a sentence after the title and after `.`, `!` or `?`, but not after `e.g.`."""
    short = cues().abbreviations
    texts = texts_of(doc, len(doc))
    spaced = doc.to_array(SPACY)
    starts = np.full(len(texts), -1, dtype="int64")
    starts[[i for i in (0, title_end(texts)) if i < len(texts)]] = 1
    ends = [i for i, text in enumerate(texts[:-1]) if text in ENDS and i and spaced[i]]
    for i in ends:
        before = texts[i - 1]
        initial = len(before) == 1 and before.isupper()
        known = texts[i] == "." and (initial or before.lower() in short)
        if not known and not texts[i + 1].islower():
            starts[i + 1] = 1
    doc.from_array([SENT_START], starts.astype("uint64").reshape(-1, 1))  # type: ignore[arg-type]
    return doc
