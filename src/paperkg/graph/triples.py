"""The tables as RDF: the graph that people open, and the evidence behind it.

Both are streams of triples, subject by subject, in an order that depends on the content alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from itertools import groupby
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, Triple

from paperkg.addresses import hub_id
from paperkg.graph.kg import KnowledgeGraph
from paperkg.graph.vocabulary import iri
from paperkg.records import TYPES, Entity, Mention, Paper, Result, Statement, Task, TaskLink

__all__ = ["evidence_triples", "graph_triples"]

Node = NamedNode | Literal
Block = tuple[str, Iterable[tuple[str, Node]]]
DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
WEB = re.compile(r"https?://\S+")


def graph_triples(kg: KnowledgeGraph) -> Iterator[Triple]:
    """The triples of `graph.ttl`: a user's types, entities, papers with their links, results."""
    own = [t for t in kg.types if t not in TYPES]
    blocks: list[Block] = [(kg.type_iri(t), type_facts(t)) for t in own]
    said: dict[str, list[tuple[str, Node]]] = defaultdict(list)
    for s in kg.statements:
        said[s.subject].append((f"pk:{s.relation}", NamedNode(kg.entity_iri(s.target))))
    blocks += [(kg.entity_iri(e.id), [*entity_facts(kg, e), *said[e.id]]) for e in kg.entities]
    by_paper = {p: list(links) for p, links in groupby(kg.links, key=lambda k: k.paper)}
    works_on = tasks_by_paper(kg)
    for paper in kg.papers:
        facts = list(paper_facts(paper))
        tasks = (NamedNode(kg.entity_iri(k.task)) for k in works_on[paper.id])
        facts += (("pk:addresses", task) for task in tasks)
        for link in by_paper.get(paper.id, ()):
            target = NamedNode(kg.entity_iri(link.entity))
            facts += [(role, target) for role in {"pk:mentions", f"pk:{link.role}"}]
        blocks.append((kg.paper_iri(paper), facts))
    blocks += [(kg.entity_iri(t.id), task_facts(kg, t)) for t in kg.tasks]
    papers = {p.id: p for p in kg.papers}
    blocks += [result_block(kg, papers[r.paper], r, n) for r, n in numbered("result", kg.results)]
    blocks += statement_blocks(kg, papers)
    told = {s.subject for s in kg.statements if s.relation == "developedBy"}
    blocks += [maker_block(kg, e) for e in kg.entities if e.maker and e.id in told]
    yield from in_order(blocks)


def evidence_triples(kg: KnowledgeGraph) -> Iterator[Triple]:
    """The triples of `evidence.ttl`: each paper's text, sentences and mentions, in NIF terms."""
    mentions = {p: list(ms) for p, ms in groupby(kg.mentions, key=lambda m: m.paper)}
    reported: dict[str, list[tuple[Result | Statement, str]]] = defaultdict(list)
    for result, node in numbered("result", kg.results):
        reported[result.paper].append((result, node))
    for statement, node in numbered("statement", kg.statements):
        reported[statement.paper].append((statement, node))
    works_on = tasks_by_paper(kg)
    for paper in sorted(kg.papers, key=kg.paper_iri):
        found = mentions.get(paper.id, []), reported[paper.id]
        evidence = paper_evidence(kg, paper, *found)
        yield from in_order([*evidence, *task_evidence(kg, paper, works_on[paper.id])])


def tasks_by_paper(kg: KnowledgeGraph) -> dict[str, list[TaskLink]]:
    """The tasks that each paper works on, nothing for the others."""
    found: dict[str, list[TaskLink]] = defaultdict(list)
    for link in kg.task_links:
        found[link.paper].append(link)
    return found


def in_order(blocks: Iterable[Block]) -> Iterator[Triple]:
    """Triples by subject, then type first, then predicate and object."""
    for subject, facts in sorted(blocks, key=lambda b: b[0]):
        node = NamedNode(subject)
        ranked = sorted(set(facts), key=lambda f: (f[0] != "rdf:type", f[0], str(f[1])))
        for predicate, value in ranked:
            yield Triple(node, iri(predicate), value)


def type_facts(type_: str) -> list[tuple[str, Node]]:
    """What the graph says of a user's type; the ontology says it of ours."""
    return [
        ("rdf:type", iri("owl:Class")),
        ("rdfs:label", Literal(type_)),
        ("rdfs:subClassOf", iri("pk:Entity")),
    ]


