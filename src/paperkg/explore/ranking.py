"""Which of several reported results is the best."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from paperkg.names import normalize
from paperkg.records import Result
from paperkg.resources import ONTOLOGY

__all__ = ["KINDS", "best_first"]

KINDS = ("score", "gain", "speedup")
"""The kinds of results, in the order in which they are told."""


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
