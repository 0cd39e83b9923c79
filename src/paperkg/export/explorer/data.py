"""What the explorer page knows of a graph, as one object for JSON; things are numbers in it.

Papers are numbered from 0, and entities go on from there.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from paperkg.explore.ranking import KINDS, best_first
from paperkg.export.explorer.layout import positions
from paperkg.graph.kg import KnowledgeGraph
from paperkg.records import ROLES, TYPES, Entity, Paper, Result

__all__ = ["CANVAS_NODES", "page_data", "styles"]

CANVAS_NODES = 600
"""vis-network draws graphs of up to so many nodes smoothly; larger ones are WebGL's."""

OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {"borderWidth": 0, "chosen": False},
    "edges": {"smooth": False, "selectionWidth": 0, "hoverWidth": 0},
    "interaction": {
        "hover": True,
        "hideEdgesOnZoom": False,
        "keyboard": {"enabled": False},
        "multiselect": False,
        "tooltipDelay": 150,
    },
}
"""vis-network's options that never change; the page adds colours and shapes by theme."""

EDGES: dict[str, dict[str, Any]] = {
    "introduces": {"width": 2.6, "dashes": False},
    "uses": {"width": 1.6, "dashes": False},
    "mentions": {"width": 1.5, "dashes": [4, 4]},
}
"""How a link of each role is drawn."""

OWN_STYLES = 6
"""The page has so many colours and shapes for types of a user's own, which take turns."""

Numbers = dict[str, int]
Row = list[Any]


def page_data(kg: KnowledgeGraph) -> dict[str, Any]:
    """All that the page knows, in lists and dictionaries of plain values.

    A graph of up to CANVAS_NODES nodes has `nodes`, `edges` and `options` as pyvis keeps them; a
    larger one has `places` (x, y and size of each thing) and `links` (paper, entity and role),
    which are flat lists of whole numbers.
    """
    papers = {p.id: i for i, p in enumerate(kg.papers)}
    entities = {e.id: i for i, e in enumerate(kg.entities, len(kg.papers))}
    tasks = {t.id: i for i, t in enumerate(kg.tasks)}
    return {
        "types": kg.types,
        "styles": styles(kg.types),
        "roles": ROLES,
        "tasks": [task.name for task in kg.tasks],
        "papers": [_paper(p) for p in kg.papers],
        "entities": [_entity(e, tasks) for e in kg.entities],
        "mentions": _mentions(kg, papers, entities),
        "results": _results(kg, papers, entities),
        "statements": _statements(kg, papers, entities),
        "taskLinks": _task_links(kg, papers, tasks),
        **_drawing(kg, papers, entities),
    }


def styles(types: Sequence[str]) -> dict[str, str]:
    """The name of each kind's style in the page; those of a user's types are not its to choose."""
    own = (t for t in types if t not in TYPES)
    styles = {t: t.lower() for t in ("Paper", *TYPES)}
    return styles | {t: f"own-{i % OWN_STYLES + 1}" for i, t in enumerate(own)}


def _paper(paper: Paper) -> dict[str, Any]:
    """What the page shows of a paper; `split` is where in `text` the abstract begins."""
    known = {
        "key": paper.key or paper.id,
        "title": paper.title,
        "text": paper.text,
        "split": len(paper.title) + 1,
        "authors": paper.authors,
        "date": paper.date,
        "url": paper.url,
        "code": paper.code,
        "pages": paper.pages,
    }
    return {name: value for name, value in known.items() if value}


def _entity(entity: Entity, tasks: Numbers) -> dict[str, Any]:
    """What the page shows of an entity, without what is not known."""
    known = {
        "id": entity.id,
        "type": entity.type,
        "name": entity.name,
        "aliases": entity.aliases,
        "variantOf": entity.variant_of,
        "family": entity.family,
        "maker": entity.maker,
        "also": entity.also,
        "traits": [said for _, said in entity.traits],
        "tasks": [tasks[task] for task in entity.tasks if task in tasks],
        "code": entity.code,
        "links": (*((entity.homepage,) if entity.homepage else ()), *entity.same_as),
    }
    return {name: value for name, value in known.items() if value}


