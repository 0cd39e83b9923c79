"""Evaluating: annotated papers through extractor and linker, and the figures of what came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from paperkg.catalog import load_catalog
from paperkg.engine import assemble
from paperkg.errors import PaperKGError
from paperkg.evaluate.gold import GoldPaper, read_gold
from paperkg.evaluate.mistakes import mistakes
from paperkg.evaluate.scores import compare, score
from paperkg.extract import blank_pipeline
from paperkg.extract.features import same_names
from paperkg.link import link
from paperkg.names import name_key
from paperkg.progress import Progress, silent
from paperkg.records import Mention

__all__ = ["Evaluation", "evaluate"]

BEFORE_NAMES = ("paperkg_sentences", "paperkg_gazetteer", "paperkg_patterns")
"""The components that find acronyms with their full names, without any weights."""


@dataclass
class Evaluation:
    """What an evaluation found: `scores` as `evaluate.score` describes them, and the mistakes.

    `errors` has a row a mistake, as `evaluate.mistakes` describes it.
    """

    scores: dict[str, Any]
    errors: pd.DataFrame


def evaluate(
    gold: str | Path,
    *,
    results: str | Path = "",
    gold_mentions: bool = False,
    min_confidence: float = 0.0,
    pipeline: str = "",
    catalog: str | Sequence[str] = (),
    progress: Progress = silent,
) -> Evaluation:
    """Extract and link the papers of a gold file, and score what comes out against it.

    The gold file has a paper a line: `id`, `title`, `abstract`, `mentions`, a list of `start`,
    `end`, `type`, `canonical`, `role`, and perhaps `disputed` (`start`, `end`) and `results`
    (`start`, `end`, `kind`, `system`, `benchmark`, `metric`), which may also come by `id` in a
    file of their own. With `gold_mentions` the annotated mentions go to the linker as they are,
    to measure linking alone; results are not measured then. Mentions below `min_confidence` (0
    to 1) are left out. `catalog` names CSV files of one's own names; types of one's own, which
    no gold file knows, do not count.

    Raises PaperKGError, naming file and line, where the gold file is at fault.
    """
    if gold_mentions and results:
        raise PaperKGError(f"{results}: gold mentions measure linking alone; leave out the results")
    papers = read_gold(str(gold), str(results))
    if gold_mentions:
        papers = [replace(paper, results=None) for paper in papers]
        progress("Linking", 0, 0)
        mentions = link(gold_names(papers, progress), load_catalog(own=catalog)).mentions
        compared = compare(papers, mentions)
        return Evaluation(score(compared), mistakes(compared, linking=True))
    kg = assemble(
        [gold_paper.paper for gold_paper in papers],
        pipeline=pipeline,
        catalog=catalog,
        min_confidence=min_confidence,
        progress=progress,
    )
    compared = compare(papers, kg.mentions)
    return Evaluation(score(compared, kg.results), mistakes(compared))


def gold_names(papers: list[GoldPaper], progress: Progress) -> Iterator[Mention]:
    """The annotated mentions of papers, keyed by name as the extractor keys what it finds."""
    nlp = blank_pipeline()
    nlp.select_pipes(enable=BEFORE_NAMES)
    docs = nlp.pipe(gold.paper.text for gold in papers)
    for done, (gold, doc) in enumerate(zip(papers, docs, strict=True), 1):
        same = same_names(doc)
        for m in gold.mentions:
            key = name_key(m.text)
            place = (gold.paper.id, m.start, m.end, m.text, m.type, m.role)
            yield Mention(*place, confidence=1.0, key=same.get(key, key))
        progress("Reading", done, len(papers))
