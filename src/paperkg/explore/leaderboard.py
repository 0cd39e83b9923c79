"""The results that papers report on a benchmark, the best first, with the sentences that say so."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from paperkg.errors import PaperKGError
from paperkg.explore.questions import find
from paperkg.explore.ranking import KINDS, best_first
from paperkg.graph.kg import KnowledgeGraph
from paperkg.records import Paper, Result

__all__ = ["leaderboard", "reporting"]

COLUMNS = ("kind", "metric", "value", "system", "paper", "date", "sentence", "iri")


def leaderboard(
    kg: KnowledgeGraph, benchmark: str, *, metric: str = "", kind: str = ""
) -> pd.DataFrame:
    """What papers report on a benchmark or dataset, the best first within a kind and a metric.

    Columns: kind, metric, value (as written, without LaTeX), system, paper (title), date,
    sentence, iri (of the paper). Scores come before gains and speedups, and the metrics of most
    results first; what is not named is an empty string. A `metric` or `kind` gives only its
    results.

    Raises PaperKGError where nothing is called so, or no such result is reported.
    """
    found = find(kg, benchmark)
    if isinstance(found, Paper):
        raise PaperKGError(f"{benchmark!r} is a paper; name a benchmark or dataset")
    wanted = find(kg, metric).id if metric else ""
    results = [
        r
        for r in kg.results
        if r.benchmark == found.id
        and (not metric or r.metric == wanted)
        and (not kind or r.kind == kind)
    ]
    if not results:
        more = f" by {metric}" if metric else ""
        raise PaperKGError(f"no {kind or 'result'} is reported on {found.name}{more}")
    boards: dict[tuple[str, str], list[Result]] = defaultdict(list)
    names = {e.id: e.name for e in kg.entities} | {"": ""}
    for result in results:
        boards[result.kind, names[result.metric or ""]].append(result)
    papers = {p.id: p for p in kg.papers}
    order = sorted(boards, key=lambda b: (KINDS.index(b[0]), not b[1], -len(boards[b]), b[1]))
    rows = [
        (
            r.kind,
            board[1],
            readable(r.text),
            names[r.system or ""],
            papers[r.paper].title,
            papers[r.paper].appeared,
            sentence(papers[r.paper], r),
            kg.paper_iri(papers[r.paper]),
        )
        for board in order
        for r in best_first(boards[board], board[1])
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def reporting(kg: KnowledgeGraph, benchmark: str) -> set[str]:
    """The papers, by their ids, whose sentences `leaderboard` tells; raises as it does."""
    found = find(kg, benchmark)
    return {r.paper for r in kg.results if r.benchmark == found.id}


def readable(text: str) -> str:
    """A number as people write it: `94\\%` is `94%`."""
    return text.replace("\\", "").strip("$")


def sentence(paper: Paper, result: Result) -> str:
    """The sentence of a result on one line, its number between « and », as far as it is known."""
    start, end = result.sentence
    text = paper.text
    if not end or len(text) < end:
        return ""
    number = f"«{text[result.start : result.end]}»"
    return " ".join(f"{text[start : result.start]}{number}{text[result.end : end]}".split())
