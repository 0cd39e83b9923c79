"""The page of papers × benchmarks: what a paper does with each, and what it reports on it."""

from __future__ import annotations

import networkx as nx
from markupsafe import Markup

from paperkg.export.explorer.data import styles
from paperkg.export.views.page import Item, Page, glyph, more, plural, shorten
from paperkg.graph.kg import KnowledgeGraph
from paperkg.records import ROLES

__all__ = ["matrix_page"]

PAPERS, COLUMNS = 120, 30
"""A page shows so many papers and benchmarks at most; `limit` sets the papers."""
CAPTION = 26


def matrix_page(kg: KnowledgeGraph, graph: nx.Graph[str], limit: int) -> Page:
    """The most shared benchmarks, and the papers with most of them."""
    things = sorted(
        (n for n in graph if graph.nodes[n]["type"] != "Paper"),
        key=lambda n: (-graph.nodes[n]["papers"], graph.nodes[n]["name"].lower(), n),
    )
    shared = [n for n in things if graph.nodes[n]["papers"] > 1] or things
    columns = shared[:COLUMNS]
    rows_, candidates = rows_of(graph, columns, limit or PAPERS)
    number = {n: i for i, n in enumerate([*rows_, *columns])}
    known = styles(kg.types)
    kind = graph.nodes[columns[0]]["type"].lower() if columns else "benchmark"
    note = []
    if len(columns) < len(things):
        note.append(f"Cut to the {len(columns):,} most shared of {plural(len(things), kind)}.")
    if len(rows_) < candidates:
        note.append(f"Cut to the {len(rows_):,} papers that name most of {candidates:,}.")
    empty = Markup('<p class="empty">No paper names a {}.</p>').format(kind)
    return Page(
        kind="matrix",
        heading=f"Papers × {kind}s",
        counts=f"{plural(len(rows_), 'paper')} × {plural(len(columns), kind)}",
        how=f"A row a paper, a column a {kind}, the most shared first. A sign says what the paper "
        "does with it; a number is what its abstract reports on it.",
        note=" ".join(note),
        body=table(graph, rows_, columns, number, known) if columns else empty,
        items=[paper_item(graph, n, number) for n in rows_]
        + [column_item(graph, n, number) for n in columns],
        legend=legend(known, columns, graph),
        hides=True,
    )


def rows_of(graph: nx.Graph[str], columns: list[str], most: int) -> tuple[list[str], int]:
    """The papers with most of the columns, alike ones together; and how many have any.

    Those with several columns come before those with one.
    """
    inside = set(columns)
    held = {
        n: {c for c in graph[n] if c in inside}
        for n in graph
        if graph.nodes[n]["type"] == "Paper" and any(c in inside for c in graph[n])
    }

    def told(n: str) -> int:
        return sum(bool(graph.edges[n, c]["results"]) for c in held[n])

    chosen = sorted(held, key=lambda n: (-len(held[n]), -told(n), n))[:most]
    alike = {n: tuple(-(c in held[n]) for c in columns) for n in chosen}
    order = sorted(chosen, key=lambda n: (len(held[n]) < 2, alike[n], graph.nodes[n]["name"], n))
    return order, len(held)


def table(
    graph: nx.Graph[str],
    rows_: list[str],
    columns: list[str],
    number: dict[str, int],
    known: dict[str, str],
) -> Markup:
    """The table, its first row and column staying in sight."""
    heads = [
        Markup('<th scope="col" data-i="{}"><button type="button"><span>{}</span></button></th>')
        .format(number[c], shorten(graph.nodes[c]["name"], CAPTION))
        for c in columns
    ]  # fmt: skip
    body = [
        Markup(
            '<tr data-i="{}"><th scope="row"><button type="button"><span>{}</span></button></th>'
            "{}</tr>"
        ).format(
            number[n],
            graph.nodes[n]["name"],
            Markup("").join(cell(graph, n, c, number, known) for c in columns),
        )
        for n in rows_
    ]
    return Markup(
        '<div class="scroller" tabindex="0"><table class="matrix"><thead><tr><td></td>{}</tr>'
        "</thead><tbody>{}</tbody></table></div>"
    ).format(Markup("").join(heads), Markup("\n").join(body))


def cell(
    graph: nx.Graph[str], paper: str, thing: str, number: dict[str, int], known: dict[str, str]
) -> Markup:
    """What a paper does with a thing, and the number that it reports on it."""
    if not graph.has_edge(paper, thing):
        return Markup("<td></td>")
    tie, told = graph.edges[paper, thing], graph.nodes[thing]
    style = known[told["type"]]
    results = tie["results"]
    tip = " · ".join([f"{graph.nodes[paper]['name']}: {tie['role']} {told['name']}", *results])
    first = number_of(results[0]) if results else ""
    return Markup(
        '<td class="has {}" data-a="{}" data-b="{}" data-tip="{}">{}<i class="hidden">{}</i>{}</td>'
    ).format(
        style, number[paper], number[thing], tip, glyph(style, more=tie["role"]), tie["role"],
        Markup("<b>{}</b>").format(first) if first else "",
    )  # fmt: skip


def number_of(result: str) -> str:
    """The number of a result, short enough for a cell; that of a gain has a sign."""
    number = shorten(result.split(" ")[0], 8)
    signed = not number[0].isdigit() or number[-1] in "x×"
    return f"+{number}" if result.endswith(" gain") and not signed else number


def legend(
    known: dict[str, str], columns: list[str], graph: nx.Graph[str]
) -> list[tuple[Markup, str, str, str]]:
    """The signs of the roles."""
    if not columns:
        return []
    style = known[graph.nodes[columns[0]]["type"]]
    return [(glyph(style, more=role), role, "", "") for role in ROLES]


def remark(tie: dict[str, object]) -> str:
    """The role and the results of an edge in words."""
    results = tie["results"]
    assert isinstance(results, list)
    return ", ".join([str(tie["role"]), *results[:3]])


def paper_item(graph: nx.Graph[str], node: str, number: dict[str, int]) -> Item:
    """A paper with what it names."""
    told = graph.nodes[node]
    ties = sorted(graph[node].items(), key=lambda tie: (number.get(tie[0], 1 << 30), tie[0]))
    rows = [(number.get(c, -1), graph.nodes[c]["name"], remark(tie)) for c, tie in ties]
    heading = "What it does with each"
    facts = [("date", told["date"])]
    return Item(told["name"], "Paper", facts, [(heading, more(rows))], told["url"])


def column_item(graph: nx.Graph[str], node: str, number: dict[str, int]) -> Item:
    """A benchmark with the papers that name it."""
    told = graph.nodes[node]
    ties = sorted(graph[node].items(), key=lambda tie: (number.get(tie[0], 1 << 30), tie[0]))
    rows = [(number.get(p, -1), graph.nodes[p]["name"], remark(tie)) for p, tie in ties]
    return Item(
        name=told["name"],
        kind=told["type"],
        facts=[("named by", plural(told["papers"], "paper"))],
        lists=[("Papers", more(rows))],
        near=[number[p] for p, _ in ties if p in number],
    )
