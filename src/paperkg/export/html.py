"""The explorer: the whole graph as one HTML page that opens from disk and asks the network nothing.

pyvis holds the nodes, edges and drawing options and brings vis-network; the page around them is
our own template, because pyvis's loads Bootstrap from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from paperkg.export.explorer.layout import positions
from paperkg.graph.kg import KnowledgeGraph
from paperkg.records import ROLES, TYPES, Entity, Paper

__all__ = ["render"]

VIS = "lib/vis-9.1.2/vis-network"
SCRIPTS = ("data", "state", "canvas", "panel", "search", "main")
"""The page's own scripts, in the order in which they are joined."""

CAPTION = 44
"""A paper's title is cut to about so many characters beside its node."""

OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {"borderWidth": 0, "chosen": False},
    "edges": {"smooth": False, "selectionWidth": 0, "hoverWidth": 0},
    "interaction": {
        "hover": True,
        "hideEdgesOnZoom": False,
        "keyboard": {"enabled": True, "bindToWindow": False},
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

UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def render(kg: KnowledgeGraph, *, title: str) -> str:
    """The page as a string: the same graph and title give the same string."""
    style = _drop_pictures(_pyvis(f"{VIS}.css")) + _ours("explorer.css")
    scripts = [_pyvis(f"{VIS}.min.js"), _join_scripts()]
    page: str = _template().render(
        title=_printable(title),
        policy=_policy(style, scripts),
        style=style,
        scripts=scripts,
        data=_as_json(_data(kg)),
    )
    return page


def _data(kg: KnowledgeGraph) -> dict[str, Any]:
    """All that the page knows. Papers are numbered from 0, entities go on from there."""
    entities = {e.id: i for i, e in enumerate(kg.entities, len(kg.papers))}
    papers = {p.id: i for i, p in enumerate(kg.papers)}
    return {
        "types": kg.types,
        "styles": _styles(kg.types),
        "roles": ROLES,
        "papers": [_paper(p) for p in kg.papers],
        "entities": [_entity(e) for e in kg.entities],
        "mentions": _mentions(kg, papers, entities),
        **_network(kg, papers, entities),
    }


def _styles(types: Sequence[str]) -> dict[str, str]:
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
    }
    return {name: value for name, value in known.items() if value}


def _entity(entity: Entity) -> dict[str, Any]:
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
        "links": (*((entity.homepage,) if entity.homepage else ()), *entity.same_as),
    }
    return {name: value for name, value in known.items() if value}


def _mentions(
    kg: KnowledgeGraph, papers: dict[str, int], entities: dict[str, int]
) -> list[list[list[int]]]:
    """For each paper its mentions: start, end, entity, variant or -1, sentence start and end."""
    found: list[list[list[int]]] = [[] for _ in kg.papers]
    for m in kg.mentions:
        if m.paper in papers and m.entity in entities:
            variant = entities.get(m.variant or "", -1)
            row = [m.start, m.end, entities[m.entity], variant, *m.sentence]
            found[papers[m.paper]].append(row)
    return [sorted(rows) for rows in found]


def _network(
    kg: KnowledgeGraph, papers: dict[str, int], entities: dict[str, int]
) -> dict[str, Any]:
    """Nodes, edges and options as pyvis keeps them, with every node in its place."""
    from pyvis.network import Network  # not above: it takes IPython along, which is slow

    links = [
        (papers[link.paper], entities[link.entity], link.role)
        for link in kg.links
        if link.paper in papers and link.entity in entities
    ]
    degree = Counter(entity for _, entity, _ in links)
    places = positions(range(len(kg.papers)), [(p, e) for p, e, _ in links])
    network = Network(directed=True)  # else pyvis compares each new edge with all others
    network.set_options(json.dumps(OPTIONS))
    for number, paper in enumerate(kg.papers):
        _add(network, number, _shorten(paper.title, CAPTION), "Paper", 6, places[number])
    for number, thing in enumerate(kg.entities, len(kg.papers)):
        if number in degree:
            _add(network, number, thing.name, thing.type, _size(degree[number]), places[number])
    for source, target, role in links:
        network.add_edge(source, target, role=role, arrows="", **EDGES[role])
    return {"nodes": network.nodes, "edges": network.edges, "options": network.options}


def _add(
    network: Any, number: int, label: str, group: str, size: float, place: tuple[int, int]
) -> None:
    """Adds a node; its group is what it is, and decides colour and shape in the page."""
    network.add_node(number, label=label, group=group, size=size, x=place[0], y=place[1])


def _size(degree: int) -> float:
    """The radius of an entity that so many papers name."""
    return round(min(32.0, 3 + 4.3 * math.sqrt(degree)), 1)


def _shorten(text: str, limit: int) -> str:
    """The text, cut at a word's end where it is longer than the limit."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head = text[:limit].rsplit(" ", 1)[0] if " " in text[:limit] else text[:limit]
    return head.rstrip(" ,;:") + "…"


def _as_json(data: dict[str, Any]) -> str:
    """JSON that can stand inside a script element whatever its strings hold."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return UNSAFE.sub(lambda hit: f"\\u{ord(hit[0]):04x}", text)


def _printable(text: str) -> str:
    """The text with lone surrogates replaced, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _policy(style: str, scripts: list[str]) -> str:
    """The page's content security policy: its own scripts and style by hash, and nothing else."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _join_scripts() -> str:
    """The page's own scripts as one, in a scope of its own."""
    parts = "\n".join(_ours(f"{name}.js") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def _drop_pictures(css: str) -> str:
    """vis-network's style without its button pictures, which the page does not use."""
    return re.sub(r"url\([^)]*\)", "none", css)


@cache
def _ours(name: str) -> str:
    return files("paperkg.export.explorer").joinpath(name).read_text("utf-8")


@cache
def _pyvis(name: str) -> str:
    """A file that pyvis brings; reading it as text makes its line ends plain, as browsers do."""
    return files("pyvis").joinpath(name).read_text("utf-8")


@cache
def _template() -> Any:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.from_string(_ours("page.html"))
