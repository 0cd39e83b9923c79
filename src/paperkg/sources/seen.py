"""What was read so far: no two papers get the same id or the same key, in little memory."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable
from dataclasses import replace

from paperkg.records import Paper
from paperkg.sources.record import Rejected, Where

__all__ = ["Seen"]

CAPACITY = 1 << 10
FULL, GROWTH = 0.75, 1.5
KEY, ID = b"k", b"i"


class Seen:
    """The ids and keys of the papers so far, over all files; `known` are those from before.

    A paper whose id is its key, as one from arXiv has, takes some 30 bytes; another, whose id
    must be kept to be told, some 200.
    """

    def __init__(self, known: Iterable[tuple[str, str]] = ()) -> None:
        self.digests = _Digests()
        self.first: dict[bytes, str] = {}
        self.renamed: dict[str, str] = {}
        self.tried: dict[str, int] = {}
        for identifier, key in known:
            self._note(identifier, key, _digest(KEY, key))

    def next_file(self) -> None:
        """Begins a file, whose ids may need other names than those of the file before."""
        self.renamed = {}

    def admit(self, paper: Paper, line: int, path: str) -> Paper | Rejected:
        """The paper under an id of its own, or rejected where its key was there before."""
        digest = _digest(KEY, paper.key)
        if digest in self.digests:
            first = self.first.get(digest, paper.key)
            return Where.of(path).reject(line, f"duplicate of {first}", paper.title)
        alone = paper.id == paper.key and not self.first  # then no other can have its id
        unique = paper.id if alone else self._unique(paper.id)
        self._note(unique, paper.key, digest)
        return paper if unique == paper.id else replace(paper, id=unique)

    def _note(self, identifier: str, key: str, digest: bytes) -> None:
        """Remember a paper by the digest of its key."""
        self.digests.add(digest)
        if identifier != key:
            self.first[digest] = identifier
            self.digests.add(_digest(ID, identifier))

    def _taken(self, identifier: str) -> bool:
        """Whether a paper has that id."""
        if _digest(ID, identifier) in self.digests:
            return True
        digest = _digest(KEY, identifier)
        return digest in self.digests and digest not in self.first

    def _unique(self, identifier: str) -> str:
        """The id, or with a number where it is taken: `page2:01`, `7-2`.

        Once one id of a file had to give way, those of the file with its prefix follow it.
        """
        prefix, colon, rest = identifier.partition(":")
        renamed = self.renamed.get(prefix, prefix) + colon + rest
        if not self._taken(renamed):
            return renamed
        number = self.tried.get(identifier, 1)  # all numbers up to it were taken and still are
        while self._taken(renamed):
            number += 1
            renamed = f"{prefix}{number}:{rest}" if colon else f"{prefix}-{number}"
        self.tried[identifier] = number
        if colon:
            self.renamed[prefix] = f"{prefix}{number}"
        return renamed


def _digest(kind: bytes, text: str) -> bytes:
    """Sixteen bytes that stand for a text: of 10 million, two are the same with odds of 1e-24."""
    return hashlib.blake2b(kind + text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class _Digests:
    """A set of digests in an array, with open addressing: 16 bytes each and a third for room."""

    def __init__(self) -> None:
        self.count = 0
        self.slots = array("Q", bytes(16 * CAPACITY))

    def __contains__(self, digest: bytes) -> bool:
        return self.slots[self._place(digest)] != 0

    def add(self, digest: bytes) -> None:
        """Put a digest in, unless it is there."""
        if self.count >= FULL * len(self.slots) / 2:
            self._grow()
        place = self._place(digest)
        if not self.slots[place]:
            self.count += 1
            self.slots[place], self.slots[place + 1] = _halves(digest)

    def _place(self, digest: bytes) -> int:
        """Where a digest is, or the free place where it would be."""
        high, low = _halves(digest)
        slots, size = self.slots, len(self.slots)
        place = high % (size // 2) * 2
        while slots[place] and (slots[place] != high or slots[place + 1] != low):
            place += 2
            if place == size:
                place = 0
        return place

    def _grow(self) -> None:
        """Makes room."""
        old = self.slots
        self.slots = array("Q", bytes(16 * int(GROWTH * len(old) / 2)))
        self.count = 0
        for place in range(0, len(old), 2):
            if old[place]:
                self._move(old[place], old[place + 1])

    def _move(self, high: int, low: int) -> None:
        """Put in a digest that is not there."""
        slots, size = self.slots, len(self.slots)
        place = high % (size // 2) * 2
        while slots[place]:
            place = (place + 2) % size
        slots[place], slots[place + 1] = high, low
        self.count += 1


def _halves(digest: bytes) -> tuple[int, int]:
    """A digest as two numbers, of which the first is not 0."""
    return int.from_bytes(digest[:8], "big") or 1, int.from_bytes(digest[8:], "big")
