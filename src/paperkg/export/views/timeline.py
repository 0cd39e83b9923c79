"""The page of months: since when papers name what, and how many papers a month there are."""

from __future__ import annotations

import math
from collections import Counter

import networkx as nx
from markupsafe import Markup

from paperkg.explore.views import month
from paperkg.export.explorer.data import styles
from paperkg.export.views.page import Item, Page, glyph, more, plural
from paperkg.graph.kg import KnowledgeGraph

__all__ = ["timeline_page"]

ENTITIES = 50
"""A page shows so many entities at most, unless asked otherwise."""
STRAYS = 50
"""Where fewer than one paper in so many stretch the axis by half, they share its first column."""
WIDE = 740
HEIGHT, BARS, AXIS = 30, 64, 22


def timeline_page(kg: KnowledgeGraph, graph: nx.DiGraph[str], limit: int) -> Page:
    """The most named entities in the order of their first month, above them the papers a month."""
    most = limit or ENTITIES
    counted = {n: told["papers"] for n, told in graph.nodes(data=True) if told["type"] == "Month"}
    first = beginning(counted)
    months = every_month(first, max(counted))
    named = [n for n in graph if n not in counted]
    chosen = sorted(named, key=lambda n: (-graph.nodes[n]["papers"], n))[:most]
    order = sorted(chosen, key=lambda n: (graph.nodes[n]["first"], -graph.nodes[n]["papers"], n))
    number = {n: i for i, n in enumerate(order)}
    known = styles(kg.types)
    titles = papers_by_entity(kg, number)
    undated = sum(not month(p) for p in kg.papers)
    note = []
    if len(chosen) < len(named):
        note.append(
            f"Cut to the {most:,} most named of {plural(len(named), 'entity', 'entities')}."
        )
    if undated:
        note.append(f"{plural(undated, 'paper')} of no known month {told_as(undated)} left out.")
    types = sorted({graph.nodes[n]["type"] for n in order}, key=kg.types.index)
    if first > min(counted):
        before = sum(n for name, n in counted.items() if name <= first)
        told = f"The first column holds all until {named_month(first)}: {plural(before, 'paper')}."
        note.append(told)
    if len(months) == 1:
        note.append("An order shows only with papers of several months.")
    return Page(
        kind="timeline",
        heading="First named, by month",
        counts=f"{plural(sum(counted.values()), 'paper')} · {named_month(min(counted))} to "
        f"{named_month(months[-1])}",
        how="The most named entities in the order in which these papers first name them. The sign "
        "is the first month, a dot a later one, the larger the more papers. A thing may well be "
        "older than its first paper here.",
        note=" ".join(note),
        body=table(graph, order, months, counted, number, known),
        items=[item(graph, n, titles[n]) for n in order],
        legend=[(glyph(known[t]), t, "", t) for t in types],
        hides=True,
    )


def beginning(counted: dict[str, int]) -> str:
    """The month at which the axis begins: the first, or where a few stray papers stretch it, a
    later one that takes the months before it along.
    """
    older, strays = 0, sum(counted.values()) / STRAYS
    whole = len(every_month(min(counted), max(counted)))
    for name, papers in sorted(counted.items()):
        older += papers
        if older > strays:
            short = len(every_month(name, max(counted)))
            return name if short < whole * 2 / 3 else min(counted)
    return min(counted)


def told_as(count: int) -> str:
    """The verb for a count."""
    return "is" if count == 1 else "are"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def named_month(name: str) -> str:
    """A month as people write it: `Apr 2025`."""
    return f"{MONTHS[int(name[5:]) - 1]} {name[:4]}"


def every_month(first: str, last: str) -> list[str]:
    """All months from one to another, such as `2025-04`."""
    start, end = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last))
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(start, end + 1)]


def papers_by_entity(
    kg: KnowledgeGraph, wanted: dict[str, int]
) -> dict[str, list[tuple[str, str]]]:
    """For each entity by IRI its papers of a known month: month and title, oldest first."""
    papers = {p.id: p for p in kg.papers}
    found: dict[str, list[tuple[str, str]]] = {iri: [] for iri in wanted}
    for link in kg.links:
        iri, paper = kg.entity_iri(link.entity), papers[link.paper]
        if iri in found and month(paper):
            found[iri].append((month(paper), paper.title))
    return {iri: sorted(rows) for iri, rows in found.items()}


def item(graph: nx.DiGraph[str], node: str, titles: list[tuple[str, str]]) -> Item:
    """An entity with its papers by month."""
    told = graph.nodes[node]
    return Item(
        name=told["name"],
        kind=told["type"],
        facts=[("first", named_month(told["first"])), ("papers", f"{told['papers']:,}")],
        lists=[
            ("Papers, oldest first", more([(-1, title, named_month(m)) for m, title in titles]))
        ],
    )


