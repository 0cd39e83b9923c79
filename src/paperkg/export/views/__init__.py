"""Views of a graph as pages of one file each, and as GraphML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import networkx as nx

from paperkg.errors import PaperKGError
from paperkg.explore.views import network_view
from paperkg.export.networks import text
from paperkg.export.views.families import families_page
from paperkg.export.views.matrix import matrix_page
from paperkg.export.views.networks import entities_page, papers_page
from paperkg.export.views.page import Page, html
from paperkg.export.views.timeline import timeline_page
from paperkg.files import write_whole
from paperkg.graph.kg import KnowledgeGraph

__all__ = ["render_view", "view", "view_graphml"]

PAGES: dict[str, Callable[[KnowledgeGraph, Any, int], Page]] = {
    "papers": papers_page,
    "entities": entities_page,
    "families": families_page,
    "matrix": matrix_page,
    "timeline": timeline_page,
}
"""What draws each view: from the graph, its view and how much to show at most, 0 for the usual."""


def view(
    kg: KnowledgeGraph,
    kind: str,
    output: str | Path,
    *,
    types: Sequence[str] = (),
    limit: int = 0,
    title: str = "",
) -> None:
    """Write a view of the graph: as GraphML to a file `.graphml`, else as one HTML page.

    See `network_view` for the kinds and `types`; `limit` is how much a page shows at most, where
    it should be another number than usual. Raises PaperKGError as `network_view` does, and where
    the output cannot be written.
    """
    path = Path(output)
    if path.suffix.lower() not in {".html", ".htm", ".graphml"}:
        raise PaperKGError(f"{path}: a view is a page or a network; end it in .html or .graphml")
    if path.suffix.lower() == ".graphml":
        content = view_graphml(network_view(kg, kind, types=types))
    else:
        content = render_view(kg, kind, types=types, limit=limit, title=title)
    with write_whole(path) as file:
        file.write(content)  # type: ignore[call-overload]


def render_view(
    kg: KnowledgeGraph, kind: str, *, types: Sequence[str] = (), limit: int = 0, title: str = ""
) -> str:
    """The page of a view as a string; the same graph gives the same. Raises as `network_view`."""
    graph = network_view(kg, kind, types=types)
    page = PAGES[kind](kg, graph, limit)
    return html(page, kg.types, title=title)


def view_graphml(graph: nx.Graph[str]) -> str:
    """A view as GraphML; several values of an attribute are joined by ` | `."""
    plain = graph.__class__()
    for node, known in graph.nodes(data=True):
        plain.add_node(node, **flat(known))
    for a, b, known in graph.edges(data=True):
        plain.add_edge(a, b, **flat(known))
    out = BytesIO()
    nx.write_graphml(plain, out, prettyprint=True)
    return out.getvalue().decode()


def flat(known: dict[str, Any]) -> dict[str, Any]:
    """Attributes that GraphML can hold: numbers, and texts that XML can hold."""
    return {k: v if isinstance(v, int | float) else text(v) for k, v in known.items()}
