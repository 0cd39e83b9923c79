"""Questions over a graph: what is shared, what is like what, what a name means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from graph.invented import of_papers, small

import paperkg
from paperkg.errors import PaperKGError
from paperkg.explore import type_named
from paperkg.graph import KnowledgeGraph
from paperkg.records import TYPES, Entity, Link, Paper

A, B, C, D = (paper.title for paper in small().papers)


@pytest.mark.parametrize(
    ("type_", "minimum", "expected"),
    [
        ("Model", 2, [("Fern 2", 2, [A, B]), ("Oak", 2, [C, B])]),
        ("Benchmark", 2, [("HillTop", 2, [A, B]), ("RiverMouth", 2, [C, B])]),
        ("Metric", 2, [("accuracy", 2, [C, A])]),
        ("Method", 2, []),
        ("Method", 1, [("LeafCut", 1, [C])]),
        ("Benchmark", 3, []),
        ("Dataset", 1, []),
    ],
)
def test_what_papers_share(type_, minimum, expected):
    found = paperkg.shared(small(), type_, minimum=minimum)
    assert list(found.columns) == ["entity", "papers", "titles", "iri"]
    rows = [tuple(row) for row in found[["entity", "papers", "titles"]].to_numpy()]
    assert rows == expected


def test_the_most_shared_come_first():
    kg = small()
    more = (*kg.links, Link("d", "benchmark/rivermouth", "mentions", 1, 1.0))
    assert list(paperkg.shared(replace(kg, links=more), "Benchmark")["papers"]) == [3, 2]
    assert paperkg.shared(replace(kg, links=more), "Benchmark")["entity"][0] == "RiverMouth"


def test_pairs_of_papers_that_share():
    kg = small()
    more = (*kg.links, Link("c", "benchmark/hilltop", "uses", 1, 1.0))
    found = paperkg.shared_pairs(replace(kg, links=more), "Benchmark")
    assert [tuple(row) for row in found.to_numpy()] == [
        (B, C, ["HillTop", "RiverMouth"], 2),
        (A, C, ["HillTop"], 1),
        (A, B, ["HillTop"], 1),
    ]
    assert len(paperkg.shared_pairs(kg, "Method")) == 0


def test_a_rare_entity_ties_more_than_a_common_one():
    papers = tuple(Paper(i, f"Paper {i}", "x", key=i) for i in "abcdef")
    entities = (
        Entity("metric/accuracy", "Metric", "accuracy"),
        Entity("model/oak", "Model", "Oak"),
    )
    links = [Link(i, "metric/accuracy", "uses", 1, 1.0) for i in "abcd"]
    links += [Link(i, "model/oak", "uses", 1, 1.0) for i in "ae"]
    kg = KnowledgeGraph(papers, entities, tuple(sorted(links, key=lambda k: k.paper)), ())
    found = paperkg.similar(kg, papers[0])
    assert list(found["title"]) == ["Paper e", "Paper b", "Paper c", "Paper d"]
    assert list(found["shared"]) == [["Oak"], *[["accuracy"]] * 3]
    assert found["score"].is_monotonic_decreasing and found["score"].min() > 0
    assert found["score"].max() <= 1
    assert list(paperkg.similar(kg, papers[0], limit=1)["title"]) == ["Paper e"]


def test_twins_score_one_and_a_lonely_paper_has_no_kin():
    kg = small()
    twin = tuple(replace(k, paper="d") for k in kg.links if k.paper == "a")
    found = paperkg.similar(replace(kg, links=kg.links + twin), kg.papers[0])
    assert (found["title"][0], found["score"][0]) == (D, 1.0)
    assert len(paperkg.similar(kg, kg.papers[3])) == 0


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Fern 2", "model/fern-2"),
        ("fern-2", "model/fern-2"),
        ("FERN II", "model/fern-2"),
        ("Fern", "model/fern"),
        ("Fern 2 9B", "model/fern-2/9b"),
        ("model/oak", "model/oak"),
        ("https://w3id.org/paperkg/model/oak", "model/oak"),
        ("oak", "model/oak"),
        ("leafcuts", "method/leafcut"),
        ("Fern 2 climbs", "a"),
        ("slow and", "b"),
        ("walk/3", "c"),
        ("d", "d"),
        ("https://w3id.org/paperkg/paper/walk%2F3", "c"),
    ],
)
def test_a_name_finds_what_is_meant(name, id_):
    assert paperkg.find(small(), name).id == id_


def test_among_equal_names_the_one_with_the_most_papers_is_found():
    kg = small()
    double = Entity("benchmark/oak", "Benchmark", "Oak")
    assert paperkg.find(replace(kg, entities=(double, *kg.entities)), "Oak").id == "model/oak"


@pytest.mark.parametrize("name", ["Elm", "", "  ", "model/elm", "paper/elm", "..."])
def test_what_is_not_there_is_told(name):
    with pytest.raises(PaperKGError, match="is called"):
        paperkg.find(small(), name)


def test_a_near_miss_is_told():
    with pytest.raises(PaperKGError, match=r"nothing is called 'Fern 3'; did you mean .*Fern"):
        paperkg.find(small(), "Fern 3")


@pytest.mark.parametrize("name", ["Cutting leaves", "cutting", "c", "walk/3", "leaves"])
def test_a_paper_is_found(name):
    assert paperkg.find_paper(small(), name).id == "c"


def test_a_paper_is_found_by_its_id_without_the_service():
    paper = Paper("arxiv:2401.00001", "Kites", "", key="arxiv:2401.00001")
    kg = of_papers(Paper("2", "Of 2401.00001 and others", "", key="2"), paper)
    assert paperkg.find_paper(kg, "2401.00001") == paper


def test_a_title_that_begins_so_comes_before_one_that_holds_it():
    papers = [
        Paper("1", "A tale of kites", "x"),
        Paper("2", "Kites fly", "x"),
        Paper("3", "Kites", ""),
    ]
    kg = of_papers(*papers)
    assert paperkg.find_paper(kg, "kites").id == "3"
    assert paperkg.find_paper(of_papers(*papers[:2]), "kites").id == "2"
    with pytest.raises(PaperKGError, match="no paper is called 'lanterns'; see the titles"):
        paperkg.find_paper(kg, "lanterns")


def test_the_figures_add_up():
    found = paperkg.stats(small()).set_index("type")
    assert list(found.index) == list(TYPES)
    assert found.loc["Model"].to_dict() == {
        "entities": 4,
        "shared": 2,
        "introduces": 2,
        "uses": 1,
        "mentions": 1,
        "in text": 6,
    }
    kg = small()
    assert found["entities"].sum() == len(kg.entities)
    assert found[["introduces", "uses", "mentions"]].to_numpy().sum() == len(kg.links)
    assert found["in text"].sum() == len(kg.mentions)


def test_an_empty_graph_has_answers_too():
    kg = of_papers()
    assert len(paperkg.shared(kg, "Model")) == len(paperkg.shared_pairs(kg, "Model")) == 0
    assert paperkg.stats(kg)["entities"].sum() == 0


@pytest.mark.parametrize(
    ("given", "type_"), [("Model", "Model"), ("models", "Model"), ("METRIC", "Metric")]
)
def test_types_are_named_in_any_case(given, type_):
    assert type_named(given) == type_


def test_an_unknown_type_is_told_with_those_there_are():
    with pytest.raises(PaperKGError, match="no type is called Tree; choose one of Model, Dataset"):
        type_named("Tree")
