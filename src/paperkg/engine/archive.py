"""The papers of a build on disk, with what was found in each of them.

A build that was broken off goes on from there, and a graph grows from there. Papers and finds are
rows of JSON in SQLite, so that any number of them takes no memory, and nothing is lost when a
process is killed.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import astuple
from itertools import starmap
from pathlib import Path
from types import TracebackType
from typing import Any

from paperkg.engine.written import PartRow, Row
from paperkg.errors import PaperKGError
from paperkg.graph.kg import paper_iri
from paperkg.link import Name, Origin
from paperkg.link.accounts import Target
from paperkg.records import (
    Document,
    Mention,
    Paper,
    Result,
    Statement,
    TaskLink,
    packed,
    unpacked,
)
from paperkg.sources import Rejected

__all__ = ["MEMORY", "NAME", "Archive", "Find", "as_find"]

NAME = "archive.sqlite"
MEMORY = ":memory:"
VERSION = 2
"""The number of the layout below; an archive of another one is begun anew."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS papers (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, date TEXT NOT NULL,
    path TEXT NOT NULL, paper TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS papers_by_path ON papers (path);
CREATE TABLE IF NOT EXISTS finds (
    number INTEGER PRIMARY KEY REFERENCES papers ON DELETE CASCADE,
    tables TEXT NOT NULL, names TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS linked (
    number INTEGER PRIMARY KEY REFERENCES finds ON DELETE CASCADE,
    decided TEXT NOT NULL, account TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS written (
    file TEXT PRIMARY KEY, checksum INTEGER NOT NULL, start INTEGER NOT NULL,
    papers BLOB NOT NULL, sizes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS parts (
    name TEXT PRIMARY KEY, source BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS rejected (source TEXT, line INTEGER, reason TEXT, excerpt TEXT);
CREATE TEMP TABLE seen (number INTEGER PRIMARY KEY);
"""
PUT = """
INSERT INTO papers (id, key, date, path, paper) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (id) DO UPDATE SET key = ?2, date = ?3, path = ?4, paper = ?5 RETURNING number
"""
TABLES = (Mention, Result, Statement, TaskLink)
Find = tuple[int, str, str]
"""The number of a paper, the tables of what is found in it, and its names, as JSON."""


class Archive:
    """Papers by number, with their finds; to be used in a `with` block.

    Errors of the disk or of the file become PaperKGErrors there. An archive of another layout is
    begun anew or, where there must not be a `new` one, refused.
    """

    def __init__(self, path: str | Path = MEMORY, *, new: bool = True) -> None:
        self.path, self.new = str(path), new
        self.opened: tuple[int, sqlite3.Connection] | None = None
        self.fresh = self.path == MEMORY or not Path(self.path).exists()

    def __enter__(self) -> Archive:
        try:
            self.prepare()
        except sqlite3.Error as error:
            raise self.told(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self.opened:
            self.close(whole=not error)
            self.opened = None
        if isinstance(error, sqlite3.Error):
            raise self.told(error) from error

    def close(self, *, whole: bool) -> None:
        """Close the file, keeping all until now if it is `whole`, and leave no other file."""
        db = self.db
        with suppress(sqlite3.Error):
            db.execute("COMMIT" if whole else "ROLLBACK")
            db.execute("PRAGMA journal_mode = DELETE")
        db.close()

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path, "new": False, "opened": None, "fresh": False}

    def prepare(self) -> None:
        """Open the file for writing, and begin it anew where it is of another layout."""
        db = sqlite3.connect(self.path, isolation_level=None, timeout=1)
        other = not self.fresh and db.execute("PRAGMA user_version").fetchone()[0] != VERSION
        if other and not self.new:
            db.close()
            fault = "made by another version of PaperKG; build the graph again"
            raise PaperKGError(f"{self.path}: {fault}")
        self.opened = os.getpid(), db
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("BEGIN IMMEDIATE")
        if other:
            for table in ("settings", "parts", "written", "linked", "finds", "papers", "rejected"):
                db.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in SCHEMA.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")

    @property
    def db(self) -> sqlite3.Connection:
        """The connection of this process; other processes than the first only read."""
        if not self.opened or self.opened[0] != os.getpid():
            address = f"{Path(self.path).absolute().as_uri()}?mode=ro"
            self.opened = os.getpid(), sqlite3.connect(address, uri=True)
        return self.opened[1]

    def told(self, error: sqlite3.Error) -> PaperKGError:
        """What went wrong, in a line."""
        remedy = "delete the file and build again"
        if "full" in str(error) or "I/O" in str(error):
            remedy = "make room and run the same command again, it goes on from here"
        elif "locked" in str(error):
            remedy = "another build writes there; wait for it, or choose another folder"
        elif "unable to open" in str(error) or "readonly" in str(error):
            remedy = "choose another folder"
        return PaperKGError(f"{self.path}: {error}; {remedy}")

    def commit(self) -> None:
        """Make sure that all until now is kept, whatever happens."""
        self.db.execute("COMMIT")
        self.db.execute("BEGIN IMMEDIATE")

    def discard(self) -> None:
        """Remove the file, and the folder if nothing else is in it."""
        self.db.close()
        self.opened = None
        for path in Path(self.path).parent.glob(f"{NAME}*"):
            path.unlink(missing_ok=True)
        if not any(Path(self.path).parent.iterdir()):
            Path(self.path).parent.rmdir()

    def setting(self, name: str) -> Any:
        """A setting by its name, or None."""
        row = self.db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def set(self, name: str, value: Any) -> None:
        """Keep a setting."""
        row = name, json.dumps(value)
        self.db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", row)

    def put(self, paper: Paper) -> None:
        """Keep a paper; its finds stay only if it is the same as before."""
        text = json.dumps(packed(paper), ensure_ascii=False)
        row = paper.id, paper.key, paper.appeared, paper_iri("", paper), text
        known = self.db.execute("SELECT number, paper FROM papers WHERE id = ?", row[:1]).fetchone()
        if known and known[1] != text:
            self.db.execute("DELETE FROM finds WHERE number = ?", known[:1])
        if not known or known[1] != text:
            known = self.db.execute(PUT, row).fetchone()
        self.db.execute("INSERT OR IGNORE INTO seen VALUES (?)", known[:1])

    def reject(self, rejected: Rejected) -> None:
        """Keep a record that is no paper."""
        self.db.execute("INSERT INTO rejected VALUES (?, ?, ?, ?)", astuple(rejected))

    def rejected(self) -> Iterator[Rejected]:
        """The records that are no papers, in the order in which they came."""
        rows = self.db.execute("SELECT * FROM rejected ORDER BY rowid")
        return (Rejected(*row) for row in rows)

    def begin(self) -> None:
        """Forget the rejected records, and which papers were put."""
        self.db.execute("DELETE FROM rejected")
        self.db.execute("DELETE FROM seen")
        self.set("growing", None)

    def grow(self) -> int:
        """Begin to add papers; tells the number of the last one that is there for good.

        Of an addition that was broken off, the papers stay as long as nothing is dropped.
        """
        mark = self.setting("growing")
        if mark:
            self.db.execute("DELETE FROM rejected WHERE rowid > ?", (mark["rejected"],))
            self.set("build", mark["build"])
        else:
            ends = "SELECT IFNULL(MAX(number), 0), (SELECT MAX(rowid) FROM rejected) FROM papers"
            papers, rejected = self.db.execute(ends).fetchone()
            mark = {"papers": papers, "rejected": rejected or 0, "build": self.setting("build")}
            self.set("growing", mark)
        self.db.execute("DELETE FROM seen")
        return int(mark["papers"])

    def grown(self) -> None:
        """End adding papers."""
        self.set("growing", None)

    def drop_unseen(self, after: int = 0) -> None:
        """Remove the papers `after` a number that were not put since the beginning."""
        unseen = "number > ? AND number NOT IN (SELECT number FROM seen)"
        self.db.execute(f"DELETE FROM papers WHERE {unseen}", (after,))

    def remove(self, id_: str) -> bool:
        """Remove a paper by its id or key; tells whether it was there."""
        row = {"id": id_, "path": paper_iri("", Paper(id_, "", "", key=id_))}
        return (
            self.db.execute("DELETE FROM papers WHERE id = :id OR path = :path", row).rowcount > 0
        )

    def drop_finds(self) -> None:
        """Forget what was found."""
        self.db.execute("DELETE FROM finds")

    def keep(self, finds: Iterable[Find]) -> None:
        """Keep what was found in some papers."""
        self.db.executemany("INSERT OR REPLACE INTO finds VALUES (?, ?, ?)", finds)

    def count(self, table: str = "papers") -> int:
        """How many rows a table has."""
        return int(self.db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])

    def identities(self, last: int) -> Iterator[tuple[str, str]]:
        """Id and key of every paper until a number."""
        query = "SELECT id, key FROM papers WHERE number <= ? ORDER BY number"
        return self.db.execute(query, (last,))

    def waiting(self) -> Iterator[tuple[int, Paper]]:
        """The papers without finds, by number; finds may be kept meanwhile."""
        query = """SELECT number, paper FROM papers WHERE number > ?
                   AND number NOT IN (SELECT number FROM finds) ORDER BY number LIMIT 256"""
        last = 0
        while rows := self.db.execute(query, (last,)).fetchall():
            for last, text in rows:
                yield last, unpacked(Paper, json.loads(text))

    def bounds(self, order: str, size: int) -> list[str]:
        """Every so-manieth id or path, in their order, the first one included."""
        rows = self.db.execute(f"SELECT {order} FROM papers ORDER BY {order}")
        return [row[0] for i, row in enumerate(rows) if i % size == 0]

    def in_one_order(self) -> bool:
        """Whether papers come in the same order by id and by path."""
        query = "SELECT number FROM papers ORDER BY {}"
        by_id, by_path = (self.db.execute(query.format(order)) for order in ("id", "path"))
        return all(a == b for a, b in zip(by_id, by_path, strict=True))

    def named(self) -> Iterator[tuple[Document, list[Name]]]:
        """Every paper with finds and names, by id."""
        query = "SELECT paper, tables, names FROM papers JOIN finds USING (number) ORDER BY id"
        return starmap(as_named, self.db.execute(query))

    def numbers(self, order: str, start: str, end: str | None) -> list[int]:
        """The numbers of papers, by id or path, from one to before another."""
        query = f"""SELECT number FROM papers
                    WHERE {order} >= ?1 AND (?2 IS NULL OR {order} < ?2) ORDER BY {order}"""
        return [number for (number,) in self.db.execute(query, (start, end))]

    def names(self) -> Iterator[tuple[Origin, list[Name]]]:
        """The names of every paper, by id, and what the paper gives to what it introduces.

        The targets of a name are rows here.
        """
        query = "SELECT id, key, date, names FROM papers JOIN finds USING (number) ORDER BY id"
        for id_, key, date, names in self.db.execute(query):
            yield Origin(key or id_, date), [Name(id_, *told) for told in json.loads(names)]

    def one(self, number: int) -> tuple[Document, list[Name]]:
        """A paper with finds and names, by its number."""
        query = "SELECT paper, tables, names FROM papers JOIN finds USING (number) WHERE number = ?"
        return as_named(*self.db.execute(query, (number,)).fetchone())

    def accounts(self) -> Iterator[tuple[int, str, str, str]]:
        """Number and id of every paper, by id, with what was decided of its names and its account.

        These are "" of papers that have never been linked; they may be kept meanwhile.
        """
        query = """SELECT number, id, IFNULL(decided, ''), IFNULL(account, '')
                   FROM papers LEFT JOIN linked USING (number) ORDER BY id"""
        return self.db.execute(query)

    def keep_account(self, number: int, decided: str, account: str) -> None:
        """Keep what was decided of the names of a paper, and what it says then."""
        row = number, decided, account
        self.db.execute("INSERT OR REPLACE INTO linked VALUES (?, ?, ?)", row)

    def written(self) -> tuple[Iterator[Row], Iterator[PartRow]]:
        """What is kept of the files of the last build, and of its parts."""
        return self.db.execute("SELECT * FROM written"), self.db.execute("SELECT * FROM parts")

    def keep_written(self, files: Iterable[Row], parts: Iterable[PartRow]) -> None:
        """Keep of each file its checksum, where papers begin, their numbers, and their sizes.

        Of each part, a digest of what it is made of and its checksum.
        """
        self.db.execute("DELETE FROM written")
        self.db.executemany("INSERT INTO written VALUES (?, ?, ?, ?, ?)", files)
        self.db.execute("DELETE FROM parts")
        self.db.executemany("INSERT INTO parts VALUES (?, ?, ?)", parts)


def as_find(number: int, document: Document, names: Iterable[Name]) -> Find:
    """What is found in a paper, as JSON."""
    tables = (document.mentions, document.results, document.statements, document.task_links)
    rows = [[packed(record) for record in table] for table in tables]
    told = [name[1:] for name in names]
    return number, json.dumps(rows, ensure_ascii=False), json.dumps(told, ensure_ascii=False)


def as_named(paper: str, tables: str, names: str) -> tuple[Document, list[Name]]:
    """A paper with what is found in it, and its names, back from JSON."""
    document = as_document(paper, tables)
    return document, as_names(names, document.paper.id)


def as_document(paper: str, tables: str) -> Document:
    """A paper and what is found in it, back from JSON."""
    rows = zip(TABLES, json.loads(tables), strict=True)
    return Document(
        unpacked(Paper, json.loads(paper)),
        *([unpacked(kind, r) for r in row] for kind, row in rows),
    )


def as_names(names: str, paper: str) -> list[Name]:
    """The names of a paper, back from JSON."""
    found = [Name(paper, *told) for told in json.loads(names)]
    return [n._replace(targets=[Target(*t) for t in n.targets]) if n.targets else n for n in found]
