"""The pages: what `show` knows of a thing, with links, its results as a table, and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from paperkg.explore.show import show
from paperkg.graph.kg import KnowledgeGraph
from paperkg.graph.triples import numbered
from paperkg.graph.vocabulary import NAMESPACES
from paperkg.records import ROLES, TYPES, Entity, Paper, Task
from paperkg.web.index import Index, Item
from paperkg.web.neighbourhood import LISTED, around_entity, around_paper, release
from paperkg.web.store import Graph

__all__ = ["entity_page", "href", "page", "paper_page", "plain_page", "task_page"]

NAMED = ("variant of", "variants", "family", "in the family", "developed by", "developed", "for",
         "works on", "broader", "narrower", "entities for it")  # fmt: skip
"""Facts whose values are names of entities or tasks."""

SAID = ("based on", "basis of", "outperforms", "outperformed by", "made by, as papers say",
        "made, as papers say")  # fmt: skip
"""Facts that papers state: a name, perhaps ` on ` a benchmark, and the title in brackets."""

ROLE_NAMES = {"introduces": "Introduced by", "uses": "Used by", "mentions": "Mentioned by"}
PAPER_ROLES = {"introduces": "Introduces", "uses": "Uses", "mentions": "Mentions"}
Piece = tuple[str, str]
"""A piece of text, and what it links to or ""."""


class Row(NamedTuple):
    """A reported result: its anchor, its number, and the pieces of the other columns."""

    anchor: str
    text: str
    kind: str
    cells: list[Piece]


@cache
def environment() -> Environment:
    """The templates."""
    made = Environment(
        loader=PackageLoader("paperkg.web"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["href"] = href
    made.filters["style_of"] = style_of
    made.filters["marked"] = marked
    made.filters["thousands"] = lambda n: f"{n:,}"
    return made


def page(name: str, **known: Any) -> str:
    """A page from a template."""
    return environment().get_template(f"{name}.html").render(**known)


def href(path: str) -> str:
    """The address of a path below the base, for a link."""
    return "/" + quote(path, safe="/:%@+,;=~!$&'()*")


def style_of(kind: str) -> str:
    """The class that colours a kind of thing; a user's own types share one."""
    return kind.lower() if kind in {"Paper", "Task", *TYPES} else "own"


def marked(sentence: str) -> list[tuple[str, bool]]:
    """A sentence in pieces: those between « and » are marked."""
    pieces = re.split("«([^«»]*)»", sentence)
    return [(text, place % 2 == 1) for place, text in enumerate(pieces) if text]


class Linker:
    """Knows what the names in one small graph link to."""

    def __init__(self, kg: KnowledgeGraph, own: str) -> None:
        self.kg = kg
        things: list[Entity | Task] = [*kg.entities, *kg.tasks]
        self.names = {t.name: href(t.id) for t in reversed(things) if t.id != own}
        self.by_id = {t.id: t.name for t in things}
        self.ids = {t.id: href(t.id) for t in things}
        self.papers = {p.id: p for p in kg.papers}
        self.titles = {p.title: self.paper(p) for p in kg.papers}

    def paper(self, paper: Paper) -> str:
        """The address of a paper's page."""
        return href(self.kg.paper_iri(paper).removeprefix(self.kg.base))

    def entity(self, id_: str | None) -> Piece:
        """The name and the address of an entity, empty where there is none."""
        return (self.by_id.get(id_, id_), self.ids.get(id_, "")) if id_ else ("", "")

    def fact(self, label: str, value: str) -> list[Piece]:
        """A value of a fact in pieces, linked."""
        if label in NAMED:
            return [(value, self.names.get(value, ""))]
        if label == "others of this name":
            return [(value, self.ids.get(value.rpartition(" (")[0], ""))]
        if label == "nearest papers":
            return self.headed(value)
        if label in SAID:
            return self.said(value)
        return [(value, value if value.startswith(("https://", "http://")) else "")]

    def headed(self, value: str) -> list[Piece]:
        """A title, and what stands behind it in brackets."""
        at = value.find(" (")
        while at >= 0:
            if value[:at] in self.titles:
                return [(value[:at], self.titles[value[:at]]), (value[at:], "")]
            at = value.find(" (", at + 1)
        return [(value, "")]

    def said(self, value: str) -> list[Piece]:
        """What a paper states, with its entities and its title linked."""
        at = value.find(" (")
        while at >= 0 and value[at + 2 : -1] not in self.titles:
            at = value.find(" (", at + 1)
        if at < 0:
            return [(value, "")]
        title, name = value[at + 2 : -1], value[:at]
        first, on, second = name.partition(" on ")
        if name in self.names or first not in self.names or second not in self.names:
            first, on, second = name, "", ""
        pieces = [
            (first, self.names.get(first, "")),
            (on, ""),
            (second, self.names.get(second, "")),
        ]
        return [*(p for p in pieces if p[0]), (" — ", ""), (title, self.titles[title])]

    def rows(self, own: str) -> list[Row]:
        """The results that an entity or a paper has a part in; `own` needs no column."""
        rows = []
        for result, node in numbered("result", self.kg.results):
            ids = (result.system, result.benchmark, result.metric)
            if own in (*ids, result.paper):
                paper = self.papers[result.paper]
                cells = [*map(self.entity, ids), (paper.title, self.paper(paper) + node)]
                rows.append(Row(node.lstrip("#"), result.text, result.kind, cells))
        return rows


