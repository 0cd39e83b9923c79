"""The files that each partition of a build on a cluster writes: N-Triples and Parquet.

A file is written under its own name at once, so that a partition that is done twice, since a
machine was lost or was slow, leaves the same files as one that is done once.
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from paperkg.engine.columns import NUMBER, TABLES, TEXT
from paperkg.engine.partitions import Batches, linked, rows_of
from paperkg.errors import PaperKGError
from paperkg.export.tables import (
    ENTITIES,
    LINKS,
    PAPERS,
    entity_rows,
    link_rows,
    mention_rows,
    paper_rows,
)
from paperkg.files import write_whole
from paperkg.graph.kg import entity_iri
from paperkg.graph.triples import (
    entity_blocks,
    paper_blocks,
    paper_evidence,
    said_of,
    task_blocks,
    type_blocks,
)
from paperkg.graph.turtle import Block, Terms, n_triples
from paperkg.link.corrections import Settled
from paperkg.link.linker import Survey
from paperkg.records import Document, Entity, Result, Task
from paperkg.remote import is_address

__all__ = [
    "FOLDERS",
    "MARK",
    "Plan",
    "clear",
    "probe",
    "put",
    "write",
    "write_aside",
    "write_things",
]

FOLDERS = (
    *("graph", "evidence", "mentions", "results", "links", "papers", "entities", "rejected"),
)
MARK = "_SUCCESS"
"""The file that says that all others are whole; it comes last."""
LEVEL = 6
"""How hard gzip tries: at its utmost the files are 5 % smaller and take twice as long."""


class Plan(NamedTuple):
    """What the partitions are told: where to write, and what is the same for all papers."""

    output: str
    base: str
    types: tuple[str, ...]
    tasks: Mapping[str, str]
    settled: Settled | None


def write(batches: Batches, plan: Plan) -> Iterator[pa.RecordBatch]:
    """Write the files of a partition; gives the number of papers in it."""
    documents = [document for _, document, _ in linked(batches, plan.settled)]
    if documents:
        number, terms = f"part-{partition():05}", Terms(plan.base, plan.types)
        blocks = (block for d in documents for block in paper_blocks(d, terms))
        put_triples(blocks, terms, f"{plan.output}/graph/{number}")
        blocks = (block for d in documents for block in paper_evidence(d, terms))
        put_triples(blocks, terms, f"{plan.output}/evidence/{number}")
        for name, table in tables(documents, plan).items():
            put_table(table, name, f"{plan.output}/{name}/{number}")
    yield pa.RecordBatch.from_pydict({"papers": [len(documents)]})


def write_aside(batches: Batches, output: str) -> Iterator[pa.RecordBatch]:
    """Write the rejected records of a partition; gives the first of them."""
    rows = sorted((row["file"], row["at"], row["text"]) for row in rows_of(batches))
    if rows:
        text = "".join(f"{text}\n" for *_, text in rows)
        put(f"{output}/rejected/part-{partition():05}.jsonl", text.encode())
    firsts = [[value] for value in rows[0]] if rows else [[], [], []]
    first = dict(zip(("file", "at", "text"), firsts, strict=True))
    told = {"file": pa.int32(), "at": NUMBER, "text": TEXT, "n": NUMBER}
    yield pa.RecordBatch.from_pydict(
        first | {"n": [len(rows)] if rows else []}, schema=pa.schema(told)
    )


def write_things(entities: list[Entity], tasks: list[Task], survey: Survey, plan: Plan) -> None:
    """Write what stands beside the papers: types, tasks and entities."""
    terms = Terms(plan.base, plan.types)
    said = said_of(survey.statements, terms)
    told = (block for entity in entities for block in entity_blocks(entity, said, terms))
    blocks = chain(type_blocks(plan.types, terms), task_blocks(tasks, terms), told)
    put_triples(blocks, terms, f"{plan.output}/graph/part-things")
    rows = entity_rows(entities, plan.tasks, survey.papers_of, plan.base)
    table = as_table(pd.DataFrame(rows, columns=ENTITIES), "entities")
    put_table(table, "entities", f"{plan.output}/entities/part-00000")


def tables(documents: list[Document], plan: Plan) -> dict[str, pa.Table]:
    """The tables of some linked papers."""
    mentions = mention_rows((m for d in documents for m in d.mentions), plan.base)
    results = (result_row(r, plan.base) for d in documents for r in d.results)
    links = link_rows(documents)
    papers = paper_rows(documents, plan.tasks, plan.base)
    return {
        "mentions": pa.Table.from_pylist(mentions, schema=pa.schema(TABLES["mentions"])),
        "results": pa.Table.from_pylist(list(results), schema=pa.schema(TABLES["results"])),
        "links": as_table(pd.DataFrame(links, columns=LINKS), "links"),
        "papers": as_table(pd.DataFrame(papers, columns=PAPERS), "papers"),
    }


def result_row(result: Result, base: str) -> dict[str, Any]:
    """A result, entities as IRIs."""
    row = {"paper": result.paper, "start": result.start, "end": result.end, "text": result.text}
    about = {"system": result.system, "benchmark": result.benchmark, "metric": result.metric}
    iris = {name: entity_iri(base, id_) if id_ else None for name, id_ in about.items()}
    return row | {"value": float(result.value), "kind": result.kind} | iris


def as_table(frame: pd.DataFrame, name: str) -> pa.Table:
    """A table of pandas with the columns of its name, in its own order."""
    kinds = TABLES[name]
    order = pa.schema([(column, kinds[column]) for column in frame.columns])
    return pa.Table.from_pandas(frame, schema=order, preserve_index=False)


def put_triples(blocks: Iterable[Block], terms: Terms, path: str) -> None:
    """Write blocks as N-Triples, packed as every store reads them."""
    packed = BytesIO()
    with gzip.GzipFile("", "wb", LEVEL, packed, mtime=0) as file:
        file.writelines(line.encode() for line in n_triples(blocks, terms))
    put(f"{path}.nt.gz", packed.getvalue())


def put_table(table: pa.Table, name: str, path: str) -> None:
    """Write a table as Parquet."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    put(f"{path}.parquet", sink.getvalue().to_pybytes())


