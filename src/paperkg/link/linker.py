"""Mentions to entities: the catalogue first, then the names the papers share.

Papers are gone through one at a time, and more than once: for the names in them, which are then
decided across papers; for what these say of each entity; and whenever a linked paper is wanted.
Every mention keeps the reason for its link, and a score from 0 to 1.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from paperkg.catalog import Catalog
from paperkg.link.accounts import Account, Target
from paperkg.link.candidates import Grounder
from paperkg.link.corrections import Corrections, Settled
from paperkg.link.entities import Tally
from paperkg.link.introductions import Introductions
from paperkg.link.newcomers import Found, Newcomers, Origin
from paperkg.link.within import Name, names_in
from paperkg.records import ROLES, Document, Entity, Link, Mention, Paper, Result, Statement

__all__ = ["Linked", "Linker", "Survey", "link"]


@dataclass
class Survey:
    """What linked papers come to: how much there is of each thing, and what is said of entities.

    `papers_of` counts the papers that each entity has, `tasks` are the ids of those worked on.
    """

    papers: int = 0
    mentions: int = 0
    results: int = 0
    papers_of: Counter[str] = field(default_factory=Counter)
    tasks: set[str] = field(default_factory=set)
    statements: list[Statement] = field(default_factory=list)

    @property
    def links(self) -> int:
        """How many links there are."""
        return self.papers_of.total()

    def note(self, account: Account) -> None:
        """Note what a paper says."""
        self.papers += 1
        self.mentions += sum(n for *_, n in account.mentions)
        self.results += len(account.results)
        for entity, _ in account.links:
            self.papers_of[entity] += 1
        self.tasks.update(account.tasks)
        self.statements += (Statement(account.paper, 0, 0, *said) for said in account.statements)


class Linker:
    """Links papers one at a time, once it has seen the names of all of them.

    `note` takes the names of each paper, in any order; `settle` goes through what all papers say;
    from then on there are `entities`, `survey` and `idle`, and `linked` gives any paper with its
    links.
    """

    def __init__(self, catalog: Catalog, corrections: Corrections | None = None) -> None:
        self.catalog, self.corrections = catalog, corrections
        self.newcomers = Newcomers()
        self.found: Mapping[tuple[str, str], Found] = {}
        self.settled: Settled | None = None
        self.entities: list[Entity] = []
        self.survey = Survey()

    def note(self, names: Iterable[Name], origin: Origin) -> None:
        """Note the names of a paper."""
        self.newcomers.add(names, origin)

    def settle(self, accounts: Callable[[], Iterable[Account]]) -> None:
        """Decide what every name means, and describe the entities.

        `accounts` goes through all papers by id, with the linker's `account` of each.

        Raises PaperKGError where corrections contradict each other.
        """
        self.found = self.newcomers.resolve()
        del self.newcomers
        self.entities = self.described(accounts())
        if self.corrections:
            self.settled = self.corrections.settle(self.entities, self.catalog)
            self.entities = self.settled.entities(self.described(accounts()))

    @property
    def idle(self) -> tuple[int, ...]:
        """The lines of the corrections that nothing answers to."""
        return self.settled.idle if self.settled else ()

    def account(self, document: Document, names: Sequence[Name]) -> Account:
        """What a paper says of entities."""
        linked = self.linked(document, names)
        return Account.of(linked, self.leads(linked.mentions, names))

    def described(self, accounts: Iterable[Account]) -> list[Entity]:
        """The entities that some papers speak of, by their ids."""
        tally, told, self.survey = Tally(), Introductions(), Survey()
        for account in accounts:
            tally.note(account)
            told.note(account)
            self.survey.note(account)
        return [told.completed(entity) for entity in tally.entities(self.catalog)]

    def leads(self, mentions: Iterable[Mention], names: Iterable[Name]) -> Iterable[Target]:
        """Where the names of a paper lead, or its corrected mentions."""
        targets = [target for name in names for target in self.targets(name)]
        return self.settled.leads(mentions, targets) if self.settled else targets

    def targets(self, name: Name) -> Sequence[Target]:
        """Where each mention of a name leads."""
        if name.targets:
            return name.targets
        found = self.found[name.paper, name.key]
        target = Target(found.entity, name.stem[1], found.score, found.reason)
        return (target,) * len(name.members)

    def linked(self, document: Document, names: Iterable[Name]) -> Document:
        """A paper with its mentions, results and statements linked, and with its links."""
        mentions = [
            led(document.mentions[i], target)
            for name in names
            for i, target in zip(name.members, self.targets(name), strict=True)
        ]
        mentions.sort(key=lambda m: (m.start, m.end))
        if self.settled:
            mentions = self.settled.mentions(mentions)
        ids = {m.key: m.entity for m in mentions}
        return replace(
            document,
            mentions=mentions,
            results=link_results(document.results, ids),
            statements=link_statements(document.statements, ids),
            links=link_table(mentions),
        )


@dataclass(frozen=True)
class Linked:
    """What linking makes of mentions: the same mentions with their entities, and the tables.

    `idle` are the lines of a corrections file that nothing here answers to.
    """

    mentions: list[Mention]
    entities: list[Entity]
    links: list[Link]
    results: list[Result]
    statements: list[Statement]
    idle: tuple[int, ...] = ()


def link(
    mentions: Iterable[Mention],
    catalog: Catalog,
    results: Iterable[Result] = (),
    *,
    statements: Iterable[Statement] = (),
    papers: Iterable[Paper] = (),
    corrections: Corrections | None = None,
) -> Linked:
    """Resolve the mentions of any number of papers; the order of the papers does not matter.

    Results and statements name entities by the keys of mentions, and by their ids afterwards.
    The dates of `papers` keep a paper from meaning what only appeared after it; `corrections`
    have the last word.
    """
    grounder, linker = Grounder(catalog), Linker(catalog, corrections)
    known = {paper.id: paper for paper in papers}
    named = []
    for document in documents(mentions, results, statements, known):
        paper, names = document.paper, names_in(document.mentions, grounder)
        told = Origin(paper.key or paper.id, paper.appeared if paper.id in known else "")
        linker.note(names, told)
        named.append((document, names))
    linker.settle(lambda: (linker.account(*each) for each in named))
    linked = [linker.linked(*each) for each in named]
    return Linked(
        [m for each in linked for m in each.mentions],
        linker.entities,
        [k for each in linked for k in each.links],
        [r for each in linked for r in each.results],
        [s for each in linked for s in each.statements],
        linker.idle,
    )


def documents(
    mentions: Iterable[Mention],
    results: Iterable[Result],
    statements: Iterable[Statement],
    known: Mapping[str, Paper],
) -> Iterator[Document]:
    """Tables as documents, sorted by the ids of the papers."""
    tables: tuple[dict[str, list[Any]], ...] = tuple(defaultdict(list) for _ in range(3))
    given: tuple[Iterable[Any], ...] = mentions, results, statements
    for table, records in zip(tables, given, strict=True):
        for record in records:
            table[record.paper].append(record)
    for id_ in sorted({id_ for table in tables for id_ in table}):
        paper = known.get(id_) or Paper(id_, "", "")
        yield Document(paper, *(table.get(id_, ()) for table in tables))


def led(mention: Mention, target: Target) -> Mention:
    """The mention with where it leads, and why."""
    m, (release, _, score, reason) = mention, target
    return Mention(  # what `replace` does, in a third of the time
        *(m.paper, m.start, m.end, m.text, m.type, m.role, m.confidence, m.sentence, m.key),
        *(release, target.variant, round(score, 3), reason, m.role_confidence),
    )


def link_results(results: Iterable[Result], ids: Mapping[str, str]) -> list[Result]:
    """Results with entity ids instead of keys, by place; those that keep none go."""
    linked = [
        replace(
            r,
            system=ids.get(r.system or ""),
            benchmark=ids.get(r.benchmark or ""),
            metric=ids.get(r.metric or ""),
        )
        for r in results
    ]
    held = [r for r in linked if r.system or r.benchmark or r.metric]
    return sorted(held, key=lambda r: r.start)


def link_statements(statements: Iterable[Statement], ids: Mapping[str, str]) -> list[Statement]:
    """Statements with entity ids instead of keys, by place; about one thing they go."""
    linked = [
        replace(
            s,
            subject=ids.get(s.subject, ""),
            target=ids.get(s.target, ""),
            benchmark=ids.get(s.benchmark or ""),
        )
        for s in statements
    ]
    held = [s for s in linked if s.subject and s.target and s.subject != s.target and s.sound]
    return sorted(held, key=lambda s: (s.start, s.target))


def link_table(mentions: Iterable[Mention]) -> list[Link]:
    """One link for each release that a paper names: the strongest role, the best confidence."""
    groups: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[mention.entity].append(mention)
    return [link_of(group) for _, group in sorted(groups.items())]


def link_of(mentions: list[Mention]) -> Link:
    """The link that the mentions of one entity in one paper, in their order, make."""
    role = min((m.role for m in mentions), key=ROLES.index)
    deciding = max((m for m in mentions if m.role == role), key=lambda m: m.role_confidence)
    return Link(
        paper=deciding.paper,
        entity=deciding.entity,
        role=role,
        mentions=len(mentions),
        confidence=max(m.confidence for m in mentions),
        role_confidence=deciding.role_confidence,
        sentence=deciding.sentence,
    )
