"""One entity or one paper: everything the graph knows of it, and the sentences that prove it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from paperkg.explore.questions import find, similar
from paperkg.graph.kg import KnowledgeGraph
from paperkg.names import normalize
from paperkg.records import ROLES, Entity, Link, Mention, Paper, Result, Statement

__all__ = ["Shown", "proving", "show"]


@dataclass
class Shown:
    """What `show` found: a heading, facts by name, and links by role with their evidence.

    Each link is a dictionary of `name`, `iri`, `confidence`, `role_confidence`, `because`, which
    tells why the names in the text mean the entity, and `evidence`, a list of sentences with the
    mention between `«` and `»`, first the one that decides the role.
    """

    name: str
    kind: str
    iri: str
    facts: dict[str, Any] = field(default_factory=dict)
    links: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def show(kg: KnowledgeGraph, name: str) -> Shown:
    """What the graph knows of the entity or paper that a name, alias, title, id or IRI means.

    Raises PaperKGError where there is none.
    """
    found = find(kg, name)
    return show_paper(kg, found) if isinstance(found, Paper) else show_entity(kg, found)


def proving(kg: KnowledgeGraph, name: str) -> set[str]:
    """The papers, by their ids, whose evidence `show` tells for a name; raises as it does."""
    found = find(kg, name)
    if isinstance(found, Paper):
        return {found.id}
    release = release_of(kg, found)
    return {k.paper for k in kg.links if k.entity == release}


def release_of(kg: KnowledgeGraph, entity: Entity) -> str:
    """The entity that papers are linked to: itself, or what it is a variant of."""
    linked = any(k.entity == entity.id for k in kg.links)
    return entity.id if linked else entity.variant_of or entity.id


def show_entity(kg: KnowledgeGraph, entity: Entity) -> Shown:
    """An entity: names, family, variants, maker, and its papers by role."""
    names = {e.id: e.name for e in kg.entities}
    tasks = {task.id: task.name for task in kg.tasks}
    papers = {p.id: p for p in kg.papers}
    release = release_of(kg, entity)
    alike = normalize(entity.name)
    proof: dict[str, list[Mention]] = defaultdict(list)
    for mention in kg.mentions:
        if entity.id in (mention.entity, mention.variant):
            proof[mention.paper].append(mention)
    shown = Shown(entity.name, entity.type, kg.entity_iri(entity.id))
    shown.facts = {
        "also written": list(entity.aliases),
        "named in it": [f"{trait} {said}" for trait, said in entity.traits],
        "also read as": list(entity.also),
        "others of this name": sorted(
            f"{e.id} ({e.type})"
            for e in kg.entities
            if e.id != entity.id and normalize(e.name) == alike
        ),
        "variant of": names.get(entity.variant_of, ""),
        "variants": sorted(e.name for e in kg.entities if e.variant_of == entity.id),
        "family": names.get(entity.family, ""),
        "in the family": sorted(e.name for e in kg.entities if e.family == entity.id),
        "developed by": names.get(entity.maker, ""),
        "developed": sorted(e.name for e in kg.entities if e.maker == entity.id),
        "for": [tasks[task] for task in entity.tasks],
        "homepage": entity.homepage,
        "code": entity.code,
        "same as": list(entity.same_as),
    }
    for statement in kg.statements:
        told = relation(entity, statement, names, papers[statement.paper])
        for label, line in told:
            shown.facts.setdefault(label, []).append(line)
    for result in kg.results:
        if entity.id in (result.system, result.benchmark, result.metric):
            line = reported(entity, result, names, papers[result.paper])
            shown.facts.setdefault("results", []).append(line)
    for role in ROLES:
        shown.links[role] = [
            evidence(papers[k.paper].title, kg.paper_iri(papers[k.paper]), k,
                     papers[k.paper], proof[k.paper])
            for k in kg.links
            if k.entity == release and k.role == role and (proof[k.paper] or release == entity.id)
        ]  # fmt: skip
    return trimmed(shown)


def relation(
    entity: Entity, said: Statement, names: dict[str, str], paper: Paper
) -> Iterator[tuple[str, str]]:
    """What a statement says of an entity: a label, and the other one with the paper."""
    labels = {
        "basedOn": ("based on", "basis of"),
        "outperforms": ("outperforms", "outperformed by"),
        "developedBy": ("made by, as papers say", "made, as papers say"),
    }
    where = f" on {names[said.benchmark]}" if said.benchmark else ""
    for here, there, label in zip(
        (said.subject, said.target),
        (said.target, said.subject),
        labels[said.relation],
        strict=True,
    ):
        if here == entity.id:
            yield label, f"{names[there]}{where} ({paper.title})"


def reported(entity: Entity, result: Result, names: dict[str, str], paper: Paper) -> str:
    """A result on one line, without the entity that it is shown of."""
    system, benchmark, metric = (
        names[id_] if id_ and id_ != entity.id else ""
        for id_ in (result.system, result.benchmark, result.metric)
    )
    parts = [f"{result.text} ({result.kind})", metric, benchmark and f"on {benchmark}"]
    parts += [system and f"by {system}", f"({paper.title})"]
    return " ".join(filter(None, parts))


def show_paper(kg: KnowledgeGraph, paper: Paper) -> Shown:
    """A paper: what the source knows, its entities by role, and the papers nearest to it."""
    entities = {e.id: e for e in kg.entities}
    proof: dict[str, list[Mention]] = defaultdict(list)
    for mention in kg.mentions:
        if mention.paper == paper.id:
            proof[mention.entity].append(mention)
    shown = Shown(paper.title, "Paper", kg.paper_iri(paper))
    near = similar(kg, paper, limit=5)
    tasks = {task.id: task.name for task in kg.tasks}
    shown.facts = {
        "id": paper.id,
        "date": paper.date,
        "authors": list(paper.authors),
        "categories": list(paper.categories),
        "works on": [tasks[k.task] for k in kg.task_links if k.paper == paper.id],
        "page": paper.url,
        "code": paper.code,
        "other addresses": list(paper.pages),
        "abstract": paper.abstract,
        "nearest papers": [
            f"{title} ({', '.join(common)})"
            for title, common in zip(near["title"], near["shared"], strict=True)
        ],
    }
    for role in ROLES:
        shown.links[role] = [
            evidence(f"{entities[k.entity].name} ({entities[k.entity].type})",
                     kg.entity_iri(k.entity), k, paper, proof[k.entity])
            for k in kg.links
            if k.paper == paper.id and k.role == role
        ]  # fmt: skip
    return trimmed(shown)


def trimmed(shown: Shown) -> Shown:
    """The same without what is empty."""
    shown.facts = {name: value for name, value in shown.facts.items() if value}
    shown.links = {role: links for role, links in shown.links.items() if links}
    return shown


def evidence(
    name: str, iri: str, link: Link, paper: Paper, mentions: list[Mention]
) -> dict[str, Any]:
    """A link with the sentences that prove it, each once, first the one that decides its role."""
    sentences: dict[tuple[int, int], list[Mention]] = defaultdict(list)
    for mention in mentions:
        sentences[mention.sentence].append(mention)
    ordered = sorted(sentences, key=lambda span: (span != link.sentence, span))
    quoted = [marked(paper.text, span, sentences[span]) for span in ordered]
    because = {f"{m.text}: {m.reason}, {m.score:.2f}": None for m in mentions if m.reason}
    known = {"name": name, "iri": iri, "confidence": link.confidence}
    return known | {
        "role_confidence": link.role_confidence,
        "because": list(because),
        "evidence": quoted,
    }


def marked(text: str, sentence: tuple[int, int], mentions: list[Mention]) -> str:
    """A sentence on one line, with its mentions between « and »."""
    out, at = [], sentence[0]
    for m in sorted(mentions, key=lambda m: m.start):
        out += [text[at : m.start], "«", text[m.start : m.end], "»"]
        at = m.end
    return " ".join("".join([*out, text[at : sentence[1]]]).split())
