"""A tokenizer under which names fall on token boundaries, and sentence starts to go with it.

Every punctuation mark is a token of its own, except a full stop or comma inside a number, so
that `GPT-4-based`, `Llama-2/3`, `(FIND)` and `models~(InstructGPT` come apart where names begin
and end. URLs stay whole.
"""

from __future__ import annotations

import re

import numpy as np
from spacy.attrs import ORTH, SENT_START, SPACY
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import registry

from paperkg.extract.cues import cues

__all__ = ["mark_sentences", "paper_tokenizer"]

ENDS = frozenset(".!?")
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
        )

    return make


@Language.component("paperkg_sentences", assigns=["token.is_sent_start"])
def mark_sentences(doc: Doc) -> Doc:
    """Start a sentence after the title and after `.`, `!` or `?`, but not after `e.g.`."""
    short = cues().abbreviations
    strings = doc.vocab.strings
    table = doc.to_array([ORTH, SPACY])
    texts = [strings[orth] for orth in table[:, 0].tolist()]
    starts = np.full(len(texts), -1, dtype="int64")
    title = next((i + 1 for i, t in enumerate(texts) if t.isspace() and "\n" in t), 0)
    starts[[i for i in (0, title) if i < len(texts)]] = 1
    ends = [i for i, text in enumerate(texts[:-1]) if text in ENDS and i and table[i, 1]]
    for i in ends:
        before = texts[i - 1]
        initial = len(before) == 1 and before.isupper()
        known = texts[i] == "." and (initial or before.lower() in short)
        if not known and not texts[i + 1].islower():
            starts[i + 1] = 1
    doc.from_array([SENT_START], starts.astype("uint64").reshape(-1, 1))  # type: ignore[arg-type]
    return doc
