"""The extractor: an ordinary spaCy pipeline, opened, run over papers, and read out as mentions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import tee
from typing import NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from paperkg.catalog import Entry, file_names, own_entries
from paperkg.errors import PaperKGError
from paperkg.extract import (  # noqa: F401
    gazetteer,
    own_names,
    patterns,
    recognizer,
    results,
    roles,
    tokenizer,
)
from paperkg.extract.results import value_of
from paperkg.records import Mention, Paper, Result
from paperkg.resources import PIPELINE

__all__ = ["Extract", "blank_pipeline", "extract", "load_pipeline", "mentions_of"]

RECOGNIZER = "paperkg_recognizer"
COMPONENTS = (
    "paperkg_sentences",
    "paperkg_gazetteer",
    "paperkg_patterns",
    RECOGNIZER,
    "paperkg_roles",
    "paperkg_results",
)


def blank_pipeline() -> Language:
    """The pipeline with all its components and no weights, ready to be trained."""
    settings = {"nlp": {"tokenizer": {"@tokenizers": "paperkg_tokenizer.v1"}}}
    nlp = spacy.blank("en", config=settings)
    nlp.meta.update(name="paperkg", version="0.1.0", license="Apache-2.0")
    for component in COMPONENTS:
        nlp.add_pipe(component)
    return nlp


class Extract(NamedTuple):
    """A paper with what the pipeline found in it."""

    paper: Paper
    mentions: list[Mention]
    results: list[Result]


def load_pipeline(path: str = "", catalog: str | Sequence[str] = ()) -> Language:
    """The shipped pipeline, or the one in a folder; raises PaperKGError where there is none.

    With a user's own catalogue files it finds their names too.
    """
    return open_pipeline(path, file_names(catalog), own_entries(catalog))


@lru_cache(maxsize=4)
def open_pipeline(path: str, catalog: tuple[str, ...], entries: tuple[Entry, ...]) -> Language:
    """The same, opened once; the entries tell a file that was edited from what it was before."""
    try:
        nlp = spacy.load(path or PIPELINE)
    except (OSError, ValueError) as error:
        raise PaperKGError(f"{path or PIPELINE}: no spaCy pipeline there ({error})") from error
    if entries:
        if RECOGNIZER not in nlp.component_names:
            raise PaperKGError(f"{path}: no {RECOGNIZER} there, after which own names come; add it")
        nlp.add_pipe("paperkg_own_names", after=RECOGNIZER, config={"catalog": list(catalog)})
    return nlp


def extract(
    papers: Iterable[Paper], *, pipeline: str = "", catalog: str | Sequence[str] = ()
) -> Iterator[Extract]:
    """What the pipeline finds in each paper, in the order of the papers and of the text.

    `catalog` names files of a user's own names and types.
    """
    nlp = load_pipeline(pipeline, catalog)
    first, second = tee(papers)
    docs = nlp.pipe((p.text for p in first), batch_size=32)
    for paper, doc in zip(second, docs, strict=True):
        yield Extract(paper, mentions_of(paper, doc), results_of(paper, doc))


def mentions_of(paper: Paper, doc: Doc) -> list[Mention]:
    """The entities of a document as records."""
    return [
        Mention(
            paper=paper.id,
            start=ent.start_char,
            end=ent.end_char,
            text=ent.text,
            type=ent.label_,
            role=ent._.role,
            confidence=ent._.confidence,
            sentence=(ent.sent.start_char, ent.sent.end_char),
            key=ent.id_,
        )
        for ent in doc.ents
    ]


def results_of(paper: Paper, doc: Doc) -> list[Result]:
    """The results of a document as records; they name entities by their keys in the paper."""
    return [
        Result(
            paper=paper.id,
            start=span.start_char,
            end=span.end_char,
            text=span.text,
            value=value_of(span.text),
            kind=span.label_,
            system=span._.system or None,
            benchmark=span._.benchmark or None,
            metric=span._.metric or None,
        )
        for span in doc.spans["results"]
    ]
