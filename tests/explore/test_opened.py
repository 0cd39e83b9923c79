"""A graph opened in a notebook: tables, questions, views and what Jupyter shows."""

import re
from dataclasses import replace
from html import unescape

import networkx as nx
import pytest
from graph.invented import small, written

import paperkg
from paperkg.errors import PaperKGError

HOSTILE = "<img src=x onerror=alert(1)></script>"


@pytest.fixture(scope="module")
def g():
    return paperkg.OpenedGraph(small())


def test_a_folder_opens_with_its_tables(tmp_path):
    g = paperkg.open_graph(written(small(), tmp_path / "graph"))
    assert (len(g.papers), len(g.links)) == (4, 11)
    assert g.entities.set_index("id")["papers"]["benchmark/hilltop"] == 2
    assert repr(g) == "OpenedGraph(4 papers, 10 entities, 11 links, 1 results)"
    with pytest.raises(PaperKGError, match="no graph there"):
        paperkg.open_graph(tmp_path / "nowhere")


def test_results_go_by_names(g):
    [row] = g.results.to_dict("records")
    told = (row["title"], row["system"], row["benchmark"], row["metric"], row["value"])
    assert told == ("Fern 2 climbs", "Fern 2", "HillTop", "accuracy", 61.5)


def test_questions_are_those_of_the_library(g):
    assert list(g.shared("benchmarks")["entity"]) == ["HillTop", "RiverMouth"]
    assert "Oak: slow and sure" in set(g.similar("Fern 2 climbs")["title"])
    assert g.show("Fern II").name == "Fern 2"
    assert list(g.leaderboard("HillTop")["value"]) == ["61.5"]
    assert "Model" in set(g.stats()["type"])


def test_sparql_finds_the_graph_and_its_evidence(g):
    asked = "SELECT ?t { ?p pk:uses ?e ; dcterms:title ?t . ?e rdfs:label ?name } ORDER BY ?t"
    assert list(g.sparql(asked, name="HillTop")["t"]) == ["Fern 2 climbs", "Oak: slow and sure"]
    assert not g.sparql("SELECT ?m { ?m nif:beginIndex ?b }").empty


def test_networks_come_by_type_in_any_case(g):
    graph = g.network("matrix", types="benchmark")
    assert isinstance(graph, nx.Graph) and len(graph) == 5
    with pytest.raises(PaperKGError, match="no type is called tree"):
        g.network("matrix", types=["tree"])


def test_a_view_is_shown_in_a_frame_that_holds_the_page_as_it_is(g, tmp_path):
    shown = g.view("families")
    frame = shown._repr_html_()
    assert 'sandbox="allow-scripts' in frame and "allow-same-origin" not in frame
    inside = re.search(r'srcdoc="([^"]*)"', frame)
    assert inside and unescape(inside[1]) == shown.page
    shown.save(tmp_path / "families.html")
    assert (tmp_path / "families.html").read_text("utf-8") == shown.page


def test_jupyter_shows_figures_and_what_is_most_shared(g):
    html = g._repr_html_()
    assert "<b>4</b> papers" in html and "2031 to 2032" in html
    assert html.index("Most shared models") < html.index("Most shared benchmarks")
    assert "HillTop" in html and "LeafCut" not in html


def test_names_stay_text_in_jupyter():
    kg = small()
    entities = tuple(replace(e, name=HOSTILE) for e in kg.entities)
    assert "<img" not in paperkg.OpenedGraph(replace(kg, entities=entities))._repr_html_()