def entity_facts(kg: KnowledgeGraph, entity: Entity) -> Iterator[tuple[str, Node]]:
    """What the graph says of an entity."""
    yield "rdf:type", NamedNode(kg.type_iri(entity.type))
    yield "rdfs:label", Literal(entity.name)
    yield "skos:prefLabel", Literal(entity.name)
    for alias in entity.aliases:
        yield "skos:altLabel", Literal(alias)
    above = {
        "pk:variantOf": entity.variant_of,
        "pk:inFamily": entity.family,
        "pk:developedBy": entity.maker,
    }
    for predicate, id_ in above.items():
        if id_:
            yield predicate, NamedNode(kg.entity_iri(id_))
    yield from (("schema:additionalType", NamedNode(kg.type_iri(t))) for t in entity.also)
    yield from ((f"pk:{trait}", Literal(said)) for trait, said in entity.traits)
    for address in entity.same_as:
        yield from web("skos:exactMatch", address)
    yield from web("foaf:homepage", entity.homepage)
    yield from web("pk:codeRepository", entity.code)
    yield from (("pk:forTask", NamedNode(kg.entity_iri(task))) for task in entity.tasks)


def task_facts(kg: KnowledgeGraph, task: Task) -> Iterator[tuple[str, Node]]:
    """What the graph says of a task."""
    yield "rdf:type", iri("pk:Task")
    yield "rdfs:label", Literal(task.name)
    yield "skos:prefLabel", Literal(task.name)
    yield from (("skos:altLabel", Literal(alias)) for alias in task.aliases)
    if task.broader:
        yield "skos:broader", NamedNode(kg.entity_iri(task.broader))


def paper_facts(paper: Paper) -> Iterator[tuple[str, Node]]:
    """What the graph says of a paper, its links apart."""
    yield "rdf:type", iri("pk:Paper")
    yield "rdfs:label", Literal(paper.title)
    yield "dcterms:title", Literal(paper.title)
    yield "dcterms:identifier", Literal(paper.key)
    yield from (("dcterms:creator", Literal(author)) for author in paper.authors)
    yield from (("dcterms:subject", Literal(category)) for category in paper.categories)
    if is_date(paper.date):
        yield "dcterms:issued", Literal(paper.date, datatype=iri(f"xsd:{DATES[len(paper.date)]}"))
    yield from web("pk:codeRepository", paper.code)
    yield from web("schema:url", paper.url)
    for address in (paper.url, *paper.pages):
        yield from web("foaf:page", address)
    ids = (hub_id(address) for address in (paper.code, *paper.pages))
    yield from (("pk:artifact", Literal(id_)) for id_ in ids if id_)


def is_date(text: str) -> bool:
    """Whether a text is a year, month or day that there is."""
    if not DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def web(predicate: str, address: str) -> Iterator[tuple[str, Node]]:
    """A link to a web address, or nothing where it is no valid IRI."""
    if WEB.fullmatch(address):
        with suppress(ValueError):
            yield predicate, NamedNode(address)


Reported = TypeVar("Reported", Result, Statement)


def numbered(what: str, found: Iterable[Reported]) -> Iterator[tuple[Reported, str]]:
    """Results or statements with the ends of their IRIs; those of one place go by their order."""
    for _, group in groupby(found, key=lambda r: (r.paper, r.start, r.end)):
        for order, each in enumerate(group, 1):
            more = f",{order}" if order > 1 else ""
            yield each, f"#{what}={each.start},{each.end}{more}"


def statement_blocks(kg: KnowledgeGraph, papers: dict[str, Paper]) -> Iterator[Block]:
    """Who says so: a statement as a node of its own, with its paper and benchmark."""
    for s, node in numbered("statement", kg.statements):
        paper = kg.paper_iri(papers[s.paper])
        facts: list[tuple[str, Node]] = [
            ("rdf:type", iri("rdf:Statement")),
            ("rdf:subject", NamedNode(kg.entity_iri(s.subject))),
            ("rdf:predicate", iri(f"pk:{s.relation}")),
            ("rdf:object", NamedNode(kg.entity_iri(s.target))),
            ("pk:reportedBy", NamedNode(paper)),
        ]
        if s.benchmark:
            facts.append(("pk:onBenchmark", NamedNode(kg.entity_iri(s.benchmark))))
        yield paper + node, facts


def maker_block(kg: KnowledgeGraph, entity: Entity) -> Block:
    """That the catalogue names a maker of an entity of which papers name one too."""
    subject = kg.entity_iri(entity.id)
    facts: list[tuple[str, Node]] = [
        ("rdf:type", iri("rdf:Statement")),
        ("rdf:subject", NamedNode(subject)),
        ("rdf:predicate", iri("pk:developedBy")),
        ("rdf:object", NamedNode(kg.entity_iri(entity.maker))),
        ("prov:hadPrimarySource", iri("pk:catalog")),
    ]
    return f"{subject}#developedBy", facts


