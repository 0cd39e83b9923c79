"""What the files of a graph hold, some papers or entities at a time, in whichever process."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from io import BytesIO
from multiprocessing import parent_process
from typing import Any, NamedTuple

from backports import zstd
from pyoxigraph import RdfFormat, parse, serialize

from paperkg.engine.linked import LinkedArchive
from paperkg.engine.written import Written, woven
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

__all__ = ["LARGE", "LINES", "Part", "Pieces", "Thing", "Work", "Writer", "done", "start_writer"]

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


class Part(NamedTuple):
    """A file of its own, with a digest of what it is made of; without `data` it is as it was."""

    name: str
    source: bytes
    data: bytes | None


@dataclass
class Pieces:
    """Some of each file by its name: what is no paper's, or what papers have in it by `numbers`.

    Of `papers` that say the same as before there is nothing: they have what was written.
    """

    texts: dict[str, bytes]
    parts: Iterable[Part] = ()
    numbers: list[int] = field(default_factory=list)
    papers: dict[str, dict[int, bytes]] = field(default_factory=dict)


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
        papers = {
            name: {n: self.renders[name](d).encode() for n, d in documents.items()}
            for name in files
        }
        parts = list(self.paper_parts(numbers, papers, number)) if self.large else []
        return Pieces({}, parts, numbers, papers)

    def paper_parts(
        self, numbers: list[int], papers: dict[str, dict[int, bytes]], number: int
    ) -> Iterator[Part]:
        """The parts of a stretch of papers."""
        forms = {
            "graph.ttl": (f"graph-{number:05}.nt.zst", self.as_lines),
            "mentions.jsonl": (f"mentions-{number:05}.parquet", as_parquet),
        }
        for file, (name, form) in forms.items():
            if file in papers:
                runs = woven(file, numbers, papers[file], self.written)
                yield self.part(name, b"".join(data for *_, data in runs), form)

    def part(self, name: str, text: bytes, form: Callable[[bytes], bytes]) -> Part:
        """A part with some text in another form, if it is not there already."""
        source = blake2b(text, digest_size=16).digest()
        kept = self.written and self.written.parts.get(name) == source
        return Part(name, source, None if kept else form(text))

    def as_lines(self, text: bytes) -> bytes:
        """Some blocks of `graph.ttl` as N-Triples, compressed."""
        quads = parse("".join(head(self.terms)).encode() + text, RdfFormat.TURTLE)
        return zstd.compress(serialize(quads, format=RdfFormat.N_TRIPLES) or b"")

    def things(self, things: list[Thing], number: int) -> Pieces:
        """What the graph says of some types, tasks and entities."""
        blocks = (block for thing in things for block in self.blocks(thing))
        text = self.turtle(blocks).encode()
        name = f"graph-things-{number:05}.nt.zst"
        parts = [self.part(name, text, self.as_lines)] if self.large else []
        return Pieces({"graph.ttl": text}, parts)

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
        return Pieces({"entities.csv": text.encode()})

    def page(self, most: int) -> Pieces:
        """The page of all papers or, if there are more than `most`, of those best linked."""
        papers = self.graph.survey.papers
        numbers = self.graph.best_linked(most) if papers > most else None
        page = render(self.graph.kg(numbers), title=self.title, out_of=papers)
        return Pieces({"graph.html": page.encode()})


def as_parquet(lines: bytes) -> bytes:
    """The lines of `mentions.jsonl` as a table."""
    import pyarrow as pa  # not above: only large graphs need it
    import pyarrow.parquet as pq
    from pyarrow.json import ParseOptions, ReadOptions, read_json

    from paperkg.engine.columns import TABLES

    sink = pa.BufferOutputStream()
    table = read_json(
        BytesIO(lines),
        ReadOptions(use_threads=False, block_size=len(lines) + 1),
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