def _mentions(kg: KnowledgeGraph, papers: Numbers, entities: Numbers) -> list[list[Row]]:
    """For each paper its mentions: start, end, entity, variant or -1, sentence start and end."""
    found: list[list[Row]] = [[] for _ in kg.papers]
    for m in kg.mentions:
        if m.paper in papers and m.entity in entities:
            variant = entities.get(m.variant or "", -1)
            row = [m.start, m.end, entities[m.entity], variant, *m.sentence]
            found[papers[m.paper]].append(row)
    return [sorted(rows) for rows in found]


def _results(kg: KnowledgeGraph, papers: Numbers, entities: Numbers) -> list[Row]:
    """Results, scores before gains, of one benchmark and metric together and the best first.

    Paper, start, end, kind, system, benchmark and metric or -1, sentence start and end.
    """

    def board(result: Result) -> tuple[int, str, str, str]:
        kind = KINDS.index(result.kind) if result.kind in KINDS else len(KINDS)
        return kind, result.kind, result.benchmark or "", result.metric or ""

    names = {e.id: e.name for e in kg.entities}
    known = sorted((r for r in kg.results if r.paper in papers), key=board)
    return [
        [papers[r.paper], r.start, r.end, r.kind,
         *(entities.get(id_ or "", -1) for id_ in (r.system, r.benchmark, r.metric)),
         *r.sentence]
        for (*_, metric), group in groupby(known, board)
        for r in best_first(list(group), names.get(metric, ""))
    ]  # fmt: skip


def _statements(kg: KnowledgeGraph, papers: Numbers, entities: Numbers) -> list[Row]:
    """Statements: paper, start, end, relation, subject, target, benchmark or -1, sentence."""
    rows = [
        [papers[s.paper], s.start, s.end, s.relation, entities[s.subject], entities[s.target],
         entities.get(s.benchmark or "", -1), *s.sentence]
        for s in kg.statements
        if s.paper in papers and s.subject in entities and s.target in entities
    ]  # fmt: skip
    return sorted(rows)


def _task_links(kg: KnowledgeGraph, papers: Numbers, tasks: Numbers) -> list[list[int]]:
    """Which papers work on which tasks: pairs, each once."""
    pairs = {
        (papers[k.paper], tasks[k.task])
        for k in kg.task_links
        if k.paper in papers and k.task in tasks
    }
    return [list(pair) for pair in sorted(pairs)]


def _drawing(kg: KnowledgeGraph, papers: Numbers, entities: Numbers) -> dict[str, Any]:
    """Nodes in their places and links, for the renderer that can draw so many."""
    links = [
        (papers[link.paper], entities[link.entity], link.role)
        for link in kg.links
        if link.paper in papers and link.entity in entities
    ]
    degree = Counter(entity for _, entity, _ in links)
    places = positions(range(len(kg.papers)), [(p, e) for p, e, _ in links])
    sizes = dict.fromkeys(papers.values(), 6.0) | {n: _size(d) for n, d in degree.items()}
    if len(places) > CANVAS_NODES:
        count = len(papers) + len(entities)
        flat = [(*places[n], sizes[n]) if n in places else (0, 0, 0) for n in range(count)]
        rows = [(paper, entity, ROLES.index(role)) for paper, entity, role in links]
        return {"places": _flat(flat), "links": _flat(rows)}
    kinds = dict(enumerate(["Paper"] * len(papers) + [e.type for e in kg.entities]))
    return _network(places, sizes, kinds, links)


def _flat(rows: Sequence[tuple[float, ...]]) -> list[float]:
    """Rows of numbers as one flat list."""
    return [number for row in rows for number in row]


def _network(
    places: dict[int, tuple[int, int]],
    sizes: dict[int, float],
    kinds: dict[int, str],
    links: list[tuple[int, int, str]],
) -> dict[str, Any]:
    """Nodes, edges and options as pyvis keeps them; the page has the names already."""
    from pyvis.network import Network  # not above: it takes IPython along, which is slow

    network = Network(directed=True)  # else pyvis compares each new edge with all others
    network.set_options(json.dumps(OPTIONS))
    for n, (x, y) in sorted(places.items()):
        network.add_node(n, label=" ", group=kinds[n], size=sizes[n], x=x, y=y)
    for source, target, role in links:
        network.add_edge(source, target, role=role, arrows="", **EDGES[role])
    return {"nodes": network.nodes, "edges": network.edges, "options": network.options}


def _size(degree: int) -> float:
    """The radius of an entity that so many papers name."""
    return round(min(32.0, 3 + 4.3 * math.sqrt(degree)), 1)
