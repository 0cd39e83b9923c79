"""Names in pairs of real papers, read by people: do they mean one thing or two?

`pairs.csv` has a pair a line; its papers are extracted from the corpus and linked all at once.
"""

import csv
from pathlib import Path

import pytest

import paperkg

with Path(__file__).with_name("pairs.csv").open(encoding="utf-8", newline="") as stream:
    PAIRS = list(csv.DictReader(stream))
SIDES = ("a", "b")


@pytest.fixture(scope="module")
def entities(shared):
    """The entity that each name of each paper of the pairs is linked to."""
    wanted = {pair[f"paper_{side}"] for pair in PAIRS for side in SIDES}
    corpus = str(shared / "corpus" / "arxiv-cs-2025-2026.jsonl.gz")
    papers = [paper for paper in paperkg.read([corpus]) if paper.id in wanted]
    assert len(papers) == len(wanted)
    return {(m.paper, m.text): m.entity for m in paperkg.assemble(papers).mentions}


def test_pairs_are_many_and_of_both_kinds():
    assert len(PAIRS) >= 300
    assert min(sum(p["same"] == answer for p in PAIRS) for answer in ("yes", "no")) >= 100


def test_names_of_one_thing_meet_and_others_stay_apart(entities):
    wrong, missed = [], []
    for pair in PAIRS:
        found = [entities.get((pair[f"paper_{s}"], pair[f"surface_{s}"])) for s in SIDES]
        if None in found:
            missed.append(pair)
        elif (found[0] == found[1]) != (pair["same"] == "yes"):
            wrong.append((pair, found))
    assert wrong == []
    assert len(PAIRS) - len(missed) >= 300, missed
