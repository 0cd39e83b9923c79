"""Questions over a built graph, answered as pandas tables."""

from paperkg.explore.leaderboard import leaderboard
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
from paperkg.explore.show import Shown, show
from paperkg.explore.validate import validate

__all__ = [
    "Shown",
    "find",
    "find_paper",
    "leaderboard",
    "named_queries",
    "named_query",
    "query",
    "review",
    "shared",
    "shared_pairs",
    "show",
    "similar",
    "stats",
    "type_named",
    "validate",
]
