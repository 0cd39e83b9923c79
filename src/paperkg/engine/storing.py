"""The SPARQL store of a build: the last one with what has changed since, or a new one."""

from __future__ import annotations

from itertools import takewhile

from paperkg.engine.written import Written
from paperkg.graph.store import STORE, change_store, fill_store, identity

__all__ = ["StoreRow", "write_store"]

FILES = ("graph.ttl", "evidence.ttl")
SHARE = 8
"""Where more than one part in so many has changed, a new store is made sooner …"""
TIMES, SMALL = 8, 1 << 29
"""… and after so many changes a store is tidied up, one of fewer bytes after each."""
StoreRow = tuple[str, int]
"""A store: what tells it from others, and how often it has been changed."""


def write_store(
    old: Written | None, new: Written, changed: set[int], kept: StoreRow | None
) -> StoreRow:
    """Write the store of new files beside them; `kept` is the one that belongs to old files.

    Papers that are in both files are the same there, unless they have `changed`.
    """
    id_, times = kept or ("", 0)
    if old and id_ and identity(old.folder / STORE) == id_:
        gone, come = difference(old, new, changed)
        size = sum((new.folder / name).stat().st_size for name in FILES)
        if (len(gone) + len(come)) * SHARE < size:
            store = old.folder / STORE
            small = sum(file.stat().st_size for file in store.iterdir()) < SMALL
            tidy = small or (times + 1) % TIMES == 0
            change_store(store, new.folder / STORE, gone, come, tidy=tidy)
            return id_, times + 1
    fill_store([new.folder / name for name in FILES], new.folder / STORE, own=True)
    return identity(new.folder / STORE), 0


def difference(old: Written, new: Written, changed: set[int]) -> tuple[bytes, bytes]:
    """What new files no longer say, and what they say that old ones do not, as Turtle."""
    gone, come = set[bytes](), set[bytes]()
    for name in FILES:
        before, after = old.numbers(name), new.numbers(name)
        other = before ^ after | changed
        one, another = old.blocks(name, before & other), new.blocks(name, after & other)
        gone |= one - another
        come |= another - one
    with (new.folder / FILES[0]).open("rb") as lines:
        prefixes = b"".join(takewhile(b"\n".__ne__, lines))
    return document(prefixes, gone), document(prefixes, come)


def document(prefixes: bytes, blocks: set[bytes]) -> bytes:
    """Blocks as a document."""
    return b"\n\n".join((prefixes, *sorted(blocks)))
