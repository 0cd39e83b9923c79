"""A tokenizer under which names fall on token boundaries, and sentence starts to go with it.

Every punctuation mark is a token of its own, except a full stop or comma inside a number, so
that `GPT-4-based`, `Llama-2/3`, `(FIND)` and `models~(InstructGPT` come apart where names begin
and end. URLs stay whole.
"""

from __future__ import annotations

import re

import numpy as np
from spacy.attrs import SENT_START
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import registry

from paperkg.extract.cues import cues

__all__ = ["mark_sentences", "paper_tokenizer", "title_end"]

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


def title_end(doc: Doc) -> int:
    """The index of the first token after the title: past the first line end that stands alone."""
    for token in doc:
        if token.is_space and "\n" in token.text:
            return token.i + 1
    return 0


@Language.component("paperkg_sentences", assigns=["token.is_sent_start"])
def mark_sentences(doc: Doc) -> Doc:
    """Start a sentence after the title and after `.`, `!` or `?`, but not after `e.g.`."""
    short = cues().abbreviations
    starts = np.full(len(doc), -1, dtype="int64")
    starts[[i for i in (0, title_end(doc)) if i < len(doc)]] = 1
    for i in range(1, len(doc) - 1):
        mark, before = doc[i], doc[i - 1]
        if mark.text not in {".", "!", "?"} or not mark.whitespace_ or doc[i + 1].is_lower:
            continue
        initial = len(before) == 1 and before.is_upper
        if mark.text != "." or not (initial or before.lower_ in short):
            starts[i + 1] = 1
    doc.from_array([SENT_START], starts.astype("uint64").reshape(-1, 1))  # type: ignore[arg-type]
    return doc
