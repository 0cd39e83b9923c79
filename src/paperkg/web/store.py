"""A graph's files as a store on disk, which many processes read and none writes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from paperkg.graph.kg import BASE
from paperkg.graph.read import graph_files, opened, own_store, parts_of
from paperkg.graph.store import fill_store
from paperkg.graph.vocabulary import NAMESPACES

__all__ = ["CONTEXT", "Graph", "load"]

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["paperkg.web.workers"])  # so that each starts at once


def load(graph: str | Path, folder: str, report: Callable[[str], None] = print) -> str:
    """The folder of a graph's store: its own, or a new one, into which its files are loaded.

    The files are the graph and, where there is some, its evidence; `report` is told what is opened
    or read. Raises PaperKGError, naming file and place, where one does not parse, or naming a store
    that cannot be opened.
    """
    own = own_store(graph)
    if own:
        report(f"Opening {own} …")
        opened(own)  # a broken one is told here, not by every process that reads it
        return str(own)
    found = [file for file in graph_files(graph) if file]
    for file in found:
        report(f"Loading {file} ({file.stat().st_size / 1e6:,.1f} MB) …")
    fill_store(found, folder)
    return folder


class Graph:
    """A store that is open for reading, with short ways to ask it."""

    def __init__(self, folder: str) -> None:
        self.store = opened(Path(folder))
        self.base = self.found_base()

    def found_base(self) -> str:
        """The IRI below which papers and entities stand."""
        for (paper,) in self.select("SELECT ?paper { ?paper a pk:Paper } LIMIT 1"):
            head: str = paper.value
            return head[: head.rindex("paper/")]
        return BASE

    def select(self, query: str) -> Iterator[list[Any]]:
        """The rows of a SELECT, as terms or None."""
        answer: Any = self.store.query(query, prefixes=NAMESPACES)
        names = [variable.value for variable in answer.variables]
        return ([row[name] for name in names] for row in answer)

    def values(self, query: str) -> list[str]:
        """The values of the one column of a SELECT."""
        return [row[0].value for row in self.select(query)]

    def count(self, pattern: str) -> int:
        """How many solutions a pattern has."""
        return int(self.values(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")[0])

    def fragments(self, iri: str) -> list[str]:
        """The parts of a paper that have IRIs of their own: its text, mentions, results, …"""
        text = f"{iri}#text"
        parts = {part.value for part in parts_of(self.store, iri)} - {text}
        return [text, *sorted(parts), f"{iri}#developedBy"]
