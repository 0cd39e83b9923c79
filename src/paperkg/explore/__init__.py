"""Questions over a built graph, answered as pandas tables."""

from typing import TYPE_CHECKING

from paperkg.lazy import lazy

if TYPE_CHECKING:
    from paperkg.explore.diff import Diff, diff
    from paperkg.explore.leaderboard import leaderboard, reporting
    from paperkg.explore.opened import OpenedGraph, open_graph
    from paperkg.explore.queries import named_queries, named_query, query
    from paperkg.explore.questions import (
        find,
        find_paper,
        shared,
        shared_pairs,
        similar,
        stats,
        type_named,
    )
    from paperkg.explore.review import review
    from paperkg.explore.show import Shown, proving, show
    from paperkg.explore.validate import validate
    from paperkg.explore.views import VIEWS, network_view

__all__ = [
    "VIEWS",
    "Diff",
    "OpenedGraph",
    "Shown",
    "diff",
    "find",
    "find_paper",
    "leaderboard",
    "named_queries",
    "named_query",
    "network_view",
    "open_graph",
    "proving",
    "query",
    "reporting",
    "review",
    "shared",
    "shared_pairs",
    "show",
    "similar",
    "stats",
    "type_named",
    "validate",
]

lazy(
    __name__,
    {
        "diff": "Diff diff",
        "leaderboard": "leaderboard reporting",
        "opened": "OpenedGraph open_graph",
        "queries": "named_queries named_query query",
        "questions": "find find_paper shared shared_pairs similar stats type_named",
        "review": "review",
        "show": "Shown proving show",
        "validate": "validate",
        "views": "VIEWS network_view",
    },
)
