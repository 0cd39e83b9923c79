"""The tables as RDF: the graph that people open, and the evidence behind it.

Both are streams of blocks, subject by subject, in an order that depends on the content alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import TypeVar

from pyoxigraph import RdfFormat, Triple, parse

from paperkg.addresses import hub_id
from paperkg.graph.evidence import (
    mention_block,
    proof_block,
    sentence_block,
    task_evidence,
    text_block,
)
from paperkg.graph.kg import KnowledgeGraph, entity_iri, paper_iri, type_iri
from paperkg.graph.turtle import Block, Fact, Terms, block, decimal, literal, n_triples, valid
from paperkg.records import TYPES, Document, Entity, Paper, Result, Statement, Task

__all__ = [
    *("entity_blocks", "evidence_blocks", "evidence_triples", "graph_blocks", "graph_triples"),
    *("numbered", "paper_blocks", "paper_evidence", "said_of", "task_blocks", "type_blocks"),
]

DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}
DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
WEB = re.compile(r"https?://\S+")
Reported = TypeVar("Reported", Result, Statement)


def graph_triples(kg: KnowledgeGraph) -> Iterator[Triple]:
    """The triples of `graph.ttl`, in their order."""
    return triples(graph_blocks(kg), Terms(kg.base, kg.types))


def evidence_triples(kg: KnowledgeGraph) -> Iterator[Triple]:
    """The triples of `evidence.ttl`, in their order."""
    return triples(evidence_blocks(kg), Terms(kg.base, kg.types))


def triples(blocks: Iterable[Block], terms: Terms) -> Iterator[Triple]:
    """The triples of blocks."""
    for lines in n_triples(blocks, terms):
        yield from (quad.triple for quad in parse(lines, format=RdfFormat.N_TRIPLES))


def graph_blocks(kg: KnowledgeGraph) -> Iterator[Block]:
    """The blocks of `graph.ttl`: a user's types, entities, papers with their links, results."""
    terms = Terms(kg.base, kg.types)
    blocks = [*type_blocks(kg.types, terms), *task_blocks(kg.tasks, terms)]
    said = said_of(kg.statements, terms)
    for entity in kg.entities:
        blocks += entity_blocks(entity, said, terms)
    for document in kg.documents():
        blocks += paper_blocks(document, terms)
    return iter(sorted(blocks, key=lambda block: block[0]))


def evidence_blocks(kg: KnowledgeGraph) -> Iterator[Block]:
    """The blocks of `evidence.ttl`: each paper's text, sentences and mentions, in NIF terms."""
    terms = Terms(kg.base, kg.types)
    for document in sorted(kg.documents(), key=lambda d: paper_iri(kg.base, d.paper)):
        yield from paper_evidence(document, terms)


def type_blocks(types: Iterable[str], terms: Terms) -> Iterator[Block]:
    """What the graph says of a user's types; the ontology says it of ours."""
    for type_ in types:
        if type_ not in TYPES:
            facts = [("a", "owl:Class"), ("rdfs:label", literal(type_))]
            yield block(type_iri(terms.base, type_), [*facts, ("rdfs:subClassOf", "pk:Entity")])


def said_of(statements: Iterable[Statement], terms: Terms) -> dict[str, list[Fact]]:
    """What papers say of entities, by the ids of these."""
    said: dict[str, list[Fact]] = defaultdict(list)
    for s in statements:
        said[s.subject].append((f"pk:{s.relation}", terms.entity(s.target)))
    return said


def entity_blocks(entity: Entity, said: Mapping[str, list[Fact]], terms: Terms) -> Iterator[Block]:
    """What the graph says of an entity, and who names its maker, where papers name one too."""
    address = entity_iri(terms.base, entity.id)
    own = said.get(entity.id, [])
    yield block(address, [*entity_facts(entity, terms), *own])
    if entity.maker and any(predicate == "pk:developedBy" for predicate, _ in own):
        yield block(
            f"{address}#developedBy",
            [
                ("a", "rdf:Statement"),
                ("rdf:subject", terms.iri(address)),
                ("rdf:predicate", "pk:developedBy"),
                ("rdf:object", terms.entity(entity.maker)),
                ("prov:hadPrimarySource", "pk:catalog"),
            ],
        )


def entity_facts(entity: Entity, terms: Terms) -> Iterator[Fact]:
    """What the graph says of an entity by itself."""
    yield "a", terms.type(entity.type)
    yield "rdfs:label", literal(entity.name)
    yield "skos:prefLabel", literal(entity.name)
    for alias in entity.aliases:
        yield "skos:altLabel", literal(alias)
    above = {
        "pk:variantOf": entity.variant_of,
        "pk:inFamily": entity.family,
        "pk:developedBy": entity.maker,
    }
    yield from ((predicate, terms.entity(id_)) for predicate, id_ in above.items() if id_)
    yield from (("schema:additionalType", terms.type(t)) for t in entity.also)
    yield from ((f"pk:{trait}", literal(said)) for trait, said in entity.traits)
    for address in entity.same_as:
        yield from web("skos:exactMatch", address, terms)
    yield from web("foaf:homepage", entity.homepage, terms)
    yield from web("pk:codeRepository", entity.code, terms)
    yield from (("pk:forTask", terms.entity(task)) for task in entity.tasks)


