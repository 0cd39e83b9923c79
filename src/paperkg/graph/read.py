"""A graph on disk back into memory: as a store to query, and as the tables it was written from."""

from __future__ import annotations

import gc
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from operator import itemgetter
from pathlib import Path
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from paperkg.addresses import addresses
from paperkg.errors import PaperKGError
from paperkg.graph.kg import BASE, KnowledgeGraph
from paperkg.graph.store import STORE
from paperkg.graph.vocabulary import NAMESPACES
from paperkg.records import (
    ROLES,
    TRAITS,
    TYPES,
    Entity,
    Link,
    Mention,
    Paper,
    Result,
    Statement,
    Task,
    TaskLink,
    all_types,
    may_be_type,
)

__all__ = ["graph_files", "open_store", "opened", "own_store", "parts_of", "read_graph"]

FORMATS = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES}
CONTEXT = NamedNode(f"{NAMESPACES['nif']}referenceContext")
REPORTED_BY = NamedNode(f"{NAMESPACES['pk']}reportedBy")
MAIN, EVIDENCE = "graph.ttl", "evidence.ttl"
PLACE = re.compile(r"#(\w+)=(\d+),(\d+)(?:,\d+)?$")
Facts = dict[str, list[NamedNode | Literal]]
Chosen = Callable[[KnowledgeGraph], Iterable[str]]
"""Chooses papers of a graph, by their ids."""


def graph_files(path: str | Path) -> tuple[Path, Path | None]:
    """The graph's file and its evidence, for a file or for a folder that `build` wrote.

    Raises PaperKGError where there is none.
    """
    main = Path(path)
    if main.is_dir():
        main = main / MAIN
    if not main.is_file():
        raise PaperKGError(f"{path}: no graph there; make one with `paperkg build SOURCE -o DIR`")
    if main.suffix not in FORMATS:
        raise PaperKGError(f"{path}: not a Turtle (.ttl) or N-Triples (.nt) file")
    evidence = main.with_name(EVIDENCE)
    return main, evidence if evidence.is_file() and main.name == MAIN else None


def own_store(path: str | Path) -> Path | None:
    """The store beside the files of a graph, unless one of these was written after it."""
    store = Path(path) / STORE
    mark = store / "CURRENT"
    if not mark.is_file():
        return None
    written = max(file.stat().st_mtime_ns for file in graph_files(path) if file)
    return store if mark.stat().st_mtime_ns >= written else None


def open_store(path: str | Path, *, evidence: bool = True) -> Store:
    """A SPARQL store of a graph, its evidence too unless that is not wanted.

    It is the one that `build --store` put beside the files, to be read only, or else in memory.
    Raises PaperKGError, naming file and place, where the graph does not parse.
    """
    main, proof = graph_files(path)
    if evidence and (own := own_store(path)):
        return opened(own)
    store = Store()
    for file in (main, proof if evidence else None):
        if file:
            store.bulk_extend(quads(file))
    if not len(store):
        raise PaperKGError(f"{main}: an empty graph; build it again")
    return store


def opened(store: Path) -> Store:
    """A store on disk, to be read; raises PaperKGError where it cannot be opened."""
    try:
        return Store.read_only(str(store))
    except (OSError, RuntimeError) as error:
        raise PaperKGError(f"{store}: {error}; remove this folder, or build again") from error


def quads(file: Path) -> Iterator[Quad]:
    """What a file says; raises PaperKGError, naming file and place, where it does not parse."""
    try:
        yield from parse(path=str(file), format=FORMATS[file.suffix])
    except (SyntaxError, ValueError, OSError) as error:
        raise PaperKGError(f"{file}: {error}; build the graph again") from error


def read_graph(path: str | Path, *, evidence: bool | Chosen = True) -> KnowledgeGraph:
    """The tables of a graph on disk; papers go by their keys.

    Without its `evidence` there are no abstracts and no mentions, and links do not count them: of
    a large graph that takes a fifth of the time and of the memory. A function chooses the papers
    whose evidence is wanted, from the graph without any. Raises PaperKGError as above.
    """
    main, proof = graph_files(path)
    with undisturbed():
        facts = facts_by_subject(quads(main))
        if proof and evidence is True:
            add_facts(facts, quads(proof))
        kg = Reader(facts).graph()
        if not proof or isinstance(evidence, bool):
            return kg
        wanted = set(evidence(kg))
        papers = {kg.paper_iri(paper) for paper in kg.papers if paper.id in wanted}
        own = own_store(path)
        if own:
            store = opened(own)
            parts = {part for paper in papers for part in parts_of(store, paper)}
            said = (store.quads_for_pattern(part, None, None) for part in parts)
            facts |= facts_by_subject(chain.from_iterable(said))
        else:
            add_facts(facts, (q for q in quads(proof) if paper_of(q) in papers))
        return Reader(facts).graph()


