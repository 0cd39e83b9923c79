"""Questions over a graph, answered as pandas tables: what is shared, what is like what."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from itertools import combinations

import pandas as pd

from paperkg.errors import PaperKGError
from paperkg.graph.kg import KnowledgeGraph
from paperkg.names import name_key, normalize
from paperkg.records import ROLES, TYPES, Entity, Paper

__all__ = ["find", "find_paper", "shared", "shared_pairs", "similar", "stats", "type_named"]


def type_named(name: str, types: Sequence[str] = TYPES) -> str:
    """The entity type of that name in any case, plural too; raises PaperKGError."""
    for type_ in types:
        if name.lower() in {type_.lower(), type_.lower() + "s"}:
            return type_
    raise PaperKGError(f"no type is called {name}; choose one of {', '.join(types)}")


def shared(kg: KnowledgeGraph, type_: str, *, minimum: int = 2) -> pd.DataFrame:
    """Entities of a type that at least so many papers name: entity, papers, titles.

    `titles` is a list, sorted; the most shared entities come first.
    """
    by_entity: dict[str, list[str]] = defaultdict(list)
    titles = {p.id: p.title for p in kg.papers}
    for link in kg.links:
        by_entity[link.entity].append(titles[link.paper])
    rows = [
        (e.name, len(by_entity[e.id]), sorted(by_entity[e.id]), kg.entity_iri(e.id))
        for e in kg.entities
        if e.type == type_ and len(by_entity[e.id]) >= minimum
    ]
    rows.sort(key=lambda r: (-r[1], r[0].lower()))
    return pd.DataFrame(rows, columns=["entity", "papers", "titles", "iri"])


def shared_pairs(kg: KnowledgeGraph, type_: str) -> pd.DataFrame:
    """Pairs of papers that share entities of a type: paper, other, shared (a list), count."""
    types = {e.id: e for e in kg.entities}
    titles = {p.id: p.title for p in kg.papers}
    holders: dict[str, list[str]] = defaultdict(list)
    for link in kg.links:
        if types[link.entity].type == type_:
            holders[link.entity].append(link.paper)
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entity, papers in sorted(holders.items()):
        for pair in combinations(sorted(papers), 2):
            pairs[pair].append(types[entity].name)
    rows = [(titles[a], titles[b], sorted(names), len(names)) for (a, b), names in pairs.items()]
    rows.sort(key=lambda r: (-r[3], r[0], r[1]))
    return pd.DataFrame(rows, columns=["paper", "other", "shared", "count"])


def similar(kg: KnowledgeGraph, paper: Paper, *, limit: int = 10) -> pd.DataFrame:
    """The papers nearest to one: title, score, shared (a list).

    The score is the cosine of the papers' entity sets, each entity weighted by how few papers
    name it (TF-IDF after Spärck Jones 1972), so that `accuracy` ties nothing together.
    """
    held: dict[str, set[str]] = defaultdict(set)
    for link in kg.links:
        held[link.paper].add(link.entity)
    counts = Counter(entity for entities in held.values() for entity in entities)
    weight = {e: math.log(len(kg.papers) / n) + 0.01 for e, n in counts.items()}

    def norm(entities: set[str]) -> float:
        return math.sqrt(sum(weight[e] ** 2 for e in entities))

    names = {e.id: e.name for e in kg.entities}
    own = held[paper.id]
    rows = []
    for other in kg.papers:
        common = own & held[other.id]
        if other.id != paper.id and common:
            score = sum(weight[e] ** 2 for e in common) / (norm(own) * norm(held[other.id]))
            ranked = sorted(common, key=lambda e: (-weight[e], names[e]))
            rows.append((other.title, round(score, 3), [names[e] for e in ranked], other.id))
    rows.sort(key=lambda r: (-r[1], r[0]))
    return pd.DataFrame(rows[:limit], columns=["title", "score", "shared", "paper"])


def find_paper(kg: KnowledgeGraph, name: str) -> Paper:
    """The paper that a user means by a title, a part of it, an id or an IRI.

    Raises PaperKGError where there is none.
    """
    wanted = normalize(name)

    def distance(paper: Paper) -> int:
        title = normalize(paper.title)
        ids = {paper.id, paper.key, paper.key.partition(":")[2]}  # `arxiv:2401.00001` without arxiv
        if name in ids | {kg.paper_iri(paper), f"paper/{paper.key}"}:
            return 0
        if title == wanted:
            return 1
        return 2 if title.startswith(wanted) else 3 if wanted in title else 4

    best = min(kg.papers, key=distance, default=None)
    if best and wanted and distance(best) < 4:
        return best
    raise PaperKGError(f"no paper is called {name!r}; see the titles in papers.csv")


def find(kg: KnowledgeGraph, name: str) -> Entity | Paper:
    """The entity or paper that a user means by a name, title, id or IRI.

    An exact id, name or alias comes before a part of a title; among equals the one with the most
    papers. Raises PaperKGError, with the nearest names, where there is none.
    """
    path = name.removeprefix(kg.base)
    if path.startswith("paper/"):
        return find_paper(kg, name)
    links = Counter(link.entity for link in kg.links)
    keys = {normalize(name), name_key(name)}

    def distance(entity: Entity) -> int:
        if entity.id == path:
            return 0
        if normalize(entity.name) in keys:
            return 1
        return 2 if keys & set(map(normalize, entity.aliases)) else 3

    by_links = sorted(kg.entities, key=lambda e: (-links[e.id], e.id))
    best = min(by_links, key=distance, default=None)
    if best and distance(best) < 3:
        return best
    with suppress(PaperKGError):
        return find_paper(kg, name)
    raise PaperKGError(f"nothing is called {name!r}{nearest(name, by_links)}")


def nearest(name: str, entities: list[Entity]) -> str:
    """Names that begin or end like this one, for an error message."""
    key = normalize(name)
    close = [
        e.name for e in entities if key and (key in normalize(e.name) or normalize(e.name) in key)
    ]
    return f"; did you mean {', '.join(close[:5])}?" if close else "; try `paperkg stats GRAPH`"


def stats(kg: KnowledgeGraph) -> pd.DataFrame:
    """The graph's figures: for each type its entities, shared entities, links by role, mentions."""
    types = {e.id: e.type for e in kg.entities}
    degree = Counter(link.entity for link in kg.links)
    mentions = Counter(types[m.entity] for m in kg.mentions)
    roles = Counter((types[link.entity], link.role) for link in kg.links)
    rows = []
    for type_ in kg.types:
        of_type = [id_ for id_, t in types.items() if t == type_]
        used = [degree[id_] for id_ in of_type]
        by_role = [roles[type_, role] for role in ROLES]
        rows.append((type_, len(of_type), sum(n > 1 for n in used), *by_role, mentions[type_]))
    columns = ["type", "entities", "shared", *ROLES]
    return pd.DataFrame(rows, columns=[*columns, "in text"])
