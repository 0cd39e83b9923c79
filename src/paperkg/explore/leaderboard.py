"""The results that papers report on a benchmark, the best first, with the sentences that say so."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from functools import lru_cache

import pandas as pd

from paperkg.errors import PaperKGError
from paperkg.explore.questions import find
from paperkg.graph.kg import KnowledgeGraph
from paperkg.names import normalize
from paperkg.records import Paper, Result
from paperkg.resources import ONTOLOGY

__all__ = ["leaderboard"]

KINDS = ("score", "gain", "speedup")
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


def best_first(results: list[Result], metric: str) -> list[Result]:
    """Results of one kind by one metric, the best first.

    Where some are shares of one and others percentages, the shares are read as percentages.
    """
    values = [float(r.value) for r in results]
    mixed = any("%" in r.text or v > 1.5 for r, v in zip(results, values, strict=True))

    def value(result: Result) -> float:
        number = float(result.value)
        return 100 * number if mixed and 0 < number <= 1 and "%" not in result.text else number

    falling = results[0].kind == "score" and lower_is_better(metric)
    return sorted(results, key=lambda r: (value(r) if falling else -value(r), r.paper, r.start))


def readable(text: str) -> str:
    """A number as people write it: `94\\%` is `94%`."""
    return text.replace("\\", "").strip("$")


@lru_cache(maxsize=1)
def lower_metrics() -> tuple[frozenset[str], frozenset[str]]:
    """Words and normalised names of metrics of which a lower value is better."""
    data = tomllib.loads((ONTOLOGY / "metrics.toml").read_text("utf-8"))
    names = frozenset(map(normalize, data["lower_is_better"]))
    return frozenset(data["lower_is_better_words"]), names


def lower_is_better(metric: str) -> bool:
    """Whether a lower value of a metric is the better one."""
    words, names = lower_metrics()
    return normalize(metric) in names or not words.isdisjoint(metric.lower().split())


def sentence(paper: Paper, result: Result) -> str:
    """The sentence of a result on one line, its number between « and », as far as it is known."""
    start, end = result.sentence
    text = paper.text
    if not end or len(text) < end:
        return ""
    number = f"«{text[result.start : result.end]}»"
    return " ".join(f"{text[start : result.start]}{number}{text[result.end : end]}".split())
