"""GraphML and GEXF, for Gephi, Cytoscape, yEd and the like."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import networkx as nx

from paperkg.graph.kg import KnowledgeGraph
from paperkg.graph.network import network

__all__ = ["gexf", "graphml"]

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DATE = re.compile(r' lastmodifieddate="[^"]*"')


def graphml(kg: KnowledgeGraph) -> str:
    """The graph as GraphML; several values of an attribute are joined by ` | `."""
    out = BytesIO()
    nx.write_graphml(flat(kg), out, prettyprint=True)
    return out.getvalue().decode()


def gexf(kg: KnowledgeGraph) -> str:
    """The graph as GEXF, without the date that NetworkX would put into it."""
    out = BytesIO()
    nx.write_gexf(flat(kg), out, prettyprint=True)
    return DATE.sub("", out.getvalue().decode())


def flat(kg: KnowledgeGraph) -> nx.MultiDiGraph:
    """The network with plain text attributes and numbered edges that carry their predicate."""
    source = network(kg)
    graph = nx.MultiDiGraph()
    for node, attributes in source.nodes(data=True):
        if attributes.get("type"):
            graph.add_node(node, **{name: text(v) for name, v in attributes.items()})
    for a, b, predicate in source.edges(keys=True):
        if a in graph and b in graph:
            graph.add_edge(a, b, predicate=predicate)
    return graph


def text(value: Any) -> str:
    """An attribute as one text that XML can hold."""
    joined = " | ".join(value) if isinstance(value, list) else str(value)
    return NOT_XML.sub("\ufffd", joined)
