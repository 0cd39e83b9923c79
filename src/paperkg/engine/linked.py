"""A linked graph whose papers stay on disk: any of them at a time, or a part in memory."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from typing import Any

from paperkg.engine.archive import Archive
from paperkg.extract.tasks import tasks_of
from paperkg.graph.kg import BASE, KnowledgeGraph
from paperkg.link import Linker, Origin
from paperkg.records import Document, Entity, all_types

__all__ = ["LinkedArchive"]


class LinkedArchive:
    """The papers of an archive, linked; the entities and what the papers come to are in memory."""

    def __init__(self, archive: Archive, linker: Linker, base: str = BASE) -> None:
        self.archive, self.linker, self.base = archive, linker, base
        gc.disable()  # it would look through all names again and again, and find no garbage
        for paper, names in archive.names():
            linker.note(names, Origin(paper.key or paper.id, paper.appeared))
        linker.settle(archive.named)
        gc.enable()
        self.entities: list[Entity] = linker.entities
        self.survey = linker.survey
        self.types = all_types(e.type for e in self.entities)
        ids = self.survey.tasks | {task for e in self.entities for task in e.tasks}
        self.tasks = tasks_of(ids)

    def documents(
        self, order: str = "id", start: str = "", end: str | None = None
    ) -> Iterator[Document]:
        """Linked papers, by id or by the path of their IRI, from one to before another."""
        for document, names in self.archive.named(order, start, end):
            yield self.linker.linked(document, names)

    def kg(self, papers: Iterable[str] | None = None) -> KnowledgeGraph:
        """The graph in memory: the whole, or of the papers of some ids and what they name."""
        if papers is None:
            return self.graph_of(list(self.documents()), self.entities)
        documents = [self.linker.linked(*self.archive.one(id_)) for id_ in sorted(papers)]
        return self.graph_of(documents, self.named_in(documents))

    def named_in(self, documents: Iterable[Document]) -> list[Entity]:
        """The entities that papers name, and what stands above these."""
        by_id = {e.id: e for e in self.entities}
        waiting = {
            id_ for d in documents for m in d.mentions for id_ in (m.entity, m.variant) if id_
        }
        found: set[str] = set()
        while waiting:
            found |= waiting
            entities = (by_id[id_] for id_ in waiting)
            above = {id_ for e in entities for id_ in (e.variant_of, e.family, e.maker) if id_}
            waiting = above - found
        return [e for e in self.entities if e.id in found]

    def graph_of(self, documents: list[Document], entities: list[Entity]) -> KnowledgeGraph:
        """The tables of some linked papers."""

        def every(table: str) -> tuple[Any, ...]:
            return tuple(record for d in documents for record in getattr(d, table))

        tasks = {k.task for d in documents for k in d.task_links}
        return KnowledgeGraph(
            papers=tuple(d.paper for d in documents),
            entities=tuple(entities),
            links=every("links"),
            mentions=every("mentions"),
            results=every("results"),
            statements=every("statements"),
            tasks=tuple(tasks_of(tasks | {task for e in entities for task in e.tasks})),
            task_links=every("task_links"),
            base=self.base,
            idle=self.linker.idle,
        )
