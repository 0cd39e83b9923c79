"""The records that flow through PaperKG: paper, mention, result, entity, link.

Each is a frozen dataclass, and its fields are the columns of the tables of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from typing import Any, TypeVar

__all__ = [
    *("ROLES", "TRAITS", "TYPES"),
    *("Document", "Entity", "Link", "Mention", "Paper", "Result", "Statement", "Task", "TaskLink"),
    *("all_types", "may_be_type", "packed", "row", "unpacked"),
]

TYPES = ("Model", "Dataset", "Benchmark", "Organization", "Metric", "Method")
"""The entity types, in the order in which they are listed to people."""

OWN_TYPE = re.compile(r"[A-Z][A-Za-z]{1,39}")
"""What users may call a type of their own …"""

ARXIV = re.compile(r"arxiv:(\d\d)(0[1-9]|1[0-2])\.\d{4,5}")

RESERVED = frozenset({"paper", "result", "entity", "task", "type"})
"""… but for these, in any case: they have a meaning in the graph already."""

TRAITS = ("effort", "patch", "quantization", "size", "snapshot", "split", "tuning")
"""What the name of a variant may say of it, besides the release."""

ROLES = ("introduces", "uses", "mentions")
"""What a paper does with an entity, strongest first."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as its source gives it; `title` and `abstract` are plain text.

    `key` is what the paper's IRI is made of: it depends on the paper alone, never on its place
    in the source, whereas `id` is the name under which mentions refer to it. `pages` are the web
    addresses in the abstract, `code` apart.
    """

    id: str
    title: str
    abstract: str
    key: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    categories: tuple[str, ...] = ()
    url: str = ""
    code: str = ""
    source: str = ""
    pages: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Title and abstract joined by a line end: what every offset counts into."""
        return f"{self.title}\n{self.abstract}"

    @property
    def appeared(self) -> str:
        """When it appeared, as far as is known: its date, else the month in its arXiv id, or ""."""
        month = ARXIV.match(self.key or self.id)
        return self.date or (f"20{month[1]}-{month[2]}" if month else "")


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of `Paper.text` that names an entity; offsets are Unicode code points.

    `key` is the same for all mentions of one name in a paper, an acronym and its full name
    included. `role_confidence` (0 to 1) stands on the mention that decides the role of its name,
    and is 0 on the others. The linker fills `entity` and `variant` with entity ids, `score` (0 to
    1) with how surely the name means the entity, and `reason` with why; `confidence` is the
    extractor's.
    """

    paper: str
    start: int
    end: int
    text: str
    type: str
    role: str
    confidence: float
    sentence: tuple[int, int] = (0, 0)
    key: str = ""
    entity: str = ""
    variant: str | None = None
    score: float = 1.0
    reason: str = ""
    role_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """A number that a paper reports; `system`, `benchmark`, `metric` are entity ids or None.

    A number that holds on several benchmarks is as many results. `sentence` holds the offsets of
    the sentence that proves it.
    """

    paper: str
    start: int
    end: int
    text: str
    value: str
    kind: str
    system: str | None = None
    benchmark: str | None = None
    metric: str | None = None
    sentence: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a paper says of two entities: `subject` is `basedOn` or `outperforms` `target`.

    Or it is `developedBy` it, which then is an organization.

    `benchmark` is the entity id of where it holds, or None; `start` and `end` are the offsets of
    the words that say so, `sentence` those of their sentence.
    """

    paper: str
    start: int
    end: int
    relation: str
    subject: str
    target: str
    benchmark: str | None = None
    sentence: tuple[int, int] = (0, 0)

    @property
    def sound(self) -> bool:
        """Whether organizations stand where they may: as makers, and nowhere else."""
        made_by = self.target.startswith("organization/"), self.subject.startswith("organization/")
        return made_by == (self.relation == "developedBy", False)


@dataclass(frozen=True, slots=True)
class Entity:
    """A resolved thing. `id` is its path below the base IRI, such as `model/llama-2`.

    `also` are types besides its own that papers often take it for, `traits` what a variant's name
    says of it: pairs such as (`size`, `13B`). `tasks` are the ids of those that it is for.
    """

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    variant_of: str = ""
    family: str = ""
    maker: str = ""
    same_as: tuple[str, ...] = ()
    homepage: str = ""
    also: tuple[str, ...] = ()
    traits: tuple[tuple[str, str], ...] = ()
    code: str = ""
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the controlled vocabulary; `broader` is the id of the one above it, or ""."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    broader: str = ""


@dataclass(frozen=True, slots=True)
class TaskLink:
    """That a paper works on a task; the offsets are those of the name that proves it."""

    paper: str
    task: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Link:
    """What one paper does with one entity; `mentions` counts its evidence.

    `confidence` is that of its best mention, `role_confidence` that of the role, which the
    sentence at the offsets `sentence` decides.
    """

    paper: str
    entity: str
    role: str
    mentions: int
    confidence: float
    role_confidence: float = 1.0
    sentence: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Document:
    """A paper with all that is found in it; it has links once its mentions are linked."""

    paper: Paper
    mentions: Sequence[Mention] = ()
    results: Sequence[Result] = ()
    statements: Sequence[Statement] = ()
    task_links: Sequence[TaskLink] = ()
    links: Sequence[Link] = ()


def may_be_type(name: str) -> bool:
    """Whether a type may be called so: one of ours, or a user's own, in a spelling unlike ours."""
    ours = {type_.lower() for type_ in TYPES}
    own = OWN_TYPE.fullmatch(name) and name.lower() not in RESERVED | ours
    return name in TYPES or bool(own)


def all_types(found: Iterable[str]) -> tuple[str, ...]:
    """Our own types in their order, then the others among those found, sorted."""
    return (*TYPES, *sorted(set(found) - set(TYPES)))


def row(record: Paper | Mention | Result | Entity | Link) -> dict[str, Any]:
    """The record as a dictionary of its fields, in their order."""
    return asdict(record)


Record = TypeVar("Record")
ROWS = (Paper, Mention, Result, Statement, TaskLink)
TAKEN = {kind: attrgetter(*(field.name for field in fields(kind))) for kind in ROWS}
TUPLES = {
    kind: [i for i, field in enumerate(fields(kind)) if str(field.type).startswith("tuple")]
    for kind in ROWS
}
"""The places of the fields that are tuples."""


def packed(record: Any) -> tuple[Any, ...]:
    """The fields of a paper or of what is found in it as a row for JSON, in their order."""
    values: tuple[Any, ...] = TAKEN[type(record)](record)
    return values


def unpacked(kind: type[Record], values: list[Any]) -> Record:
    """The record of a row that came back from JSON, where tuples are lists; takes the row over."""
    for i in TUPLES[kind]:  # type: ignore[index]
        values[i] = tuple(values[i])
    return kind(*values)
