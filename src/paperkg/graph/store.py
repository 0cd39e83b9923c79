"""A graph's files as a SPARQL store on disk."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from paperkg.errors import PaperKGError

__all__ = ["STORE", "fill_store"]

STORE = "store"
FORMATS = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES}


def fill_store(files: Sequence[Path], folder: Path) -> None:
    """Load files into a new store in a folder, in a process of its own, for loading takes memory.

    Raises PaperKGError where one does not parse, or there is no room.
    """
    context = multiprocessing.get_context("spawn")
    faults = context.SimpleQueue()
    process = context.Process(target=load_files, args=(list(files), str(folder), faults))
    process.start()
    process.join()
    fault = "loading broke off; is there enough memory?" if process.exitcode else faults.get()
    if fault:
        raise PaperKGError(f"{folder}: {fault}")


def load_files(files: Sequence[Path], folder: str, faults) -> None:  # type: ignore[no-untyped-def]
    """Load files, and put what is wrong with them, or "" where all went well."""
    store = Store(folder)
    fault = ""
    for file in files:
        try:
            store.bulk_load(path=str(file), format=FORMATS[file.suffix])
        except (SyntaxError, ValueError, OSError) as error:
            fault = f"{file.name}: {error}; build the graph again"
    store.optimize()
    store.flush()
    del store
    faults.put(fault)