def table(
    graph: nx.DiGraph[str],
    order: list[str],
    months: list[str],
    counted: dict[str, int],
    number: dict[str, int],
    known: dict[str, str],
) -> Markup:
    """A row for the papers a month, then one an entity; the names stay in sight."""
    step = round(min(44.0, max(4.8, WIDE / len(months))), 1)
    most = max((tie for n in order for _, _, tie in graph.edges(n, data="weight")), default=1)
    rows = [row(graph, n, months, step, number[n], known, most) for n in order]
    return Markup(
        '<div class="scroller" tabindex="0"><table class="timeline"><thead><tr>'
        "<td>papers a month</td><td>{}</td></tr></thead><tbody>{}</tbody></table></div>"
    ).format(histogram(months, counted, step), Markup("\n").join(rows))


def svg(months: list[str], step: float, height: int, inner: Markup, css: str) -> Markup:
    """A strip as wide as all the months."""
    wide = round(len(months) * step + 24)
    return Markup(
        '<svg class="{}" width="{}" height="{}" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>'
    ).format(css, wide, height, wide, height, inner)


def histogram(months: list[str], counted: dict[str, int], step: float) -> Markup:
    """The papers a month as bars, with an axis of years or months below."""
    columns: Counter[str] = Counter()
    for name, papers in counted.items():
        columns[max(name, months[0])] += papers
    tallest = max(columns.values())
    parts = []
    for i, name in enumerate(months):
        x = 12 + i * step
        if count := columns[name]:
            tall = max(1.5, count / tallest * BARS)
            parts.append(
                Markup('<rect x="{}" y="{}" width="{}" height="{}" data-tip="{}"/>').format(
                    f"{x + step * 0.1:.1f}", f"{BARS - tall + 4:.1f}", f"{step * 0.8:.1f}",
                    f"{tall:.1f}", f"{named_month(name)}: {plural(count, 'paper')}",
                )
            )  # fmt: skip
    for i, text in ticks(months, step):
        x = 12 + i * step
        parts.append(
            Markup('<path d="M{} {}v6"/><text x="{}" y="{}">{}</text>').format(
                f"{x:.1f}", BARS + 4, f"{x + 3:.1f}", BARS + AXIS - 3, text
            )
        )
    return svg(months, step, BARS + AXIS + 2, Markup("").join(parts), "bars")


def ticks(months: list[str], step: float) -> list[tuple[int, str]]:
    """Where the axis has words: at years, and where there is room at months, none too near."""
    found: list[tuple[int, str]] = []
    for i, name in enumerate(months):
        year = name.endswith("-01") or i == 0
        if not year and step < 36:
            continue
        if found and (i - found[-1][0]) * step < 36:
            if not name.endswith("-01"):
                continue
            found.pop()
        found.append((i, name[:4] if year and (i or step < 36) else MONTHS[int(name[5:]) - 1]))
    return found


def row(
    graph: nx.DiGraph[str],
    node: str,
    months: list[str],
    step: float,
    i: int,
    known: dict[str, str],
    most: int,
) -> Markup:
    """An entity's months as dots on a line, the first one its own sign."""
    told = graph.nodes[node]
    style = known[told["type"]]
    place = {name: 12 + (at + 0.5) * step for at, name in enumerate(months)}
    uses = Counter[str]()
    for name, tie in graph[node].items():
        uses[max(name, months[0])] += tie["weight"]
    ends = [f"{place[name]:.1f}" for name in (min(uses), max(uses))]
    parts = [Markup('<path d="M{} {}H{}"/>').format(ends[0], HEIGHT // 2, ends[1])]
    for name, count in sorted(uses.items()):
        tip = f"{told['name']}, {named_month(name)}: {plural(count, 'paper')}"
        parts.append(dot(style, place[name], size(count, most), name == min(uses), tip))
    return Markup(
        '<tr data-i="{}" data-g="{}" class="{}"><th scope="row"><button type="button">{}<span>{}'
        "</span><small>{}</small></button></th><td>{}</td></tr>"
    ).format(
        i, told["type"], style, glyph(style), told["name"], f"{told['papers']:,}",
        svg(months, step, HEIGHT, Markup("").join(parts), "dots"),
    )  # fmt: skip


def size(count: int, most: int) -> float:
    """The radius of a dot for so many papers, where the largest stands for most."""
    return 1.8 + min(1.7, (HEIGHT / 2 - 4) / math.sqrt(most)) * math.sqrt(count)


def dot(style: str, x: float, radius: float, first: bool, tip: str) -> Markup:
    """A month's papers as a dot, or as the sign of its kind where it is the first month."""
    if not first:
        return Markup('<circle cx="{}" cy="{}" r="{}" data-tip="{}"/>').format(
            f"{x:.1f}", HEIGHT // 2, f"{radius:.1f}", tip
        )
    reach = 1.4 * max(5.0, radius)
    use = '<use href="#glyph-{}" x="{}" y="{}" width="{}" height="{}" data-tip="{}"/>'
    return Markup(use).format(
        style, f"{x - reach:.1f}", f"{HEIGHT / 2 - reach:.1f}",
        f"{2 * reach:.1f}", f"{2 * reach:.1f}", tip,
    )  # fmt: skip
