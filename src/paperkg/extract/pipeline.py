"""The extractor: an ordinary spaCy pipeline, opened, run over papers, and read out as mentions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from itertools import islice, tee
from typing import NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from threadpoolctl import threadpool_limits

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
from paperkg.extract.words import words_of, written
from paperkg.records import Mention, Paper, Result
from paperkg.resources import PIPELINE

__all__ = ["Extract", "blank_pipeline", "extract", "load_pipeline", "mentions_of"]

CHUNK = 64
"""So many papers go to a worker process at once."""
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
    except (OSError, ValueError, KeyError) as error:
        raise PaperKGError(f"{path or PIPELINE}: no spaCy pipeline there ({error})") from error
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
) -> Iterator[Extract]:
    """What the pipeline finds in each paper, in the order of the papers and of the text.

    `catalog` names files of a user's own names and types. With more than one process, papers are
    read in as many worker processes, and what comes out is the same. Papers are taken from the
    iterable as they are needed.
    """
    if processes == 1:
        yield from extract_here(papers, pipeline, catalog)
        return
    load_pipeline(pipeline, catalog)  # workers that begin as copies of this process have it then
    chunks = batched(papers, CHUNK)
    with ProcessPoolExecutor(processes, initializer=start_worker) as workers:
        waiting = deque(
            workers.submit(extract_list, chunk, pipeline, catalog)
            for chunk in islice(chunks, 2 * processes)
        )
        while waiting:
            yield from waiting.popleft().result()
            for chunk in islice(chunks, 1):
                waiting.append(workers.submit(extract_list, chunk, pipeline, catalog))


def extract_here(
    papers: Iterable[Paper], pipeline: str, catalog: str | Sequence[str]
) -> Iterator[Extract]:
    """What the pipeline finds, in this process."""
    nlp = load_pipeline(pipeline, catalog)
    first, second = tee(papers)
    docs = nlp.pipe((p.text for p in first), batch_size=32)
    for paper, doc in zip(second, docs, strict=True):
        yield Extract(paper, mentions_of(paper, doc), results_of(paper, doc))


def extract_list(papers: list[Paper], pipeline: str, catalog: str | Sequence[str]) -> list[Extract]:
    """The same as a list, for a worker."""
    return list(extract_here(papers, pipeline, catalog))


def start_worker() -> None:
    """Keep a worker to its own core: workers that each use all cores wait for one another."""
    threadpool_limits(1)


def batched(papers: Iterable[Paper], size: int) -> Iterator[list[Paper]]:
    """Lists of so many papers, and a last one of what is left."""
    rest = iter(papers)
    while chunk := list(islice(rest, size)):
        yield chunk


def mentions_of(paper: Paper, doc: Doc) -> list[Mention]:
    """The entities of a document as records."""
    words = words_of(doc)
    mentions = []
    for ent in doc.ents:
        first, last = words.first[ent.start], words.last[ent.start] - 1
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
                sentence=(doc[first].idx, doc[last].idx + len(words.texts[last])),
                key=ent.id_,
            )
        )
    return mentions


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
