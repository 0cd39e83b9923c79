"""kglab against PaperKG: a graph from tables, Turtle out and in, and queries.

    python benchmarks/kglab.py [--triples 100000 1000000] [--limit 120] [--json] [ABSTRACTS]

kglab is installed once, by `requirements-kglab.txt`, into a virtual environment of its own in the
temporary folder, of the same Python. The graph, its parts and the table are those of `triples.py`.
kglab stands on rdflib, so what is new is the first row: a graph that can be queried from the tables
`papers.csv`, `entities.csv` and `links.csv` of the whole graph, which both have in memory before
the clock starts: kglab as pandas tables, PaperKG as its records. Both add the same triples, as far
as these tables know them: no results, statements, tasks, evidence or web addresses of papers.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).parent
sys.path.append(str(HERE))  # last, so that `import kglab` finds the package and not this file

import triples  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIREMENTS = HERE / "requirements-kglab.txt"
VOCABULARIES = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "pk": "https://w3id.org/paperkg/ontology#",
}
BASE = "https://w3id.org/paperkg/"
DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}
ENTITY = {
    "variant_of": "pk:variantOf",
    "family": "pk:inFamily",
    "maker": "pk:developedBy",
}
"""Columns of `entities.csv` that hold an entity's id."""

LISTS = {
    "entities": {"aliases": "skos:altLabel", "same_as": "skos:exactMatch"},
    "papers": {"authors": "dcterms:creator", "categories": "dcterms:subject"},
}
"""Columns that hold several values."""


class Ours(triples.Ours):
    """PaperKG, from its records."""

    def open_tables(self, folder: str) -> None:
        """Have the tables in memory, without what the CSV files do not tell."""
        from dataclasses import replace

        kg = self.paperkg.read_graph(folder)
        left_out = dict.fromkeys(("results", "statements", "tasks", "task_links"), ())
        papers = tuple(replace(p, pages=(), url="", code="") for p in kg.papers)
        bare = {"tasks": (), "also": (), "traits": ()}
        entities = tuple(replace(e, **bare) for e in kg.entities)
        self.kg = replace(kg, papers=papers, entities=entities, **left_out)

    def build(self) -> int:
        """A store that can be queried."""
        from pyoxigraph import Quad, Store

        from paperkg.graph import graph_triples

        store = Store()
        store.bulk_extend(Quad(t.subject, t.predicate, t.object) for t in graph_triples(self.kg))
        return len(store)


class Kglab:
    """kglab as its tutorials use it."""

    def __init__(self) -> None:
        import kglab  # here, so that it is not timed

        self.new = lambda: kglab.KnowledgeGraph(namespaces=VOCABULARIES)

    def load(self, file: str) -> int:
        """Parse a file into a graph."""
        self.kg = self.new()
        self.kg.load_rdf(file, format="ttl")
        return len(self.kg.rdf_graph())

    def hold(self, file: str) -> None:
        """Nothing: the graph is in memory."""

    def turtle(self, file: str) -> int:
        """Write Turtle."""
        self.kg.save_rdf(file, format="ttl")
        return 0

    def ntriples(self, file: str) -> int:
        """Write N-Triples."""
        self.kg.save_rdf(file, format="nt")
        return 0

    def query(self, text: str, bind: dict[str, str]) -> int:
        """Answer a query as a pandas table."""
        return len(self.kg.query_as_df(text, bindings=triples.rdflib_terms(bind)))

    def open_tables(self, folder: str) -> None:
        """Have the tables in memory."""
        import pandas as pd

        names = ("papers", "entities", "links")
        self.tables = {
            name: pd.read_csv(Path(folder, f"{name}.csv"), dtype=str, keep_default_na=False)
            for name in names
        }

    def build(self) -> int:
        """A graph that can be queried."""
        kg = self.new()
        for triple in self.rows(kg):
            kg.add(*triple)
        return len(kg.rdf_graph())

    def rows(self, kg: Any) -> Iterator[tuple[Any, Any, Any]]:
        """The triples of all tables."""
        from rdflib import Literal, URIRef

        def name(short: str) -> URIRef:
            prefix, _, local = short.partition(":")
            return kg.get_ns(prefix)[local]

        at = {row.id: URIRef(row.iri) for row in self.tables["entities"].itertuples()}
        kind, label = name("rdf:type"), name("rdfs:label")
        for row in self.tables["entities"].itertuples():
            node = at[row.id]
            yield node, kind, name(f"pk:{row.type}")
            yield node, label, Literal(row.name)
            yield node, name("skos:prefLabel"), Literal(row.name)
            for column, relation in ENTITY.items():
                if above := getattr(row, column):
                    yield node, name(relation), at.get(above) or URIRef(f"{BASE}{above}")
            yield from several(node, row, "entities", name)
            yield from address(node, name("foaf:homepage"), row.homepage)
            yield from address(node, name("pk:codeRepository"), row.code)
        papers = {row.id: URIRef(row.iri) for row in self.tables["papers"].itertuples()}
        for row in self.tables["papers"].itertuples():
            node = papers[row.id]
            yield node, kind, name("pk:Paper")
            yield node, label, Literal(row.title)
            yield node, name("dcterms:title"), Literal(row.title)
            yield node, name("dcterms:identifier"), Literal(row.id)
            yield from several(node, row, "papers", name)
            if row.date:
                day = name(f"xsd:{DATES[len(row.date)]}")
                yield node, name("dcterms:issued"), Literal(row.date, datatype=day)
        for row in self.tables["links"].itertuples():
            for role in {"mentions", row.role}:
                yield papers[row.paper], name(f"pk:{role}"), at[row.entity]


def several(node: Any, row: Any, table: str, name: Any) -> Iterator[tuple[Any, Any, Any]]:
    """The triples of the columns of a row that hold several values."""
    from rdflib import Literal, URIRef

    for column, relation in LISTS[table].items():
        for value in filter(None, getattr(row, column).split(" | ")):
            term = URIRef(value) if column == "same_as" else Literal(value)
            yield node, name(relation), term


def address(node: Any, relation: Any, value: str) -> Iterator[tuple[Any, Any, Any]]:
    """A link to a web address, or nothing."""
    from rdflib import URIRef

    if value:
        yield node, relation, URIRef(value)


def environment() -> Path:
    """The Python of the virtual environment with kglab, made where it is not there."""
    folder = triples.CACHE / "kglab"
    python = folder / "bin" / "python"
    if not (folder / "ready").is_file():
        print("installing kglab into an environment of its own", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)]
        subprocess.run(install, check=True, stdout=sys.stderr)
        (folder / "ready").touch()
    return python


def main() -> None:
    """Measure and print; exit status 1 where there are no abstracts or too few triples."""
    options = triples.arguments(__doc__ or "")
    if options.child:
        triples.child(Ours() if options.child == "ours" else Kglab())
        return
    safe = ["-P", str(Path(__file__).resolve())]  # no folder of this file before the packages
    ours = [sys.executable, *safe, "--child", "ours"]
    kglab = [str(environment()), *safe, "--child", "kglab"]
    triples.report(ours, kglab, options, tables=True)


if __name__ == "__main__":
    main()
