"""Tables for pandas and spreadsheets, and the JSON Lines that other tools read."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperkg.files import write_whole
from paperkg.graph.kg import KnowledgeGraph, entity_iri, paper_iri
from paperkg.records import Document, Entity, Mention, Result

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    *("ENTITIES", "LINKS", "PAPERS", "csv_text", "entity_rows", "frames", "link_rows"),
    *("mention_lines", "mention_rows", "paper_rows", "result_lines", "write_csv", "write_lines"),
    "write_tables",
]

PAPERS = (
    *("id", "title", "date", "authors", "categories", "url", "code", "pages", "tasks", "iri"),
    "entities",
)
ENTITIES = (
    *("id", "type", "name", "aliases", "variant_of", "family", "maker", "same_as", "homepage"),
    *("code", "also", "traits", "tasks", "iri", "papers"),
)
LINKS = (
    *("paper", "entity", "role", "mentions", "confidence", "role_confidence"),
    *("sentence_start", "sentence_end"),
)
Row = tuple[Any, ...]

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def frames(kg: KnowledgeGraph) -> dict[str, pd.DataFrame]:
    """The tables `papers`, `entities` and `links`, one row a record, sorted by id.

    Lists are joined by ` | `. `entities.papers` and `papers.entities` count the links.
    """
    import pandas as pd  # not above: a build does without it

    documents = list(kg.documents())
    tasks = {task.id: task.name for task in kg.tasks}
    counts = Counter(link.entity for link in kg.links)
    entities = entity_rows(kg.entities, tasks, counts, kg.base)
    return {
        "papers": pd.DataFrame(paper_rows(documents, tasks, kg.base), columns=PAPERS),
        "entities": pd.DataFrame(entities, columns=ENTITIES),
        "links": pd.DataFrame(link_rows(documents), columns=LINKS),
    }


def paper_rows(documents: Iterable[Document], tasks: Mapping[str, str], base: str) -> list[Row]:
    """The rows of linked papers, their columns `PAPERS`; `tasks` are names by ids."""
    return [
        (p.id, p.title, p.date, joined(p.authors), joined(p.categories), p.url, p.code,
         joined(p.pages), joined(tasks[k.task] for k in document.task_links),
         paper_iri(base, p), len(document.links))
        for document in documents for p in (document.paper,)
    ]  # fmt: skip


def link_rows(documents: Iterable[Document]) -> list[Row]:
    """The rows of the links of linked papers, their columns `LINKS`."""
    return [
        (k.paper, k.entity, k.role, k.mentions, k.confidence, k.role_confidence, *k.sentence)
        for document in documents
        for k in document.links
    ]


def entity_rows(
    entities: Iterable[Entity], tasks: Mapping[str, str], papers: Mapping[str, int], base: str
) -> list[Row]:
    """The rows of the table of entities; `tasks` are names by ids, `papers` counts the papers."""
    return [
        (e.id, e.type, e.name, joined(e.aliases), e.variant_of, e.family, e.maker,
         joined(e.same_as), e.homepage, e.code, joined(e.also),
         joined(map(": ".join, e.traits)), joined(tasks[t] for t in e.tasks),
         entity_iri(base, e.id), papers.get(e.id, 0))
        for e in entities
    ]  # fmt: skip


def joined(values: Iterable[str]) -> str:
    """Several values in one cell."""
    return " | ".join(values)


def write_tables(kg: KnowledgeGraph, folder: Path) -> None:
    """Write `papers.csv`, `entities.csv` and `links.csv` into a folder."""
    for name, frame in frames(kg).items():
        write_csv(frame, folder / f"{name}.csv")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, whole or not at all."""
    rows = frame.itertuples(index=False, name=None)
    with write_whole(path) as file:
        file.write(csv_text([tuple(frame.columns), *rows]))  # type: ignore[call-overload]


def csv_text(rows: Iterable[Row]) -> str:
    """Rows as CSV; a text cell that a spreadsheet would run has an apostrophe before it."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows(map(harmless, row) for row in rows)
    return out.getvalue()


def harmless(cell: str | float) -> str | float:
    """A cell that is no formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


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


def write_lines(lines: Iterable[str], path: Path) -> None:
    """Write lines to a file, whole or not at all."""
    with write_whole(path) as file:
        file.writelines(lines)  # type: ignore[arg-type]
