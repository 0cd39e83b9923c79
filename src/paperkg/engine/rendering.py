"""What the files of a graph hold, some papers or entities at a time, in whichever process."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from multiprocessing import parent_process
from typing import Any, NamedTuple

from backports import zstd
from pyoxigraph import RdfFormat, parse, serialize

from paperkg.engine.linked import LinkedArchive
from paperkg.engine.written import Written
from paperkg.export.html import render
from paperkg.export.tables import (
    csv_text,
    entity_rows,
    link_rows,
    mention_lines,
    mention_rows,
    paper_rows,
    result_lines,
)
from paperkg.graph.triples import (
    entity_blocks,
    paper_blocks,
    paper_evidence,
    said_of,
    task_blocks,
    type_blocks,
)
from paperkg.graph.turtle import Block, Terms, block_text, head
from paperkg.records import Document, Entity, Task

__all__ = ["LARGE", "LINES", "Pieces", "Thing", "Work", "Writer", "done", "start_writer"]

LARGE = 50_000
"""A graph of so many papers has parts of N-Triples and Parquet too, which load in parallel."""
LINES = ("graph.ttl", "evidence.ttl", "mentions.jsonl", "results.jsonl", "papers.csv", "links.csv")
"""The files in which papers come one after the other, those in the order of paths first."""
WRITERS: list[Writer] = []
"""The one writer of this process."""
Thing = str | Task | Entity
"""A type, by its name, a task or an entity."""
Work = tuple[Any, ...]
"""The name of what a writer is to do, and what it is given for that."""


class Pieces(NamedTuple):
    """Some of each file, a piece for each paper if it is of papers, whose numbers come with it.

    `parts` are files of their own.
    """

    texts: dict[str, list[bytes]]
    parts: dict[str, bytes]
    numbers: list[int]


class Writer:
    """Renders one graph; papers that say the same as before are taken from what was written."""

    def __init__(self, graph: LinkedArchive, title: str, written: Written | None) -> None:
        self.graph, self.title, self.written = graph, title, written
        self.large = graph.survey.papers >= LARGE
        self.terms = Terms(graph.base, graph.types)
        self.tasks = {task.id: task.name for task in graph.tasks}
        self.names = {entity.id: entity.name for entity in graph.entities}
        self.said = said_of(graph.survey.statements, self.terms)
        base = graph.base
        self.renders: dict[str, Callable[[Document], str]] = {
            "graph.ttl": lambda d: self.turtle(paper_blocks(d, self.terms)),
            "evidence.ttl": lambda d: self.turtle(paper_evidence(d, self.terms)),
            "mentions.jsonl": lambda d: "".join(mention_lines(mention_rows(d.mentions, base))),
            "results.jsonl": lambda d: "".join(result_lines(d.results, self.names)),
            "papers.csv": lambda d: csv_text(paper_rows([d], self.tasks, base)),
            "links.csv": lambda d: csv_text(link_rows([d])),
        }

    def turtle(self, blocks: Iterable[Block]) -> str:
        """Blocks as Turtle."""
        return "".join(block_text(block, self.terms) for block in blocks)

    def papers(
        self, order: str, start: str, end: str | None, files: tuple[str, ...], number: int
    ) -> Pieces:
        """What some files have of the papers from one id or path to before another.

        They are the stretch of a `number`.
        """
        numbers = self.graph.archive.numbers(order, start, end)
        new = [n for n in numbers if not self.written or n in self.graph.changed]
        documents = {n: self.graph.document(n) for n in new}
        texts = {name: self.texts(name, numbers, documents) for name in files}
        parts = dict(self.parts(texts, f"{number:05}")) if self.large else {}
        return Pieces(texts, parts, numbers)

    def texts(self, name: str, numbers: list[int], new: dict[int, Document]) -> list[bytes]:
        """What each paper has in a file."""
        render = self.renders[name]
        if not self.written:
            return [render(new[n]).encode() for n in numbers]
        kept = self.written.pieces(name, [n for n in numbers if n not in new])
        return [render(new[n]).encode() if n in new else next(kept) for n in numbers]

    def parts(self, texts: dict[str, list[bytes]], name: str) -> Iterator[tuple[str, bytes]]:
        """The parts of a large graph, made of the texts of a stretch."""
        if "graph.ttl" in texts:
            document = "".join(head(self.terms)).encode() + b"".join(texts["graph.ttl"])
            quads = parse(document, RdfFormat.TURTLE)
            lines = serialize(quads, format=RdfFormat.N_TRIPLES) or b""
            yield f"graph-{name}.nt.zst", zstd.compress(lines)
        if "mentions.jsonl" in texts:
            yield f"mentions-{name}.parquet", as_parquet(texts["mentions.jsonl"])

    def things(self, things: list[Thing], number: int) -> Pieces:
        """What the graph says of some types, tasks and entities."""
        blocks = (block for thing in things for block in self.blocks(thing))
        texts = {"graph.ttl": [self.turtle(blocks).encode()]}
        parts = dict(self.parts(texts, f"things-{number:05}")) if self.large else {}
        return Pieces(texts, parts, [])

    def blocks(self, thing: Thing) -> Iterable[Block]:
        """The blocks of a type, a task or an entity."""
        if isinstance(thing, str):
            return type_blocks([thing], self.terms)
        if isinstance(thing, Task):
            return task_blocks([thing], self.terms)
        return entity_blocks(thing, self.said, self.terms)

    def rows(self, start: int, end: int) -> Pieces:
        """The rows of some entities."""
        graph = self.graph
        entities, papers = graph.entities[start:end], graph.survey.papers_of
        text = csv_text(entity_rows(entities, self.tasks, papers, graph.base))
        return Pieces({"entities.csv": [text.encode()]}, {}, [])

    def page(self, numbers: list[int] | None) -> Pieces:
        """The page of all papers, or of some by their numbers."""
        papers = self.graph.survey.papers
        page = render(self.graph.kg(numbers), title=self.title, out_of=papers)
        return Pieces({"graph.html": [page.encode()]}, {}, [])


def as_parquet(lines: list[bytes]) -> bytes:
    """The lines of `mentions.jsonl` as a table."""
    import pyarrow as pa  # not above: only large graphs need it
    import pyarrow.parquet as pq
    from pyarrow.json import ParseOptions, ReadOptions, read_json

    from paperkg.engine.columns import TABLES

    size, sink = sum(map(len, lines)) + 1, pa.BufferOutputStream()
    table = read_json(
        BytesIO(b"".join(lines)),
        ReadOptions(use_threads=False, block_size=size),
        ParseOptions(explicit_schema=pa.schema(TABLES["mentions"])),
    )
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def start_writer(graph: LinkedArchive, title: str, written: Written | None) -> None:
    """Make this process ready to render a graph."""
    WRITERS[:] = [Writer(graph, title, written)]
    if parent_process():
        gc.freeze()  # what is shared with the others stays so as long as nobody looks through it
        gc.disable()


def done(work: Work) -> Pieces:
    """What the writer of this process makes of some work."""
    name, *given = work
    pieces: Pieces = getattr(WRITERS[0], name)(*given)
    if parent_process():
        gc.collect()
    return pieces