def put(path: str, data: bytes) -> None:
    """Write a file or, at an address, an object, whole."""
    if not is_address(path):
        with write_whole(path, "wb") as file:
            cast(IO[bytes], file).write(data)
        return
    system, inside = system_of(path)
    system.makedirs(system._parent(inside), exist_ok=True)
    system.pipe_file(inside, data)


def probe(output: str) -> None:
    """Raise PaperKGError where the folder cannot be written, before hours of work."""
    try:
        put(f"{output}/.probe", b"")
        remove(f"{output}/.probe")
    except PaperKGError:
        raise
    except Exception as error:  # every driver has errors of its own, which share no base
        reason = " ".join(str(error).split()) or type(error).__name__
        raise PaperKGError(f"{output}: {reason}; check the address and your rights") from error


def clear(output: str) -> None:
    """Remove what an earlier build left, the mark first."""
    for name in (MARK, *FOLDERS):
        remove(f"{output}/{name}")


def remove(path: str) -> None:
    """Remove a file or folder, if it is there."""
    if is_address(path):
        system, inside = system_of(path)
        if system.exists(inside):
            system.rm(inside, recursive=True)
    elif Path(path).is_dir():
        shutil.rmtree(path)
    else:
        Path(path).unlink(missing_ok=True)


def system_of(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it."""
    import fsspec

    system, inside = fsspec.core.url_to_fs(address)
    return system, str(inside)


def partition() -> int:
    """The number of this partition."""
    from pyspark import TaskContext

    context = TaskContext.get()
    return context.partitionId() if context else 0
