"""Reads papers from sources: finds the files, recognises their format and drops duplicates."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Protocol

from paperkg.errors import PaperKGError
from paperkg.files import UNDECODED, lines_of, open_bytes, seekable
from paperkg.records import Paper
from paperkg.remote import is_address, list_address
from paperkg.sources import anthology, bibtex, delimited, jsonlines, page, parquet, ris, webpage
from paperkg.sources.record import Raw, Rejected, Where, to_paper
from paperkg.sources.seen import Seen

__all__ = ["FORMATS", "File", "Format", "files_of", "formats", "read", "read_file"]

HEAD = 1 << 16
"""How many characters a format is recognised by."""

UTF16 = ("\udcff\udcfe", "\udcfe\udcff")


class Format(Protocol):
    """What a module that reads a format has; it is then named in `FORMATS` and nowhere else."""

    name: str
    about: str

    def recognises(self, head: str) -> bool:
        """Whether a file that begins so is of this format."""

    def read(self, stream: Iterable[str], where: Where) -> Iterator[Raw | Rejected]:
        """The records in the lines of a file, one at a time where the format allows."""


FORMATS: tuple[Format, ...] = (jsonlines, anthology, webpage, bibtex, ris, delimited, page)
"""The formats of text, in the order in which they are tried: the most certain first."""

ABOUT = {each.name: each.about for each in FORMATS} | {parquet.name: parquet.about}


class File(NamedTuple):
    """A file to read; one that was not named itself may turn out to be of no use."""

    path: str
    named: bool


def formats() -> dict[str, str]:
    """What each format is, by the name that `read` takes."""
    return dict(ABOUT)


def read(
    sources: Iterable[str],
    *,
    format: str | None = None,  # noqa: A002
    known: Iterable[tuple[str, str]] = (),
) -> Iterator[Paper | Rejected]:
    """The papers of all sources, one at a time, and each record that is none with the reason.

    A source is a path, an address such as `s3://bucket/papers.jsonl`, a directory or a glob
    pattern of either, or `-` for standard input; files may be packed by gzip, zstd, bzip2 or xz.
    The format is recognised by content unless it is given. No two papers have the same id or the
    same key: the second of two with one key is rejected as a duplicate.

    `known` are the id and the key of every paper that was read before: what then comes is what
    comes after these papers when the sources of all are read at once.

    Raises PaperKGError where a source is missing, empty, binary or of no known format, or has no
    paper in it. In a directory or pattern such files are rejected, while others have papers.
    """
    if format is not None and format not in ABOUT:
        raise PaperKGError(f"no format is called {format}; choose one of {', '.join(ABOUT)}")
    names = [sources] if isinstance(sources, str) else [str(source) for source in sources]
    files = [(name, files_of(name)) for name in names]
    return _read(files, format, Seen(known))


def files_of(source: str) -> list[File]:
    """The files of a source, in the order of their names."""
    found = list_address(source) if is_address(source) else _listed(source)
    if found is None:
        return [File(source, named=True)]
    if not found:
        raise PaperKGError(f"{source}: no file there; check the path")
    return [File(each, named=False) for each in found]


def _listed(source: str) -> list[str] | None:
    """The files of a directory or pattern, sorted; None where the source is a file."""
    path = Path(source)
    if source == "-" or path.is_file():
        return None
    if path.is_dir():
        inside = [p for p in path.iterdir() if p.is_file() and not p.name.startswith(".")]
    elif glob.has_magic(source) and not path.exists():
        anchor = Path(path.anchor)
        inside = [p for p in anchor.glob(str(path.relative_to(anchor))) if p.is_file()]
    else:
        return None
    return [str(each) for each in sorted(inside)]


def _read(
    sources: list[tuple[str, list[File]]], chosen: str | None, seen: Seen
) -> Iterator[Paper | Rejected]:
    """The papers of files, without duplicates."""
    for source, files in sources:
        papers = 0
        first: Rejected | None = None
        for file in files:
            seen.next_file()
            for line, each in read_file(file, chosen):
                if isinstance(each, Rejected):
                    first = first or each
                    yield each
                else:
                    papers += 1
                    yield seen.admit(each, line, file.path)
        if not papers:
            told = f": {first.source}: {first.reason}" if first else "; check the path"
            raise PaperKGError(f"{source}: no paper in any file there{told}")


def read_file(file: File, chosen: str | None) -> Iterator[tuple[int, Paper | Rejected]]:
    """The papers of one file, each with its line; a file that was not named may be of no use."""
    try:
        yield from _read_named(file.path, chosen)
    except PaperKGError as error:
        if file.named:
            raise
        where = Where.of(file.path)
        yield 0, where.reject(0, str(error).removeprefix(f"{where.name}: "))


def _read_named(path: str, chosen: str | None) -> Iterator[tuple[int, Paper | Rejected]]:
    """The papers of one file; raises PaperKGError where it has none."""
    where = Where.of(path)
    papers = 0
    first: Rejected | None = None
    with _records(path, chosen, where) as (form, records):
        for number, raw in enumerate(records, 1):
            each = to_paper(raw, number, where) if isinstance(raw, Raw) else raw
            papers += isinstance(each, Paper)
            if isinstance(each, Rejected):
                first = first or each
            yield raw.line, each
    if not papers:
        raise PaperKGError(_none_there(where, form, first))


@contextmanager
def _records(
    path: str, chosen: str | None, where: Where
) -> Iterator[tuple[str, Iterator[Raw | Rejected]]]:
    """The records of one file, and the name of its format."""
    with open_bytes(path) as stream:
        if chosen == parquet.name or (chosen is None and parquet.begins(stream.peek(4))):
            with seekable(stream) as table:
                yield parquet.name, parquet.read(table, where)
            return
        with lines_of(stream) as lines:
            held = list(_head(lines))
            head = "".join(held)
            _check(head, where)
            form = _recognised(head, where) if chosen is None else _named(chosen)
            yield form.name, form.read(chain(held, lines), where)


def _named(name: str) -> Format:
    """The format of that name, which is one of text."""
    return next(each for each in FORMATS if each.name == name)


def _head(lines: Iterator[str]) -> Iterator[str]:
    """The first lines, up to `HEAD` characters or the end of the line that passes them."""
    size = 0
    for line in lines:
        yield line
        size += len(line)
        if size >= HEAD:
            return


def _check(head: str, where: Where) -> None:
    """Raises PaperKGError where a file that begins so is empty or no text."""
    if not head.strip():
        raise PaperKGError(f"{where.name}: empty; give a file with papers")
    if head.startswith(UTF16):
        raise PaperKGError(f"{where.name}: UTF-16 text; save it as UTF-8")
    if head.startswith("PK\x03\x04"):
        raise PaperKGError(f"{where.name}: a zip archive; unpack it and give what is in it")
    if 10 * (head.count("\0") + len(UNDECODED.findall(head))) > len(head):
        raise PaperKGError(f"{where.name}: not text; give one of the formats {', '.join(ABOUT)}")


def _recognised(head: str, where: Where) -> Format:
    """The format of a file that begins so."""
    for each in FORMATS:
        if each.recognises(head):
            return each
    raise PaperKGError(
        f"{where.name}: no papers recognised; give a title and an abstract for each,"
        f" in one of the formats {', '.join(ABOUT)}"
    )


def _none_there(where: Where, form: str, first: Rejected | None) -> str:
    """Why a file gave no paper."""
    if first is None:
        return f"{where.name}: no paper in it, read as {form}; check the file or its format"
    return (
        f"{where.name}:{first.line}: no paper in it, read as {form}:"
        f" {first.reason}; check the file or its format"
    )
