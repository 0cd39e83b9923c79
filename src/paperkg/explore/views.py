"""Views of a graph as NetworkX graphs: papers, entities, families, papers × benchmarks, months."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import networkx as nx
import numpy as np
from scipy.sparse import csr_array, diags_array

from paperkg.errors import PaperKGError
from paperkg.graph.kg import KnowledgeGraph
from paperkg.names import plain
from paperkg.records import ROLES, Entity, Paper

__all__ = ["VIEWS", "month", "network_view"]

PAPER_EDGES = 3
"""A paper is tied to so many of its nearest papers, and to those that have it among theirs."""
ENTITY_EDGES, HUB_EDGES = 4, 12
"""An entity is tied to so many that it is named with, and if they choose it to so many at most."""
LEAST_WEIGHT = 0.1
"""Papers nearer than this are tied: not by one name alone that every tenth paper has."""
FEW = 100
"""Among fewer papers than this, one that names both things is enough to tie them."""
BLOCK = 256
"""So many papers are compared with all others at a time."""
MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])(?!\d)")


def network_view(kg: KnowledgeGraph, kind: str, *, types: Sequence[str] = ()) -> nx.Graph[str]:
    """A view of the graph: nodes by IRI with `name` and `type`, edges with `weight`.

    `papers` ties papers by the entities that both name, `entities` entities by the papers that
    name both, `families` goes from a family to its releases and their variants, `matrix` from
    papers to benchmarks, `timeline` from entities to the months in which papers name them.
    `types` keeps entities of these types; without it, `families` holds models, `matrix`
    benchmarks, and the others all. Nodes and edges come in one order.

    Raises PaperKGError for an unknown kind, and for `timeline` where no paper has a date.
    """
    if kind not in VIEWS:
        raise PaperKGError(f"no view is called {kind}; choose one of {', '.join(VIEWS)}")
    return VIEWS[kind](kg, tuple(types))


def chosen(kg: KnowledgeGraph, types: Sequence[str]) -> dict[str, Entity]:
    """The entities of some types, or all, by id."""
    return {e.id: e for e in kg.entities if not types or e.type in types}


def named_by(kg: KnowledgeGraph, entities: dict[str, Entity]) -> dict[str, list[str]]:
    """For each of these entities that papers name, the ids of the papers, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for link in kg.links:
        if link.entity in entities:
            found[link.entity].append(link.paper)
    return found


def add_paper(graph: nx.Graph[str], kg: KnowledgeGraph, paper: Paper) -> None:
    """Add the node of a paper."""
    known = {"name": paper.title or paper.key, "type": "Paper", "date": paper.date}
    graph.add_node(kg.paper_iri(paper), **known, url=paper.url)


def add_entity(graph: nx.Graph[str], kg: KnowledgeGraph, entity: Entity, papers: int) -> None:
    """Add the node of an entity that so many papers name."""
    known = {"name": entity.name, "type": entity.type, "papers": papers}
    graph.add_node(kg.entity_iri(entity.id), **known)


def papers_view(kg: KnowledgeGraph, types: Sequence[str]) -> nx.Graph[str]:
    """Papers with an edge to the nearest others; `shared` are the names, the rarest first.

    `weight` is the cosine of `similar`, but as if each paper named one thing more that no other
    names: else two papers that name `accuracy` and nothing else would be the same.
    """
    entities = chosen(kg, types)
    holders = named_by(kg, entities)
    rarity = {e: math.log(len(kg.papers) / len(set(p))) + 0.01 for e, p in holders.items()}
    held: dict[str, set[str]] = defaultdict(set)
    for entity, papers in holders.items():
        for id_ in papers:
            held[id_].add(entity)
    graph: nx.Graph[str] = nx.Graph()
    for paper in kg.papers:
        add_paper(graph, kg, paper)
    for i, j, weight in nearest_papers(kg, held, rarity):
        a, b = kg.papers[i], kg.papers[j]
        common = sorted(held[a.id] & held[b.id], key=lambda e: (-rarity[e], entities[e].name))
        shared = [entities[e].name for e in common]
        graph.add_edge(kg.paper_iri(a), kg.paper_iri(b), weight=weight, shared=shared)
    return graph


