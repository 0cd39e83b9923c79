"""What a build on a cluster does inside the partitions of its tables: Arrow batches in and out.

Nothing here knows of Spark, apart from the number of a partition: every function takes the rows of
one partition, as batches, and gives the rows of the next table.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

import pyarrow as pa

from paperkg.catalog import Catalog
from paperkg.engine.archive import as_document, as_names
from paperkg.engine.finding import Extractor, Finder
from paperkg.engine.pieces import Piece, counted, pieces_of, read_piece
from paperkg.errors import PaperKGError
from paperkg.link import Linker, Name, Origin
from paperkg.link.accounts import Account
from paperkg.link.corrections import Settled
from paperkg.link.entities import Tally
from paperkg.link.introductions import Introductions
from paperkg.link.newcomers import Company, Found, in_full, one_name
from paperkg.pool import batched
from paperkg.records import Document, Paper, packed, unpacked
from paperkg.sources.record import Where

__all__ = [
    *("SCHEMAS", "Batches", "aside", "count", "cut", "decide"),
    *("find", "linked", "name", "picked", "read", "rows_of", "tell"),
]

BATCH = 1_000
"""So many rows are a batch."""
CHUNK = 64
"""So many papers are extracted at once."""
PLACE = {"source": pa.int32(), "file": pa.int32(), "path": pa.string(), "named": pa.bool_()}
TEXT, NUMBER = pa.string(), pa.int64()


def schema(places: dict[str, pa.DataType], *texts: str, **others: pa.DataType) -> pa.Schema:
    """A table with some columns, then texts, then others."""
    return pa.schema([*places.items(), *((name, TEXT) for name in texts), *others.items()])


SCHEMAS = {
    "pieces": schema(PLACE, start=NUMBER, end=NUMBER, lines=NUMBER, records=NUMBER),
    "rows": schema(
        {"source": pa.int32(), "file": pa.int32(), "at": NUMBER, "line": NUMBER},
        *("path", "id", "key", "paper", "rejected", "fault"),
    ),
    "aside": schema({"file": pa.int32(), "at": NUMBER}, "text"),
    "finds": schema({}, "key", "id", "date", "paper", "tables", "names"),
    "names": schema(
        {}, "key", "id", "date", "name", "bucket", "edition", "told",
        other=pa.bool_(), first=pa.int32(),
    ),
    "decided": schema({}, "key", "name", "entity", "reason", score=pa.float64()),
    "told": schema({}, "kind", "id", "a", "b", "paper", at=pa.int32(), n=NUMBER),
}  # fmt: skip
"""The tables between the steps. A row of `rows` is a paper, a rejected record, or a fault."""
Batches = Iterable[pa.RecordBatch]


def rows_of(batches: Batches) -> Iterator[dict[str, Any]]:
    """The rows of batches."""
    for batch in batches:
        yield from batch.to_pylist()


def batches_of(rows: Iterable[tuple[Any, ...]], table: str) -> Iterator[pa.RecordBatch]:
    """Rows as batches of a table."""
    columns = SCHEMAS[table]
    for chunk in batched(rows, BATCH):
        arrays = zip(*chunk, strict=True)
        typed = [pa.array(values, kind) for values, kind in zip(arrays, columns.types, strict=True)]
        yield pa.RecordBatch.from_arrays(typed, schema=columns)


def picked(
    batches: Batches, pieces: Sequence[Piece], function: Callable[..., Any], *given: Any
) -> Iterator[pa.RecordBatch]:
    """What a function makes of some pieces, those of the numbers in the batches."""
    chosen = (pieces[row["id"]] for row in rows_of(batches))
    return cast(Iterator[pa.RecordBatch], function(chosen, *given))


def cut(files: Iterable[Piece], chosen: str | None, size: int) -> Iterator[pa.RecordBatch]:
    """Files in pieces of so many bytes."""
    return batches_of((p for file in files for p in pieces_of(file, chosen, size)), "pieces")


def count(pieces: Iterable[Piece]) -> Iterator[pa.RecordBatch]:
    """Pieces with the numbers of their lines and records."""
    return batches_of(map(counted, pieces), "pieces")


def read(pieces: Iterable[Piece], chosen: str | None) -> Iterator[pa.RecordBatch]:
    """The records of pieces."""
    return batches_of((row for piece in pieces for row in records(piece, chosen)), "rows")


def records(piece: Piece, chosen: str | None) -> Iterator[tuple[Any, ...]]:
    """The records of a piece, or why its file is of no use."""
    place = piece.source, piece.file
    try:
        for at, line, each in read_piece(piece, chosen):
            if isinstance(each, Paper):
                text = json.dumps(packed(each), ensure_ascii=False)
                told: tuple[str | None, ...] = each.id, each.key, text, None, None
            else:
                told = None, None, None, json.dumps(asdict(each), ensure_ascii=False), None
            yield *place, at, line, piece.path, *told
    except PaperKGError as error:
        yield *place, 0, 0, piece.path, None, None, None, None, str(error)


def aside(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The records kept aside, as lines of JSON: those that are no papers, and second ones."""
    rows = ((row["file"], row["at"], rejected(row)) for row in rows_of(batches))
    return batches_of(rows, "aside")


