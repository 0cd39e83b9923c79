"""The graph as NetworkX sees it: the same content as the RDF, nodes and edges by IRI."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import networkx as nx
from pyoxigraph import Literal, Triple

from paperkg.graph.kg import KnowledgeGraph
from paperkg.graph.triples import graph_triples
from paperkg.graph.vocabulary import NAMESPACES, iri

__all__ = ["network", "network_of"]

SHORT = {namespace: prefix for prefix, namespace in NAMESPACES.items()}


def network(kg: KnowledgeGraph) -> nx.MultiDiGraph:
    """The graph of `graph.ttl`: a node an IRI, an edge a triple between IRIs, keyed by predicate.

    A node's attributes are its literals by local name (`prefLabel`, `title`); several values
    make a list, sorted. `type` is its class; what declares a user's class is left out.
    """
    return network_of(graph_triples(kg))


def network_of(triples: Iterable[Triple]) -> nx.MultiDiGraph:
    """The same for any triples."""
    graph = nx.MultiDiGraph()
    literals: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    declared = set()
    for triple in triples:
        subject, predicate = str(triple.subject)[1:-1], short(triple.predicate.value)
        if triple.object == iri("owl:Class"):
            declared.add(subject)
        if subject in declared:
            continue
        graph.add_node(subject)
        if isinstance(triple.object, Literal):
            literals[subject][predicate.partition(":")[2]].append(triple.object.value)
        elif predicate == "rdf:type":
            graph.nodes[subject]["type"] = local_name(str(triple.object)[1:-1])
        else:
            graph.add_edge(subject, str(triple.object)[1:-1], key=predicate)
    for subject, values in literals.items():
        graph.nodes[subject].update({name: single(v) for name, v in values.items()})
    return graph


def single(values: list[str]) -> Any:
    """One value by itself, several as a sorted list."""
    return values[0] if len(values) == 1 else sorted(values)


def short(address: str) -> str:
    """An IRI as a prefixed name where its namespace is known."""
    local = local_name(address)
    prefix = SHORT.get(address.removesuffix(local))
    return f"{prefix}:{local}" if prefix else address


def local_name(address: str) -> str:
    """What stands behind the last slash or number sign of an IRI."""
    return address[max(address.rfind("/"), address.rfind("#")) + 1 :]
