"""NetworkX sees the same graph as RDF."""

from __future__ import annotations

from collections import Counter

import pytest
import rdflib

import paperkg
from paperkg.graph.vocabulary import NAMESPACES
from paperkg.records import TYPES

from .invented import OTHER_BASE, document, sample, small, with_own_type


def spelled(name):
    """The IRI of a prefixed name."""
    prefix, _, local = name.partition(":")
    return rdflib.URIRef(NAMESPACES[prefix] + local)


@pytest.mark.parametrize(
    "make", [small, lambda: small(OTHER_BASE), lambda: sample()[0].kg], ids=["small", "base", "all"]
)
def test_nodes_edges_and_literals_are_those_of_the_rdf(make):
    kg = make()
    graph, rdf = paperkg.network(kg), rdflib.Graph().parse(data=document(kg), format="turtle")
    relations = [
        (s, p, o) for s, p, o in rdf if isinstance(o, rdflib.URIRef) and p != rdflib.RDF.type
    ]
    assert {(a, spelled(key), b) for a, b, key in graph.edges(keys=True)} == {
        (str(s), p, str(o)) for s, p, o in relations
    }
    assert graph.number_of_edges() == len(relations)
    assert set(graph) == {str(s) for s in rdf.subjects()} | {str(o) for _, _, o in relations}
    names = {p for _, p, o in rdf if isinstance(o, rdflib.Literal)}
    for predicate in names - {spelled("pk:kind")}:
        local = str(predicate).replace("#", "/").rpartition("/")[2]
        for subject in set(rdf.subjects(predicate)):
            held = graph.nodes[str(subject)][local]
            values = sorted(map(str, rdf.objects(subject, predicate)))
            assert (held if isinstance(held, list) else [held]) == values


def test_type_is_the_class():
    graph = paperkg.network(small())
    kinds = Counter(kind for _, kind in graph.nodes(data="type") if kind)
    expected = Counter(e.type for e in small().entities) + Counter(
        Paper=4, Result=1, Statement=3, Task=2
    )
    assert kinds == expected
    assert set(kinds) <= {*TYPES, "Paper", "Result", "Statement", "Task"}


def test_a_model_leads_to_its_papers_and_its_maker():
    graph, base = paperkg.network(small()), small().base
    fern = f"{base}model/fern-2"
    assert graph.nodes[fern]["prefLabel"] == "Fern 2"
    assert graph.nodes[fern]["altLabel"] == ["Fern II", "Férn-2"]
    assert {(a.removeprefix(base), key) for a, _, key in graph.in_edges(fern, keys=True)} == {
        ("paper/walk:1", "pk:introduces"),
        ("paper/walk:1", "pk:mentions"),
        ("paper/walk:2", "pk:mentions"),
        ("paper/walk:2", "pk:uses"),
        ("model/fern-2#developedBy", "rdf:subject"),
        ("paper/walk:2#statement=40,47", "rdf:subject"),
        ("model/fern-2/9b", "pk:variantOf"),
        ("paper/walk:1#result=52,56", "pk:system"),
        ("model/oak", "pk:outperforms"),
        ("paper/walk:2#statement=33,39", "rdf:object"),
    }
    assert {(b.removeprefix(base), key) for _, b, key in graph.out_edges(fern, keys=True)} == {
        ("model/fern", "pk:inFamily"),
        ("https://example.org/code/fern-2", "pk:codeRepository"),
        ("organization/moss-lab", "pk:developedBy"),
        ("https://example.com/fern-2", "skos:exactMatch"),
    }


def test_a_users_type_is_the_type_of_its_nodes_and_no_node_itself():
    graph, plain = paperkg.network(with_own_type()), paperkg.network(small())
    assert graph.nodes[f"{small().base}robot/leafcut"]["type"] == "Robot"
    assert len(graph) == len(plain) and graph.number_of_edges() == plain.number_of_edges()
