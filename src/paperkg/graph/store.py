"""A graph's files as a SPARQL store on disk."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Lock
from typing import Any

from pyoxigraph import RdfFormat, Store, parse

from paperkg.errors import PaperKGError

__all__ = ["STORE", "change_store", "fill_store", "identity"]

STORE = "store"
"""The folder of a store beside the graph that it was made from."""
FORMATS = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES}
PIECE = 1 << 23
"""About so many bytes of a file that we wrote are loaded at once: loading all takes memory."""
LOADERS = 2
"""So many pieces are loaded at a time: while one is parsed, another is sorted and written."""


def fill_store(files: Sequence[Path], folder: str | Path, *, own: bool = False) -> None:
    """Load files into a new store in a folder; `own` files are as `turtle` writes them.

    Raises PaperKGError, naming file and place, where one does not parse.
    """
    alone(load_files, str(folder), list(files), own)


def change_store(
    store: Path, folder: str | Path, gone: bytes, come: bytes, *, tidy: bool = False
) -> None:
    """Make a new store of another one without the triples of a document and with those of another.

    Both documents are Turtle. A store that has been changed is asked faster once it is `tidy`.
    Files that never change are the same in both; raises PaperKGError where there is no room.
    """
    try:
        shutil.copytree(store, folder, copy_function=linked)
    except OSError as error:
        raise PaperKGError(f"{folder}: {error}; is there enough room?") from error
    alone(change_triples, str(folder), gone, come, tidy)


def linked(old: str, new: str) -> str:
    """A file of a store, once more; the tables in it are written once and never changed."""
    if old.endswith(".sst"):
        try:
            os.link(old, new)
            return new
        except OSError:
            pass  # no file system for links
    return shutil.copy2(old, new)


def identity(folder: Path) -> str:
    """What tells the store in a folder from all that were filled, or "" where there is none."""
    try:
        return (folder / "IDENTITY").read_text("ascii")
    except (OSError, ValueError):
        return ""


def alone(work: Callable[..., str], folder: str, *given: Any) -> None:
    """Do some work on a store, which tells what is wrong or "", in a process of its own.

    This gives its memory back, and Ctrl-C ends it at once. Raises PaperKGError where it fails.
    """
    command = [sys.executable, "-P", "-c", f"from {__name__} import do_alone; do_alone()"]
    paths = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with Popen(command, stdin=PIPE, stdout=PIPE, env=os.environ | paths) as process:
        try:
            fault = process.communicate(pickle.dumps((work, folder, given)))[0].decode()
        finally:
            process.kill()
    if process.returncode:
        fault = f"{folder}: loading broke off; is there enough memory and room?"
    if fault:
        raise PaperKGError(fault)


def do_alone() -> None:
    """Do the work that standard input tells, and tell on standard output what is wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who waits for this process ends it
    work, folder, given = pickle.load(sys.stdin.buffer)
    try:
        fault = work(folder, *given)
    except OSError as error:
        fault = f"{folder}: {error}; is there enough room?"
    sys.stdout.write(fault)


def load_files(folder: str, files: Sequence[Path], own: bool) -> str:
    """Load files into a new store; tells what is wrong with them, or "" where all went well."""
    store = Store(folder)
    put_off_merging()
    for file in files:
        try:
            if own:
                load_pieces(store, file)
            else:
                store.bulk_load(path=str(file), format=FORMATS[file.suffix])
        except (SyntaxError, ValueError, OSError) as error:
            return f"{file}: {error}; build the graph again"
    store.optimize()
    store.flush()
    return "" if len(store) else f"{files[0]}: an empty graph; build it again"


def put_off_merging() -> None:
    """Let RocksDB merge tables while nothing else is to be done: in the end all are merged at once.

    Only Linux knows threads by their names; elsewhere loading takes a fifth longer.
    """
    for task in Path("/proc/self/task").glob("*"):
        with suppress(OSError):
            if (task / "comm").read_text().startswith("rocksdb:low"):
                os.setpriority(os.PRIO_PROCESS, int(task.name), 19)


def change_triples(folder: str, gone: bytes, come: bytes, tidy: bool) -> str:
    """Take the triples of a document from a store, and add those of another."""
    store = Store(folder)
    for quad in parse(gone, RdfFormat.TURTLE, lenient=True):
        store.remove(quad)
    store.extend(parse(come, RdfFormat.TURTLE, lenient=True))
    if tidy:
        store.optimize()
    store.flush()
    return ""


def load_pieces(store: Store, file: Path) -> None:
    """Load a Turtle file of ours piece by piece; a store that loads keeps no thread waiting."""
    left, turn = pieces(file), Lock()

    def load() -> None:
        while True:
            with turn:
                piece = next(left, b"")
            if not piece:
                return
            store.bulk_load(piece, RdfFormat.TURTLE, lenient=True)

    with ThreadPoolExecutor(LOADERS) as pool:
        for loader in [pool.submit(load) for _ in range(LOADERS)]:
            loader.result()


def pieces(file: Path) -> Iterator[bytes]:
    """A Turtle file of ours in documents of some blocks each, which an empty line parts."""
    with file.open("rb") as lines:
        prefixes = b"".join(takewhile(b"\n".__ne__, lines))
        while begun := lines.read(PIECE):
            rest = takewhile(b"\n".__ne__, lines)
            yield b"".join((prefixes, begun, lines.readline(), *rest))
