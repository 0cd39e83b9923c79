"""The pages of papers and of entities: networks drawn with their groups and the strongest ties."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import networkx as nx
from markupsafe import Markup

from paperkg.export.explorer.data import styles
from paperkg.export.explorer.layout import positions
from paperkg.export.views.labels import LEVELS, Label, grown, legible, settle
from paperkg.export.views.page import Item, Page, glyph, more, plural, shorten
from paperkg.graph.kg import KnowledgeGraph

__all__ = ["entities_page", "papers_page"]

PAPERS, ENTITIES = 180, 180
"""A page shows so many at most, unless asked otherwise."""
CAPTION, HEADLINE = 30, 22
GROUPS = 6
SEED = 7
LEAST_GROUP = 3
MARGIN = 16
SCRIPTS = ("views", "drawing")

BUTTONS = Markup(
    '<div class="zoom" role="group" aria-label="View">'
    '<button id="closer" class="icon" type="button" aria-label="Zoom in">'
    '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 4v12M4 10h12"/></svg></button>'
    '<button id="farther" class="icon" type="button" aria-label="Zoom out">'
    '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M4 10h12"/></svg></button>'
    '<button id="whole" class="icon" type="button" aria-label="Show everything">'
    '<svg viewBox="0 0 20 20" aria-hidden="true">'
    '<path d="M3 8V3h5M12 3h5v5M17 12v5h-5M8 17H3v-5"/></svg></button></div>'
)


def papers_page(kg: KnowledgeGraph, graph: nx.Graph[str], limit: int) -> Page:
    """Papers, tied to the nearest by what both name, in groups with what each is about."""
    most = limit or PAPERS
    tied = [n for n in graph if graph.degree[n]]
    strength = {n: float(graph.degree(n, weight="weight")) for n in tied}
    shown = cut(graph, sorted(tied, key=lambda n: (-strength[n], n))[:most])
    ranked = list(shown)
    groups = communities(shown)
    home = {node: str(i) for i, group in enumerate(groups) for node in group}
    about = [themes(shown, group) for group in groups]
    items = [paper_item(shown, node, ranked) for node in ranked]
    number = {node: i for i, node in enumerate(ranked)}
    radius = {n: 5 + 1.6 * math.sqrt(shown.degree[n]) for n in ranked}

    def style(node: str) -> tuple[str, str, str]:
        group = home.get(node, "")
        return "paper", f"own-{int(group) + 1}" if group else "paper", group or "rest"

    captions = [(group, headline(about[i]), f"own-{i + 1}") for i, group in enumerate(groups)]
    rest = sum(n not in home for n in ranked)
    legend = [
        (glyph("paper", f"own-{i + 1}"), ", ".join(about[i]), f"{len(group):,}", str(i))
        for i, group in enumerate(groups)
    ]
    legend += [(glyph("paper"), "other papers", f"{rest:,}", "rest")] if rest else []
    body, sheet = draw(shown, ranked, number, radius, style, captions)
    return Page(
        kind="papers",
        heading="Papers by what they share",
        counts=f"{plural(len(ranked), 'paper')} · {plural(shown.number_of_edges(), 'tie')}",
        how="Papers stand near those that name the same rare things; what everyone names ties "
        "nothing together. Each is tied to its nearest few. Choose one to see what it shares.",
        note=left_out(
            len(ranked), len(tied), len(graph), "paper", "shares nothing rare", "share nothing rare"
        ),
        body=body,
        items=items,
        legend=legend,
        scripts=SCRIPTS if ranked else SCRIPTS[:1],
        style=sheet,
    )


def paper_item(graph: nx.Graph[str], node: str, ranked: Sequence[str]) -> Item:
    """A paper with its nearest papers and what it shares with them."""
    known = graph.nodes[node]
    number = {other: i for i, other in enumerate(ranked)}
    ties = sorted(graph[node].items(), key=lambda tie: (-tie[1]["weight"], tie[0]))
    rows = [(number[o], graph.nodes[o]["name"], some(tie["shared"])) for o, tie in ties]
    return Item(
        name=known["name"],
        kind="Paper",
        facts=[("date", known["date"])],
        lists=[("Nearest papers, and what both name", more(rows))],
        url=known["url"],
    )


def some(names: Sequence[str], most: int = 4) -> str:
    """The first few names, and how many there are besides."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def communities(graph: nx.Graph[str]) -> list[list[str]]:
    """The largest groups of papers that hold together, the largest first (Louvain)."""
    found = nx.community.louvain_communities(graph, weight="weight", seed=SEED)
    groups = sorted((sorted(g) for g in found if len(g) >= LEAST_GROUP), key=lambda g: (-len(g), g))
    return groups[:GROUPS]


