"""What is found in each paper of an archive, by as many processes as there are cores."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from paperkg.catalog import load_catalog
from paperkg.engine.archive import Archive, Find, as_find
from paperkg.extract import extract
from paperkg.extract.pipeline import own_pipeline
from paperkg.link import Grounder, names_in
from paperkg.pool import batched, mapped
from paperkg.records import Paper
from paperkg.resources import ONTOLOGY, PIPELINE

__all__ = ["Extractor", "find_missing", "workers_for"]

CHUNK = 64
"""So many papers go to a process at once."""
COMMIT = 16
"""After so many chunks all is kept for good."""
FEW = 500
"""So few papers are done sooner by one process, since others would take a while to begin."""
DECIDING = ("addresses", "catalog", "names", "records")
"""The modules that decide what is found, besides those of extraction and linking."""
FINDERS: list[Finder] = []
"""The one finder of this process."""


class Extractor(NamedTuple):
    """What decides what is found in a paper: pipeline, own catalogue files, least confidence."""

    pipeline: str = ""
    catalog: tuple[str, ...] = ()
    min_confidence: float = 0.0

    def fingerprint(self) -> str:
        """A digest of all that decides what is found, the code too."""
        package = Path(__file__).parents[1]
        files = [package / f"{name}.py" for name in DECIDING]
        files += [*package.glob("extract/*.py"), *package.glob("link/*.py")]
        for folder in (ONTOLOGY, Path(self.pipeline or PIPELINE)):
            files += (path for path in folder.rglob("*") if path.is_file())
        digest = hashlib.sha256(repr(self.min_confidence).encode())
        for path in (*sorted(files), *map(Path, self.catalog)):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()


class Finder:
    """Finds what is in papers, and where the names lead that the catalogue knows."""

    def __init__(self, extractor: Extractor) -> None:
        self.extractor = extractor
        self.grounder = Grounder(load_catalog(own=extractor.catalog))

    def finds(self, papers: Sequence[tuple[int, Paper]]) -> Iterator[Find]:
        """What is found in some papers, by their numbers."""
        pipeline, catalog, least = self.extractor
        found = extract((paper for _, paper in papers), pipeline=pipeline, catalog=catalog)
        for (number, _), document in zip(papers, found, strict=True):
            mentions = [m for m in document.mentions if m.confidence >= least]
            names = names_in(mentions, self.grounder)
            yield as_find(number, replace(document, mentions=mentions), names)


def start_finder(extractor: Extractor) -> None:
    """Make this process ready to find what is in papers."""
    FINDERS[:] = [Finder(extractor)]


def finds_of(papers: Sequence[tuple[int, Paper]]) -> list[Find]:
    """What is found in some papers, in whichever process."""
    return list(FINDERS[0].finds(papers))


def find_missing(
    archive: Archive,
    extractor: Extractor,
    processes: int,
    progress: Callable[[str, int, int], None],
) -> None:
    """Find what is in the papers of an archive, but for those that have been done already."""
    mark = extractor.fingerprint()
    if archive.setting("extractor") != mark:
        archive.drop_finds()
        archive.set("extractor", mark)
    archive.commit()
    total, done = archive.count(), archive.count("finds")
    if done == total:
        return
    workers = processes or workers_for(total - done)
    own_pipeline(extractor.pipeline, extractor.catalog)  # processes begin as copies of this one
    chunks = batched(archive.waiting(), CHUNK)
    found = mapped(finds_of, chunks, workers, start_finder, extractor)
    for number, finds in enumerate(found, 1):
        archive.keep(finds)
        if number % COMMIT == 0:
            archive.commit()
        done += len(finds)
        progress("Extracting", done, total)
    archive.commit()


def workers_for(papers: int) -> int:
    """So many processes read so many papers soonest."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return 1 if papers <= FEW else cores or 1
