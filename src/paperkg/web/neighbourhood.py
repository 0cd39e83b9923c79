"""What stands around one thing of a graph, as a small graph of its own.

The pages of a large graph are made of these: what they show costs the same however large it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from paperkg.graph.kg import KnowledgeGraph
from paperkg.graph.read import Facts, Names, Reader
from paperkg.records import ROLES
from paperkg.web.store import Graph

__all__ = ["LISTED", "around_entity", "around_paper", "around_papers_of", "release"]

LISTED, DRAWN = 100, 300
"""So many papers of an entity at most are listed on its page, and drawn in its neighbourhood."""

NEAR = 80
"""Among so many papers that share its rarest entities a paper's nearest ones are looked for."""

RELATED = 500
"""So many things of one relation at most."""

ABOVE = ("pk:variantOf", "pk:inFamily", "pk:developedBy", "pk:basedOn", "pk:outperforms")
REPORTED = "pk:system|pk:onBenchmark|pk:byMetric|rdf:subject|rdf:object"


class Gathering:
    """Collects all that a graph says of some subjects."""

    def __init__(self, graph: Graph) -> None:
        self.source = graph
        self.names = Names()
        self.things: dict[str, Facts] = defaultdict(lambda: defaultdict(list))

    def add(self, subjects: Iterable[str]) -> None:
        """Collect what is said of these subjects, unless it is there already."""
        for subject in subjects:
            if subject in self.things:
                continue
            facts = self.things[subject]
            for quad in self.source.store.quads_for_pattern(NamedNode(subject), None, None):
                if isinstance(quad.object, NamedNode | Literal):
                    facts[self.names[quad.predicate.value]].append(quad.object)

    def below_base(self) -> list[str]:
        """The entities, papers and tasks that what was collected speaks of."""
        values = {
            term.value.partition("#")[0]
            for facts in self.things.values()
            for objects in facts.values()
            for term in objects
            if isinstance(term, NamedNode) and term.value.startswith(self.source.base)
        }
        return sorted(values)

    def graph(self) -> KnowledgeGraph:
        """What was collected, as a graph."""
        reader = Reader(self.things)
        reader.base = self.source.base
        return reader.graph()


def around_entity(graph: Graph, iri: str, alike: Iterable[str] = ()) -> KnowledgeGraph:
    """An entity, its papers, the mentions that prove them, its results and its relatives.

    `alike` are IRIs of entities of the same name.
    """
    node = NamedNode(iri)
    found = Gathering(graph)
    found.add([iri, f"{iri}#developedBy"])
    found.add(found.below_base())
    found.add(alike)
    for relation in ABOVE:
        found.add(graph.values(f"SELECT ?x {{ ?x {relation} {node} }} ORDER BY ?x LIMIT {RELATED}"))
    papers = papers_of(graph, release(graph, iri), LISTED)
    reports = graph.values(
        f"SELECT DISTINCT ?r {{ ?r {REPORTED} {node} ; pk:reportedBy [] }} "
        f"ORDER BY ?r LIMIT {RELATED}"
    )
    found.add(reports)
    for report in reports:
        named = (term.value for objects in found.things[report].values() for term in objects)
        found.add([value for value in named if value.startswith(graph.base)])
    found.add(papers)
    found.add(proof(graph, papers, f"itsrdf:taIdentRef|pk:variant {node}"))
    found.add(f"{paper}#text" for paper in papers)
    return found.graph()


def release(graph: Graph, iri: str) -> str:
    """The entity that papers are linked to: itself, or what it is a variant of."""
    node = NamedNode(iri)
    if not graph.values(f"SELECT ?p {{ ?p pk:mentions {node} }} LIMIT 1"):
        return next(iter(graph.values(f"SELECT ?r {{ {node} pk:variantOf ?r }}")), iri)
    return iri


def papers_of(graph: Graph, iri: str, limit: int) -> list[str]:
    """The papers of an entity: first those that introduce it, those that use it, the newest."""
    found: dict[str, None] = {}
    for role in ROLES:
        if len(found) < limit:
            of_role = f"?paper pk:{role} {NamedNode(iri)} . OPTIONAL {{ ?paper dcterms:issued ?d }}"
            query = f"SELECT ?paper {{ {of_role} }} ORDER BY DESC(STR(?d)) ?paper LIMIT {limit}"
            found |= dict.fromkeys(graph.values(query))
    return list(found)[:limit]


def proof(graph: Graph, papers: Iterable[str], of: str = "") -> list[str]:
    """The mentions in some papers, of one entity where that is told."""
    texts = " ".join(str(NamedNode(f"{paper}#text")) for paper in papers)
    known = f"; {of}" if of else ""
    return graph.values(
        f"SELECT DISTINCT ?m {{ VALUES ?text {{ {texts} }} "
        f"?m nif:referenceContext ?text ; a nif:Phrase {known} }}"
    )


def around_paper(graph: Graph, iri: str, counts: dict[str, int]) -> KnowledgeGraph:
    """A paper with all that it names and reports, and the papers that share its rarer entities.

    `counts` tells how many papers name an entity.
    """
    found = Gathering(graph)
    found.add([iri, *graph.fragments(iri)])
    named = found.below_base()
    found.add(named)
    rare = sorted(
        (term.value for term in found.things[iri]["pk:mentions"]),
        key=lambda e: (counts.get(e, 0), e),
    )
    near: dict[str, None] = {}
    for entity in rare:
        if len(near) < NEAR:
            near |= dict.fromkeys(papers_of(graph, entity, NEAR - len(near)))
    found.add(near)
    return found.graph()


def around_papers_of(graph: Graph, iri: str) -> KnowledgeGraph:
    """An entity, its papers and all that these name: what the explorer draws around it."""
    found = Gathering(graph)
    papers = papers_of(graph, release(graph, iri), DRAWN)
    found.add([iri, *papers])
    found.add(found.below_base())
    found.add(proof(graph, papers))
    found.add(f"{paper}#text" for paper in papers)
    found.add(found.below_base())
    return found.graph()
