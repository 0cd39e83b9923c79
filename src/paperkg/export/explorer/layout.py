"""Where each node of the explorer stands: shared entities in the middle, the rest folded around.

The core (entities that at least two papers share, and those papers) is placed by forces that start
from communities; an entity of one paper stands beside its paper; papers that share nothing stand
in rings around the core. Everything is seeded, and coordinates are whole numbers. In a large core
communities give way to averages over neighbours, and repulsion is felt through a grid, so that
100,000 nodes are a matter of seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, diags_array
from scipy.spatial import cKDTree

__all__ = ["positions"]

Points = NDArray[np.float64]
Places = NDArray[np.float32]
"""Half as exact, which pairs need not be, and twice as fast."""

SEED = 7
SPACING = 62.0
"""How long a link wants to be."""
CHARGE = 950.0
PULL = 0.06
FELT_AGAIN = 3
"""Repulsion changes slowly: it is felt anew in every third round, which gives the same drawing."""
SQUASH = 0.92
"""Height over width: screens are wider than tall."""
ALL_PAIRS = 2_500
"""Above so many nodes repulsion is felt through a grid."""
ROWS = 64
"""So many nodes are held against all others at once: what that takes stays in a core's cache."""
CELLS = 192
"""The grid has so many cells a side."""
WIDEST = 44.0
"""No core node keeps more room free than this; none is drawn larger."""
LEAF_RING = 33.0
LEAF_GAP = 24.0


def positions(
    papers: Sequence[int], links: Iterable[tuple[int, int]]
) -> dict[int, tuple[int, int]]:
    """Whole-number coordinates of every paper and linked entity.

    `papers` are node numbers, `links` are pairs (paper, entity) of node numbers.
    """
    graph = nx.Graph()
    graph.add_nodes_from(papers)
    graph.add_edges_from(sorted(set(links)))
    shared = set(graph).difference(papers)
    shared = {entity for entity in shared if graph.degree[entity] > 1}
    core = _core(graph, shared)
    leaves = {p: [e for e in sorted(graph[p]) if e not in shared] for p in papers}
    places = _place_core(core, leaves)
    places.update(_place_loners([p for p in papers if p not in core], leaves, places))
    for paper, own in leaves.items():
        places.update(_fan(places[paper], own, _outward(paper, core, places)))
    return {node: (round(x), round(y)) for node, (x, y) in places.items()}


def _core(graph: nx.Graph[int], shared: set[int]) -> nx.Graph[int]:
    """The shared entities with their papers, nodes in number order."""
    core: nx.Graph[int] = nx.Graph()
    core.add_nodes_from(sorted(shared | {p for e in shared for p in graph[e]}))
    core.add_edges_from((e, p) for e in sorted(shared) for p in sorted(graph[e]))
    return core


def _place_core(
    core: nx.Graph[int], leaves: dict[int, list[int]]
) -> dict[int, tuple[float, float]]:
    """The core by forces, from a start in which communities stand together."""
    if not core:
        return {}
    nodes = list(core)
    number = {node: i for i, node in enumerate(nodes)}
    ends = np.array([(number[a], number[b]) for a, b in core.edges], dtype=np.intp)
    radii = np.array([_room(core.degree[node], leaves.get(node)) for node in nodes])
    large = len(nodes) > ALL_PAIRS
    start = _smooth_start(len(nodes), ends) if large else _start(core, number)
    points = _relax(start, ends, radii)
    return {node: (float(x), float(y)) for node, (x, y) in zip(nodes, points, strict=True)}


def _room(degree: int, leaves: list[int] | None) -> float:
    """The radius that a core node keeps free of others; `leaves` is None for an entity."""
    if leaves is None:
        return min(WIDEST, 13.0 + 3.2 * math.sqrt(degree))
    return min(WIDEST, 11.0 + 7.0 * math.sqrt(len(leaves)))


def _start(core: nx.Graph[int], number: dict[int, int]) -> Points:
    """Starting points: communities by a spring layout of their own graph, members in a spiral."""
    found = nx.community.louvain_communities(core, seed=SEED)
    groups = sorted((sorted(group) for group in found), key=lambda g: (-len(g), g[0]))
    home = {node: i for i, group in enumerate(groups) for node in group}
    between: nx.Graph[int] = nx.Graph()
    between.add_nodes_from(range(len(groups)))
    for a, b in core.edges:
        if home[a] != home[b]:
            between.add_edge(home[a], home[b])
    centres = nx.spring_layout(between, seed=SEED, iterations=80)
    reach = SPACING * math.sqrt(len(core))
    points = np.zeros((len(number), 2))
    for i, group in enumerate(groups):
        for rank, node in enumerate(group):
            x, y = _spiral(rank, SPACING / 3)
            points[number[node]] = (centres[i][0] * reach + x, centres[i][1] * reach + y)
    return points


