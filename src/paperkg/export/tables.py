"""Tables for pandas and spreadsheets, and the JSON Lines that other tools read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from paperkg.files import write_whole
from paperkg.graph.kg import KnowledgeGraph, entity_iri, paper_iri
from paperkg.records import Document, Entity, Mention, Result

__all__ = [
    *("csv_text", "entity_frame", "frames", "link_frame", "mention_lines"),
    *("mention_rows", "paper_frame", "result_lines", "write_csv", "write_tables"),
]

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def frames(kg: KnowledgeGraph) -> dict[str, pd.DataFrame]:
    """The tables `papers`, `entities` and `links`, one row a record, sorted by id.

    Lists are joined by ` | `. `entities.papers` and `papers.entities` count the links.
    """
    documents = list(kg.documents())
    tasks = {task.id: task.name for task in kg.tasks}
    papers = Counter(link.entity for link in kg.links)
    return {
        "papers": paper_frame(documents, tasks, kg.base),
        "entities": entity_frame(kg.entities, tasks, papers, kg.base),
        "links": link_frame(documents),
    }


def paper_frame(documents: Iterable[Document], tasks: Mapping[str, str], base: str) -> pd.DataFrame:
    """The table of linked papers; `tasks` are names by ids."""
    return pd.DataFrame(
        [
            (p.id, p.title, p.date, joined(p.authors), joined(p.categories), p.url, p.code,
             joined(p.pages), joined(tasks[k.task] for k in document.task_links),
             paper_iri(base, p), len(document.links))
            for document in documents for p in (document.paper,)
        ],
        columns=["id", "title", "date", "authors", "categories", "url", "code", "pages", "tasks",
                 "iri", "entities"],
    )  # fmt: skip


def link_frame(documents: Iterable[Document]) -> pd.DataFrame:
    """The table of the links of linked papers."""
    return pd.DataFrame(
        [
            (k.paper, k.entity, k.role, k.mentions, k.confidence, k.role_confidence, *k.sentence)
            for document in documents for k in document.links
        ],
        columns=["paper", "entity", "role", "mentions", "confidence", "role_confidence",
                 "sentence_start", "sentence_end"],
    )  # fmt: skip


def entity_frame(
    entities: Iterable[Entity], tasks: Mapping[str, str], papers: Mapping[str, int], base: str
) -> pd.DataFrame:
    """The table of entities; `tasks` are names by ids, `papers` counts the papers of each."""
    return pd.DataFrame(
        [
            (e.id, e.type, e.name, joined(e.aliases), e.variant_of, e.family, e.maker,
             joined(e.same_as), e.homepage, e.code, joined(e.also),
             joined(map(": ".join, e.traits)), joined(tasks[t] for t in e.tasks),
             entity_iri(base, e.id), papers.get(e.id, 0))
            for e in entities
        ],
        columns=["id", "type", "name", "aliases", "variant_of", "family", "maker", "same_as",
                 "homepage", "code", "also", "traits", "tasks", "iri", "papers"],
    )  # fmt: skip


def joined(values: Iterable[str]) -> str:
    """Several values in one cell."""
    return " | ".join(values)


def write_tables(kg: KnowledgeGraph, folder: Path) -> None:
    """Write `papers.csv`, `entities.csv` and `links.csv` into a folder."""
    for name, frame in frames(kg).items():
        write_csv(frame, folder / f"{name}.csv")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, whole or not at all."""
    with write_whole(path) as file:
        file.write(csv_text(frame))  # type: ignore[call-overload]


def csv_text(frame: pd.DataFrame, *, header: bool = True) -> str:
    """A table as CSV; a text cell that a spreadsheet would run has an apostrophe before it."""
    texts = frame.select_dtypes(include=["object", "string"]).columns
    safe = frame.assign(**{c: frame[c].map(harmless) for c in texts})
    return str(safe.to_csv(index=False, header=header, lineterminator="\n"))


def harmless(text: str) -> str:
    """A cell's text, made no formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def mention_rows(mentions: Iterable[Mention], base: str) -> list[dict[str, Any]]:
    """The objects of `mentions.jsonl`, entities as IRIs."""
    return [
        {
            "paper": m.paper,
            "start": m.start,
            "end": m.end,
            "text": m.text,
            "type": m.type,
            "role": m.role,
            "entity": entity_iri(base, m.entity) if m.entity else None,
            "variant": entity_iri(base, m.variant) if m.variant else None,
            "confidence": m.confidence,
        }
        for m in mentions
    ]


def mention_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The lines of `mentions.jsonl`."""
    return (line(**row) for row in rows)


def result_lines(results: Iterable[Result], names: Mapping[str, str]) -> Iterator[str]:
    """The lines of `results.jsonl`, entities by name; `names` has these by id."""
    for r in results:
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
