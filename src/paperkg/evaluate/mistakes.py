"""Where extraction and linking go wrong: a row a mistake, those that recur most first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import pandas as pd

from paperkg.evaluate.scores import Compared, Key, Pair, pairs_of

__all__ = ["COLUMNS", "ERRORS", "mistakes"]

ERRORS = ("missed", "wrong", "type", "span", "split", "joined")
"""The kinds of mistakes, in the order in which equally frequent ones are listed."""
COLUMNS = (
    *("error", "times", "expected", "got", "text", "read"),
    *("paper", "context", "start", "end"),
)
WORDS = 5
"""At most so many words stand on each side of a mention."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake, with the fields that `mistakes` describes."""

    error: str
    expected: str
    got: str
    text: str
    read: str
    paper: str
    context: str
    start: int
    end: int

    @property
    def kind(self) -> tuple[str, ...]:
        """What makes two mistakes the same one, made twice."""
        return self.error, self.expected, self.got, self.text, self.read


def mistakes(compared: Sequence[Compared], *, linking: bool = False) -> pd.DataFrame:
    """The mistakes in papers that `compare` has compared: one row each, the same ones together.

    Columns: `error`, `times` (how often the same mistake is made), `expected` and `got`, `text`
    (the gold mention, or what was found where there should be none), `read` (what was found),
    `paper`, `context` (a few words around, the mention between « and »), `start`, `end`.

    An error is `missed`, `wrong` (nothing should be there), `type`, or `span` (an overlapping
    mention was found); `expected` and `got` are types. With `linking` it may also be `split`, a
    name that did not lead where it does in most papers, with the two entities' ids, or `joined`,
    a name that led to an entity of another name, with the two names.
    """
    found = [m for each in compared for m in mentions_of(each)]
    if linking:
        found += linked_wrong(compared)
    times = Counter(m.kind for m in found)
    order = {each.gold.paper.id: i for i, each in enumerate(compared)}
    found.sort(
        key=lambda m: (-times[m.kind], ERRORS.index(m.error), m.kind, order[m.paper], m.start)
    )
    rows = [asdict(m) | {"times": times[m.kind]} for m in found]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def mentions_of(compared: Compared) -> Iterator[Mistake]:
    """The mistakes in a paper's mentions; one that is missed and one that is wrong may be one."""
    missed = sorted(compared.expected.keys() - compared.found.keys())
    wrong = sorted(compared.found.keys() - compared.expected.keys())
    for gold in missed:
        read = nearest(gold, wrong)
        if read:
            wrong.remove(read)
            yield mistake(compared, "type" if gold[:2] == read[:2] else "span", gold, read)
        else:
            yield mistake(compared, "missed", gold, None)
    for read in wrong:
        yield mistake(compared, "wrong", None, read)


def nearest(gold: Key, found: list[Key]) -> Key | None:
    """Of the mentions found, the one that overlaps a missed one most; the first among equals."""
    near = [key for key in found if key[0] < gold[1] and gold[0] < key[1]]
    return max(near, key=lambda key: (common(gold, key), key[2] == gold[2]), default=None)


def common(a: Key, b: Key) -> float:
    """How much two overlapping mentions share of what they cover together, up to 1."""
    return (min(a[1], b[1]) - max(a[0], b[0])) / (max(a[1], b[1]) - min(a[0], b[0]))


def mistake(compared: Compared, error: str, gold: Key | None, read: Key | None) -> Mistake:
    """A mistake in a mention: what gold has there, if anything, and what was found."""
    text, key = compared.gold.paper.text, gold or read
    assert key is not None
    return Mistake(
        error=error,
        expected=gold[2] if gold else "",
        got=read[2] if read else "",
        text=text[key[0] : key[1]],
        read=text[read[0] : read[1]] if read else "",
        paper=compared.gold.paper.id,
        context=in_context(text, key[0], key[1]),
        start=key[0],
        end=key[1],
    )


def linked_wrong(compared: Sequence[Compared]) -> Iterator[Mistake]:
    """Papers' entities that do not go where most of their name go, or go where others do."""
    pairs = [pair for each in compared for pair in pairs_of(each)]
    names = usual((p.folded, p.name) for p in pairs)
    entity_of = usual((p.folded, p.entity or "") for p in pairs)
    name_of = usual((p.entity or "", names[p.folded]) for p in pairs)
    for each in compared:
        for pair in pairs_of(each):
            entity = pair.entity or ""
            if entity_of[pair.folded] != entity:
                yield link_mistake(each, pair, "split", entity_of[pair.folded], entity)
            elif name_of[entity].lower() != pair.folded:
                yield link_mistake(each, pair, "joined", pair.name, name_of[entity])


def usual(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The second that most often goes with each first; the least in order among equals."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for first, second in pairs:
        counts[first][second] += 1
    return {first: min(c, key=lambda second: (-c[second], second)) for first, c in counts.items()}


def link_mistake(compared: Compared, pair: Pair, error: str, expected: str, got: str) -> Mistake:
    """A mistake in linking, shown at the first mention of the name that led there."""
    key = next(
        k
        for k in reversed(compared.both)
        if (compared.expected[k].canonical, compared.found[k].entity) == (pair.name, pair.entity)
    )
    found = mistake(compared, error, key, key)
    return replace(found, expected=expected, got=got)


def in_context(text: str, start: int, end: int) -> str:
    """A span between « and » with a few words on each side, on one line; … where it was cut."""
    before, after = text[:start].rsplit(None, WORDS), text[end:].split(None, WORDS)
    if len(before) > WORDS:
        before[0] = "…"
    if len(after) > WORDS:
        after[-1] = "…"
    left = " " if text[:start][-1:].isspace() else ""
    right = " " if text[end:][:1].isspace() else ""
    mention = " ".join(text[start:end].split())
    return f"{' '.join(before)}{left}«{mention}»{right}{' '.join(after)}"
