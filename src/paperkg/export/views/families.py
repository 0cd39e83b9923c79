"""The page of families: trees of a family, its releases and their variants, with who names them."""

from __future__ import annotations

from collections import defaultdict

import networkx as nx
from markupsafe import Markup

from paperkg.export.explorer.data import styles
from paperkg.export.views.page import Item, Page, glyph, more, plural
from paperkg.graph.kg import KnowledgeGraph

__all__ = ["families_page"]

FAMILIES = 80
"""A page shows so many trees at most, unless asked otherwise."""


def families_page(kg: KnowledgeGraph, graph: nx.DiGraph[str], limit: int) -> Page:
    """A tree a family, those of most papers first."""
    most = limit or FAMILIES
    roots = sorted((n for n in graph if not graph.in_degree(n)), key=lambda n: rank(graph, n))
    shown = [n for root in roots[:most] for n in walk(graph, root)]
    number = {node: i for i, node in enumerate(shown)}
    titles = titles_of(kg, number)
    known = styles(kg.types)
    widest = max((graph.nodes[n]["papers"] for n in shown), default=1)
    trees = [tree(graph, root, number, known, widest) for root in roots[:most]]
    levels = [graph.nodes[n]["level"] for n in shown]
    note = (
        f"Cut to the {most:,} most named of {len(roots):,} families." if most < len(roots) else ""
    )
    empty = Markup('<p class="empty">Nothing here belongs to a family.</p>')
    body = Markup('<div class="trees">{}</div>').format(Markup("\n").join(trees))
    return Page(
        kind="families",
        heading="Families and variants",
        counts=f"{plural(len(roots[:most]), 'tree')} · {plural(levels.count('release'), 'release')}"
        f" · {plural(levels.count('variant'), 'variant')}",
        how="A tree a family: its releases, and under them the variants that papers name. The bars "
        "count the papers; those of a family are all that name it or any of its releases.",
        note=note,
        body=body if trees else empty,
        items=[item(graph, node, number, titles) for node in shown],
        hides=True,
    )


def rank(graph: nx.DiGraph[str], node: str) -> tuple[int, str]:
    """The order of siblings: those of most papers first."""
    return -graph.nodes[node]["papers"], node


def walk(graph: nx.DiGraph[str], node: str) -> list[str]:
    """A node and all that stands below it, in the order of the page."""
    below = sorted(graph[node], key=lambda n: rank(graph, n))
    return [node, *(n for child in below for n in walk(graph, child))]


def tree(
    graph: nx.DiGraph[str], node: str, number: dict[str, int], known: dict[str, str], widest: int
) -> Markup:
    """A node with its bar, and its children as a list inside."""
    told = graph.nodes[node]
    below = [
        Markup("<li data-holds>{}</li>").format(tree(graph, child, number, known, widest))
        for child in sorted(graph[node], key=lambda n: rank(graph, n))
    ]
    inner = Markup("<ul>{}</ul>").format(Markup("").join(below)) if below else Markup("")
    root = not graph.in_degree(node)
    row = Markup(
        '<button type="button" class="{} {}" data-i="{}">{}<span>{}</span>{}<small>{}</small>'
        "</button>"
    ).format(
        told["level"], known[told["type"]], number[node], glyph(known[told["type"]]), told["name"],
        bar(told["papers"], widest), f"{told['papers']:,}",
    )  # fmt: skip
    return Markup('<section class="tree" data-holds>{}{}</section>' if root else "{}{}").format(
        row, inner
    )


def bar(count: int, widest: int) -> Markup:
    """A count as a bar."""
    share = max(2.0, 100 * count / widest) if count else 0.0
    return Markup(
        '<svg class="bar-of" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="8"/></svg>'
    ).format(f"{share:.1f}")


def titles_of(kg: KnowledgeGraph, wanted: dict[str, int]) -> dict[str, list[tuple[str, str]]]:
    """For each entity by IRI the papers that name it itself, with their role; sorted."""
    titles = {p.id: p.title for p in kg.papers}
    roles = {(k.paper, k.entity): k.role for k in kg.links}
    named = {(m.paper, m.variant or m.entity): m.entity for m in kg.mentions}
    variants = {m.entity for m in kg.mentions if m.variant}
    named |= {(k.paper, k.entity): k.entity for k in kg.links if k.entity not in variants}
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for (paper, entity), release in sorted(named.items()):
        if (iri := kg.entity_iri(entity)) in wanted:
            found[iri].append((titles[paper], roles.get((paper, release), "")))
    return {iri: sorted(papers) for iri, papers in found.items()}


def item(
    graph: nx.DiGraph[str],
    node: str,
    number: dict[str, int],
    titles: dict[str, list[tuple[str, str]]],
) -> Item:
    """A family, release or variant, with what stands above and below it and its papers."""
    told = graph.nodes[node]

    def rows(nodes: list[str]) -> list[tuple[int, str, str]]:
        ordered = sorted(nodes, key=lambda n: rank(graph, n))
        return [
            (number[n], graph.nodes[n]["name"], plural(graph.nodes[n]["papers"], "paper"))
            for n in ordered
        ]

    below = list(graph[node])
    releases = [n for n in below if graph.nodes[n]["level"] != "variant"]
    variants = [n for n in below if graph.nodes[n]["level"] == "variant"]
    return Item(
        name=told["name"],
        kind=told["type"],
        facts=[("is a", told["level"]), ("named by", plural(told["papers"], "paper"))],
        lists=[
            ("Belongs to", rows(list(graph.pred[node]))),
            ("Releases", rows(releases)),
            ("Variants", rows(variants)),
            ("Papers that name it itself", more([(-1, *paper) for paper in titles.get(node, [])])),
        ],
        near=[number[n] for n in sorted(nx.ancestors(graph, node) | nx.descendants(graph, node))],
    )
