"""A graph's files as a SPARQL store on disk."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock

from pyoxigraph import RdfFormat, Store

from paperkg.errors import PaperKGError

__all__ = ["STORE", "fill_store"]

STORE = "store"
"""The folder of a store beside the graph that it was made from."""
FORMATS = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES}
PIECE = 1 << 23
"""About so many bytes of a file that we wrote are loaded at once: loading all takes memory."""
LOADERS = 2
"""So many pieces are loaded at a time: while one is parsed, another is sorted and written."""


def fill_store(files: Sequence[Path], folder: str | Path, *, own: bool = False) -> None:
    """Load files into a new store in a folder; `own` files are as `turtle` writes them.

    A process of its own does it, which gives its memory back and which Ctrl-C ends at once.
    Raises PaperKGError, naming file and place, where one does not parse.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=load_files, args=(theirs, list(files), str(folder), own), daemon=True
    )
    process.start()
    theirs.close()
    try:
        fault = ours.recv()
    except EOFError:
        fault = f"{files[0]}: loading broke off; is there enough memory and room in {folder}?"
    finally:
        process.kill()
        process.join()
        ours.close()
    if fault:
        raise PaperKGError(fault)


def load_files(pipe: Connection, files: Sequence[Path], folder: str, own: bool) -> None:
    """Load files into a new store, and send what is wrong with them, or "" where all went well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who waits for this process ends it
    store = Store(folder)
    for file in files:
        try:
            if own:
                load_pieces(store, file)
            else:
                store.bulk_load(path=str(file), format=FORMATS[file.suffix])
        except (SyntaxError, ValueError, OSError) as error:
            pipe.send(f"{file}: {error}; build the graph again")
            return
    store.optimize()
    store.flush()
    fault = "" if len(store) else f"{files[0]}: an empty graph; build it again"
    del store
    pipe.send(fault)


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
