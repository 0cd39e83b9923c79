"""PaperKG: a knowledge graph of machine-learning papers from titles and abstracts alone.

Everything the command line does is one call here:

    import paperkg

    paperkg.build(["page.txt"], "outputs/page")
    kg = paperkg.read_graph("outputs/page")
    paperkg.shared(kg, "Benchmark")
"""

from typing import TYPE_CHECKING

from paperkg.lazy import lazy

if TYPE_CHECKING:
    from paperkg.curate import Enriched, catalog_check, catalog_enrich, catalog_suggest
    from paperkg.engine import Build, add, assemble, build, remove
    from paperkg.errors import PaperKGError
    from paperkg.evaluate import Evaluation, evaluate
    from paperkg.explore import (
        Diff,
        OpenedGraph,
        diff,
        find,
        find_paper,
        leaderboard,
        named_queries,
        named_query,
        network_view,
        open_graph,
        query,
        review,
        shared,
        shared_pairs,
        show,
        similar,
        stats,
        validate,
    )
    from paperkg.export import export, frames
    from paperkg.export.views import view
    from paperkg.extract import extract
    from paperkg.fetch import Fetched, fetch
    from paperkg.graph import KnowledgeGraph, network, open_store, read_graph
    from paperkg.link import Candidate, ground
    from paperkg.records import Entity, Link, Mention, Paper, Result
    from paperkg.sources import read
    from paperkg.train import Training, train
    from paperkg.web import serve

__version__ = "0.1.0"
__all__ = [
    "Build",
    "Candidate",
    "Diff",
    "Enriched",
    "Entity",
    "Evaluation",
    "Fetched",
    "KnowledgeGraph",
    "Link",
    "Mention",
    "OpenedGraph",
    "Paper",
    "PaperKGError",
    "Result",
    "Training",
    "add",
    "assemble",
    "build",
    "catalog_check",
    "catalog_enrich",
    "catalog_suggest",
    "diff",
    "evaluate",
    "export",
    "extract",
    "fetch",
    "find",
    "find_paper",
    "frames",
    "ground",
    "leaderboard",
    "named_queries",
    "named_query",
    "network",
    "network_view",
    "open_graph",
    "open_store",
    "query",
    "read",
    "read_graph",
    "remove",
    "review",
    "serve",
    "shared",
    "shared_pairs",
    "show",
    "similar",
    "stats",
    "train",
    "validate",
    "view",
]

lazy(
    __name__,
    {
        "curate.check": "catalog_check",
        "curate.enrich": "Enriched catalog_enrich",
        "curate.suggest": "catalog_suggest",
        "engine.local": "Build add assemble build remove",
        "errors": "PaperKGError",
        "evaluate.evaluate": "Evaluation evaluate",
        "explore.diff": "Diff diff",
        "explore.leaderboard": "leaderboard",
        "explore.opened": "OpenedGraph open_graph",
        "explore.queries": "named_queries named_query query",
        "explore.questions": "find find_paper shared shared_pairs similar stats",
        "explore.review": "review",
        "explore.show": "show",
        "explore.validate": "validate",
        "explore.views": "network_view",
        "export.formats": "export",
        "export.tables": "frames",
        "export.views": "view",
        "extract.pipeline": "extract",
        "fetch.fetch": "Fetched fetch",
        "graph.kg": "KnowledgeGraph",
        "graph.network": "network",
        "graph.read": "open_store read_graph",
        "link.candidates": "Candidate ground",
        "records": "Entity Link Mention Paper Result",
        "sources.reader": "read",
        "train.run": "Training train",
        "web.serve": "serve",
    },
)
