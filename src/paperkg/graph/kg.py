"""The built graph in memory: the five tables, and the IRIs of their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from paperkg.graph.vocabulary import PK
from paperkg.records import (
    TYPES,
    Document,
    Entity,
    Link,
    Mention,
    Paper,
    Result,
    Statement,
    Task,
    TaskLink,
    all_types,
)

__all__ = ["BASE", "KnowledgeGraph", "entity_iri", "paper_iri", "type_iri"]

BASE = "https://w3id.org/paperkg/"
"""The IRI below which papers and entities stand unless a build says otherwise."""


@dataclass(frozen=True)
class KnowledgeGraph:
    """Papers, entities, the links between them, the mentions that prove them, what is reported.

    `Mention.paper`, `Result.paper` and `Link.paper` hold a `Paper.id`; `Mention.entity`,
    `Mention.variant`, `Link.entity`, `Entity.variant_of`, `Entity.family` and `Entity.maker`
    hold an `Entity.id`. A link goes to the release-level entity; `Mention.variant` names the
    more specific one. Every table is sorted by its ids. `idle` are the lines of the corrections
    that nothing in these papers answers to.
    """

    papers: tuple[Paper, ...]
    entities: tuple[Entity, ...]
    links: tuple[Link, ...]
    mentions: tuple[Mention, ...]
    results: tuple[Result, ...] = ()
    statements: tuple[Statement, ...] = ()
    tasks: tuple[Task, ...] = ()
    task_links: tuple[TaskLink, ...] = ()
    base: str = BASE
    idle: tuple[int, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """The types that the graph may hold: our own, and then a user's, sorted."""
        return all_types(e.type for e in self.entities)

    def type_iri(self, type_: str) -> str:
        """The IRI of a type: ours in the ontology, a user's below the base: `…/type/Robot`."""
        return type_iri(self.base, type_)

    def paper_iri(self, paper: Paper) -> str:
        """The IRI of a paper, made of its key: `…/paper/arxiv:1706.03762`."""
        return paper_iri(self.base, paper)

    def entity_iri(self, entity_id: str) -> str:
        """The IRI of an entity id: `…/model/llama-2`."""
        return entity_iri(self.base, entity_id)

    def documents(self) -> Iterator[Document]:
        """Each paper with all that is found in it, in the order of the papers."""
        tables: tuple[Sequence[Any], ...] = (
            *(self.mentions, self.results, self.statements, self.task_links, self.links),
        )
        of_paper: tuple[dict[str, list[Any]], ...] = tuple(defaultdict(list) for _ in tables)
        for table, records in zip(of_paper, tables, strict=True):
            for record in records:
                table[record.paper].append(record)
        for paper in self.papers:
            yield Document(paper, *(table.get(paper.id, ()) for table in of_paper))


def type_iri(base: str, type_: str) -> str:
    """The IRI of a type below a base."""
    return f"{PK}{type_}" if type_ in TYPES else f"{base}type/{type_}"


def paper_iri(base: str, paper: Paper) -> str:
    """The IRI of a paper below a base."""
    return f"{base}paper/{quote(paper.key, safe=':')}"


def entity_iri(base: str, entity_id: str) -> str:
    """The IRI of an entity or task below a base."""
    return base + entity_id
