"""A graph opened for a notebook: its tables, questions and views as attributes of one object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path

import networkx as nx
import pandas as pd
from pyoxigraph import Quad, Store

from paperkg.explore import questions
from paperkg.explore.leaderboard import leaderboard
from paperkg.explore.queries import query
from paperkg.explore.show import Shown, show
from paperkg.explore.views import network_view
from paperkg.graph.kg import KnowledgeGraph
from paperkg.graph.read import read_graph
from paperkg.graph.triples import evidence_triples, graph_triples
from paperkg.records import Paper

__all__ = ["OpenedGraph", "ShownView", "open_graph"]

MOST = 8
"""The summary of a graph lists so many models and benchmarks."""
CELL = 'style="text-align:left;padding:2px 14px 2px 0"'


def open_graph(path: str | Path) -> OpenedGraph:
    """Open a graph on disk: a folder that `build` wrote, or a file.

    Raises PaperKGError where there is none or it does not parse.
    """
    return OpenedGraph(read_graph(path))


@dataclass(frozen=True)
class ShownView:
    """A view as a page that a notebook shows in a frame, which can run only its own script."""

    page: str
    height: int = 640

    def _repr_html_(self) -> str:
        return (
            f'<iframe sandbox="allow-scripts allow-popups" title="A view of the graph" '
            f'style="width:100%;height:{self.height}px;border:1px solid #8884;border-radius:8px" '
            f'srcdoc="{escape(self.page, quote=True)}"></iframe>'
        )

    def save(self, path: str | Path) -> None:
        """Write the page to a file; raises PaperKGError where that cannot be done."""
        from paperkg.export import write_lines  # not above: export's views stand on this package

        write_lines([self.page], Path(path))


class OpenedGraph:
    """A graph with its tables, questions and views, for notebooks.

    Every table is a pandas table. Questions raise PaperKGError as the functions of the same names
    do, where nothing is called so.
    """

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.kg = kg

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables `papers`, `entities` and `links`, as `build` writes them."""
        from paperkg.export.tables import frames  # not above: export's views stand on this package

        return frames(self.kg)

    @property
    def papers(self) -> pd.DataFrame:
        """A row a paper."""
        return self.tables["papers"]

    @property
    def entities(self) -> pd.DataFrame:
        """A row an entity; `papers` counts those that name it."""
        return self.tables["entities"]

    @property
    def links(self) -> pd.DataFrame:
        """A row a paper and an entity, with what the one does with the other."""
        return self.tables["links"]

    @cached_property
    def results(self) -> pd.DataFrame:
        """A row a reported number: paper (title), system, benchmark, metric (names), and value."""
        titles = {p.id: p.title for p in self.kg.papers}
        names = {e.id: e.name for e in self.kg.entities} | {"": ""}
        rows = [
            (titles[r.paper], r.kind, names[r.system or ""], names[r.benchmark or ""],
             names[r.metric or ""], float(r.value), r.text, r.paper)
            for r in self.kg.results
        ]  # fmt: skip
        columns = ["title", "kind", "system", "benchmark", "metric", "value", "text", "paper"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def store(self) -> Store:
        """The graph and its evidence as triples to query."""
        store = Store()
        for triples in (graph_triples(self.kg), evidence_triples(self.kg)):
            store.bulk_extend(Quad(t.subject, t.predicate, t.object) for t in triples)
        return store

    def shared(self, type_: str, *, minimum: int = 2) -> pd.DataFrame:
        """Entities of a type that at least so many papers name."""
        kind = questions.type_named(type_, self.kg.types)
        return questions.shared(self.kg, kind, minimum=minimum)

    def similar(self, paper: str | Paper, *, limit: int = 10) -> pd.DataFrame:
        """The papers nearest to one, which goes by its title, a part of it, its id or its IRI."""
        found = paper if isinstance(paper, Paper) else questions.find_paper(self.kg, paper)
        return questions.similar(self.kg, found, limit=limit)

    def show(self, name: str) -> Shown:
        """All that is known of an entity or a paper, with the sentences that prove it."""
        return show(self.kg, name)

    def leaderboard(self, benchmark: str, *, metric: str = "", kind: str = "") -> pd.DataFrame:
        """What papers report on a benchmark or dataset, the best first."""
        return leaderboard(self.kg, benchmark, metric=metric, kind=kind)

    def stats(self) -> pd.DataFrame:
        """The graph's figures by type."""
        return questions.stats(self.kg)

    def network(self, kind: str, *, types: Sequence[str] = ()) -> nx.Graph[str]:
        """A view as a NetworkX graph; see `network_view` for the kinds."""
        return network_view(self.kg, kind, types=self._types(types))

    def sparql(self, text: str, **bind: str) -> pd.DataFrame:
        """The answer to a SPARQL query; `bind` gives its variables a value beforehand."""
        return query(self.store, text, bind=bind)

    def view(
        self, kind: str, *, types: Sequence[str] = (), limit: int = 0, height: int = 640
    ) -> ShownView:
        """A view as a page that a notebook shows: papers, entities, families, matrix, timeline."""
        from paperkg.export.views import render_view  # not above: it stands on this package

        page = render_view(self.kg, kind, types=self._types(types), limit=limit)
        return ShownView(page, height)

    def _types(self, types: Sequence[str]) -> list[str]:
        """The types of these names in any case; one alone may be given as it is."""
        given = [types] if isinstance(types, str) else types
        return [questions.type_named(name, self.kg.types) for name in given]

    def __repr__(self) -> str:
        return f"OpenedGraph({', '.join(f'{n:,} {what}' for what, n in self._counts())})"

    def _counts(self) -> list[tuple[str, int]]:
        """The sizes of the tables."""
        kg = self.kg
        sizes = (len(kg.papers), len(kg.entities), len(kg.links), len(kg.results))
        return list(zip(("papers", "entities", "links", "results"), sizes, strict=True))

    def _repr_html_(self) -> str:
        counts = " · ".join(f"<b>{n:,}</b> {what}" for what, n in self._counts())
        years = sorted(p.date[:4] for p in self.kg.papers if p.date)
        dated = f" · {escape(' to '.join(dict.fromkeys((years[0], years[-1]))))}" if years else ""
        lists = "".join(self._most_shared(type_) for type_ in ("Model", "Benchmark"))
        return (
            f"<div><p>A PaperKG graph: {counts}{dated}</p>"
            f'<div style="display:flex;flex-wrap:wrap;gap:0 48px">{lists}</div></div>'
        )

    def _most_shared(self, type_: str) -> str:
        """The entities of a type that most papers name, as a small table."""
        papers = Counter(link.entity for link in self.kg.links)
        named = [e for e in self.kg.entities if e.type == type_ and papers[e.id] > 1]
        most = sorted(named, key=lambda e: (-papers[e.id], e.name, e.id))[:MOST]
        rows = "".join(
            f"<tr><td {CELL}>{escape(e.name)}</td><td {CELL}>{papers[e.id]:,}</td></tr>"
            for e in most
        )
        head = f"<tr><th {CELL}>Most shared {type_.lower()}s</th><th {CELL}>papers</th></tr>"
        return f"<table>{head}{rows}</table>" if rows else ""
