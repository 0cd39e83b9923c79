"""Annotated papers, read strictly: a gold file with a mistake in it measures the mistake."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from paperkg.errors import PaperKGError
from paperkg.files import open_text
from paperkg.records import ROLES, TYPES, Paper

__all__ = ["GoldMention", "GoldPaper", "GoldResult", "read_gold"]

KINDS = ("score", "gain", "speedup")
"""The kinds of reported numbers."""
NOUNS: dict[type, str] = {str: "a text", int: "a whole number", list: "a list", dict: "an object"}
UNPAIRED = re.compile("[\ud800-\udfff]")
T = TypeVar("T")
Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GoldMention:
    """An annotated span of a paper's text; `canonical` is the entity's name in all papers."""

    start: int
    end: int
    text: str
    type: str
    canonical: str
    role: str


@dataclass(frozen=True, slots=True)
class GoldResult:
    """An annotated number; system, benchmark and metric are canonical names or None."""

    start: int
    end: int
    kind: str
    system: str | None
    benchmark: str | None
    metric: str | None


@dataclass(frozen=True, slots=True)
class GoldPaper:
    """A paper with its annotations; `results` is None where its numbers are not annotated.

    `disputed` are the (start, end) of spans on which annotators disagree.
    """

    paper: Paper
    mentions: tuple[GoldMention, ...]
    disputed: tuple[tuple[int, int], ...] = ()
    results: tuple[GoldResult, ...] | None = None


class FaultError(Exception):
    """What is wrong with one line of a gold file."""


def read_gold(path: str, results: str = "") -> list[GoldPaper]:
    """The annotated papers of a JSON Lines file, one a line, gzipped or not.

    A line has `id`, `title`, `abstract`, `mentions` and perhaps `disputed` and `results`; a
    second file may give the `results` by `id`, of these papers and of others. Raises
    PaperKGError, naming file and line, at the first line that is not so.
    """
    papers: dict[str, GoldPaper] = {}
    for place, record in objects(path):
        with told_at(place):
            paper = gold_paper(record)
            if paper.paper.id in papers:
                raise FaultError(f"{paper.paper.id} is the id of an earlier paper; choose another")
            papers[paper.paper.id] = paper
    if not papers:
        raise PaperKGError(f"{path}: no paper in it; give one annotated paper a line")
    if results:
        add_results(papers, results)
    return list(papers.values())


def add_results(papers: dict[str, GoldPaper], path: str) -> None:
    """Give papers the results that a second file has for them."""
    met = False
    for place, record in objects(path):
        with told_at(place):
            id_, listed = take(record, "id", str), take(record, "results", list)
            if id_ in papers:
                paper, met = papers[id_], True
                papers[id_] = replace(paper, results=gold_results(listed, paper.paper.text))
    if not met:
        raise PaperKGError(f"{path}: none of the gold file's papers is in it; compare their ids")


def objects(path: str) -> Iterator[tuple[str, Object]]:
    """The JSON objects of a file, one a line, each with its `file:line`; blank lines count."""
    with open_text(path) as lines:
        yield from json_lines(lines, shown(path))


def shown(path: str) -> str:
    """The path as messages name it."""
    return "standard input" if path == "-" else path


def json_lines(lines: Iterable[str], name: str) -> Iterator[tuple[str, Object]]:
    """The JSON objects of lines, each with its `name:line`; blank lines count."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{name}:{number}"
        with told_at(place):
            value = json_value(line.rstrip())
            if not isinstance(value, dict):
                raise FaultError("not a JSON object; give one annotated paper a line")
            yield place, value


def json_value(text: str) -> Any:
    """The JSON value that a text is."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column" if error.lineno > 1 else "column"
        raise FaultError(f"invalid JSON: {error.msg} at {place} {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise FaultError(f"invalid JSON: {error}") from error


@contextmanager
def told_at(place: str) -> Iterator[None]:
    """Turns what is wrong with a line into a PaperKGError that names the line."""
    try:
        yield
    except FaultError as fault:
        raise PaperKGError(f"{place}: {fault}") from fault


def gold_paper(record: Object) -> GoldPaper:
    """The paper of one line."""
    id_, title, abstract = (take(record, name, str) for name in ("id", "title", "abstract"))
    paper = Paper(id_, title, abstract)
    text = paper.text
    no_half_pair(text)
    mentions = numbered(take(record, "mentions", list), "mention")
    disputed = numbered(take(record, "disputed", list, default=[]), "disputed")
    listed = take(record, "results", list) if "results" in record else None
    return GoldPaper(
        paper,
        tuple(gold_mention(each, text, what) for what, each in mentions),
        tuple(span(each, text, what) for what, each in disputed),
        None if listed is None else gold_results(listed, text),
    )


def no_half_pair(text: str) -> None:
    """Raises FaultError where a text has half a surrogate pair, which no file can be given."""
    if UNPAIRED.search(text):
        raise FaultError("half a surrogate pair in the title or the abstract; write it as UTF-8")


def gold_mention(record: Object, text: str, what: str) -> GoldMention:
    """One annotated mention in a text."""
    start, end = span(record, text, what)
    return GoldMention(
        start,
        end,
        text[start:end],
        one_of(record, "type", TYPES, what),
        take(record, "canonical", str, what),
        one_of(record, "role", ROLES, what),
    )


def gold_results(listed: list[Any], text: str) -> tuple[GoldResult, ...]:
    """The annotated results in a text."""
    return tuple(
        GoldResult(*span(each, text, what), one_of(each, "kind", KINDS, what), *whose(each, what))
        for what, each in numbered(listed, "result")
    )


def whose(record: Object, what: str) -> tuple[str | None, ...]:
    """System, benchmark and metric of a result; what is null or not there is None."""
    names = ("system", "benchmark", "metric")
    return tuple(
        None if record.get(name) is None else take(record, name, str, what) for name in names
    )


def numbered(listed: list[Any], name: str) -> Iterator[tuple[str, Object]]:
    """The objects of a list with what to call them: "mention 3"."""
    for number, each in enumerate(listed, 1):
        if not isinstance(each, dict):
            raise FaultError(f"{name} {number} is not a JSON object")
        yield f"{name} {number}", each


def span(
    record: Object, text: str, what: str, counted: str = "title, line end and abstract"
) -> tuple[int, int]:
    """The start and end of an annotation, which its own `text`, if it has one, must confirm.

    `counted` is what the user sees `text` as.
    """
    start, end = take(record, "start", int, what), take(record, "end", int, what)
    if not 0 <= start < end <= len(text):
        raise FaultError(
            f"{what}: offsets {start} to {end} lie outside the text of {len(text)} characters; "
            f"count code points in {counted}"
        )
    claimed = record.get("text", text[start:end])
    if claimed != text[start:end]:
        raise FaultError(
            f'{what}: the text at {start} to {end} is "{text[start:end]}", not "{claimed}"; '
            f"count code points in {counted}"
        )
    return start, end


def one_of(record: Object, name: str, allowed: tuple[str, ...], what: str) -> str:
    """A value that must be one of a few."""
    value = take(record, name, str, what)
    if value not in allowed:
        raise FaultError(f"{what}: no {name} is called {value}; choose one of {', '.join(allowed)}")
    return value


def take(
    record: Object, name: str, kind: type[T], what: str = "paper", *, default: T | None = None
) -> T:
    """A value of an object, which must be there unless there is a default, and of one kind."""
    value = record.get(name, default)
    if type(value) is not kind:
        wrong = f"{name} is not {NOUNS[kind]}" if name in record else f"no {name}"
        raise FaultError(f"{what}: {wrong}; give it {NOUNS[kind]}")
    return value
