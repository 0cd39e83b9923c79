"""What each paper has in the files of the last build, so that it need not be written anew.

A file is of use as long as it is what that build wrote, byte for byte.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

__all__ = ["Row", "Tracked", "Written", "writer_mark"]

PIECE = 1 << 20
Row = tuple[str, int, int, bytes, bytes]
"""A file: its name, checksum, where papers begin, their numbers in order, and their sizes."""


class Place(NamedTuple):
    """The papers of a file: their numbers, sorted, and where each begins and ends."""

    numbers: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]


class Tracked:
    """A file that is being written, with the size of each paper in it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.checksum = 0
        self.start = 0
        self.numbers, self.sizes = array("q"), array("q")

    def write(self, text: str) -> None:
        """Write what is no paper's."""
        self.put([], [text.encode()])

    def put(self, numbers: list[int], pieces: list[bytes]) -> None:
        """Write pieces, each of which is what a paper has, where they come with numbers."""
        data = b"".join(pieces)
        if numbers:
            self.numbers.extend(numbers)
            self.sizes.extend(map(len, pieces))
        elif not self.numbers:
            self.start += len(data)
        self.checksum = crc32(data, self.checksum)
        self.file.write(data)

    def row(self, name: str) -> Row:
        """What there is to keep of it."""
        numbers, sizes = self.numbers.tobytes(), self.sizes.tobytes()
        return name, self.checksum, self.start, numbers, sizes


class Written:
    """The pieces of papers in the files of a folder."""

    def __init__(self, folder: Path, rows: Iterable[Row]) -> None:
        self.folder = folder
        self.places = {row[0]: place(*row[2:]) for row in rows}

    @classmethod
    def of(cls, folder: Path, rows: Iterable[Row]) -> Written | None:
        """The pieces, or None where there are no such files or they have been changed."""
        kept = list(rows)
        whole = all(checksum(folder / name) == told for name, told, *_ in kept)
        return cls(folder, kept) if kept and whole else None

    def pieces(self, name: str, numbers: list[int]) -> Iterator[bytes]:
        """What papers have in a file, by their numbers."""
        known, starts, ends = self.places[name]
        at = np.searchsorted(known, numbers)
        with (self.folder / name).open("rb") as file:
            for start, end in zip(starts[at].tolist(), ends[at].tolist(), strict=True):
                file.seek(start)
                yield file.read(end - start)


def place(start: int, numbers: bytes, sizes: bytes) -> Place:
    """Where papers stand, by their numbers."""
    in_order = np.frombuffer(numbers, np.int64)
    ends = start + np.cumsum(np.frombuffer(sizes, np.int64))
    starts = ends - np.frombuffer(sizes, np.int64)
    order = np.argsort(in_order)
    return Place(in_order[order], starts[order], ends[order])


def writer_mark(base: str, types: Sequence[str]) -> str:
    """A digest of what decides how a linked paper is written, the code too."""
    package = Path(__file__).parents[1]
    code = (path for part in ("engine", "export", "graph") for path in package.glob(f"{part}/*.py"))
    told = hashlib.sha256(repr((base, tuple(types))).encode())
    for path in sorted(code):
        told.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()


def checksum(path: Path) -> int | None:
    """The checksum of a file, or None where there is none; it is to tell changes, not attacks."""
    try:
        with path.open("rb") as file:
            found = 0
            while data := file.read(PIECE):
                found = crc32(data, found)
            return found
    except OSError:
        return None
