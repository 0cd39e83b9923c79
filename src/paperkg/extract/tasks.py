"""The tasks that a paper works on: names of a controlled vocabulary, told from those in passing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from spacy.tokens import Doc

from paperkg.catalog import all_tasks
from paperkg.extract.words import Words, words_of
from paperkg.records import Task

__all__ = ["Addressed", "addressed", "tasks_of"]

OWN = frozenset({"we", "paper", "work", "study", "article"})
PRESENTING = frozenset(
    {"propose", "proposes", "present", "presents", "introduce", "introduces", "develop", "develops"}
    | {"study", "studies", "address", "addresses", "tackle", "tackles", "investigate", "explore"}
    | {"investigates", "explores", "focus", "focuses", "examine", "examines", "consider", "design"}
)
PASSING = frozenset({"such", "like", "including", "which", "that", "using", "by", "with"})
AFTER = frozenset({"and", "in", "on", "with", "using", "by", "from", "via", "tasks", "task"})
MEANS = frozenset({"via", "with", "using", "by", "through"})
ENDS = frozenset(
    {"for", "in", "of", "on", "to", "and", ":", "toward", "towards", "improving", "from"}
)
"""What ends the words that "via" and the like speak for."""
JOINTS = frozenset({"-", "/", "–"})
MOST_WORDS = 9


class Addressed(NamedTuple):
    """A task that a document works on, by its id, and the tokens that prove it."""

    task: str
    start: int
    end: int


Surfaces = dict[str, list[tuple[tuple[str, ...], str]]]
"""Tasks by the second words of their names, an empty string for none: all the words, longest
first, and the id."""


@lru_cache(maxsize=1)
def surfaces() -> dict[str, Surfaces]:
    """The tasks by the first words, then the second ones, of their names and aliases.

    Where such a word is the last, its plural leads there too.
    """
    found: dict[str, dict[str, dict[tuple[str, ...], str]]] = {}
    for task in all_tasks().values():
        for surface in (task.name, *task.aliases):
            words = folded(surface.lower().replace("-", " ").replace("/", " ").split())
            second = words[1] if len(words) > 1 else ""
            for word in {second, f"{second}s"} if len(words) == 2 else {second}:
                below = found.setdefault(words[0], {}).setdefault(word, {})
                below.setdefault(words, task.id)
    ordered = {
        word: {second: longest_first(below) for second, below in seconds.items()}
        for word, seconds in found.items()
    }
    return {f"{word}s": seconds for word, seconds in ordered.items()} | ordered


def longest_first(names: dict[tuple[str, ...], str]) -> list[tuple[tuple[str, ...], str]]:
    """Names of tasks with their ids, the longest ones first."""
    return sorted(names.items(), key=lambda item: -len(item[0]))


def folded(words: list[str]) -> tuple[str, ...]:
    """Words, the last one without a plural ending."""
    last = words[-1] if words else ""
    plural = len(last) > 4 and last.endswith("s") and not last.endswith(("ss", "sis", "ics"))
    return (*words[:-1], last[:-1] if plural else last) if words else ()


def addressed(doc: Doc) -> Iterator[Addressed]:
    """The tasks that a document works on, by the place that proves it.

    That is one that the title names, or the abstract where it says what the paper does; broader
    ones of those found are left out, and so are whole areas that the title does not name.
    """
    words = words_of(doc)
    places: dict[str, list[tuple[int, int]]] = {}
    for task, start, end in named(words):
        places.setdefault(task, []).append((start, end))
    proofs = {task: proof(words, task, spans) for task, spans in places.items()}
    above = {wider for task in proofs if proofs[task] for wider in broader(task)}
    for task, span in proofs.items():
        if span and task not in above:
            yield Addressed(task, *span)


def proof(words: Words, task: str, spans: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The first place of a task that says that the paper works on it, or None."""
    if spans[0][0] < words.title_end:
        return None if is_means(words, spans[0][0]) else spans[0]
    if not all_tasks()[task].broader:
        return None
    return next((span for span in spans if says_own(words, *span)), None)


def is_means(words: Words, start: int) -> bool:
    """Whether a title names a task as what the paper goes by: "X via TASK", "X powered by TASK"."""
    before = words.lower[words.first[start] : start]
    return next((w in MEANS for w in reversed(before) if w in MEANS | ENDS), False)


def says_own(words: Words, start: int, end: int) -> bool:
    """Whether a sentence says of a task that the paper works on it, and not in passing.

    "We propose a method for TASK" does; "we leverage TASK models" does not.
    """
    first = words.first[start]
    before = words.lower[first:start]
    told = any(w in OWN and v in PRESENTING for w, v in pairwise(before)) or (
        before[:1] == ["this"] and not PRESENTING.isdisjoint(before[:5])
    )
    ends = words.lower[end : end + 1]
    return (
        told
        and bool({"for", "of", "on"} & set(before[-3:]))
        and PASSING.isdisjoint(before)
        and (not ends or not ends[0].isalpha() or ends[0] in AFTER)
    )


def broader(task: str) -> Iterator[str]:
    """The tasks above a task."""
    above = all_tasks()[task].broader
    while above:
        yield above
        above = all_tasks()[above].broader


def named(words: Words) -> Iterator[tuple[str, int, int]]:
    """Every task that is named, with its tokens, the longest name at each place."""
    table, lower, done = surfaces(), words.lower, 0
    followed = [*lower[1:], ""]
    for start in [i for i, w in enumerate(lower) if w in table]:
        listed, after = table[lower[start]], followed[start]
        if not (after in listed or after in JOINTS or "" in listed) or start < done:
            continue
        found = None
        if not (start and lower[start - 1] == "-"):  # `vision-language modeling`
            found = longest(words, start, listed)
        if found:
            yield found
            done = found[2]


def longest(words: Words, start: int, listed: Surfaces) -> tuple[str, int, int] | None:
    """The longest name of a task that begins at a token, of those listed, within its sentence."""
    lower, last, second = words.lower, words.last[start], start + 1
    while second < last and lower[second] in JOINTS:
        second += 1
    names = [*listed.get(lower[second], ())] if second < last else []
    names += listed.get("", ())
    if not names:
        return None
    plain = [i for i in range(start, last) if lower[i] not in JOINTS][:MOST_WORDS]
    texts = [lower[i] for i in plain]
    for name, task in names:
        if folded(texts[: len(name)]) == name:
            return task, start, plain[len(name) - 1] + 1
    return None


def tasks_of(ids: Iterable[str]) -> list[Task]:
    """The tasks of some ids, and those above them, by their ids."""
    found = set(ids)
    found |= {wider for task in found for wider in broader(task)}
    return [all_tasks()[id_] for id_ in sorted(found)]
