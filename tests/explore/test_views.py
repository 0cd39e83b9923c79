"""Views as NetworkX graphs: what ties what to what, and how strongly."""

from dataclasses import replace

import networkx as nx
import pytest
from graph.invented import of_papers, sample, small

import paperkg
from paperkg.errors import PaperKGError
from paperkg.explore import VIEWS, network_view
from paperkg.records import Entity, Link, Paper


def named(graph):
    """The edges of a view by the names of their ends."""
    return {
        (graph.nodes[a]["name"], graph.nodes[b]["name"]): tie
        for a, b, tie in graph.edges(data=True)
    }


def common_and_rare():
    """Forty papers that name accuracy, two of which name Elm too."""
    papers = tuple(Paper(f"p{i:02}", f"Paper {i}", "", key=f"p:{i:02}") for i in range(40))
    entities = (
        Entity("metric/accuracy", "Metric", "accuracy"),
        Entity("model/elm", "Model", "Elm"),
    )
    links = [Link(p.id, "metric/accuracy", "uses", 1, 0.9) for p in papers[:30]]
    links += [Link(p.id, "model/elm", "uses", 1, 0.9) for p in papers[:2]]
    ordered = sorted(links, key=lambda k: (k.paper, k.entity))
    return paperkg.KnowledgeGraph(papers, entities, tuple(ordered), ())


def test_papers_are_tied_by_what_both_name_the_rarest_first():
    ties = named(network_view(small(), "papers"))
    tie = ties["Fern 2 climbs", "Oak: slow and sure"]
    assert tie["shared"] == ["Fern 2", "HillTop"] and 0 < tie["weight"] < 1
    assert "Silence" not in {name for pair in ties for name in pair}


def test_what_everyone_names_ties_no_papers():
    ties = named(network_view(common_and_rare(), "papers"))
    assert list(ties) == [("Paper 0", "Paper 1")]
    assert ties["Paper 0", "Paper 1"]["shared"] == ["Elm", "accuracy"]


def test_a_type_alone_ties_papers_where_that_is_asked_for():
    ties = named(network_view(small(), "papers", types=["Benchmark"]))
    assert {name for tie in ties.values() for name in tie["shared"]} == {"HillTop", "RiverMouth"}


def test_the_nearest_papers_are_those_that_similar_finds():
    kg = sample()[0].kg
    graph = network_view(kg, "papers")
    paper = paperkg.find_paper(kg, "Llama 2")
    near = {graph.nodes[n]["name"] for n in graph[kg.paper_iri(paper)]}
    assert near & set(paperkg.similar(kg, paper, limit=3)["title"])


def test_entities_are_tied_where_more_papers_name_both_than_chance_would_have():
    kg = sample()[0].kg
    graph = network_view(kg, "entities")
    ties = named(graph)
    assert all(0 < tie["weight"] <= 1 and tie["papers"] > 1 for tie in ties.values())
    assert all(known["papers"] > 1 for _, known in graph.nodes(data=True))
    assert max(degree for _, degree in graph.degree) <= 12
    models = network_view(kg, "entities", types=["Model"])
    assert {known["type"] for _, known in models.nodes(data=True)} == {"Model"}


def test_a_family_holds_its_releases_and_they_their_variants():
    graph = network_view(small(), "families")
    assert set(named(graph)) == {("Fern", "Fern 2"), ("Fern 2", "Fern 2 9B")}
    levels = {known["name"]: (known["level"], known["papers"]) for _, known in graph.nodes.items()}
    assert levels == {
        "Fern": ("family", 2),
        "Fern 2": ("release", 2),
        "Fern 2 9B": ("variant", 1),
    }


def test_families_that_go_round_end():
    kg = small()
    entities = tuple(
        replace(e, family="model/oak") if e.id == "model/fern" else
        replace(e, family="model/fern") if e.id == "model/oak" else e
        for e in kg.entities
    )  # fmt: skip
    assert len(network_view(replace(kg, entities=entities), "families")) == 4


def test_a_cell_of_the_matrix_has_role_and_result():
    ties = named(network_view(small(), "matrix"))
    assert ties["Fern 2 climbs", "HillTop"]["role"] == "uses"
    assert ties["Fern 2 climbs", "HillTop"]["results"] == ["61.5 accuracy"]
    assert ties["Cutting leaves", "RiverMouth"]["results"] == []


def test_the_timeline_knows_first_months_and_papers_a_month():
    graph = network_view(small(), "timeline")
    assert graph.nodes["2031-04"]["papers"] == 1 and "2032" not in graph
    firsts = {known["name"]: known.get("first") for _, known in graph.nodes(data=True)}
    assert (firsts["HillTop"], firsts["Oak"]) == ("2031-04", "2031-05")
    assert "LeafCut" not in firsts


def test_an_arxiv_number_tells_the_month_where_no_date_does():
    graph = network_view(of_papers(Paper("a", "A", "", key="arxiv:2504.01234")), "timeline")
    assert dict(graph.nodes(data="papers")) == {"2025-04": 1}


def test_what_cannot_be_viewed_is_told():
    with pytest.raises(PaperKGError, match=r"no paper has a date.*build from a source with dates"):
        network_view(of_papers(Paper("a", "A", "", key="a")), "timeline")
    with pytest.raises(PaperKGError, match="no view is called tree; choose one of papers, "):
        network_view(small(), "tree")


@pytest.mark.parametrize("kind", VIEWS)
def test_the_same_graph_gives_the_same_view(kind):
    one, other = (network_view(small(), kind) for _ in range(2))
    assert list(one.edges(data=True)) == list(other.edges(data=True))
    assert nx.utils.graphs_equal(one, other)


@pytest.mark.parametrize("kind", [kind for kind in VIEWS if kind != "timeline"])
def test_an_empty_graph_has_empty_views(kind):
    assert len(network_view(of_papers(), kind)) == 0