Facts = dict[str, list[list[Piece]]]


def shown(kg: KnowledgeGraph, iri: str, own: str) -> tuple[Any, Facts, Linker]:
    """What `show` finds, its facts linked, and the linker for more."""
    found = show(kg, iri)
    linker = Linker(kg, own)
    facts = {}
    for label, value in found.facts.items():
        if label not in ("results", "abstract"):
            values = value if isinstance(value, list) else [value]
            facts[label] = [linker.fact(label, text) for text in values]
    return found, facts, linker


def entity_page(graph: Graph, index: Index, item: Item) -> str:
    """The page of an entity."""
    iri = graph.base + item.path
    alike = [graph.base + path for path in index.alike(item.path)]
    kg = around_entity(graph, iri, alike)
    found, facts, linker = shown(kg, iri, item.path)
    linked = index.items[release(graph, iri).removeprefix(graph.base)]
    groups = [
        (role, ROLE_NAMES[role], found.links.get(role, []))
        for role in ROLES
        if found.links.get(role)
    ]
    return thing_page(
        item, iri, facts, groups, linker,
        rows=linker.rows(item.path),
        columns=("System", "Benchmark", "Metric", "Paper"),
        note=cut_note(linked) if linked.papers > LISTED else "",
        explore=linked.papers > 0,
    )  # fmt: skip


def cut_note(item: Item) -> str:
    """What is said where an entity has more papers than its page lists."""
    return f"{item.papers:,} papers name it; {LISTED} of them are listed, the newest of each role."


def paper_page(graph: Graph, index: Index, item: Item) -> str:
    """The page of a paper."""
    iri = graph.base + item.path
    kg = around_paper(graph, iri, index.counts)
    found, facts, linker = shown(kg, iri, item.path)
    paper = next(p for p in kg.papers if kg.paper_iri(p) == iri)
    groups = [(role, PAPER_ROLES[role], links) for role, links in found.links.items()]
    return thing_page(
        item, iri, facts, groups, linker,
        rows=linker.rows(paper.id),
        columns=("System", "Benchmark", "Metric", ""),
        abstract=list(pieces(kg, paper, linker)),
    )  # fmt: skip


def pieces(kg: KnowledgeGraph, paper: Paper, linker: Linker) -> Iterator[tuple[str, str, str]]:
    """An abstract in pieces, each with what it links to and the style of its type."""
    at = len(paper.title) + 1
    types = {e.id: e.type for e in kg.entities}
    for m in (m for m in kg.mentions if m.paper == paper.id and m.start >= at):
        if m.start >= at:
            yield paper.text[at : m.start], "", ""
            place = linker.ids.get(m.variant or m.entity, "")
            yield paper.text[m.start : m.end], place, style_of(types.get(m.entity, ""))
            at = m.end
    yield paper.text[at:], "", ""


def thing_page(
    item: Item, iri: str, facts: Facts, groups: list[Any], linker: Linker, *,
    rows: list[Row], columns: tuple[str, ...], abstract: Iterable[Any] = (), note: str = "",
    explore: bool = False,
) -> str:  # fmt: skip
    """The page of an entity or a paper."""
    base = linker.kg.base
    return page(
        "thing", item=item, iri=iri, facts=facts, rows=rows, columns=columns, base=base,
        groups=groups, abstract=list(abstract), note=note, explore=explore, title=item.name,
    )  # fmt: skip


def task_page(graph: Graph, index: Index, item: Item) -> str:
    """The page of a task, or of a user's type: names, relatives, and the papers on it."""
    iri = graph.base + item.path
    facts: Facts = {
        label: [[piece(graph, index, value)] for value in values]
        for label, values in task_facts(graph, iri).items()
        if values
    }
    query = f"""SELECT ?p {{ ?p pk:addresses <{iri}> . OPTIONAL {{ ?p dcterms:issued ?date }} }}
      ORDER BY DESC(STR(?date)) ?p LIMIT {LISTED}"""
    papers = [index.items[p.removeprefix(graph.base)] for p in graph.values(query)]
    note = (
        f"{item.papers:,} papers; the newest {LISTED} are listed." if item.papers > LISTED else ""
    )
    return page("task", item=item, iri=iri, facts=facts, papers=papers, note=note, title=item.name)


def task_facts(graph: Graph, iri: str) -> dict[str, list[str]]:
    """What the graph says of a task or type: labels, and texts or IRIs."""
    patterns = {
        "also written": f"<{iri}> skos:altLabel ?x",
        "broader": f"<{iri}> skos:broader|rdfs:subClassOf ?x",
        "narrower": f"?x skos:broader <{iri}>",
        "entities for it": f"?x pk:forTask <{iri}>",
        "entities of this type": f"?x a <{iri}>",
    }
    return {
        label: graph.values(f"SELECT DISTINCT ?x {{ {pattern} }} ORDER BY ?x LIMIT 200")
        for label, pattern in patterns.items()
    }


def piece(graph: Graph, index: Index, value: str) -> Piece:
    """A text, or an IRI by its name and address."""
    item = index.items.get(value.removeprefix(graph.base)) if value.startswith("http") else None
    if item:
        return item.name, href(item.path)
    ours = value.removeprefix(NAMESPACES["pk"])
    return (f"pk:{ours}", value) if ours != value else (value, "")


def plain_page(title: str, line: str, query: str = "") -> str:
    """A page with a heading, one line, and the search box."""
    return page("plain", title=title, line=line, query=query)
