"""What papers tell of the things that they introduce: where these can be had, for which tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from paperkg.addresses import hub_id, is_repository
from paperkg.names import normalize
from paperkg.records import Entity, Link, Paper, TaskLink

__all__ = ["with_artifacts", "with_tasks"]

FOR_TASKS = ("Benchmark", "Dataset")


def with_artifacts(
    entities: Iterable[Entity], links: Iterable[Link], papers: Iterable[Paper]
) -> Iterator[Entity]:
    """Entities with code, homepage and Hub id, where a paper that introduces them tells.

    An address is an entity's where its last part is the entity's name in some spelling. What the
    catalogue knows stays.
    """
    pages = {p.id: [a for a in (p.code, *p.pages) if a] for p in papers}
    told: dict[str, list[str]] = defaultdict(list)
    for link in links:
        if link.role == "introduces":
            told[link.entity] += pages.get(link.paper, ())
    for entity in entities:
        own = [a for a in dict.fromkeys(told[entity.id]) if called(a, entity)]
        yield with_addresses(entity, own) if own else entity


def with_tasks(
    entities: Iterable[Entity], links: Iterable[Link], task_links: Iterable[TaskLink]
) -> Iterator[Entity]:
    """Benchmarks and datasets with the tasks that the papers that introduce them work on.

    What the catalogue knows stays.
    """
    works_on: dict[str, set[str]] = defaultdict(set)
    for each in task_links:
        works_on[each.paper].add(each.task)
    told: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.role == "introduces":
            told[link.entity] |= works_on.get(link.paper, set())
    for entity in entities:
        new = entity.type in FOR_TASKS and not entity.tasks and told[entity.id]
        yield replace(entity, tasks=tuple(sorted(told[entity.id]))) if new else entity


def called(address: str, entity: Entity) -> bool:
    """Whether the last part of an address, or its first if it has no path, is an entity's name."""
    site = urlsplit(address)
    parts = [part for part in site.path.split("/") if part] or [site.netloc.split(".")[0]]
    name = normalize(parts[-1])
    return len(name) > 1 and name in {normalize(s) for s in (entity.name, *entity.aliases)}


def with_addresses(entity: Entity, own: list[str]) -> Entity:
    """The entity with its addresses: repositories, the Hub, and pages."""
    hub = [a for a in own if hub_id(a).startswith("huggingface:") and "/spaces/" not in a]
    code = [a for a in own if is_repository(a)]
    pages = [a for a in own if a not in hub and a not in code]
    return replace(
        entity,
        code=entity.code or next(iter(code), ""),
        homepage=entity.homepage or next(iter(pages), ""),
        same_as=tuple(sorted({*entity.same_as, *hub})),
    )
