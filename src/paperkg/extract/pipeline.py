"""The extractor: an ordinary spaCy pipeline, opened, run over papers, and read out as mentions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import chain

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from threadpoolctl import ThreadpoolController

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
from paperkg.extract.lineage import stated
from paperkg.extract.makers import made
from paperkg.extract.results import value_of
from paperkg.extract.tasks import addressed
from paperkg.extract.words import Words, words_of, written
from paperkg.pool import batched, mapped
from paperkg.records import Document, Mention, Paper, Result, Statement, TaskLink
from paperkg.resources import PIPELINE

__all__ = ["blank_pipeline", "extract", "load_pipeline", "mentions_of", "own_pipeline"]

CHUNK = 64
"""So many papers go to a worker process at once …"""
BATCH = 32
"""… and so many through the pipeline."""
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


def load_pipeline(path: str = "", catalog: str | Sequence[str] = ()) -> Language:
    """The shipped pipeline, or the one in a folder; raises PaperKGError where there is none.

    With a user's own catalogue files it finds their names too.
    """
    return open_pipeline(path, file_names(catalog), own_entries(catalog))


def own_pipeline(path: str = "", catalog: str | Sequence[str] = ()) -> Language:
    """The same for `extract` alone: the shipped pipeline without the attributes of words.

    Whether a word is like a number or a stop word, and twenty such things, none of its components
    asks, and telling them takes half of the tokenizer's time.
    """
    return open_pipeline(path, file_names(catalog), own_entries(catalog), bare=not path)


@lru_cache(maxsize=4)
def open_pipeline(
    path: str, catalog: tuple[str, ...], entries: tuple[Entry, ...], bare: bool = False
) -> Language:
    """The same, opened once; the entries tell a file that was edited from what it was before."""
    try:
        nlp = spacy.load(path or PIPELINE)
    except (OSError, ValueError, KeyError) as error:
        raise PaperKGError(f"{path or PIPELINE}: no spaCy pipeline there ({error})") from error
    if bare:
        nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]
    if entries:
        if RECOGNIZER not in nlp.component_names:
            raise PaperKGError(f"{path}: no {RECOGNIZER} there, after which own names come; add it")
        nlp.add_pipe("paperkg_own_names", after=RECOGNIZER, config={"catalog": list(catalog)})
    return nlp


def extract(
    papers: Iterable[Paper],
    *,
    pipeline: str = "",
    catalog: str | Sequence[str] = (),
    processes: int = 1,
) -> Iterator[Document]:
    """What the pipeline finds in each paper, in the order of the papers and of the text.

    `catalog` names files of a user's own names and types. With more than one process, papers are
    read in as many worker processes, and what comes out is the same. Papers are taken from the
    iterable as they are needed.
    """
    if processes == 1:
        yield from extract_here(papers, pipeline, catalog)
        return
    own_pipeline(pipeline, catalog)  # workers that begin as copies of this process have it then
    found = partial(extract_list, pipeline=pipeline, catalog=catalog)
    yield from chain.from_iterable(
        mapped(found, batched(papers, CHUNK), processes, own_pipeline, pipeline, catalog)
    )


def extract_here(
    papers: Iterable[Paper], pipeline: str, catalog: str | Sequence[str]
) -> Iterator[Document]:
    """What the pipeline finds, in this process."""
    nlp = own_pipeline(pipeline, catalog)
    for some in batched(papers, BATCH):
        with libraries().limit(limits=1):
            docs = nlp.pipe((paper.text for paper in some), batch_size=BATCH)
            found = list(map(document_of, some, docs))
        yield from found


@lru_cache(maxsize=1)
def libraries() -> ThreadpoolController:
    """The linear algebra in use, whose threads wait for one another longer than they work."""
    return ThreadpoolController()


def document_of(paper: Paper, doc: Doc) -> Document:
    """A paper with what is found in it."""
    return Document(
        paper,
        mentions_of(paper, doc),
        results_of(paper, doc),
        statements_of(paper, doc),
        task_links_of(paper, doc),
    )


def extract_list(
    papers: list[Paper], pipeline: str, catalog: str | Sequence[str]
) -> list[Document]:
    """The same as a list, for a worker."""
    return list(extract_here(papers, pipeline, catalog))


def mentions_of(paper: Paper, doc: Doc) -> list[Mention]:
    """The entities of a document as records."""
    words = words_of(doc)
    mentions = []
    for ent in doc.ents:
        extra = ent._
        mentions.append(
            Mention(
                paper=paper.id,
                start=ent.start_char,
                end=ent.end_char,
                text=written(words, ent.start, ent.end),
                type=ent.label_,
                role=extra.role,
                confidence=extra.confidence,
                sentence=sentence_of(words, ent),
                key=ent.id_,
                role_confidence=extra.role_confidence,
            )
        )
    return mentions


def sentence_of(words: Words, span: Span) -> tuple[int, int]:
    """The offsets of the sentence that a span begins in."""
    first, last = words.first[span.start], words.last[span.start] - 1
    return span.doc[first].idx, span.doc[last].idx + len(words.texts[last])


def results_of(paper: Paper, doc: Doc) -> list[Result]:
    """The results of a document as records; they name entities by their keys in the paper."""
    words = words_of(doc)
    return [
        Result(
            paper=paper.id,
            start=span.start_char,
            end=span.end_char,
            text=span.text,
            value=value_of(span.text),
            kind=span.label_,
            system=span._.system or None,
            benchmark=benchmark,
            metric=span._.metric or None,
            sentence=sentence_of(words, span),
        )
        for span in doc.spans["results"]
        for benchmark in span._.benchmarks or (None,)
    ]


def statements_of(paper: Paper, doc: Doc) -> list[Statement]:
    """What a document says of two names at once; they go by their keys in the paper."""
    words = words_of(doc)
    return [
        Statement(
            paper=paper.id,
            start=(span := doc[each.start : each.end]).start_char,
            end=span.end_char,
            relation=each.relation,
            subject=each.subject,
            target=each.target,
            benchmark=each.benchmark or None,
            sentence=sentence_of(words, span),
        )
        for each in (*stated(doc), *made(doc))
    ]


def task_links_of(paper: Paper, doc: Doc) -> list[TaskLink]:
    """The tasks that a document works on, in the order of the text."""
    spans = ((each.task, doc[each.start : each.end]) for each in addressed(doc))
    found = [TaskLink(paper.id, task, s.start_char, s.end_char) for task, s in spans]
    return sorted(found, key=lambda k: (k.start, k.task))