def nearest_papers(
    kg: KnowledgeGraph, held: dict[str, set[str]], rarity: dict[str, float]
) -> list[tuple[int, int, float]]:
    """Pairs of papers by their places, each paper's nearest few, with their cosine; sorted."""
    if not rarity:
        return []
    column = {entity: i for i, entity in enumerate(sorted(rarity))}
    cells = [(i, column[e], rarity[e]) for i, p in enumerate(kg.papers) for e in sorted(held[p.id])]
    rows, columns, values = (np.array(part) for part in zip(*cells, strict=True))
    shape = (len(kg.papers), len(column))
    matrix = csr_array((values, (rows, columns)), shape=shape)
    norms = np.sqrt((matrix**2).sum(axis=1) + math.log(len(kg.papers) + 1) ** 2)
    matrix = csr_array(diags_array(1 / norms) @ matrix)
    found: dict[tuple[int, int], float] = {}
    for start in range(0, len(kg.papers), BLOCK):
        block = (matrix[start : start + BLOCK] @ matrix.T).toarray().round(3)
        for i, scores in enumerate(block, start):
            scores[i] = 0
            for j in np.argsort(-scores, kind="stable")[:PAPER_EDGES]:
                if scores[j] >= LEAST_WEIGHT:
                    found[min(i, int(j)), max(i, int(j))] = float(scores[j])
    return [(i, j, weight) for (i, j), weight in sorted(found.items())]


def entities_view(kg: KnowledgeGraph, types: Sequence[str]) -> nx.Graph[str]:
    """Entities that several papers name, tied where more papers name both than chance would have.

    `weight` is the normalised pointwise mutual information (Bouma 2009), discounted where it
    rests on few papers (Pantel and Lin 2002); `papers` counts those that name both.
    """
    entities = chosen(kg, types)
    holders = {e: set(p) for e, p in named_by(kg, entities).items() if len(set(p)) > 1}
    together: Counter[tuple[str, str]] = Counter()
    held: dict[str, list[str]] = defaultdict(list)
    for entity, papers in holders.items():
        for paper in papers:
            held[paper].append(entity)
    for named in held.values():
        together.update(combinations(sorted(named), 2))
    graph: nx.Graph[str] = nx.Graph()
    for id_ in sorted(holders):
        add_entity(graph, kg, entities[id_], len(holders[id_]))
    edges = [
        (a, b, weight)
        for (a, b), count in sorted(together.items())
        if (count > 1 or len(kg.papers) < FEW)
        and (weight := tie(count, len(holders[a]), len(holders[b]), len(kg.papers))) > 0
    ]
    for a, b, weight in strongest(edges):
        ends = kg.entity_iri(a), kg.entity_iri(b)
        graph.add_edge(*ends, weight=weight, papers=together[a, b])
    return graph


def tie(both: int, one: int, other: int, papers: int) -> float:
    """How much likelier two things stand together than by chance: at most 1, 0 for by chance."""
    share = both / papers
    if share == 1:
        return 0.0
    score = math.log(share * papers * papers / (one * other)) / -math.log(share)
    least = min(one, other)
    return round(score * both / (both + 1) * least / (least + 1), 3)


def strongest(edges: list[tuple[str, str, float]]) -> list[tuple[str, str, float]]:
    """The edges that are among the strongest few of one end and some of the other, in order."""
    of: dict[str, list[tuple[float, str, str]]] = defaultdict(list)
    for a, b, weight in edges:
        of[a].append((-weight, a, b))
        of[b].append((-weight, a, b))
    near, wide = (
        Counter((a, b) for ties in of.values() for _, a, b in sorted(ties)[:most])
        for most in (ENTITY_EDGES, HUB_EDGES)
    )
    return [edge for edge in edges if near[edge[:2]] and wide[edge[:2]] == 2]