def result_block(
    kg: KnowledgeGraph, paper: Paper, result: Result, node: str
) -> tuple[str, list[tuple[str, Node]]]:
    """The IRI of a result and what the graph says of it."""
    by_name = {"pk:system": result.system, "pk:onBenchmark": result.benchmark}
    by_name["pk:byMetric"] = result.metric
    facts: list[tuple[str, Node]] = [
        ("rdf:type", iri("pk:Result")),
        ("pk:reportedBy", NamedNode(kg.paper_iri(paper))),
        ("pk:value", Literal(result.value, datatype=iri("xsd:decimal"))),
        ("pk:kind", Literal(result.kind)),
        ("pk:text", Literal(result.text)),
    ]
    facts += [(p, NamedNode(kg.entity_iri(id_))) for p, id_ in by_name.items() if id_]
    return kg.paper_iri(paper) + node, facts


def paper_evidence(
    kg: KnowledgeGraph,
    paper: Paper,
    mentions: list[Mention],
    reported: list[tuple[Result | Statement, str]],
) -> Iterator[tuple[str, list[tuple[str, Node]]]]:
    """A paper's text as a NIF context, with the sentences, mentions and reports in it."""
    base = kg.paper_iri(paper)
    context = NamedNode(f"{base}#text")
    yield (
        context.value,
        [
            ("rdf:type", iri("nif:Context")),
            ("rdf:type", iri("nif:OffsetBasedString")),
            ("nif:isString", Literal(paper.text)),
            ("prov:wasDerivedFrom", NamedNode(base)),
        ],
    )
    sentences = {m.sentence for m in mentions} | {r.sentence for r, _ in reported if r.sentence[1]}
    for start, end in sorted(sentences):
        facts = [("rdf:type", iri("nif:Sentence")), *place(context, start, end)]
        yield f"{base}#sentence={start},{end}", facts
    for mention in mentions:
        facts = [*mention_facts(kg, base, mention), *place(context, mention.start, mention.end)]
        yield f"{base}#mention={mention.start},{mention.end}", facts
    for each, node in reported:
        if each.sentence[1]:
            yield f"{base}{node}", [("nif:sentence", sentence_node(base, each.sentence))]


def task_evidence(kg: KnowledgeGraph, paper: Paper, links: Iterable[TaskLink]) -> Iterator[Block]:
    """Where a paper names the tasks that it works on."""
    base = kg.paper_iri(paper)
    for link in links:
        where = place(NamedNode(f"{base}#text"), link.start, link.end)
        task = ("itsrdf:taIdentRef", NamedNode(kg.entity_iri(link.task)))
        yield f"{base}#task={link.start},{link.end}", [task, *where]


def place(context: NamedNode, start: int, end: int) -> list[tuple[str, Node]]:
    """Where a string stands in its context."""
    number = iri("xsd:nonNegativeInteger")
    return [
        ("rdf:type", iri("nif:OffsetBasedString")),
        ("nif:referenceContext", context),
        ("nif:beginIndex", Literal(str(start), datatype=number)),
        ("nif:endIndex", Literal(str(end), datatype=number)),
    ]


def mention_facts(kg: KnowledgeGraph, base: str, mention: Mention) -> Iterator[tuple[str, Node]]:
    """What the evidence says of a mention, its place apart."""
    yield "rdf:type", iri("nif:Phrase")
    yield "nif:anchorOf", Literal(mention.text)
    yield "nif:sentence", sentence_node(base, mention.sentence)
    yield "itsrdf:taClassRef", NamedNode(kg.type_iri(mention.type))
    yield "itsrdf:taIdentRef", NamedNode(kg.entity_iri(mention.entity))
    yield "itsrdf:taConfidence", decimal(mention.confidence)
    yield "pk:linkScore", decimal(mention.score)
    yield "pk:linkReason", Literal(mention.reason)
    yield "pk:role", iri(f"pk:{mention.role}")
    if mention.role_confidence:
        yield "pk:roleConfidence", decimal(mention.role_confidence)
    if mention.variant:
        yield "pk:variant", NamedNode(kg.entity_iri(mention.variant))


def sentence_node(base: str, sentence: tuple[int, int]) -> NamedNode:
    """The node of a sentence of a paper."""
    return NamedNode(f"{base}#sentence={sentence[0]},{sentence[1]}")


def decimal(number: float) -> Literal:
    """A number between 0 and 1 as a term."""
    return Literal(f"{number:.3f}", datatype=iri("xsd:decimal"))
