"""What the papers of a cluster say together: sums of rows, as the tables that the linker keeps."""

from __future__ import annotations

from copy import copy
from typing import NamedTuple

import pyarrow as pa

from paperkg.catalog import Catalog
from paperkg.link.corrections import Settled
from paperkg.link.entities import Tally
from paperkg.link.introductions import Introductions
from paperkg.link.linker import Survey
from paperkg.records import Entity, Statement

__all__ = ["Told", "counted", "described", "gathered", "idle_lines", "slim"]


class Told(NamedTuple):
    """What all papers say: of entities, of what they introduce, and how much there is."""

    tally: Tally
    told: Introductions
    survey: Survey
    used: set[int]


def gathered(table: pa.Table) -> Told:
    """What papers say, from the sums."""
    tally, told, survey, used = Told(Tally(), Introductions(), Survey(), set())
    leads: list[tuple[str, int, str, str]] = []
    addresses: list[tuple[str, int, str, str]] = []
    for batch in table.to_batches():
        for kind, id_, a, b, paper, at, n in zip(*(c.to_pylist() for c in batch), strict=True):
            if kind == "lead":
                leads.append((paper, at, a, b))
            elif kind == "address":
                addresses.append((paper, at, id_, a))
            elif kind in ("surface", "stem", "type", "paper"):
                seen = tally.seen[id_]
                if kind == "paper":
                    seen.papers[a] = "", n
                else:
                    getattr(seen, f"{kind}s")[a] = n
            elif kind == "for":
                told.tasks[id_].add(a)
            elif kind == "used":
                used.add(int(id_))
            else:
                note(survey, kind, id_, a, b, n)
    for _, _, release, suffix in sorted(leads):
        tally.lead([(release, suffix)])
    for _, _, id_, address in sorted(addresses):
        told.addresses[id_][address] = None
    return Told(tally, told, survey, used)


def note(survey: Survey, kind: str, id_: str, a: str, b: str, n: int) -> None:
    """Note one sum in a survey."""
    if kind == "link":
        survey.papers_of[id_] = n
    elif kind == "task":
        survey.tasks.add(id_)
    elif kind == "said":
        survey.statements.append(Statement("", 0, 0, a, id_, b))
    else:
        setattr(survey, kind, n)


def described(told: Told, catalog: Catalog) -> list[Entity]:
    """The entities that papers name."""
    return [told.told.completed(entity) for entity in told.tally.entities(catalog)]


def slim(settled: Settled) -> Settled:
    """Corrections without the names of all entities, fit to be sent to all partitions."""
    small = copy(settled)
    small.types, small.by_name, small.used = {}, {}, set()
    del small.catalog
    return small


def idle_lines(settled: Settled | None, used: set[int]) -> tuple[int, ...]:
    """The lines of the corrections that nothing answers to."""
    return tuple(line for line in settled.idle if line not in used) if settled else ()


def counted(survey: Survey, entities: int, rejected: int) -> dict[str, int]:
    """How much there is of each thing."""
    return {
        "papers": survey.papers,
        "entities": entities,
        "links": survey.links,
        "mentions": survey.mentions,
        "rejected": rejected,
    }
