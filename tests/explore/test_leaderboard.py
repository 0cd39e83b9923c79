"""Results on a benchmark, the best first."""

from dataclasses import replace

import pytest
from graph.invented import small

from paperkg.errors import PaperKGError
from paperkg.explore import leaderboard


def board(*results, metric="metric/accuracy", name="accuracy"):
    """The small graph with results on HillTop: (text, value, kind, system)."""
    kg = small()
    like = kg.results[0]
    made = [
        replace(like, start=i, text=text, value=value, kind=kind, system=system, metric=metric)
        for i, (text, value, kind, system) in enumerate(results)
    ]
    entities = tuple(replace(e, name=name) if e.id == "metric/accuracy" else e for e in kg.entities)
    return replace(kg, results=tuple(made), entities=entities)


def test_a_result_stands_with_its_paper_and_sentence():
    [row] = leaderboard(small(), "hilltop").to_dict("records")
    assert (row["kind"], row["metric"], row["value"], row["system"], row["paper"]) == (
        *("score", "accuracy", "61.5", "Fern 2", "Fern 2 climbs"),
    )
    assert row["sentence"] == "It reaches «61.5» accuracy on HillTop."


def test_scores_come_before_gains_and_the_best_first():
    kg = board(("0.5", "0.5", "score", None), ("3%", "3.0", "gain", None),
               ("61%", "61.0", "score", None), ("9%", "9.0", "gain", None))  # fmt: skip
    assert list(leaderboard(kg, "HillTop")["value"]) == ["61%", "0.5", "9%", "3%"]
    assert list(leaderboard(kg, "HillTop", kind="gain")["value"]) == ["9%", "3%"]


def test_a_lower_error_is_the_better_one():
    kg = board(("3", "3.0", "score", None), ("2", "2.0", "score", None), name="WER")
    assert list(leaderboard(kg, "HillTop")["value"]) == ["2", "3"]


def test_what_has_no_result_is_told():
    with pytest.raises(PaperKGError, match="no result is reported on RiverMouth"):
        leaderboard(small(), "RiverMouth")
    with pytest.raises(PaperKGError, match="is a paper"):
        leaderboard(small(), "Cutting leaves")
    with pytest.raises(PaperKGError, match="nothing is called"):
        leaderboard(small(), "Elm")
