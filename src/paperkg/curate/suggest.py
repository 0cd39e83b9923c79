"""What the catalogue lacks: frequent names of a corpus that no row knows."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from paperkg.graph.kg import KnowledgeGraph

__all__ = ["catalog_suggest"]

COLUMNS = ("type", "name", "aliases", "papers", "introduced_by", "examples")


def catalog_suggest(
    kg: KnowledgeGraph, *, minimum: int = 3, type_: str = "", limit: int = 0
) -> pd.DataFrame:
    """Entities of a graph that the catalogue does not know, those of most papers first.

    Columns: type, name, aliases (joined by `|`, as in a catalogue file), papers, introduced_by
    (how many of them introduce it: more than one speaks for several things under one name) and
    examples, up to three paper ids. Names in less than `minimum` papers are left out.
    """
    papers: dict[str, list[str]] = defaultdict(list)
    new: dict[str, int] = defaultdict(int)
    for link in kg.links:
        papers[link.entity].append(link.paper)
        new[link.entity] += link.role == "introduces"
    rows = [
        (e.type, e.name, "|".join(e.aliases), len(papers[e.id]), new[e.id],
         ", ".join(sorted(papers[e.id])[:3]))
        for e in kg.entities
        if e.id.startswith("entity/") and len(papers[e.id]) >= minimum and type_ in ("", e.type)
    ]  # fmt: skip
    rows.sort(key=lambda r: (-r[3], r[1], r[0]))
    return pd.DataFrame(rows[: limit or None], columns=list(COLUMNS))
