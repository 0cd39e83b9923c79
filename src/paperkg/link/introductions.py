"""What papers tell of the things that they introduce: where these can be had, for which tasks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from urllib.parse import urlsplit

from paperkg.addresses import hub_id, is_repository
from paperkg.link.accounts import Account
from paperkg.names import normalize
from paperkg.records import Entity

__all__ = ["Introductions"]

FOR_TASKS = ("Benchmark", "Dataset")


class Introductions:
    """What the papers that introduce an entity tell of it: addresses, and tasks."""

    def __init__(self) -> None:
        self.addresses: dict[str, dict[str, None]] = defaultdict(dict)
        self.tasks: dict[str, set[str]] = defaultdict(set)

    def note(self, account: Account) -> None:
        """Note what a paper tells of what it introduces."""
        for entity, role in account.links:
            if role == "introduces":
                self.addresses[entity] |= dict.fromkeys(account.addresses)
                self.tasks[entity].update(account.tasks)

    def completed(self, entity: Entity) -> Entity:
        """The entity with code, homepage, Hub id and tasks; what the catalogue knows stays.

        An address is an entity's where its last part is the entity's name in some spelling; only
        benchmarks and datasets are for tasks.
        """
        own = [a for a in self.addresses.get(entity.id, ()) if called(a, entity)]
        entity = with_addresses(entity, own) if own else entity
        tasks = self.tasks.get(entity.id)
        if entity.type in FOR_TASKS and tasks and not entity.tasks:
            return replace(entity, tasks=tuple(sorted(tasks)))
        return entity


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