def _smooth_start(count: int, ends: NDArray[np.intp]) -> Points:
    """Starting points of a large core: random ones, averaged over neighbours again and again.

    What is well linked comes together; ranks in place of values fill the plane evenly.
    """
    ones = np.ones(len(ends))
    half = coo_array((ones, (ends[:, 0], ends[:, 1])), shape=(count, count)).tocsr()
    links = half + half.T
    degree = np.asarray(links.sum(axis=1)).ravel()
    step = diags_array(1 / degree) @ links
    points = np.random.default_rng(SEED).standard_normal((count, 2))
    for _ in range(24):
        points = 0.5 * points + 0.5 * (step @ points)
        points -= np.average(points, axis=0, weights=degree)
        points, _ = np.linalg.qr(points)
    ranks = points.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    return (ranks / count - 0.5) * SPACING * math.sqrt(count)


def _spiral(rank: int, step: float) -> tuple[float, float]:
    """The place of a rank in a sunflower spiral."""
    angle = rank * math.pi * (3 - math.sqrt(5))
    radius = step * math.sqrt(rank + 0.5)
    return radius * math.cos(angle), radius * math.sin(angle)


def _relax(points: Points, ends: NDArray[np.intp], radii: Points) -> Points:
    """Springs along links, repulsion between nodes, a pull to the centre, and no overlaps."""
    count = len(points)
    ticks = 260 if count <= 1_200 else 140 if count <= 20_000 else 90
    degree = np.bincount(ends.ravel(), minlength=count).astype(float)
    stiffness = 1 / np.minimum(degree[ends[:, 0]], degree[ends[:, 1]])
    share = degree[ends[:, 0]] / (degree[ends[:, 0]] + degree[ends[:, 1]])
    wish = SPACING + radii[ends].sum(axis=1) * 0.35
    pull = np.array([PULL, PULL / SQUASH**2]) * (1.0 if count <= ALL_PAIRS else 0.25)
    speed, repulsion = np.zeros_like(points), np.zeros_like(points)
    for tick in range(ticks):
        heat = (1 - tick / ticks) ** 1.5
        if tick % FELT_AGAIN == 0:
            repulsion = _repulsion(points)
        speed += heat * (repulsion - points * pull)
        step = heat * _springs(points + speed, ends, wish, stiffness)
        speed += _felt(step * (1 - share)[:, None], ends[:, 0], count)
        speed -= _felt(step * share[:, None], ends[:, 1], count)
        speed *= 0.6
        points = points + speed
        if tick % 4 == 0:
            points = _part(points, radii, rounds=1)
    return _part(points, radii, rounds=40 if count <= 20_000 else 16)


def _felt(steps: Points, by: NDArray[np.intp], count: int) -> Points:
    """The sum of steps for each of so many nodes."""
    return np.column_stack([np.bincount(by, steps[:, axis], count) for axis in (0, 1)])


def _springs(points: Points, ends: NDArray[np.intp], wish: Points, stiffness: Points) -> Points:
    """For each link, the step that its first end would take towards the second."""
    apart = points[ends[:, 1]] - points[ends[:, 0]]
    length = np.maximum(np.hypot(apart[:, 0], apart[:, 1]), 1e-6)
    return apart * (((length - wish) / length) * stiffness * 0.7)[:, None]


def _repulsion(points: Points) -> Points:
    """What every node feels from the others."""
    if len(points) > ALL_PAIRS:
        return _grid_repulsion(points)
    places = points.astype(np.float32)
    starts = range(0, len(points), ROWS)
    return np.concatenate([_push(places[start : start + ROWS], places) for start in starts])


def _push(some: Places, places: Places) -> Points:
    """What some nodes feel from all."""
    dx = some[:, 0, None] - places[:, 0]
    dy = some[:, 1, None] - places[:, 1]
    square = dx * dx
    square += dy * dy
    near = square < _reach(len(places)) ** 2
    square += 60.0
    force = np.divide(CHARGE, square, out=square)
    force *= near
    felt = [np.einsum("ij,ij->i", apart, force) for apart in (dx, dy)]
    return np.column_stack(felt).astype(np.float64)


def _reach(count: int) -> float:
    """How far repulsion goes: not across a small graph, so that its loose parts stay near."""
    return max(300.0, 40.0 * math.sqrt(count))