@contextmanager
def undisturbed() -> Iterator[None]:
    """In this block nobody looks for garbage among millions of things that all stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def paper_of(quad: Quad) -> str:
    """The IRI of the paper that a part of it belongs to."""
    subject = quad.subject
    return subject.value.partition("#")[0] if isinstance(subject, NamedNode) else ""


def parts_of(store: Store, paper: str) -> Iterator[NamedNode]:
    """The text of a paper in a store, all that stands in it, and what the paper reports."""
    text = NamedNode(f"{paper}#text")
    yield text
    for relation, whole in ((CONTEXT, text), (REPORTED_BY, NamedNode(paper))):
        for quad in store.quads_for_pattern(None, relation, whole):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject


class Names(dict[str, str]):
    """IRIs as prefixed names, each made once."""

    def __init__(self) -> None:
        self.short = {namespace: prefix for prefix, namespace in NAMESPACES.items()}

    def __missing__(self, iri: str) -> str:
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        name = self[iri] = f"{self.short.get(iri[:cut], iri[:cut])}:{iri[cut:]}"
        return name


def facts_by_subject(triples: Iterable[Quad]) -> dict[str, Facts]:
    """Triples: subject to predicate (prefixed) to objects, as written."""
    facts: dict[str, Facts] = defaultdict(lambda: defaultdict(list))
    add_facts(facts, triples)
    return facts


def add_facts(facts: dict[str, Facts], triples: Iterable[Quad]) -> None:
    """Add triples to others."""
    names, objects = Names(), (NamedNode, Literal)
    for subject, predicate, object_, _ in triples:
        if isinstance(subject, NamedNode) and isinstance(object_, objects):
            facts[subject.value][names[predicate.value]].append(object_)


class Reader:
    """Turns the facts of a graph into its tables."""

    def __init__(self, things: dict[str, Facts]) -> None:
        self.things = things
        self.kinds: dict[str, list[str]] = defaultdict(list)
        for subject in sorted(things):
            for kind in self.told(subject, "rdf:type"):
                self.kinds[kind.value].append(subject)
        papers = self.of_kind("pk:Paper")
        self.base = papers[0][: papers[0].rindex("paper/")] if papers else BASE
        self.said_makers: dict[str, set[str]] = defaultdict(set)
        for node in self.of_kind("rdf:Statement"):
            if self.text(node, "rdf:predicate").endswith("#developedBy"):
                self.said_makers[self.text(node, "rdf:subject")].add(self.text(node, "rdf:object"))
        self.paper_ids = {iri: unquote(self.path(iri)[len("paper/") :]) for iri in papers}

    def graph(self) -> KnowledgeGraph:
        """All the tables."""
        entities = [
            self.entity(type_, iri) for type_ in TYPES for iri in self.of_kind(f"pk:{type_}")
        ]
        for type_, kind in self.own_types():
            entities += (self.entity(type_, iri) for iri in self.kinds.get(kind, ()))
        return KnowledgeGraph(
            papers=tuple(sorted(map(self.paper, self.paper_ids), key=lambda p: p.id)),
            entities=tuple(sorted(entities, key=lambda e: e.id)),
            links=tuple(self.links()),
            mentions=tuple(self.mentions()),
            results=tuple(self.results()),
            statements=tuple(self.statements()),
            tasks=tuple(map(self.task, self.of_kind("pk:Task"))),
            task_links=tuple(self.task_links()),
            base=self.base,
        )

    def of_kind(self, name: str) -> list[str]:
        """The IRIs of a class, sorted."""
        prefix, _, local = name.partition(":")
        return self.kinds.get(NAMESPACES[prefix] + local, [])

    def own_types(self) -> Iterator[tuple[str, str]]:
        """A user's types with the IRIs of their classes."""
        for iri in self.of_kind("owl:Class"):
            _, _, type_ = iri.rpartition("/type/")
            above = set(self.texts(iri, "rdfs:subClassOf"))
            if may_be_type(type_) and f"{NAMESPACES['pk']}Entity" in above:
                yield type_, iri

    def path(self, iri: str) -> str:
        """An IRI below the base, without it."""
        return iri.removeprefix(self.base)

    def told(self, iri: str, name: str) -> Sequence[NamedNode | Literal]:
        """What is told by a property."""
        facts = self.things.get(iri)
        return facts.get(name, ()) if facts else ()

    def texts(self, iri: str, name: str) -> tuple[str, ...]:
        """The values of a property, sorted."""
        found = self.told(iri, name)
        return tuple(sorted(o.value for o in found)) if found else ()

    def text(self, iri: str, name: str) -> str:
        """The one value of a property, or an empty string."""
        found = self.told(iri, name)
        return min(o.value for o in found) if found else ""

    def paper(self, iri: str) -> Paper:
        """One paper; its abstract comes with the evidence."""
        title = self.text(iri, "dcterms:title")
        whole = self.text(f"{iri}#text", "nif:isString")
        return Paper(
            id=self.paper_ids[iri],
            key=self.paper_ids[iri],
            title=title,
            abstract=whole[len(title) + 1 :],
            authors=self.texts(iri, "dcterms:creator"),
            date=self.text(iri, "dcterms:issued"),
            categories=self.texts(iri, "dcterms:subject"),
            url=self.text(iri, "schema:url"),
            code=self.text(iri, "pk:codeRepository"),
            pages=self.pages(iri),
        )

    def pages(self, iri: str) -> tuple[str, ...]:
        """The web pages that a paper names, in the order of its abstract where that is known."""
        found = set(self.texts(iri, "foaf:page")) - {self.text(iri, "schema:url")}
        named = addresses(self.text(f"{iri}#text", "nif:isString"))
        return tuple(sorted(found, key=lambda a: (named.index(a) if a in named else -1, a)))

    def entity(self, type_: str, iri: str) -> Entity:
        """One entity."""
        return Entity(
            id=self.path(iri),
            type=type_,
            name=self.text(iri, "skos:prefLabel"),
            aliases=self.texts(iri, "skos:altLabel"),
            variant_of=self.path(self.text(iri, "pk:variantOf")),
            family=self.path(self.text(iri, "pk:inFamily")),
            maker=self.path(self.maker(iri)),
            same_as=self.texts(iri, "skos:exactMatch"),
            homepage=self.text(iri, "foaf:homepage"),
            also=self.other_types(iri),
            code=self.text(iri, "pk:codeRepository"),
            tasks=tuple(map(self.path, self.texts(iri, "pk:forTask"))),
            traits=tuple((t, said) for t in TRAITS for said in self.texts(iri, f"pk:{t}")),
        )

    def maker(self, iri: str) -> str:
        """The IRI of an entity's maker by the catalogue: what no paper says, or a node tells."""
        known = self.text(f"{iri}#developedBy", "rdf:object")
        said = self.said_makers.get(iri, ())
        return known or next((m for m in self.texts(iri, "pk:developedBy") if m not in said), "")

    def other_types(self, iri: str) -> tuple[str, ...]:
        """The types that papers take an entity for besides its own."""
        found = {re.split("[/#]", t)[-1] for t in self.texts(iri, "schema:additionalType")}
        return tuple(t for t in all_types(found) if t in found)

    def links(self) -> Iterator[Link]:
        """Every link, with the count and the confidence that its mentions give it."""
        proof: dict[tuple[str, str], list[Mention]] = defaultdict(list)
        for mention in self.mentions():
            proof[mention.paper, mention.entity].append(mention)
        for iri, paper in sorted(self.paper_ids.items(), key=lambda item: item[1]):
            roles = {
                o.value: role for role in reversed(ROLES) for o in self.told(iri, f"pk:{role}")
            }
            for target, role in sorted(roles.items()):
                found = proof.get((paper, self.path(target)), [])
                confidence = max((m.confidence for m in found), default=1.0)
                same = [(m.role_confidence, m.sentence) for m in found if m.role == role]
                decided = max(same, key=itemgetter(0), default=(1.0, (0, 0)))
                yield Link(paper, self.path(target), role, len(found), confidence, *decided)

    def mentions(self) -> list[Mention]:
        """Every mention, by paper and place."""
        found = [self.mention(iri) for iri in self.of_kind("nif:Phrase")]
        return sorted(found, key=lambda m: (m.paper, m.start))

    def mention(self, iri: str) -> Mention:
        """One mention."""
        paper, _, _ = iri.partition("#")
        variant = self.text(iri, "pk:variant")
        return Mention(
            paper=self.paper_ids[paper],
            start=place(iri)[0],
            end=place(iri)[1],
            text=self.text(iri, "nif:anchorOf"),
            type=re.split("[/#]", self.text(iri, "itsrdf:taClassRef"))[-1],
            role=self.text(iri, "pk:role").rpartition("#")[2],
            confidence=float(self.text(iri, "itsrdf:taConfidence")),
            sentence=place(self.text(iri, "nif:sentence")),
            entity=self.path(self.text(iri, "itsrdf:taIdentRef")),
            variant=self.path(variant) if variant else None,
            score=float(self.text(iri, "pk:linkScore") or 1),
            reason=self.text(iri, "pk:linkReason"),
            role_confidence=float(self.text(iri, "pk:roleConfidence") or 0),
        )

    def results(self) -> list[Result]:
        """Every reported result, by paper and place."""
        found = [self.result(iri) for iri in self.of_kind("pk:Result")]
        return sorted(found, key=lambda r: (r.paper, r.start))

    def result(self, iri: str) -> Result:
        """One reported result."""
        start, end = place(iri)
        return Result(
            paper=self.paper_ids[self.text(iri, "pk:reportedBy")],
            start=start,
            end=end,
            text=self.text(iri, "pk:text"),
            value=self.text(iri, "pk:value"),
            kind=self.text(iri, "pk:kind"),
            system=self.path(self.text(iri, "pk:system")) or None,
            benchmark=self.path(self.text(iri, "pk:onBenchmark")) or None,
            metric=self.path(self.text(iri, "pk:byMetric")) or None,
            sentence=self.sentence(iri),
        )

    def sentence(self, iri: str) -> tuple[int, int]:
        """The offsets of the sentence that proves something, zeros where it is not known."""
        sentence = self.text(iri, "nif:sentence")
        return place(sentence) if sentence else (0, 0)

    def task(self, iri: str) -> Task:
        """One task."""
        return Task(
            id=self.path(iri),
            name=self.text(iri, "skos:prefLabel"),
            aliases=self.texts(iri, "skos:altLabel"),
            broader=self.path(self.text(iri, "skos:broader")),
        )

    def task_links(self) -> list[TaskLink]:
        """Which papers work on which tasks, by paper and place; without evidence all at 0."""
        places = {}
        for iri in self.of_kind("nif:OffsetBasedString"):
            if "#task=" in iri:
                paper = iri.partition("#")[0]
                places[paper, self.text(iri, "itsrdf:taIdentRef")] = place(iri)
        found = [
            TaskLink(self.paper_ids[iri], self.path(task), *places.get((iri, task), (0, 0)))
            for iri in self.paper_ids
            for task in self.texts(iri, "pk:addresses")
        ]
        return sorted(found, key=lambda a: (a.paper, a.start, a.task))

    def statements(self) -> list[Statement]:
        """Every statement about two entities, by paper and place."""
        nodes = self.of_kind("rdf:Statement")
        found = [self.statement(iri) for iri in nodes if self.text(iri, "pk:reportedBy")]
        return sorted(found, key=lambda s: (s.paper, s.start, s.target))

    def statement(self, iri: str) -> Statement:
        """One statement."""
        start, end = place(iri)
        return Statement(
            paper=self.paper_ids[self.text(iri, "pk:reportedBy")],
            start=start,
            end=end,
            relation=self.text(iri, "rdf:predicate").rpartition("#")[2],
            subject=self.path(self.text(iri, "rdf:subject")),
            target=self.path(self.text(iri, "rdf:object")),
            benchmark=self.path(self.text(iri, "pk:onBenchmark")) or None,
            sentence=self.sentence(iri),
        )


def place(iri: str) -> tuple[int, int]:
    """Start and end out of an IRI's `#mention=12,17`; raises PaperKGError where it has none."""
    match = PLACE.search(iri)
    if not match:
        raise PaperKGError(f"{iri}: no offsets in this IRI; build the graph again")
    return int(match[2]), int(match[3])
