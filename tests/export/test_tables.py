"""Tables for pandas and spreadsheets, and the JSON Lines that other tools read."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
from graph.invented import HOSTILE, OTHER_BASE, of_papers, sample, small

from paperkg.export import export, frames
from paperkg.export.tables import mention_lines, mention_rows, result_lines
from paperkg.graph import KnowledgeGraph
from paperkg.records import Entity, Paper

COLUMNS = {
    "papers": ["id", "title", "date", "authors", "categories", "url", "code", "pages",
               "tasks", "iri", "entities"],
    "entities": [
        "id", "type", "name", "aliases", "variant_of", "family", "maker", "same_as", "homepage",
        "code", "also", "traits", "tasks", "iri", "papers",
    ],
    "links": [
        "paper", "entity", "role", "mentions", "confidence", "role_confidence", "sentence_start",
        "sentence_end",
    ],
}  # fmt: skip


def opened(kg, folder):
    """The three tables as pandas opens their files."""
    export(kg, "csv", folder)
    paths = sorted(folder.glob("*.csv"))
    assert [path.stem for path in paths] == sorted(COLUMNS)
    return {path.stem: pd.read_csv(path, keep_default_na=False) for path in paths}


@pytest.mark.parametrize("make", [small, lambda: sample()[0].kg], ids=["small", "sample"])
def test_pandas_opens_what_was_written(make, tmp_path):
    kg = make()
    tables = opened(kg, tmp_path)
    for name, records in (("papers", kg.papers), ("entities", kg.entities), ("links", kg.links)):
        assert list(tables[name].columns) == list(frames(kg)[name].columns) == COLUMNS[name]
        assert len(tables[name]) == len(records)
    assert tables["papers"]["entities"].sum() == tables["entities"]["papers"].sum() == len(kg.links)
    assert tables["links"]["mentions"].sum() == len(kg.mentions)
    assert set(tables["links"]["entity"]) <= set(tables["entities"]["id"])
    assert set(tables["links"]["paper"]) <= set(tables["papers"]["id"])


def test_a_row_says_what_the_graph_says(tmp_path):
    tables = opened(small(OTHER_BASE), tmp_path)
    rows = tables["entities"].set_index("id").to_dict("index")
    assert rows["model/fern-2"] == {
        "type": "Model",
        "name": "Fern 2",
        "aliases": "Fern II | Férn-2",
        "variant_of": "",
        "family": "model/fern",
        "maker": "organization/moss-lab",
        "same_as": "https://example.com/fern-2",
        "homepage": "",
        "code": "https://example.org/code/fern-2",
        "also": "",
        "traits": "",
        "tasks": "",
        "iri": f"{OTHER_BASE}model/fern-2",
        "papers": 2,
    }
    papers = tables["papers"].set_index("id")
    assert papers.loc["a", "authors"] == "Ada Moss | Bo Reed"
    assert papers["entities"].to_dict() == {"a": 3, "b": 4, "c": 4, "d": 0}
    assert papers.loc["c", "iri"] == f"{OTHER_BASE}paper/walk%2F3"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_titles_stay_in_their_cell(text, tmp_path):
    kg = of_papers(Paper("p", text, "x", key="k"), Paper("q", "Kites", "x", key="l"))
    papers = opened(kg, tmp_path)["papers"]
    assert list(papers["id"]) == ["p", "q"]
    assert [t.split() for t in papers["title"]] == [text.split(), ["Kites"]]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-2", "@SUM(A1)", "\t=1"])
def test_a_formula_is_defused(text, tmp_path):
    papers = (Paper(text, text, "x", key="k", authors=(text, "B"), categories=(text,)),)
    entities = (Entity("model/x", "Model", text, aliases=(text,)),)
    kg = KnowledgeGraph(papers, entities, (), ())
    tables = opened(kg, tmp_path)
    cells = [tables["papers"].loc[0, c] for c in ("id", "title", "authors", "categories")]
    cells += [tables["entities"].loc[0, c] for c in ("name", "aliases")]
    assert all(cell.startswith("'") and text.strip() in cell for cell in cells)


def test_other_texts_are_left_alone(tmp_path):
    titles = ["3-D kites", "a=b", "1+1", "'quoted'", '"A", and B', "e@f", "NA", "None", "007"]
    papers = tuple(Paper(str(n), t, "x", key=f"k{n}") for n, t in enumerate(titles))
    export(of_papers(*papers), "csv", tmp_path)
    found = pd.read_csv(tmp_path / "papers.csv", keep_default_na=False, dtype=str)
    assert list(found["title"]) == titles


def test_mention_lines_have_iris_and_offsets():
    rows = mention_rows(small().mentions, small().base)
    lines = [json.loads(line) for line in mention_lines(rows)]
    texts = {p.id: p.text for p in small().papers}
    assert len(lines) == 13
    assert all(texts[m["paper"]][m["start"] : m["end"]] == m["text"] for m in lines)
    (nine,) = [m for m in lines if m["variant"]]
    assert nine == {
        "paper": "b",
        "start": 40,
        "end": 49,
        "text": "Fern 2 9B",
        "type": "Model",
        "role": "uses",
        "entity": "https://w3id.org/paperkg/model/fern-2",
        "variant": "https://w3id.org/paperkg/model/fern-2/9b",
        "confidence": 0.875,
    }


def test_result_lines_have_names():
    kg = small()
    bare = replace(kg.results[0], system=None, metric=None)
    first, second = map(
        json.loads, result_lines((*kg.results, bare), {e.id: e.name for e in kg.entities})
    )
    assert first == {
        "paper": "a",
        "start": 52,
        "end": 56,
        "text": "61.5",
        "value": 61.5,
        "kind": "score",
        "system": "Fern 2",
        "benchmark": "HillTop",
        "metric": "accuracy",
    }
    assert (second["system"], second["benchmark"], second["metric"]) == (None, "HillTop", None)
