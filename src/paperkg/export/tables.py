"""Tables for pandas and spreadsheets, and the JSON Lines that other tools read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from paperkg.files import write_whole
from paperkg.graph.kg import KnowledgeGraph

__all__ = ["frames", "mention_lines", "result_lines", "write_csv", "write_tables"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def frames(kg: KnowledgeGraph) -> dict[str, pd.DataFrame]:
    """The tables `papers`, `entities` and `links`, one row a record, sorted by id.

    Lists are joined by ` | `. `entities.papers` and `papers.entities` count the links.
    """
    links = pd.DataFrame(
        [
            (k.paper, k.entity, k.role, k.mentions, k.confidence, k.role_confidence, *k.sentence)
            for k in kg.links
        ],
        columns=["paper", "entity", "role", "mentions", "confidence", "role_confidence",
                 "sentence_start", "sentence_end"],
    )  # fmt: skip
    tasks = {task.id: task.name for task in kg.tasks}
    works_on: dict[str, list[str]] = defaultdict(list)
    for link in kg.task_links:
        works_on[link.paper].append(tasks[link.task])
    papers = pd.DataFrame(
        [
            (p.id, p.title, p.date, joined(p.authors), joined(p.categories), p.url, p.code,
             joined(p.pages), joined(tuple(works_on[p.id])), kg.paper_iri(p))
            for p in kg.papers
        ],
        columns=["id", "title", "date", "authors", "categories", "url", "code", "pages", "tasks",
                 "iri"],
    )  # fmt: skip
    entities = pd.DataFrame(
        [
            (e.id, e.type, e.name, joined(e.aliases), e.variant_of, e.family, e.maker,
             joined(e.same_as), e.homepage, e.code, joined(e.also),
             joined(tuple(map(": ".join, e.traits))), joined(tuple(tasks[t] for t in e.tasks)),
             kg.entity_iri(e.id))
            for e in kg.entities
        ],
        columns=["id", "type", "name", "aliases", "variant_of", "family", "maker", "same_as",
                 "homepage", "code", "also", "traits", "tasks", "iri"],
    )  # fmt: skip
    papers["entities"] = counted(papers["id"], links["paper"])
    entities["papers"] = counted(entities["id"], links["entity"])
    return {"papers": papers, "entities": entities, "links": links}


def counted(ids: pd.Series[str], column: pd.Series[str]) -> pd.Series[int]:
    """How often each id stands in a column."""
    return ids.map(column.value_counts()).fillna(0).astype(int)


def joined(values: tuple[str, ...]) -> str:
    """Several values in one cell."""
    return " | ".join(values)


def write_tables(kg: KnowledgeGraph, folder: Path) -> None:
    """Write `papers.csv`, `entities.csv` and `links.csv` into a folder."""
    for name, frame in frames(kg).items():
        write_csv(frame, folder / f"{name}.csv")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, whole or not at all.

    A text cell that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    texts = frame.select_dtypes(include=["object", "string"]).columns
    safe = frame.assign(**{c: frame[c].map(harmless) for c in texts})
    with write_whole(path) as file:
        safe.to_csv(file, index=False, lineterminator="\n")


def harmless(text: str) -> str:
    """A cell's text, made no formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def mention_lines(kg: KnowledgeGraph) -> Iterator[str]:
    """The lines of `mentions.jsonl`, entities as IRIs."""
    for m in kg.mentions:
        yield line(
            paper=m.paper,
            start=m.start,
            end=m.end,
            text=m.text,
            type=m.type,
            role=m.role,
            entity=kg.entity_iri(m.entity) if m.entity else None,
            variant=kg.entity_iri(m.variant) if m.variant else None,
            confidence=m.confidence,
        )


def result_lines(kg: KnowledgeGraph) -> Iterator[str]:
    """The lines of `results.jsonl`, entities by name."""
    names = {e.id: e.name for e in kg.entities}
    for r in kg.results:
        yield line(
            paper=r.paper,
            start=r.start,
            end=r.end,
            text=r.text,
            value=float(r.value),
            kind=r.kind,
            system=names.get(r.system or ""),
            benchmark=names.get(r.benchmark or ""),
            metric=names.get(r.metric or ""),
        )


def line(**fields: Any) -> str:
    """One object as a line of JSON."""
    return json.dumps(fields, ensure_ascii=False) + "\n"