def themes(graph: nx.Graph[str], group: list[str]) -> list[str]:
    """What ties a group together: the names that its strongest ties rest on."""
    said: Counter[str] = Counter()
    for _, _, tie in graph.subgraph(group).edges(data=True):
        for rank, name in enumerate(tie["shared"]):
            said[name] += tie["weight"] / (rank + 1)
    return [name for name, _ in sorted(said.items(), key=lambda s: (-s[1], s[0]))[:3]]


def headline(about: list[str]) -> str:
    """What is drawn in a group's middle: its first two names, or one where they are long."""
    both = ", ".join(about[:2])
    return both if len(both) <= HEADLINE else shorten(about[0], HEADLINE)


def entities_page(kg: KnowledgeGraph, graph: nx.Graph[str], limit: int) -> Page:
    """Entities, tied to those with which papers name them more often than by chance."""
    most = limit or ENTITIES
    tied = [n for n in graph if graph.degree[n]]
    shown = cut(graph, sorted(tied, key=lambda n: (-graph.nodes[n]["papers"], n))[:most])
    ranked = list(shown)
    known = styles(kg.types)
    number = {node: i for i, node in enumerate(ranked)}
    radius = {n: 4 + 2.6 * math.sqrt(shown.nodes[n]["papers"]) for n in ranked}
    radius = {n: min(26.0, r) for n, r in radius.items()}

    def style(node: str) -> tuple[str, str, str]:
        kind = shown.nodes[node]["type"]
        return known[kind], known[kind], kind

    titles = papers_of(kg, set(ranked))
    items = [entity_item(shown, node, number, titles[node]) for node in ranked]
    counts = Counter(shown.nodes[n]["type"] for n in ranked)
    body, sheet = draw(shown, ranked, number, radius, style, [])
    return Page(
        kind="entities",
        heading="What is named together",
        counts=f"{plural(len(ranked), 'entity', 'entities')} · "
        f"{plural(shown.number_of_edges(), 'tie')}",
        how="Two things are tied where more papers name both than chance would have; only the "
        "strongest ties of each are drawn. The larger, the more papers name it.",
        note=left_out(len(ranked), len(tied), len(graph), "shared entity", "has no such tie",
                      "have no such tie", many="shared entities"),
        body=body,
        items=items,
        legend=[(glyph(known[t]), t, f"{counts[t]:,}", t) for t in kg.types if counts[t]],
        scripts=SCRIPTS if ranked else SCRIPTS[:1],
        style=sheet,
    )  # fmt: skip


def papers_of(kg: KnowledgeGraph, wanted: set[str]) -> dict[str, list[str]]:
    """The titles of the papers that name each entity, by its IRI, sorted."""
    titles = {p.id: p.title for p in kg.papers}
    found: dict[str, list[str]] = defaultdict(list)
    for link in kg.links:
        if (iri := kg.entity_iri(link.entity)) in wanted:
            found[iri].append(titles[link.paper])
    return {iri: sorted(papers) for iri, papers in found.items()}


def entity_item(graph: nx.Graph[str], node: str, number: dict[str, int], titles: list[str]) -> Item:
    """An entity with those it is named with, and its papers."""
    known = graph.nodes[node]
    ties = sorted(graph[node].items(), key=lambda tie: (-tie[1]["weight"], tie[0]))
    rows = [(number[o], graph.nodes[o]["name"], plural(tie["papers"], "paper")) for o, tie in ties]
    return Item(
        name=known["name"],
        kind=known["type"],
        facts=[("named by", plural(known["papers"], "paper"))],
        lists=[
            ("Named together with", more(rows)),
            ("Papers", more([(-1, title, "") for title in titles])),
        ],
    )


def left_out(
    shown: int, tied: int, all_: int, one: str, alone: str, many_alone: str, many: str = ""
) -> str:
    """What a drawing does not show, in words."""
    told = []
    if shown < tied:
        told.append(f"Cut to the {shown:,} most shared of {plural(tied, one, many)}.")
    if loose := all_ - tied:
        verbs = (alone, "is") if loose == 1 else (many_alone, "are")
        told.append(f"{plural(loose, one, many)} that {verbs[0]} {verbs[1]} left out.")
    return " ".join(told)


def cut(graph: nx.Graph[str], nodes: Sequence[str]) -> nx.Graph[str]:
    """The nodes that are tied to each other, in their order, and their edges."""
    kept: nx.Graph[str] = nx.Graph()
    kept.add_nodes_from((n, graph.nodes[n]) for n in nodes)
    inside = set(nodes)
    kept.add_edges_from((a, b, t) for a, b, t in graph.edges(data=True) if {a, b} <= inside)
    kept.remove_nodes_from([n for n in nodes if not kept.degree[n]])
    return kept


