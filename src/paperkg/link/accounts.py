"""Where the mentions of a paper lead, and what it says then of entities: how these are described.

What a paper says is fit to be kept, so that it need not be linked again to be heard.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from paperkg.names import slug
from paperkg.records import Document

__all__ = ["Account", "Target"]


class Target(NamedTuple):
    """Where a mention leads: to a release, by its id, and perhaps to a variant of it.

    `score` (0 to 1) and `reason` say how surely, and why.
    """

    release: str
    suffix: str = ""
    score: float = 1.0
    reason: str = ""

    @property
    def variant(self) -> str | None:
        """The id of the variant, or None."""
        return f"{self.release}/{slug(self.suffix)}" if self.suffix else None


class Account(NamedTuple):
    """What a paper, by its id, says of entities, by theirs.

    `mentions` are entity, variant or None, type and spelling, with how often that stands there;
    `leads` release and suffix of each target; `links` entity and role; `addresses` those of the
    paper if it introduces anything; `results` system, benchmark and metric, or None; `statements`
    relation, subject and target.
    """

    paper: str
    mentions: Sequence[tuple[str, str | None, str, str, int]] = ()
    leads: Sequence[tuple[str, str]] = ()
    links: Sequence[tuple[str, str]] = ()
    tasks: Sequence[str] = ()
    addresses: Sequence[str] = ()
    results: Sequence[tuple[str | None, str | None, str | None]] = ()
    statements: Sequence[tuple[str, str, str]] = ()

    @classmethod
    def of(cls, linked: Document, targets: Iterable[Target]) -> Account:
        """What a linked paper says, whose names lead to some targets."""
        paper = linked.paper
        counts = Counter((m.entity, m.variant, m.type, m.text) for m in linked.mentions)
        new = any(link.role == "introduces" for link in linked.links)
        return cls(
            paper.id,
            [(*said, n) for said, n in counts.items()],
            list(dict.fromkeys((t.release, t.suffix) for t in targets)),
            [(link.entity, link.role) for link in linked.links],
            [link.task for link in linked.task_links],
            [a for a in (paper.code, *paper.pages) if a] if new else [],
            [(r.system, r.benchmark, r.metric) for r in linked.results],
            [(s.relation, s.subject, s.target) for s in linked.statements],
        )

    @property
    def reported(self) -> set[str | None]:
        """The entities that its results name, and None where one does not name all three."""
        return {entity for names in self.results for entity in names}

    @classmethod
    def unpacked(cls, paper: str, text: str) -> Account:
        """What `packed` gave."""
        return cls(paper, *json.loads(text))

    def packed(self) -> str:
        """All but the paper as JSON."""
        return json.dumps(self[1:], ensure_ascii=False)
