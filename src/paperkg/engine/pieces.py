"""The files of some sources in pieces, so that many machines read them, a large file too.

A plain file with an object a line is cut into pieces of some megabytes; others are one piece.
Whichever way files are cut, their papers, ids and the places of what is rejected are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import NamedTuple

from paperkg.errors import PaperKGError
from paperkg.files import lines_of, open_bytes
from paperkg.records import Paper
from paperkg.sources import Rejected, jsonlines, reader
from paperkg.sources.reader import FORMATS, File, read_file
from paperkg.sources.record import Raw, Where, to_paper

__all__ = ["Piece", "counted", "files_of", "pieces_of", "placed", "read_piece"]

HEAD = 1 << 16
"""How many bytes a format is recognised by."""


class Piece(NamedTuple):
    """A file or, where `end` is not 0, the lines that begin from one byte to before another.

    `source` and `file` are their numbers; `lines` and `records` are how many come before it.
    """

    source: int
    file: int
    path: str
    named: bool
    start: int = 0
    end: int = 0
    lines: int = 0
    records: int = 0


def files_of(sources: Iterable[str], chosen: str | None) -> list[Piece]:
    """The files of some sources, each in one piece.

    Raises PaperKGError where a source has none, or a format is not known.
    """
    names = [each.name for each in FORMATS] + ["parquet"]
    if chosen is not None and chosen not in names:
        raise PaperKGError(f"no format is called {chosen}; choose one of {', '.join(names)}")
    found: list[Piece] = []
    for number, source in enumerate(sources):
        if source == "-":
            raise PaperKGError("a cluster cannot read standard input; give the path of a file")
        found += (Piece(number, 0, file.path, file.named) for file in reader.files_of(source))
    return [piece._replace(file=i) for i, piece in enumerate(found)]


def pieces_of(file: Piece, chosen: str | None, size: int) -> Iterator[Piece]:
    """A file in pieces of so many bytes, if it can be cut."""
    try:
        length = cuttable(file.path) if chosen in (None, jsonlines.name) else 0
    except PaperKGError:
        length = 0  # it is told when the file is read
    if length <= size:
        yield file
        return
    for start in range(0, length, size):
        yield file._replace(start=start, end=min(start + size, length))


def cuttable(path: str) -> int:
    """How many bytes a plain file with an object a line has; 0 for any other file."""
    with open_bytes(path) as stream:
        if not stream.seekable():
            return 0
        head = stream.read(HEAD).decode("utf-8-sig", "replace").lstrip()
        if jsonlines.WHOLE.match(head.partition("\n")[0]) or not jsonlines.recognises(head):
            return 0
        return stream.seek(0, 2)


def counted(piece: Piece) -> Piece:
    """A piece with how many lines and records it has, where it is one of several."""
    if not piece.end:
        return piece
    records = sum(1 for _ in raw_records(piece))
    return piece._replace(lines=bytes_of(piece).count(b"\n"), records=records)


def placed(pieces: Iterable[Piece]) -> list[Piece]:
    """Counted pieces with how many lines and records come before each in its file."""
    found: list[Piece] = []
    file, lines, records = -1, 0, 0
    for piece in sorted(pieces, key=lambda p: (p.file, p.start)):
        if piece.file != file:
            file, lines, records = piece.file, 0, 0
        found.append(piece._replace(lines=lines, records=records))
        lines, records = lines + piece.lines, records + piece.records
    return found


def read_piece(piece: Piece, chosen: str | None) -> Iterator[tuple[int, int, Paper | Rejected]]:
    """The papers of a piece and what is none, each with its number and line in the file.

    Raises PaperKGError where a file that was named itself is of no use.
    """
    if not piece.end:
        found = read_file(File(piece.path, piece.named), chosen)
        yield from ((number, line, each) for number, (line, each) in enumerate(found, 1))
        return
    where = Where.of(piece.path)
    for number, raw in enumerate(raw_records(piece), piece.records + 1):
        line = raw.line + piece.lines
        if isinstance(raw, Raw):
            yield number, line, to_paper(raw._replace(line=line), number, where)
        else:
            yield number, line, replace(raw, line=line)


def raw_records(piece: Piece) -> Iterator[Raw | Rejected]:
    """The records of one of several pieces, with their lines in it."""
    with lines_of(BytesIO(bytes_of(piece))) as lines:
        yield from jsonlines.by_line(lines, Where.of(piece.path))


def bytes_of(piece: Piece) -> bytes:
    """The lines that begin in a piece, whole."""
    with open_bytes(piece.path) as stream:
        if piece.start:
            stream.seek(piece.start - 1)
            stream.readline()
        size = piece.end - stream.tell()
        data = stream.read(size) if size > 0 else b""
        return data if not data or data.endswith(b"\n") else data + stream.readline()