def rejected(row: dict[str, Any]) -> str:
    """Why a record is kept aside, as JSON."""
    if row["rejected"]:
        return str(row["rejected"])
    title, reason = json.loads(row["paper"])[1], f"duplicate of {row['first']}"
    told = Where.of(row["path"]).reject(row["line"], reason, title)
    return json.dumps(asdict(told), ensure_ascii=False)


@lru_cache(maxsize=1)
def finder(extractor: Extractor) -> Finder:
    """The one finder of this process, which several on one machine have each."""
    return Finder(extractor)


def find(batches: Batches, extractor: Extractor) -> Iterator[pa.RecordBatch]:
    """What is found in papers."""
    papers = (called(row) for row in rows_of(batches))
    return batches_of(finds(papers, extractor), "finds")


def called(row: dict[str, Any]) -> Paper:
    """The paper of a row, by the id that it has there."""
    paper = unpacked(Paper, json.loads(row["paper"]))
    return paper if paper.id == row["id"] else replace(paper, id=row["id"])


def finds(papers: Iterable[Paper], extractor: Extractor) -> Iterator[tuple[str, ...]]:
    """Papers with what is found in them, as JSON."""
    for chunk in batched(papers, CHUNK):
        found = finder(extractor).finds(list(enumerate(chunk)))
        for number, tables, names in found:
            paper = chunk[number]
            text = json.dumps(packed(paper), ensure_ascii=False)
            yield paper.key, paper.id, paper.appeared, text, tables, names


