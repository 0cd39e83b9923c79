"""Entities and links as a graph: the tables, RDF, NetworkX, and the files they are read from."""

from typing import TYPE_CHECKING

from paperkg.lazy import lazy

if TYPE_CHECKING:
    from paperkg.graph.kg import BASE, KnowledgeGraph
    from paperkg.graph.network import network
    from paperkg.graph.read import graph_files, open_store, read_graph
    from paperkg.graph.triples import evidence_triples, graph_triples

__all__ = [
    "BASE",
    "KnowledgeGraph",
    "evidence_triples",
    "graph_files",
    "graph_triples",
    "network",
    "open_store",
    "read_graph",
]

lazy(
    __name__,
    {
        "kg": "BASE KnowledgeGraph",
        "network": "network",
        "read": "graph_files open_store read_graph",
        "triples": "evidence_triples graph_triples",
    },
)
