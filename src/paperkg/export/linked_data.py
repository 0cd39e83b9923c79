"""Turtle, N-Triples and JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import rdflib
from pyoxigraph import RdfFormat, Triple, serialize

from paperkg.graph.kg import KnowledgeGraph
from paperkg.graph.triples import graph_blocks, graph_triples
from paperkg.graph.turtle import Terms, n_triples, turtle
from paperkg.graph.vocabulary import NAMESPACES

__all__ = ["json_ld", "n_triples_text", "rdflib_graph", "turtle_text"]


def turtle_text(kg: KnowledgeGraph) -> Iterator[str]:
    """The graph as Turtle, in pieces."""
    return turtle(graph_blocks(kg), Terms(kg.base, kg.types))


def n_triples_text(kg: KnowledgeGraph) -> Iterator[str]:
    """The graph as N-Triples, a line each."""
    return n_triples(graph_blocks(kg), Terms(kg.base, kg.types))


def rdflib_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    """Triples as an rdflib graph, with our prefixes bound."""
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in NAMESPACES.items():
        graph.bind(prefix, namespace)
    data = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert data is not None
    return graph.parse(data=data, format="nt")


def json_ld(kg: KnowledgeGraph) -> str:
    """The graph as JSON-LD with a context, sorted."""
    graph = rdflib_graph(graph_triples(kg))
    context = dict(NAMESPACES)
    document = json.loads(graph.serialize(format="json-ld", context=context, auto_compact=True))
    document["@graph"] = in_order(document.get("@graph", []))
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def in_order(value: Any) -> Any:
    """The same JSON with every list sorted: sets have no order of their own."""
    if isinstance(value, dict):
        return {key: in_order(v) for key, v in value.items()}
    if isinstance(value, list):
        return sorted(map(in_order, value), key=lambda v: json.dumps(v, sort_keys=True))
    return value
