"""A linked graph whose papers stay on disk: any of them at a time, or a part in memory."""

from __future__ import annotations

import gc
import heapq
import json
import math
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import tee
from typing import Any

from paperkg.engine.archive import MEMORY, Archive
from paperkg.extract.tasks import tasks_of
from paperkg.graph.kg import BASE, KnowledgeGraph
from paperkg.link import Linker, Name
from paperkg.link.accounts import Account
from paperkg.pool import batched, mapped
from paperkg.records import Document, Entity, all_types

__all__ = ["LinkedArchive", "at_rest"]

STRETCH = 1_000
"""So many papers are linked at once."""
GRAPHS: list[LinkedArchive] = []
"""The one graph that this process links the papers of."""
Kept = tuple[int, str, str]
"""A paper, by number and id, with what was decided of its names, or ""."""
Told = tuple[str, str]
"""What is decided of the names of a paper, and its account, as JSON."""


class LinkedArchive:
    """The papers of an archive, linked; the entities and what the papers come to are in memory.

    `links` are the entities of each paper, by its number, in the order of ids; `changed` are the
    numbers of the papers that say something else than when they were last linked.
    """

    def __init__(
        self, archive: Archive, linker: Linker, base: str = BASE, processes: int = 1
    ) -> None:
        self.archive, self.linker, self.base = archive, linker, base
        self.processes = 1 if linker.corrections or archive.path == MEMORY else processes
        gc.disable()  # it would look through all names again and again, and find no garbage
        for origin, names in archive.names():
            linker.note(names, origin)
        self.changed: set[int] = set()
        self.links: dict[int, tuple[str, ...]] = {}
        linker.settle(self.accounts)
        self.changed.update(self.renamed())
        gc.enable()
        self.entities: list[Entity] = linker.entities
        self.survey = linker.survey
        self.types = all_types(e.type for e in self.entities)
        ids = self.survey.tasks | {task for e in self.entities for task in e.tasks}
        self.tasks = tasks_of(ids)

    def accounts(self) -> Iterator[Account]:
        """What every paper says."""
        self.changed = set()
        rows, sent = tee(batched(self.archive.accounts(), STRETCH))
        asked = ([row[:3] for row in stretch] for stretch in sent)
        found = mapped(accounted, asked, self.processes, start_linking, self)
        for stretch, new in zip(rows, found, strict=True):
            self.changed.update(new)
            for number, told in new.items():
                self.archive.keep_account(number, *told)
            for number, id_, _, text in stretch:
                account = Account.unpacked(id_, new[number][1] if number in new else text)
                self.links[number] = tuple(sys.intern(entity) for entity, _ in account.links)
                yield account

    def accounted(self, number: int, paper: str, decided: str) -> Told | None:
        """What a paper says; None if its names mean what they did when it was last linked."""
        if decided and self.still(paper, decided):
            return None
        document, names = self.archive.one(number)
        decided = "" if self.linker.corrections else self.decided(paper, names)
        return decided, self.linker.account(document, names).packed()

    def renamed(self) -> Iterator[int]:
        """The numbers of the papers with results of which an entity had another name before."""
        names = {e.id: e.name for e in self.linker.entities}
        before: dict[str, str] = self.archive.setting("names") or {}
        other = {id_ for id_, name in before.items() if names.get(id_, name) != name}
        if other:
            for number, _, _, text in self.archive.accounts():
                if text and not other.isdisjoint(Account.unpacked("", text).reported):
                    yield number

    def decided(self, paper: str, names: Iterable[Name]) -> str:
        """What is decided of the names of a paper that the catalogue does not know."""
        found = self.linker.found
        new = [(n.key, *found[paper, n.key]) for n in names if not n.targets]
        return json.dumps(new, ensure_ascii=False)

    def still(self, paper: str, decided: str) -> bool:
        """Whether that is what is decided now; where there are corrections, it may not be."""
        found = self.linker.found
        told = ((key, tuple(led)) for key, *led in json.loads(decided))
        return not self.linker.corrections and all(found.get((paper, k)) == led for k, led in told)

    def documents(self) -> Iterator[Document]:
        """All papers, linked, by id."""
        for document, names in self.archive.named():
            yield self.linker.linked(document, names)

    def document(self, number: int) -> Document:
        """A linked paper by its number in the archive."""
        return self.linker.linked(*self.archive.one(number))

    def best_linked(self, size: int) -> list[int]:
        """The numbers of the papers with the most in common with others, as rarity in nats."""
        total, papers_of = self.survey.papers, self.survey.papers_of
        rarity = {id_: math.log(total / n) for id_, n in papers_of.items() if n > 1}

        def shared(number: int) -> float:
            return round(sum(rarity.get(entity, 0.0) for entity in self.links[number]), 6)

        return heapq.nlargest(size, self.links, key=shared)

    def kg(self, numbers: Iterable[int] | None = None) -> KnowledgeGraph:
        """The graph in memory: the whole, or some papers by their numbers and what they name."""
        if numbers is None:
            return self.graph_of(list(self.documents()), self.entities)
        documents = sorted(map(self.document, numbers), key=lambda d: d.paper.id)
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


def start_linking(graph: LinkedArchive) -> None:
    """Make this process ready to link papers."""
    GRAPHS[:] = [graph]


def accounted(rows: list[Kept]) -> dict[int, Told]:
    """What some papers say that have to be heard again, by their numbers, in whichever process."""
    found = {row[0]: GRAPHS[0].accounted(*row) for row in rows}
    return {number: told for number, told in found.items() if told}


@contextmanager
def at_rest() -> Iterator[None]:
    """Leave all that is in memory to itself: garbage collection would look through it for long."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
