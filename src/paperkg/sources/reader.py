"""Reads papers from sources: finds the files, recognises their format and drops duplicates."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Protocol

from paperkg.errors import PaperKGError
from paperkg.files import UNDECODED, open_text
from paperkg.records import Paper
from paperkg.sources import delimited, jsonlines, page, webpage
from paperkg.sources.record import Raw, Rejected, Where, to_paper

__all__ = ["FORMATS", "Format", "formats", "read"]

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


FORMATS: tuple[Format, ...] = (jsonlines, webpage, delimited, page)
"""The formats, in the order in which they are tried: the most certain first."""


class _File(NamedTuple):
    """A file to read; one that was not named itself may turn out to be of no use."""

    path: str
    named: bool


def formats() -> dict[str, str]:
    """What each format is, by the name that `read` takes."""
    return {each.name: each.about for each in FORMATS}


def read(
    sources: Iterable[str],
    *,
    format: str | None = None,  # noqa: A002
) -> Iterator[Paper | Rejected]:
    """The papers of all sources, one at a time, and each record that is none with the reason.

    A source is a path, `-` for standard input, a directory, or a glob pattern; files may be
    gzipped. The format is recognised by content unless it is given. No two papers have the same
    id or the same key: the second of two with one key is rejected as a duplicate.

    Raises PaperKGError where a source is missing, empty, binary or of no known format, or has no
    paper in it. In a directory or pattern such files are rejected, while others have papers.
    """
    chosen = _named(format) if format is not None else None
    names = [sources] if isinstance(sources, str) else [str(source) for source in sources]
    files = [(name, _files(name)) for name in names]
    return _read(files, chosen)


def _named(name: str) -> Format:
    """The format of that name."""
    for each in FORMATS:
        if each.name == name:
            return each
    raise PaperKGError(f"no format is called {name}; choose one of {', '.join(formats())}")


def _files(source: str) -> list[_File]:
    """The files of a source, in the order of their names."""
    path = Path(source)
    if source == "-" or path.is_file():
        return [_File(source, named=True)]
    if path.is_dir():
        inside = [p for p in path.iterdir() if p.is_file() and not p.name.startswith(".")]
    elif glob.has_magic(source) and not path.exists():
        anchor = Path(path.anchor)
        inside = [p for p in anchor.glob(str(path.relative_to(anchor))) if p.is_file()]
    else:
        return [_File(source, named=True)]
    if not inside:
        raise PaperKGError(f"{source}: no file there; check the path")
    return [_File(str(p), named=False) for p in sorted(inside)]


def _read(
    sources: list[tuple[str, list[_File]]], chosen: Format | None
) -> Iterator[Paper | Rejected]:
    """The papers of files, without duplicates."""
    seen = _Seen()
    for source, files in sources:
        papers = 0
        for file in files:
            seen.next_file()
            for line, each in _read_file(file, chosen):
                papers += isinstance(each, Paper)
                yield seen.admit(each, line, file.path) if isinstance(each, Paper) else each
        if not papers:
            raise PaperKGError(f"{source}: no paper in any file there; check the path")


def _read_file(file: _File, chosen: Format | None) -> Iterator[tuple[int, Paper | Rejected]]:
    """The papers of one file, each with its line; a file that was not named may be of no use."""
    try:
        yield from _read_named(file.path, chosen)
    except PaperKGError as error:
        if file.named:
            raise
        where = Where.of(file.path)
        yield 0, where.reject(0, str(error).removeprefix(f"{where.name}: "))


def _read_named(path: str, chosen: Format | None) -> Iterator[tuple[int, Paper | Rejected]]:
    """The papers of one file; raises PaperKGError where it has none."""
    where = Where.of(path)
    papers = 0
    first: Rejected | None = None
    with open_text(path, strict=False) as lines:
        head = list(_head(lines))
        _check("".join(head), where)
        form = chosen or _recognised("".join(head), where)
        for number, raw in enumerate(form.read(chain(head, lines), where), 1):
            each = to_paper(raw, number, where) if isinstance(raw, Raw) else raw
            papers += isinstance(each, Paper)
            if isinstance(each, Rejected):
                first = first or each
            yield raw.line, each
    if not papers:
        raise PaperKGError(_none_there(where, form, first))


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
    if 10 * (head.count("\0") + len(UNDECODED.findall(head))) > len(head):
        raise PaperKGError(
            f"{where.name}: not text; give one of the formats {', '.join(formats())}"
        )


def _recognised(head: str, where: Where) -> Format:
    """The format of a file that begins so."""
    for each in FORMATS:
        if each.recognises(head):
            return each
    raise PaperKGError(
        f"{where.name}: no papers recognised; give a title and an abstract for each,"
        f" in one of the formats {', '.join(formats())}"
    )


def _none_there(where: Where, form: Format, first: Rejected | None) -> str:
    """Why a file gave no paper."""
    if first is None:
        return f"{where.name}: no paper in it, read as {form.name}; check the file or its format"
    return (
        f"{where.name}:{first.line}: no paper in it, read as {form.name}:"
        f" {first.reason}; check the file or its format"
    )


class _Seen:
    """The ids and keys met so far, over all files."""

    def __init__(self) -> None:
        self.by_key: dict[str, str] = {}
        self.ids: set[str] = set()
        self.renamed: dict[str, str] = {}

    def next_file(self) -> None:
        """Begins a file, whose ids may need other names than those of the file before."""
        self.renamed = {}

    def admit(self, paper: Paper, line: int, path: str) -> Paper | Rejected:
        """The paper under an id of its own, or rejected where its key was there before."""
        if first := self.by_key.get(paper.key):
            return Where.of(path).reject(line, f"duplicate of {first}", paper.title)
        unique = self._unique(paper.id)
        self.by_key[paper.key] = unique
        self.ids.add(unique)
        return paper if unique == paper.id else replace(paper, id=unique)

    def _unique(self, identifier: str) -> str:
        """The id, or with a number where it is taken: `page2:01`, `7-2`.

        Once one id of a file had to give way, those of the file with its prefix follow it.
        """
        prefix, colon, rest = identifier.partition(":")
        renamed = self.renamed.get(prefix, prefix) + colon + rest
        number = 1
        while renamed in self.ids:
            number += 1
            renamed = f"{prefix}{number}:{rest}" if colon else f"{prefix}-{number}"
        if colon and number > 1:
            self.renamed[prefix] = f"{prefix}{number}"
        return renamed
