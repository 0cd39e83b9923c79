"""The files of a build, written while the papers go by, a stretch of them at a time.

Each stretch is rendered by a process of its own; what comes out is put together in order.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple

import pandas as pd
from backports import zstd

from paperkg.engine.linked import LinkedArchive
from paperkg.export.html import render
from paperkg.export.tables import (
    csv_text,
    entity_frame,
    link_frame,
    mention_lines,
    mention_rows,
    paper_frame,
    result_lines,
)
from paperkg.files import write_whole
from paperkg.graph.triples import (
    entity_blocks,
    paper_blocks,
    paper_evidence,
    said_of,
    task_blocks,
    type_blocks,
)
from paperkg.graph.turtle import Block, Terms, block_text, head, n_triples
from paperkg.pool import mapped
from paperkg.records import Document

__all__ = ["LARGE", "PAGE_PAPERS", "PARTS", "write_files"]

STRETCH = 1_000
"""So many papers are rendered at once."""
LARGE = 50_000
"""A graph of so many papers has parts of N-Triples and Parquet too, which load in parallel."""
PAGE_PAPERS = 5_000
"""So many papers have room in the page; of more, it shows those with the most in common."""
PARTS = "parts"
RDF, TABLES = "rdf", "tables"
LINES = ("graph.ttl", "evidence.ttl", "mentions.jsonl", "results.jsonl", "papers.csv", "links.csv")
"""The files that are written line by line, all at once."""
WRITERS: list[Writer] = []
"""The one writer of this process."""


class Stretch(NamedTuple):
    """Papers from one id or path to before another, what to make of them, and their number."""

    order: str
    start: str
    end: str | None
    kinds: tuple[str, ...]
    number: int


class Pieces(NamedTuple):
    """What a stretch gives to each file, whole files, and what its papers have in common."""

    texts: dict[str, str]
    parts: dict[str, bytes]
    common: list[tuple[float, str]]


class Writer:
    """Renders stretches of one graph."""

    def __init__(self, graph: LinkedArchive) -> None:
        self.graph = graph
        self.large = graph.survey.papers >= LARGE
        self.terms = Terms(graph.base, graph.types)
        self.tasks = {task.id: task.name for task in graph.tasks}
        self.names = {entity.id: entity.name for entity in graph.entities}

    def pieces(self, stretch: Stretch) -> Pieces:
        """What the papers of a stretch give."""
        documents = list(self.graph.documents(stretch.order, stretch.start, stretch.end))
        found = Pieces({}, {}, [])
        if RDF in stretch.kinds:
            self.add_rdf(documents, stretch.number, found)
        if TABLES in stretch.kinds:
            self.add_tables(documents, stretch.number, found)
        return found

    def add_rdf(self, documents: list[Document], number: int, found: Pieces) -> None:
        """Add the triples of some papers."""
        graph = [block for d in documents for block in paper_blocks(d, self.terms)]
        evidence = (block for d in documents for block in paper_evidence(d, self.terms))
        found.texts["graph.ttl"] = "".join(block_text(block, self.terms) for block in graph)
        found.texts["evidence.ttl"] = "".join(block_text(b, self.terms) for b in evidence)
        if self.large:
            found.parts[f"graph-{number:05}.nt.zst"] = zipped(n_triples(graph, self.terms))

    def add_tables(self, documents: list[Document], number: int, found: Pieces) -> None:
        """Add the lines and rows of some papers."""
        rows = mention_rows((m for d in documents for m in d.mentions), self.graph.base)
        results = (r for d in documents for r in d.results)
        papers = paper_frame(documents, self.tasks, self.graph.base)
        found.texts["mentions.jsonl"] = "".join(mention_lines(rows))
        found.texts["results.jsonl"] = "".join(result_lines(results, self.names))
        found.texts["papers.csv"] = csv_text(papers, header=False)
        found.texts["links.csv"] = csv_text(link_frame(documents), header=False)
        found.common.extend((self.in_common(d), d.paper.id) for d in documents)
        if self.large:
            table = pd.DataFrame(rows).to_parquet(compression="zstd", index=False)
            found.parts[f"mentions-{number:05}.parquet"] = table

    def in_common(self, document: Document) -> float:
        """How much a paper has in common with others: the rarity of what it shares, in nats."""
        survey = self.graph.survey
        papers = (survey.papers_of[link.entity] for link in document.links)
        return round(sum(math.log(survey.papers / n) for n in papers if n > 1), 6)

    def things(self) -> list[Block]:
        """Types, tasks and entities, by their addresses."""
        said = said_of(self.graph.survey.statements, self.terms)
        blocks = [*type_blocks(self.graph.types, self.terms)]
        blocks += task_blocks(self.graph.tasks, self.terms)
        for entity in self.graph.entities:
            blocks += entity_blocks(entity, said, self.terms)
        return sorted(blocks, key=lambda block: block[0])


def zipped(lines: Iterable[str]) -> bytes:
    """Lines, compressed."""
    return zstd.compress("".join(lines).encode())


def start_writer(graph: LinkedArchive) -> None:
    """Make this process ready to render stretches of a graph."""
    WRITERS[:] = [Writer(graph)]
    gc.freeze()
    gc.disable()


def pieces_of(stretch: Stretch) -> Pieces:
    """What a stretch gives, in whichever process."""
    pieces = WRITERS[0].pieces(stretch)
    gc.collect()
    return pieces


def write_files(
    graph: LinkedArchive,
    folder: Path,
    title: str,
    processes: int,
    progress: Callable[[str, int, int], None],
) -> None:
    """Write every file of a graph into a folder; `progress` is told how many papers are done."""
    writer = Writer(graph)
    things = writer.things()
    first = sum(address < f"{graph.base}paper/" for address, _ in things)
    common: list[tuple[float, str]] = []
    with ExitStack() as stack:
        files = {name: stack.enter_context(write_whole(folder / name)) for name in LINES}
        begin(files, writer, things[:first])
        work = stretches(graph)
        for done, pieces in enumerate(mapped(pieces_of, work, processes, start_writer, graph), 1):
            for name, text in pieces.texts.items():
                files[name].write(text)  # type: ignore[call-overload]
            for name, data in pieces.parts.items():
                write_bytes(data, folder / PARTS / name)
            common = sorted((*common, *pieces.common), key=by_most)[:PAGE_PAPERS]
            progress("Writing", min(done * STRETCH, graph.survey.papers), graph.survey.papers)
        write_blocks(files["graph.ttl"], things[first:], writer.terms)
    if writer.large:
        write_bytes(zipped(n_triples(things, writer.terms)), folder / PARTS / "graph-things.nt.zst")
    write_text(entity_text(writer), folder / "entities.csv")
    progress("Drawing", 0, 0)
    whole = graph.survey.papers <= PAGE_PAPERS
    kg = graph.kg(None if whole else (id_ for _, id_ in common))
    write_text(render(kg, title=title, out_of=graph.survey.papers), folder / "graph.html")


def by_most(common: tuple[float, str]) -> tuple[float, str]:
    """A key that puts the papers with the most in common first."""
    return -common[0], common[1]


def stretches(graph: LinkedArchive) -> Iterator[Stretch]:
    """The stretches of a graph: once, or once by path and once by id where these differ."""
    one = graph.archive.in_one_order()
    kinds = {"id": (RDF, TABLES)} if one else {"path": (RDF,), "id": (TABLES,)}
    for order, wanted in kinds.items():
        bounds: list[str | None] = [*graph.archive.bounds(order, STRETCH), None]
        for number, (start, end) in enumerate(pairwise(bounds)):
            yield Stretch(order, start or "", end, wanted, number)


def begin(files: dict[str, IO[Any]], writer: Writer, things: Iterable[Block]) -> None:
    """Write what stands before the papers."""
    for name in ("graph.ttl", "evidence.ttl"):
        files[name].writelines(head(writer.terms))
    write_blocks(files["graph.ttl"], things, writer.terms)
    files["papers.csv"].write(csv_text(paper_frame([], writer.tasks, writer.graph.base)))
    files["links.csv"].write(csv_text(link_frame([])))


def write_blocks(file: IO[Any], blocks: Iterable[Block], terms: Terms) -> None:
    """Write blocks as Turtle."""
    file.writelines(block_text(block, terms) for block in blocks)


def entity_text(writer: Writer) -> str:
    """The table of entities."""
    graph = writer.graph
    papers = graph.survey.papers_of
    return csv_text(entity_frame(graph.entities, writer.tasks, papers, graph.base))


def write_text(text: str, path: Path) -> None:
    """Write a text file."""
    with write_whole(path) as file:
        file.write(text)  # type: ignore[call-overload]


def write_bytes(data: bytes, path: Path) -> None:
    """Write a file of bytes."""
    with write_whole(path, "wb") as file:
        file.write(data)  # type: ignore[arg-type]