def draw(
    graph: nx.Graph[str],
    ranked: Sequence[str],
    number: dict[str, int],
    radius: dict[str, float],
    style: Callable[[str], tuple[str, str, str]],
    captions: list[tuple[list[str], str, str]],
) -> tuple[Markup, str]:
    """The drawing and its style sheet; `style` gives a node's shape, colour and group.

    `captions` are groups of nodes with a name and a colour for each.
    """
    if not ranked:
        return Markup('<p class="empty">Nothing here is shared.</p>'), ""
    places = lay_out(graph, ranked, number)
    names = [Label(shorten(graph.nodes[n]["name"], CAPTION), *places[n], radius[n]) for n in ranked]
    box = bounds(places.values())
    zoom = max(LEVELS[0], min(1.0, 900 / box[2], 760 / box[3]))
    labels: list[Label] = []
    for group, text, _ in captions:
        wanted = Label(text, *middle([places[n] for n in group]), size=15)
        labels.append(settle(wanted, labels, names, zoom))
    labels += names
    levels = legible(labels)
    parts = [edge(places[a], places[b], number[a], number[b], tie["weight"], style(a), style(b))
             for a, b, tie in graph.edges(data=True)]  # fmt: skip
    for i, n in reversed(list(enumerate(ranked, len(captions)))):  # no small one over a name
        parts.append(node(number[n], labels[i], levels[i], style(n)))
    for i, (_, _, colour) in enumerate(captions):
        parts.append(caption(i, labels[i], levels[i], colour))
    svg = Markup(
        '<svg id="drawing" role="img" tabindex="0" viewBox="{}" data-levels="{}" data-level="{}" '
        'aria-label="A network; the search finds everything in it">{}</svg>{}'
    )
    level = max(i for i, least in enumerate(LEVELS) if least <= zoom)
    drawn = svg.format(
        " ".join(map(str, box)),
        " ".join(map(str, LEVELS)),
        level,
        Markup("\n").join(parts),
        BUTTONS,
    )
    return drawn, sheet(zoom)


def sheet(zoom: float) -> str:
    """Which names show at which level, and how large things are before the script runs."""
    rules = [f'[data-level="{i}"] .n{i}{{display:inline}}' for i in range(len(LEVELS))]
    first = (
        f"#drawing{{--grown:{grown(zoom):.3f};--word:{1 / zoom / grown(zoom):.3f};"
        f"--bare:{1 / zoom:.3f}}}"
    )
    return first + "".join(rules)


def lay_out(
    graph: nx.Graph[str], ranked: Sequence[str], number: dict[str, int]
) -> dict[str, tuple[int, int]]:
    """Where the nodes stand: placed as the explorer places things, a tie being a thing between."""
    links = []
    for i, (a, b) in enumerate(graph.edges, len(ranked)):
        links += [(number[a], i), (number[b], i)]
    places = positions(range(len(ranked)), links)
    return {node: places[number[node]] for node in ranked}


def bounds(points: Iterable[tuple[int, int]]) -> tuple[int, int, int, int]:
    """The box of some points with a margin: left, top, width, height."""
    xs, ys = zip(*points, strict=True)
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return left, top, max(xs) - left + MARGIN, max(ys) - top + MARGIN


def middle(points: list[tuple[int, int]]) -> tuple[float, float]:
    """The middle of some points: of each coordinate the median, which strays do not move."""
    half = len(points) // 2
    return sorted(x for x, _ in points)[half], sorted(y for _, y in points)[half]


def edge(
    a: tuple[int, int],
    b: tuple[int, int],
    i: int,
    j: int,
    weight: float,
    one: tuple[str, str, str],
    other: tuple[str, str, str],
) -> Markup:
    """A tie, the wider the stronger, in the colour of its ends where they are of one group."""
    colour = one[1] if one[2] == other[2] else "paper"
    return Markup(
        '<line class="tie {} {}" data-a="{}" data-b="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>'
    ).format(colour, f"w{min(4, 1 + int(weight * 5))}", i, j, *a, *b)


def node(i: int, label: Label, levels: list[int], style: tuple[str, str, str]) -> Markup:
    """A node with its name."""
    shape, colour, group = style
    r = round(label.radius, 1)
    return Markup(
        '<g class="node {}" data-i="{}" data-g="{}" data-x="{}" data-y="{}" '
        'transform="translate({} {})"><g class="body">'
        '<use href="#glyph-{}" x="{}" y="{}" width="{}" height="{}"/>'
        '<text class="{}" y="{}" dy="1.05em">{}</text></g></g>'
    ).format(
        colour, i, group, label.x, label.y, label.x, label.y, shape,
        *(round(v, 1) for v in (-1.4 * r, -1.4 * r, 2.8 * r, 2.8 * r)),
        " ".join(["name", *(f"n{level}" for level in levels)]), r, label.text,
    )  # fmt: skip


def caption(i: int, label: Label, levels: list[int], colour: str) -> Markup:
    """What a group is about, in its middle."""
    classes = " ".join(["caption", colour, *(f"n{level}" for level in levels)])
    return Markup('<text class="{}" data-of="{}" x="{}" y="{}" dy="0.35em">{}</text>').format(
        classes, i, label.x, label.y, label.text
    )