def task_blocks(tasks: Iterable[Task], terms: Terms) -> Iterator[Block]:
    """What the graph says of tasks."""
    for task in tasks:
        facts = [("a", "pk:Task"), ("rdfs:label", literal(task.name))]
        facts.append(("skos:prefLabel", literal(task.name)))
        facts += (("skos:altLabel", literal(alias)) for alias in task.aliases)
        if task.broader:
            facts.append(("skos:broader", terms.entity(task.broader)))
        yield block(entity_iri(terms.base, task.id), facts)


def paper_blocks(document: Document, terms: Terms) -> list[Block]:
    """What the graph says of a linked paper, its results and its statements, in order."""
    paper = document.paper
    address = paper_iri(terms.base, paper)
    facts = list(paper_facts(paper, terms))
    facts += (("pk:addresses", terms.entity(k.task)) for k in document.task_links)
    for link in document.links:
        target = terms.entity(link.entity)
        facts += (("pk:mentions", target), (f"pk:{link.role}", target))
    blocks = [block(address, facts)]
    of_paper = terms.iri(address)
    blocks += (
        block(address + node, result_facts(result, of_paper, terms))
        for result, node in numbered("result", document.results)
    )
    blocks += (
        block(address + node, statement_facts(statement, of_paper, terms))
        for statement, node in numbered("statement", document.statements)
    )
    return sorted(blocks, key=lambda block: block[0])


def paper_facts(paper: Paper, terms: Terms) -> Iterator[Fact]:
    """What the graph says of a paper, its links apart."""
    yield "a", "pk:Paper"
    yield "rdfs:label", literal(paper.title)
    yield "dcterms:title", literal(paper.title)
    yield "dcterms:identifier", literal(paper.key)
    yield from (("dcterms:creator", literal(author)) for author in paper.authors)
    yield from (("dcterms:subject", literal(category)) for category in paper.categories)
    if is_date(paper.date):
        yield "dcterms:issued", f'"{paper.date}"^^xsd:{DATES[len(paper.date)]}'
    yield from web("pk:codeRepository", paper.code, terms)
    yield from web("schema:url", paper.url, terms)
    for address in (paper.url, *paper.pages):
        yield from web("foaf:page", address, terms)
    ids = (hub_id(address) for address in (paper.code, *paper.pages))
    yield from (("pk:artifact", literal(id_)) for id_ in ids if id_)


def is_date(text: str) -> bool:
    """Whether a text is a year, month or day that there is."""
    if not DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def web(predicate: str, address: str, terms: Terms) -> Iterator[Fact]:
    """A link to a web address, or nothing where it is no valid IRI."""
    if WEB.fullmatch(address) and valid(address):
        yield predicate, terms.iri(address)


def numbered(what: str, found: Iterable[Reported]) -> Iterator[tuple[Reported, str]]:
    """Results or statements with the ends of their IRIs; those of one place go by their order."""
    for _, group in groupby(found, key=lambda r: (r.paper, r.start, r.end)):
        for order, each in enumerate(group, 1):
            more = f",{order}" if order > 1 else ""
            yield each, f"#{what}={each.start},{each.end}{more}"


def statement_facts(statement: Statement, of_paper: str, terms: Terms) -> Iterator[Fact]:
    """Who says so: a statement as a node of its own, with its paper and benchmark."""
    yield "a", "rdf:Statement"
    yield "rdf:subject", terms.entity(statement.subject)
    yield "rdf:predicate", f"pk:{statement.relation}"
    yield "rdf:object", terms.entity(statement.target)
    yield "pk:reportedBy", of_paper
    if statement.benchmark:
        yield "pk:onBenchmark", terms.entity(statement.benchmark)


def result_facts(result: Result, of_paper: str, terms: Terms) -> Iterator[Fact]:
    """What the graph says of a result."""
    yield "a", "pk:Result"
    yield "pk:reportedBy", of_paper
    yield "pk:value", decimal(result.value)
    yield "pk:kind", literal(result.kind)
    yield "pk:text", literal(result.text)
    by_name = {"pk:system": result.system, "pk:onBenchmark": result.benchmark}
    by_name["pk:byMetric"] = result.metric
    yield from ((predicate, terms.entity(id_)) for predicate, id_ in by_name.items() if id_)


def paper_evidence(document: Document, terms: Terms) -> list[Block]:
    """A linked paper's text as a NIF context, with all that is found in it, in order."""
    base = paper_iri(terms.base, document.paper)
    reported: list[tuple[Result | Statement, str]] = [
        *numbered("result", document.results),
        *numbered("statement", document.statements),
    ]
    proved = {f"{base}{node}": each.sentence for each, node in reported if each.sentence[1]}
    sentences = {m.sentence for m in document.mentions}.union(proved.values())
    mentions = (mention_block(mention, base, terms) for mention in document.mentions)
    blocks = [
        text_block(document.paper.text, base, terms),
        *(sentence_block(start, end, base) for start, end in sentences),
        *{block[0]: block for block in mentions}.values(),
        *(proof_block(node, sentence, base) for node, sentence in proved.items()),
        *task_evidence(document.task_links, base, terms),
    ]
    return sorted(blocks)
