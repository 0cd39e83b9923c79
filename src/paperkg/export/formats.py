"""The formats in which a graph is written, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from paperkg.errors import PaperKGError
from paperkg.export.html import render
from paperkg.export.linked_data import json_ld, n_triples_text, turtle_text
from paperkg.export.networks import gexf, graphml
from paperkg.export.tables import write_lines, write_tables
from paperkg.graph.kg import KnowledgeGraph

__all__ = ["FORMATS", "export"]

FORMATS: dict[str, Callable[[KnowledgeGraph], Iterable[str]]] = {
    "turtle": turtle_text,
    "ntriples": n_triples_text,
    "jsonld": lambda kg: [json_ld(kg)],
    "graphml": lambda kg: [graphml(kg)],
    "gexf": lambda kg: [gexf(kg)],
    "html": lambda kg: [render(kg, title="PaperKG")],
}
"""The formats of one file, by the name that `export` takes."""


def export(kg: KnowledgeGraph, to: str, output: str | Path) -> None:
    """Write the graph in a format: one file, or a folder of three tables for `csv`.

    Raises PaperKGError for an unknown format, or where the output cannot be written.
    """
    if to == "csv":
        write_tables(kg, Path(output))
    elif to in FORMATS:
        write_lines(FORMATS[to](kg), Path(output))
    else:
        raise PaperKGError(f"no format is called {to}; choose one of csv, {', '.join(FORMATS)}")
