"""The files of a build, written while papers and entities go by, some of them at a time.

All are rendered by processes of their own; what comes out is put together in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from paperkg.engine.linked import LinkedArchive
from paperkg.engine.rendering import LINES, Part, Pieces, Thing, Work, done, start_writer
from paperkg.engine.written import PARTS, PartRow, Row, Tracked, Written, woven
from paperkg.export.tables import ENTITIES, LINKS, PAPERS, csv_text
from paperkg.files import write_whole
from paperkg.graph.kg import entity_iri, type_iri
from paperkg.graph.turtle import Terms, head
from paperkg.pool import batched, mapped
from paperkg.records import TYPES

__all__ = ["PAGE_PAPERS", "STRETCH", "THINGS", "write_files"]

STRETCH = 1_000
"""So many papers are rendered at once …"""
THINGS = 5_000
"""… and so many entities."""
PAGE_PAPERS = 5_000
"""So many papers have room in the page; of more, it shows those with the most in common."""
PAGE = "graph.html"
AHEAD = 32
"""So many pieces of work a process may be ahead: the page takes as long as many others."""


def write_files(
    graph: LinkedArchive,
    folder: Path,
    title: str,
    processes: int,
    progress: Callable[[str, int, int], None],
    written: Written | None = None,
) -> tuple[list[Row], list[PartRow]]:
    """Write every file of a graph into a folder; tells what each paper has in them, and the parts.

    What papers have in files that were `written` before is taken from there, if they say the same
    still; `progress` is told how many papers are done.
    """
    total, papers, parts = graph.survey.papers, 0.0, list[PartRow]()
    with ExitStack() as stack:
        files = {
            name: Tracked(stack.enter_context(write_whole(folder / name, "wb")))  # type: ignore[arg-type]
            for name in (*LINES, "entities.csv", PAGE)
        }
        begin(files, Terms(graph.base, graph.types))
        given = graph, title, written
        found = mapped(done, work(graph), processes, start_writer, *given, ahead=AHEAD)
        for pieces in found:
            put(pieces, files, written)
            parts += (write_part(part, folder / PARTS, written) for part in pieces.parts)
            papers += len(pieces.numbers) * len(pieces.papers) / len(LINES)
            progress("Writing", round(papers), total)
    return [files[name].row(name) for name in LINES], parts


def put(pieces: Pieces, files: dict[str, Tracked], written: Written | None) -> None:
    """Write some of each file."""
    for name, text in pieces.texts.items():
        files[name].write(text)
    for name, new in pieces.papers.items():
        for run in woven(name, pieces.numbers, new, written):
            files[name].put(run)


def write_part(part: Part, folder: Path, written: Written | None) -> PartRow:
    """Write a part."""
    data = part.data
    if data is None:
        assert written
        data = written.part(part.name)
    with write_whole(folder / part.name, "wb") as file:
        file.write(data)  # type: ignore[arg-type]
    return part.name, part.source, crc32(data)


def begin(files: dict[str, Tracked], terms: Terms) -> None:
    """Write what files begin with."""
    for name in ("graph.ttl", "evidence.ttl"):
        files[name].write("".join(head(terms)).encode())
    for name, columns in (("papers", PAPERS), ("links", LINKS), ("entities", ENTITIES)):
        files[f"{name}.csv"].write(csv_text([columns]).encode())


def work(graph: LinkedArchive) -> Iterator[Work]:
    """All that is to be rendered, in the order of what comes into each file."""
    yield "page", PAGE_PAPERS
    before, after = things(graph)
    chunks = list(batched(before, THINGS))
    yield from (("things", chunk, number) for number, chunk in enumerate(chunks))
    yield from stretches(graph)
    rest = enumerate(batched(after, THINGS), len(chunks))
    yield from (("things", chunk, number) for number, chunk in rest)
    ends = range(0, len(graph.entities), THINGS)
    yield from (("rows", start, start + THINGS) for start in ends)


def things(graph: LinkedArchive) -> tuple[list[Thing], list[Thing]]:
    """A user's types, the tasks and the entities, by their addresses: before papers and after."""
    own = (type_ for type_ in graph.types if type_ not in TYPES)
    at: dict[str, Thing] = {type_iri(graph.base, type_): type_ for type_ in own}
    at |= {entity_iri(graph.base, task.id): task for task in graph.tasks}
    at |= {entity_iri(graph.base, entity.id): entity for entity in graph.entities}
    papers = f"{graph.base}paper/"
    before = [at[address] for address in sorted(at) if address < papers]
    return before, [at[address] for address in sorted(at) if address >= papers]


def stretches(graph: LinkedArchive) -> Iterator[Work]:
    """The papers in stretches: once, or once by path and once by id where these differ."""
    one = graph.archive.in_one_order()
    orders = {"id": LINES} if one else {"path": LINES[:2], "id": LINES[2:]}
    for order, files in orders.items():
        bounds: list[str | None] = [*graph.archive.bounds(order, STRETCH), None]
        for number, (start, end) in enumerate(pairwise(bounds)):
            yield "papers", order, start, end, files, number