def name(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The names in papers; `told` has all of a name that the catalogue does not know."""
    rows = (each for row in rows_of(batches) for each in named(row))
    return batches_of(rows, "names")


def named(row: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The names in one paper."""
    for place, each in enumerate(as_names(row["names"], row["id"])):
        about: tuple[Any, ...] = ("", "", None, False)
        if not each.targets:
            text = json.dumps(each[1:], ensure_ascii=False)
            other = each.type not in ("Benchmark", "Dataset")
            about = each.bucket, in_full(each.bucket), text, other
        yield row["key"], row["id"], row["date"], each.key, *about, int(place == 0)


def decide(batches: Batches, papers: int) -> Iterator[pa.RecordBatch]:
    """What the names of each bucket mean, where these come bucket by bucket.

    `papers` is the number of papers with names, by which `company` is weighed: the other names
    of a paper, each with the number of papers that have it.
    """
    buckets = groupby(rows_of(batches), key=itemgetter("bucket"))
    rows = (each for _, group in buckets for each in decided(list(group), papers))
    return batches_of(rows, "decided")


def decided(group: list[dict[str, Any]], papers: int) -> Iterator[tuple[Any, ...]]:
    """What the names of one bucket mean."""
    company, names, origins = Company(), list[Name](), dict[str, Origin]()
    for row in group:
        beside = row["company"] or ()
        company.of[row["id"]] = tuple(each["name"] for each in beside)
        company.rarity |= {each["name"]: math.log(papers / each["n"]) for each in beside}
        names += as_names(f"[{row['told']}]", row["id"])
        origins[row["id"]] = Origin(row["key"], row["date"])
    found: dict[tuple[str, str], Found] = {}
    one_name(names, company, origins, found)
    for row in group:
        led = found[row["id"], row["name"]]
        yield row["key"], row["name"], led.entity, led.reason, led.score


def linked(
    batches: Batches, settled: Settled | None
) -> Iterator[tuple[Linker, Document, list[Name]]]:
    """Papers with their links, by id; their finds and what was decided of them come together."""
    held: list[dict[str, Any]] = []
    found: dict[str, dict[str, Found]] = defaultdict(dict)
    for row in rows_of(batches):
        if row["names"] is None:
            led = Found(row["entity"], row["score"], row["reason"])
            found[row["key"]][row["name"]] = led
        else:
            held.append(row)
    linker = Linker(Catalog(()))
    linker.settled = settled
    for row in sorted(held, key=itemgetter("id")):
        names = as_names(row["names"], row["id"])
        linker.found = {(row["id"], key): led for key, led in found[row["key"]].items()}
        document = as_document(row["paper"], row["tables"])
        yield linker, linker.linked(document, names), names


def tell(batches: Batches, settled: Settled | None) -> Iterator[pa.RecordBatch]:
    """What papers say of entities, to be summed: kind, id, two texts, first paper, number."""
    return batches_of(told(batches, settled), "told")


def told(batches: Batches, settled: Settled | None) -> Iterator[tuple[Any, ...]]:
    """The same as rows."""
    for linker, document, names in linked(batches, settled):
        paper, tally = document.paper.id, Tally()
        account = Account.of(document, linker.leads(document.mentions, names))
        tally.note(account)
        for at, (id_, (release, suffix)) in enumerate(tally.suffixes.items()):
            yield "lead", id_, release, suffix, paper, at, 1
        for kind, id_, text, n in (*counts(tally), *surveyed(document)):
            yield kind, id_, text, "", "", 0, n
        for relation, subject, target in account.statements:
            yield "said", subject, relation, target, "", 0, 1
        yield from introduced(account)
    for line in settled.used if settled else ():
        yield "used", str(line), "", "", "", 0, 1


def counts(tally: Tally) -> Iterator[tuple[str, str, str, int]]:
    """The counts of one paper's tally."""
    for id_, seen in tally.seen.items():
        for kind, counter in zip(
            ("surface", "stem", "type"), (seen.surfaces, seen.stems, seen.types), strict=True
        ):
            yield from ((kind, id_, text, n) for text, n in counter.items())
        yield from (("paper", id_, type_, 1) for type_ in seen.papers)


def surveyed(document: Document) -> Iterator[tuple[str, str, str, int]]:
    """How much there is of everything in a paper."""
    yield "papers", "", "", 1
    yield "mentions", "", "", len(document.mentions)
    yield "results", "", "", len(document.results)
    yield from (("link", link.entity, "", 1) for link in document.links)
    yield from (("task", link.task, "", 1) for link in document.task_links)


def introduced(account: Account) -> Iterator[tuple[Any, ...]]:
    """What a paper tells of what it introduces."""
    own = Introductions()
    own.note(account)
    for id_, addresses in own.addresses.items():
        for at, address in enumerate(addresses):
            yield "address", id_, address, "", account.paper, at, 1
    for id_, tasks in own.tasks.items():
        yield from (("for", id_, task, "", "", 0, 1) for task in tasks)
