"""Reading plain and gzipped files as streams, and writing files whole or not at all."""

from __future__ import annotations

import gzip
import io
import os
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, cast

from paperkg.errors import PaperKGError

__all__ = ["open_text", "read_bytes", "read_text", "utf8_only", "write_whole"]

GZIP_MAGIC = b"\x1f\x8b"
BUFFER = 1 << 17
UNDECODED = re.compile("[\udc80-\udcff]")
"""The code points by which `surrogateescape` stands for bytes that are not UTF-8."""


def _where(path: str) -> str:
    """The path as messages name it."""
    return "standard input" if path == "-" else path


@contextmanager
def _open_plain(path: str) -> Iterator[io.BufferedReader[Any]]:
    """The bytes of a file, or of standard input for `-`, as they are."""
    if path == "-":
        if sys.stdin is None:
            raise PaperKGError("standard input: closed; give the path of a file")
        given = io.BufferedReader(cast(io.RawIOBase, sys.stdin.buffer), BUFFER)
        try:
            yield given
        finally:
            given.detach()
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PaperKGError(f"{path}: {reason}; check the path and that it can be read") from error
    with stream:
        yield stream


@contextmanager
def _open_bytes(path: str) -> Iterator[IO[bytes]]:
    """The bytes of a file or of standard input, with gzip undone."""
    with _open_plain(path) as stream:
        with _reading(path):
            zipped = stream.peek(2).startswith(GZIP_MAGIC)
        if not zipped:
            yield stream
            return
        with gzip.GzipFile(fileobj=stream) as unpacked:
            yield io.BufferedReader(unpacked, BUFFER)


@contextmanager
def _reading(path: str) -> Iterator[None]:
    """Turns what can go wrong while bytes are read into a PaperKGError."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        where = _where(path)
        raise PaperKGError(f"{where}: broken gzip data ({error}); download it again") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise PaperKGError(f"{_where(path)}: {reason}; check that it can be read") from error


def read_bytes(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`, with gzip undone.

    Raises PaperKGError where there is no such file or it cannot be read or unpacked.
    """
    with _open_bytes(path) as stream, _reading(path):
        return stream.read()


def read_text(path: str) -> str:
    """The text of a UTF-8 file as `read_bytes` reads it, without a byte-order mark.

    Raises PaperKGError, naming the line, where the bytes are not UTF-8.
    """
    data = read_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PaperKGError(f"{_where(path)}:{line}: not UTF-8 text; save it as UTF-8") from error


@contextmanager
def open_text(path: str, *, strict: bool = True) -> Iterator[Iterator[str]]:
    r"""The lines of a text file, or of standard input for `-`, one at a time, with gzip undone.

    Every line but perhaps the last ends in a single `\n`; a byte-order mark is dropped. Where
    `strict` is false, bytes that are not UTF-8 come as the code points U+DC80 to U+DCFF.

    Raises PaperKGError where there is no such file, and, while lines are taken, where it cannot
    be read or unpacked or, naming the line, is not UTF-8.
    """
    with _open_bytes(path) as stream:
        text = io.TextIOWrapper(stream, "utf-8-sig", "surrogateescape", newline=None)
        lines = _lines(text, path)
        try:
            yield utf8_only(lines, _where(path)) if strict else lines
        finally:
            text.detach()


def _lines(text: io.TextIOWrapper, path: str) -> Iterator[str]:
    """The lines of an open file, whatever way they end."""
    with _reading(path):
        yield from iter(text.readline, "")  # `yield from text` would close it


def utf8_only(lines: Iterable[str], name: str) -> Iterator[str]:
    """The lines that `open_text` gave without `strict`, checked after all.

    Raises PaperKGError, naming the line, at the first that was not UTF-8.
    """
    for number, line in enumerate(lines, 1):
        if UNDECODED.search(line):
            raise PaperKGError(f"{name}:{number}: not UTF-8 text; save it as UTF-8")
        yield line


@contextmanager
def write_whole(path: str | os.PathLike[str], mode: str = "w") -> Iterator[IO[str] | IO[bytes]]:
    """A file to write, which takes its name only when the block ends without an error."""
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("wb", dir=target.parent, prefix=".part-", delete=False) as raw:
            part = Path(raw.name)
            try:
                stream = raw if mode == "wb" else io.TextIOWrapper(raw, "utf-8", newline="\n")
                yield stream
                stream.flush()
                part.chmod(0o644)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise PaperKGError(f"{path}: {error.strerror or error}; cannot write there") from error
