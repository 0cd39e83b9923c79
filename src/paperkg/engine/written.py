"""What each paper has in the files of the last build, so that it need not be written anew.

A file is of use as long as it is what that build wrote, byte for byte.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import IO, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

__all__ = ["PARTS", "PartRow", "Row", "Run", "Tracked", "Written", "woven", "writer_mark"]

PIECE = 1 << 20
Row = tuple[str, int, int, bytes, bytes]
"""A file: its name, checksum, where papers begin, their numbers in order, and their sizes."""
Run = tuple[list[int], list[int], bytes]
"""What papers have in a file one after the other: their numbers, their sizes, and all of it."""
PartRow = tuple[str, bytes, int]
"""A part: its name, a digest of what it is made of, and its checksum."""
PARTS = "parts"
"""The folder of parts."""
LIBRARIES = ("backports.zstd", "pyarrow", "pyoxigraph")
"""They decide of what bytes a file is."""


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

    def write(self, data: bytes) -> None:
        """Write what is no paper's."""
        self.put(([], [], data))

    def put(self, run: Run) -> None:
        """Write what some papers have or, where there are no numbers, what is no paper's."""
        numbers, sizes, data = run
        self.numbers.extend(numbers)
        self.sizes.extend(sizes)
        if not self.numbers:
            self.start += len(data)
        self.checksum = crc32(data, self.checksum)
        self.file.write(data)

    def row(self, name: str) -> Row:
        """What there is to keep of it."""
        numbers, sizes = self.numbers.tobytes(), self.sizes.tobytes()
        return name, self.checksum, self.start, numbers, sizes


class Written:
    """What papers have in the files of a folder; `parts` has what each is made of, as a digest."""

    def __init__(self, folder: Path, rows: Iterable[Row], parts: Iterable[PartRow] = ()) -> None:
        self.folder = folder
        self.places = {row[0]: place(*row[2:]) for row in rows}
        self.parts = {name: source for name, source, _ in parts}

    @classmethod
    def of(cls, folder: Path, rows: Iterable[Row], parts: Iterable[PartRow]) -> Written | None:
        """The same, without parts that have been changed; None where other files have been."""
        kept = list(rows)
        if not kept or any(checksum(folder / name) != told for name, told, *_ in kept):
            return None
        return cls(folder, kept, [p for p in parts if checksum(folder / PARTS / p[0]) == p[2]])

    def numbers(self, name: str) -> set[int]:
        """The papers that a file has something of."""
        return set(self.places[name].numbers.tolist())

    def blocks(self, name: str, numbers: set[int]) -> set[bytes]:
        """The prefixes of a Turtle file, its blocks that are no paper's, and those of papers."""
        _, starts, ends = self.places[name]
        with (self.folder / name).open("rb") as file:
            before = file.read(int(starts.min()))
            file.seek(ends.max())
            texts = [before, file.read()]
        texts += (data for *_, data in self.runs(name, sorted(numbers)))
        return {block.strip() for text in texts for block in text.split(b"\n\n")}

    def part(self, name: str) -> bytes:
        """A part as it was written."""
        return (self.folder / PARTS / name).read_bytes()

    def runs(self, name: str, numbers: list[int]) -> Iterator[Run]:
        """What papers have in a file, by their numbers, as much at once as stands together."""
        if not numbers:
            return
        known, starts, ends = self.places[name]
        at = np.searchsorted(known, numbers)
        starts, ends = starts[at], ends[at]
        sizes = (ends - starts).tolist()
        firsts = [0, *(np.flatnonzero(starts[1:] != ends[:-1]) + 1).tolist()]
        with (self.folder / name).open("rb") as file:
            for first, past in zip(firsts, [*firsts[1:], len(numbers)], strict=True):
                file.seek(starts[first])
                data = file.read(int(ends[past - 1] - starts[first]))
                yield numbers[first:past], sizes[first:past], data


def woven(
    name: str, numbers: list[int], new: Mapping[int, bytes], written: Written | None
) -> Iterator[Run]:
    """What papers have in a file, by their numbers: what is new, else what was written."""
    for is_new, group in groupby(numbers, new.__contains__):
        told = list(group)
        if is_new or not written:
            pieces = [new[number] for number in told]
            yield told, list(map(len, pieces)), b"".join(pieces)
        else:
            yield from written.runs(name, told)


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
    told = hashlib.sha256(repr((base, tuple(types), *map(version, LIBRARIES))).encode())
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
