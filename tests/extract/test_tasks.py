"""Which tasks a paper works on, and the vocabulary of tasks."""

import csv

import pytest

from paperkg.catalog import all_tasks
from paperkg.extract.tasks import addressed, tasks_of
from paperkg.resources import ONTOLOGY


def tasks(nlp, title, abstract="Nothing more is said."):
    doc = nlp(f"{title}\n{abstract}")
    return [all_tasks()[a.task].name for a in addressed(doc)]


def test_the_vocabulary_is_sound():
    with (ONTOLOGY / "tasks.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(all_tasks()) >= 600
    said = [s.lower().replace("-", " ") for r in rows
            for s in (r["name"], *filter(None, r["aliases"].split("|")))]  # fmt: skip
    assert len(said) == len(set(said))
    names = [row["name"] for row in rows]
    assert names == sorted(names, key=str.lower)
    for id_, task in all_tasks().items():
        seen = {id_}
        while task.broader:
            assert task.broader not in seen
            seen.add(task.broader)
            task = all_tasks()[task.broader]


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Kites for Named-Entity Recognition", ["named entity recognition"]),
        ("Better NER on a String", ["named entity recognition"]),
        ("Object Detection in Fog", ["object detection"]),
        ("3D Object Detection in Fog", ["3D object detection"]),
        ("Machine Translation of Kite Manuals", ["machine translation"]),
        ("Flying Kites", []),
        ("Flying Kites via Machine Translation", []),
        ("Translation with Kites for Object Detection", ["object detection"]),
    ],
)
def test_a_title_names_the_task_in_any_spelling(nlp, title, found):
    assert tasks(nlp, title) == found


def test_an_abstract_counts_where_it_says_what_the_paper_does(nlp):
    own = "We propose a method for machine translation."
    assert tasks(nlp, "Kites", own) == ["machine translation"]
    for passing in (
        "Models do well on tasks such as machine translation.",
        "We propose a method that uses machine translation models for kites.",
        "Machine translation has seen much progress.",
    ):
        assert tasks(nlp, "Kites", passing) == []


def test_tasks_come_with_those_above_them():
    found = tasks_of(["task/3d-object-detection"])
    ids = {task.id for task in found}
    assert "task/3d-object-detection" in ids and all(t.broader in ids | {""} for t in found)