def families_view(kg: KnowledgeGraph, types: Sequence[str]) -> nx.DiGraph[str]:
    """Trees: a family to its releases, a release to its variants; `papers` counts who names it.

    A family's `papers` are those that name it or any release, a release's those of its variants
    too. A release without a family is a root where it has variants.
    """
    entities = chosen(kg, types or ("Model",))
    above = {e.id: e.variant_of or e.family for e in entities.values()}
    above = {id_: up for id_, up in above.items() if up in entities and up != id_}
    papers: dict[str, set[str]] = defaultdict(set)
    for link in kg.links:
        papers[link.entity].add(link.paper)
    for mention in kg.mentions:
        papers[mention.variant or mention.entity].add(mention.paper)
    for id_ in sorted(above):
        for up in ancestors(id_, above):
            papers[up] |= papers[id_]
    graph: nx.DiGraph[str] = nx.DiGraph()
    inside = set(above) | set(above.values())
    for id_ in sorted(inside):
        add_entity(graph, kg, entities[id_], len(papers[id_]))
        level = "variant" if entities[id_].variant_of in entities else "release"
        family = level == "release" and any(
            above.get(e) == id_ and not entities[e].variant_of for e in above
        )
        graph.nodes[kg.entity_iri(id_)]["level"] = "family" if family else level
    for id_, up in sorted(above.items()):
        weight = graph.nodes[kg.entity_iri(id_)]["papers"]
        graph.add_edge(kg.entity_iri(up), kg.entity_iri(id_), weight=weight)
    return graph


def ancestors(id_: str, above: dict[str, str]) -> Iterator[str]:
    """What stands above an entity, nearest first; ends where it would go round."""
    seen = {id_}
    while (id_ := above.get(id_, "")) and id_ not in seen:
        seen.add(id_)
        yield id_


def matrix_view(kg: KnowledgeGraph, types: Sequence[str]) -> nx.Graph[str]:
    """Papers and the benchmarks that they name; edges with `role` and `results`, scores first.

    `weight` is 3 for what a paper introduces, 2 for what it uses, 1 for what it mentions.
    """
    entities = chosen(kg, types or ("Benchmark",))
    holders = named_by(kg, entities)
    papers = {p.id: p for p in kg.papers}
    metrics = {e.id: e.name for e in kg.entities}
    results: dict[tuple[str, str], list[str]] = defaultdict(list)
    for r in sorted(kg.results, key=lambda r: r.kind != "score"):
        if r.benchmark in holders:
            said = " ".join(filter(None, (plain(r.text), metrics.get(r.metric or "", ""))))
            results[r.paper, r.benchmark].append(said if r.kind == "score" else f"{said} {r.kind}")
    graph: nx.Graph[str] = nx.Graph()
    for id_ in sorted({p for named in holders.values() for p in named}):
        add_paper(graph, kg, papers[id_])
    for id_ in sorted(holders):
        add_entity(graph, kg, entities[id_], len(set(holders[id_])))
    for k in kg.links:
        if k.entity in holders:
            told = list(dict.fromkeys(results[k.paper, k.entity]))
            known = {"role": k.role, "results": told, "weight": len(ROLES) - ROLES.index(k.role)}
            graph.add_edge(kg.paper_iri(papers[k.paper]), kg.entity_iri(k.entity), **known)
    return graph


def timeline_view(kg: KnowledgeGraph, types: Sequence[str]) -> nx.DiGraph[str]:
    """Entities and the months in which papers name them; `weight` counts the papers.

    A month is a node `2025-04` with its number of `papers`; an entity has its `first` month. A
    paper of which no more than the year is known has no month, unless its arXiv number tells it.
    Raises PaperKGError where no paper has one.
    """
    months = {p.id: month(p) for p in kg.papers if month(p)}
    if not months:
        raise PaperKGError(
            "no paper has a date with a month, so there is no timeline; "
            "build from a source with dates, such as arXiv metadata"
        )
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name, papers in sorted(Counter(months.values()).items()):
        graph.add_node(name, name=name, type="Month", papers=papers)
    entities = chosen(kg, types)
    for id_, holders in sorted(named_by(kg, entities).items()):
        counts = Counter(months[p] for p in set(holders) if p in months)
        if counts:
            add_entity(graph, kg, entities[id_], sum(counts.values()))
            graph.nodes[kg.entity_iri(id_)]["first"] = min(counts)
        for name, papers in sorted(counts.items()):
            graph.add_edge(kg.entity_iri(id_), name, weight=papers)
    return graph


def month(paper: Paper) -> str:
    """The month in which a paper appeared, such as `2025-04`, or ""."""
    found = MONTH.match(paper.appeared)
    return found[0] if found else ""


VIEWS: dict[str, Callable[[KnowledgeGraph, Sequence[str]], nx.Graph[str]]] = {
    "papers": papers_view,
    "entities": entities_view,
    "families": families_view,
    "matrix": matrix_view,
    "timeline": timeline_view,
}
"""The views, by the name that `network_view` takes."""
