"""Reads plain and packed files, here or at an address, as streams; writes files whole or not."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import shutil
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO, Any, NamedTuple, cast

from backports.zstd import ZstdError, ZstdFile

from paperkg.errors import PaperKGError
from paperkg.remote import is_address, open_address

__all__ = [
    *("LINE_LENGTH", "UNDECODED"),
    *("lines_of", "open_bytes", "open_text", "read_bytes", "read_text"),
    *("seekable", "utf8_only", "write_whole"),
]

BUFFER = 1 << 17
LINE_LENGTH = 1 << 24
"""The most characters in a line; what is longer comes in pieces, so that memory is bounded."""
UNDECODED = re.compile("[\udc80-\udcff]")
"""The code points by which `surrogateescape` stands for bytes that are not UTF-8."""


class _Packing(NamedTuple):
    """A way to pack files: its name, how such a file begins, and what unpacks it."""

    name: str
    magic: re.Pattern[bytes]
    unpack: Callable[[IO[bytes]], Any]


PACKINGS = (
    _Packing("gzip", re.compile(rb"\x1f\x8b"), lambda raw: gzip.GzipFile(fileobj=raw)),
    _Packing("zstd", re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), ZstdFile),
    _Packing("bzip2", re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), bz2.BZ2File),
    _Packing("xz", re.compile(rb"\xfd7zXZ\0"), lzma.LZMAFile),
)


def _where(path: str) -> str:
    """The path as messages name it."""
    return "standard input" if path == "-" else path


class _Source(io.RawIOBase):
    """The bytes of something open, for which whatever goes wrong is a PaperKGError."""

    def __init__(self, inner: Any, name: str, *, packing: str = "", owned: bool = True) -> None:
        self.inner, self.called, self.packing, self.owned = inner, name, packing, owned

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self.owned and not self.packing and self.inner.seekable())

    def readinto(self, buffer: Any) -> int | None:
        with self._told():
            return cast(int | None, self.inner.readinto(buffer))

    def seek(self, offset: int, whence: int = 0) -> int:
        with self._told():
            return cast(int, self.inner.seek(offset, whence))

    def tell(self) -> int:
        return cast(int, self.inner.tell())

    def close(self) -> None:
        if self.owned and not self.closed:
            self.inner.close()
        super().close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, zlib.error, ZstdError, lzma.LZMAError, OSError) as error:
            if isinstance(error, OSError) and (error.errno or not self.packing):
                reason = error.strerror or str(error)
                raise PaperKGError(f"{self.called}: {reason}; check that it can be read") from error
            if "too much memory" in str(error):
                raise PaperKGError(
                    f"{self.called}: packed with a window above 128 MB; unpack it first,"
                    " with zstd -d --long=31"
                ) from error
            raise PaperKGError(
                f"{self.called}: broken {self.packing} data ({error}); download it again"
            ) from error


@contextmanager
def _open_plain(path: str) -> Iterator[io.BufferedReader[Any]]:
    """The bytes of a file, an address, or of standard input for `-`, as they are."""
    if path == "-" and sys.stdin is None:
        raise PaperKGError("standard input: closed; give the path of a file")
    if path == "-":
        raw = _Source(sys.stdin.buffer, _where(path), owned=False)
    else:
        raw = _Source(open_address(path) if is_address(path) else _opened(path), path)
    with io.BufferedReader(raw, BUFFER) as stream:
        yield stream


def _opened(path: str) -> IO[bytes]:
    """An open file."""
    try:
        return Path(path).open("rb", buffering=0)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PaperKGError(f"{path}: {reason}; check the path and that it can be read") from error


@contextmanager
def open_bytes(path: str) -> Iterator[io.BufferedReader[Any]]:
    """The bytes of a file, an address, or of standard input for `-`, unpacked where packed.

    Raises PaperKGError where there is no such file, and, while bytes are taken, where it cannot
    be read or unpacked.
    """
    with _open_plain(path) as stream:
        head = stream.peek(16)
        for packing in PACKINGS:
            if packing.magic.match(head):
                raw = _Source(packing.unpack(stream), _where(path), packing=packing.name)
                with io.BufferedReader(raw, BUFFER) as unpacked:
                    yield unpacked
                return
        yield stream


@contextmanager
def seekable(stream: io.BufferedReader[Any]) -> Iterator[IO[bytes]]:
    """The stream where one can go back in it without unpacking it again, else a copy on disk."""
    if stream.seekable():
        yield stream
        return
    with TemporaryFile("w+b") as copy:
        shutil.copyfileobj(stream, copy, BUFFER)
        copy.seek(0)
        yield copy


def read_bytes(path: str) -> bytes:
    """The bytes of a file, an address, or of standard input for `-`, unpacked where packed.

    Raises PaperKGError where there is no such file or it cannot be read or unpacked.
    """
    with open_bytes(path) as stream:
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
    r"""The lines of a text file, or of standard input for `-`, one at a time, unpacked.

    Every line but perhaps the last ends in a single `\n`; a byte-order mark is dropped. Where
    `strict` is false, lines come as `lines_of` gives them.

    Raises PaperKGError where there is no such file, and, while lines are taken, where it cannot
    be read or unpacked or, naming the line, is not UTF-8 or has a line without end.
    """
    with open_bytes(path) as stream, lines_of(stream) as lines:
        yield utf8_only(lines, _where(path)) if strict else lines


@contextmanager
def lines_of(stream: IO[bytes]) -> Iterator[Iterator[str]]:
    r"""The lines of an open file as they are, to be checked by who takes them.

    Bytes that are not UTF-8 come as the code points U+DC80 to U+DCFF. A line of more than
    `LINE_LENGTH` characters comes in pieces, of which only the last ends in `\n`.
    """
    text = io.TextIOWrapper(stream, "utf-8-sig", "surrogateescape", newline=None)
    try:
        yield iter(partial(text.readline, LINE_LENGTH), "")
    finally:
        text.detach()


def utf8_only(lines: Iterable[str], name: str) -> Iterator[str]:
    """The lines that `lines_of` gave, checked after all.

    Raises PaperKGError, naming the line, at the first that was not UTF-8 or too long.
    """
    for number, line in enumerate(lines, 1):
        if not line.isascii() and UNDECODED.search(line):
            raise PaperKGError(f"{name}:{number}: not UTF-8 text; save it as UTF-8")
        if len(line) >= LINE_LENGTH:
            raise PaperKGError(f"{name}:{number}: a line without end; check the file")
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