def _grid_repulsion(points: Points) -> Points:
    """The same in a large graph: nodes are counted in cells, and each feels the cells' push."""
    from scipy.ndimage import map_coordinates  # not above: most graphs do without it

    low = points.min(axis=0)
    size = float((points.max(axis=0) - low).max()) / (CELLS - 1) or 1.0
    at = (points - low) / size
    whole = np.rint(at).astype(np.intp)
    mass = np.zeros((CELLS, CELLS))
    np.add.at(mass, (whole[:, 0], whole[:, 1]), 1.0)
    offset = np.arange(1 - CELLS, CELLS) * size
    square = offset[:, None] ** 2 + offset**2
    near = max(60.0, size**2)
    push = np.where(square < _reach(len(points)) ** 2, CHARGE / (square + near), 0.0)
    fields = [_spread(mass, push * axis) for axis in (offset[:, None], offset)]
    return np.column_stack([map_coordinates(f, at.T, order=1, mode="nearest") for f in fields])


def _spread(mass: Points, kernel: Points) -> Points:
    """The convolution of a square with a kernel of nearly twice its width, around the middle."""
    from scipy.fft import irfft2, next_fast_len, rfft2

    size = (next_fast_len(len(kernel), real=True),) * 2  # what wraps around stays off the middle
    field: Points = irfft2(rfft2(mass, size) * rfft2(kernel, size), size)
    start = (len(kernel) - 1) // 2
    return field[start : start + len(mass), start : start + len(mass)]


def _part(points: Points, radii: Points, *, rounds: int) -> Points:
    """Pushes overlapping nodes apart, a little in each round, until none is left."""
    points = points.copy()
    widest = 2 * float(radii.max())
    for _ in range(rounds):
        pairs = cKDTree(points).query_pairs(widest, output_type="ndarray")
        apart = points[pairs[:, 0]] - points[pairs[:, 1]]
        length = np.hypot(apart[:, 0], apart[:, 1])
        lack = radii[pairs].sum(axis=1) - length
        close = lack > 0.5
        if not close.any():
            break
        pairs, length = pairs[close], np.maximum(length[close], 1e-3)
        push = apart[close] / length[:, None] * (lack[close] * 0.45)[:, None]
        points += _felt(push, pairs[:, 0], len(points)) - _felt(push, pairs[:, 1], len(points))
    return points


def _place_loners(
    loners: list[int], leaves: dict[int, list[int]], core: dict[int, tuple[float, float]]
) -> dict[int, tuple[float, float]]:
    """Papers that share nothing, side by side in rings around the core."""
    radius = max((math.hypot(x, y / SQUASH) for x, y in core.values()), default=0.0) + 74.0
    places: dict[int, tuple[float, float]] = {}
    rest = list(loners)
    while rest:
        sizes = [_rosette(len(leaves[paper])) for paper in rest]
        arcs = [2 * math.asin(min(1.0, (size + 8) / radius)) for size in sizes]
        fitting = [total <= 2 * math.pi for total in accumulate(arcs)]
        count = max(1, sum(fitting))
        spare = max(0.0, 2 * math.pi - sum(arcs[:count])) / count
        angle = -math.pi / 2 - arcs[0] / 2
        for paper, arc in zip(rest[:count], arcs, strict=False):
            middle = angle + arc / 2
            angle += arc + spare
            places[paper] = (radius * math.cos(middle), SQUASH * radius * math.sin(middle))
        radius += 2 * max(sizes[:count]) + 14
        rest = rest[count:]
    return places


def _rosette(leaves: int) -> float:
    """The radius of a paper with so many entities around it."""
    return 12.0 if not leaves else LEAF_RING + 8 + 4 * max(0, leaves - 8) ** 0.5


def _outward(
    paper: int, core: nx.Graph[int], places: dict[int, tuple[float, float]]
) -> float | None:
    """The direction away from what a paper is linked to, or None where it stands alone."""
    if paper not in core:
        return None
    x, y = places[paper]
    around = [places[entity] for entity in core[paper]]
    return math.atan2(
        y - sum(p[1] for p in around) / len(around), x - sum(p[0] for p in around) / len(around)
    )


def _fan(
    centre: tuple[float, float], leaves: list[int], outward: float | None
) -> dict[int, tuple[float, float]]:
    """One-paper entities on arcs around their paper, full circles where it stands alone."""
    places: dict[int, tuple[float, float]] = {}
    rest, radius = list(leaves), LEAF_RING
    width = 2 * math.pi if outward is None else math.pi * 1.3
    while rest:
        ring = rest[: max(1, int(width * radius / LEAF_GAP))]
        rest = rest[len(ring) :]
        gap = 2 * math.pi / len(ring) if outward is None else LEAF_GAP / radius
        first = (outward or 0.0) - gap * (len(ring) - 1) / 2
        for i, leaf in enumerate(ring):
            angle = first + i * gap
            places[leaf] = (
                centre[0] + radius * math.cos(angle),
                centre[1] + radius * math.sin(angle),
            )
        radius += LEAF_GAP
    return places
