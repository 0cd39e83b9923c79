"""A build on one machine: sources to papers, mentions, entities, graph, and the files of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from paperkg.catalog import file_names, load_catalog
from paperkg.engine.archive import NAME, Archive
from paperkg.engine.finding import find_missing, workers_for
from paperkg.engine.folder import all_or_none, kept
from paperkg.engine.linked import LinkedArchive, at_rest
from paperkg.engine.settings import Settings, default_title
from paperkg.engine.storing import write_store
from paperkg.engine.writing import write_files
from paperkg.engine.written import Written, writer_mark
from paperkg.errors import PaperKGError
from paperkg.export.tables import mention_lines, mention_rows, result_lines, write_lines
from paperkg.graph import BASE, KnowledgeGraph
from paperkg.graph.store import STORE
from paperkg.link import Linker, read_corrections
from paperkg.progress import Progress, silent
from paperkg.records import Paper
from paperkg.sources import Rejected, read

__all__ = ["Build", "add", "assemble", "build", "extract_files", "remove"]

COMMIT = 5_000
"""After so many records, those of a build are kept for good."""


@dataclass
class Build:
    """What a build made: how much there is of each thing, the records kept aside, the files.

    `idle` are the lines of the corrections that nothing in these papers answers to, `stages` the
    seconds that each part of the work took.
    """

    graph: LinkedArchive
    rejected: list[Rejected] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How much there is of each thing."""
        survey = self.graph.survey
        return {
            "papers": survey.papers,
            "entities": len(self.graph.entities),
            "links": survey.links,
            "mentions": survey.mentions,
            "rejected": len(self.rejected),
        }

    @property
    def idle(self) -> tuple[int, ...]:
        """The lines of the corrections that nothing answers to."""
        return self.graph.linker.idle

    @property
    def kg(self) -> KnowledgeGraph:
        """The graph in memory, all of it, read anew each time."""
        return self.graph.kg()


class Clock:
    """Tells progress on, and notes how long each stage takes."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A stage of the work."""
        start = time.perf_counter()
        self.progress(name, 0, 0)
        yield
        self.seconds[name.lower()] = round(time.perf_counter() - start, 3)


def build(
    sources: Iterable[str],
    output: str | Path,
    *,
    format: str | None = None,  # noqa: A002
    base: str = BASE,
    title: str = "",
    pipeline: str = "",
    catalog: str | Sequence[str] = (),
    corrections: str = "",
    processes: int = 0,
    min_confidence: float = 0.0,
    store: bool = False,
    progress: Progress = silent,
) -> Build:
    """Build the graph of the papers in some sources, and write it into a folder.

    Writes `graph.ttl`, `graph.html`, `evidence.ttl`, `mentions.jsonl`, `results.jsonl`,
    `papers.csv`, `entities.csv`, `links.csv`, and `rejected.jsonl` where records were rejected:
    all of them or, after an error, none; of 50,000 papers and more, also `parts`. What was read
    and found is kept in `archive.sqlite`: a build that was broken off goes on from there.

    `base` is the IRI below which papers and entities stand; `catalog` names CSV files of names
    and types of one's own, `corrections` one of links to be made otherwise; so many `processes`
    work (0: as many as pay); mentions below `min_confidence` (0 to 1) are left out; with
    `store` there is a SPARQL store on disk too, which `serve` opens at once.

    Raises PaperKGError where a source is of no use or the folder cannot be written.
    """
    names = [sources] if isinstance(sources, str) else [str(source) for source in sources]
    if not names:
        raise PaperKGError("no source given; name a file, a folder, a pattern or `-`")
    settings = Settings(
        *(tuple(names), base, title, pipeline, file_names(catalog), corrections, min_confidence)
    )
    settings.check()
    records = read(names, format=format)
    first = next(records)  # a source of no use leaves no folder
    with kept(Path(output)) as archive:
        clock = Clock(progress)
        archive.begin()
        with clock.stage("Reading"):
            take(chain([first], records), archive, progress, each=COMMIT)
        archive.drop_unseen()
        archive.set("build", asdict(settings))
        return finish(archive, Path(output), processes, clock, store=store)


def add(
    graph: str | Path,
    sources: Iterable[str],
    *,
    format: str | None = None,  # noqa: A002
    processes: int = 0,
    progress: Progress = silent,
) -> Build:
    """Add the papers of more sources to a graph that `build` wrote, with the same settings.

    Only new papers are read; what comes out is what building from all the sources would give.
    Papers that are there already count as rejected duplicates. Where it was broken off, the same
    call goes on, and another one leaves its papers out.

    Raises PaperKGError where there is no such graph or a source is of no use.
    """
    names = [sources] if isinstance(sources, str) else [str(source) for source in sources]
    with kept(Path(graph), new=False) as archive:
        clock, last = Clock(progress), archive.grow()
        settings = Settings.of(archive)
        settings.check()
        records = read(names, format=format, known=archive.identities(last))
        with clock.stage("Reading"):
            take(records, archive, progress)
        archive.drop_unseen(last)
        archive.set("build", asdict(settings) | {"sources": [*settings.sources, *names]})
        done = finish(archive, Path(graph), processes, clock)
        archive.grown()
        return done


def remove(
    graph: str | Path, papers: Iterable[str], *, processes: int = 0, progress: Progress = silent
) -> Build:
    """Remove papers, by their ids, keys or IRIs, from a graph that `build` wrote.

    What comes out is what building without them would give. Raises PaperKGError, and removes
    none, where there is no such graph or no such paper.
    """
    names = [papers] if isinstance(papers, str) else [str(paper) for paper in papers]
    with kept(Path(graph), new=False) as archive:
        archive.drop_unseen(archive.grow())
        archive.grown()
        settings = Settings.of(archive)
        settings.check()
        for name in names:
            if not archive.remove(name.removeprefix(f"{settings.base}paper/")):
                raise PaperKGError(f"{graph}: no paper is called {name}; see papers.csv for ids")
        if not archive.count():
            raise PaperKGError(f"{graph}: no paper would be left; delete the folder instead")
        return finish(archive, Path(graph), processes, Clock(progress))


def take(
    records: Iterable[Paper | Rejected], archive: Archive, progress: Progress, each: int = 0
) -> None:
    """Take the papers of some sources into an archive, and the records that are none.

    All is kept for good at the end, and after `each` so many records, unless that is 0.
    """
    for number, record in enumerate(records, 1):
        if isinstance(record, Paper):
            archive.put(record)
        else:
            archive.reject(record)
        if number % 100 == 0:
            progress("Reading", number, 0)
        if each and number % each == 0:
            archive.commit()
    archive.commit()


def finish(
    archive: Archive, output: Path, processes: int, clock: Clock, *, store: bool = False
) -> Build:
    """Find what is missing, link, and write all files."""
    settings = Settings.of(archive)
    with clock.stage("Extracting"):
        find_missing(archive, settings.extractor, processes, clock.progress)
    with clock.stage("Linking"):
        workers = processes or workers_for(archive.count())
        graph = linked(archive, settings, workers)
    done = Build(graph, list(archive.rejected()))
    title = settings.title or default_title(settings.sources)
    mark = writer_mark(settings.base, graph.types)
    kept = archive.written() if archive.setting("writer") == mark else ((), ())
    with at_rest(), all_or_none(output) as stage:
        with clock.stage("Writing"):
            written = Written.of(output, *kept)
            rows, parts = write_files(graph, stage, title, workers, clock.progress, written)
        if done.rejected:
            lines = (json.dumps(asdict(r), ensure_ascii=False) + "\n" for r in done.rejected)
            write_lines(lines, stage / "rejected.jsonl")
        if store or (output / STORE).exists():
            with clock.stage("Loading"):
                new, last = Written(stage, rows), archive.setting("store")
                archive.set("store", write_store(written, new, graph.changed, last))
        names = sorted(path.name for path in stage.iterdir())
    archive.keep_written(rows, parts)
    archive.set("writer", mark)
    archive.set("names", {e.id: e.name for e in graph.entities})
    done.files = [output / name for name in names]
    done.stages = clock.seconds
    return done


def linked(archive: Archive, settings: Settings, processes: int = 1) -> LinkedArchive:
    """The papers of an archive, linked."""
    linker = Linker(load_catalog(own=settings.catalog), read_corrections(settings.corrections))
    return LinkedArchive(archive, linker, settings.base, processes)


def extract_files(
    sources: Iterable[str],
    output: str | Path,
    *,
    results: str | Path = "",
    format: str | None = None,  # noqa: A002
    pipeline: str = "",
    catalog: str | Sequence[str] = (),
    processes: int = 0,
    min_confidence: float = 0.0,
    progress: Progress = silent,
) -> dict[str, int]:
    """Write the mentions of some sources as JSON Lines, and their `results` where a file is given.

    Options as for `build`; returns how much there is of each thing. Raises PaperKGError where a
    source is of no use or a file cannot be written.
    """
    settings = Settings(*((), BASE, "", pipeline, file_names(catalog), "", min_confidence))
    settings.check()
    with TemporaryDirectory(prefix="paperkg-") as folder, Archive(Path(folder) / NAME) as archive:
        take(read(sources, format=format), archive, progress)
        find_missing(archive, settings.extractor, processes, progress)
        progress("Linking", 0, 0)
        graph = linked(archive, settings, processes or workers_for(archive.count()))
        found = (mention_rows(d.mentions, graph.base) for d in graph.documents())
        write_lines(chain.from_iterable(map(mention_lines, found)), Path(output))
        if results:
            names = {e.id: e.name for e in graph.entities}
            told = (result_lines(d.results, names) for d in graph.documents())
            write_lines(chain.from_iterable(told), Path(results))
        return Build(graph, list(archive.rejected())).counts


def assemble(
    papers: Iterable[Paper],
    *,
    base: str = BASE,
    pipeline: str = "",
    catalog: str | Sequence[str] = (),
    corrections: str = "",
    processes: int = 1,
    min_confidence: float = 0.0,
    progress: Progress = silent,
) -> KnowledgeGraph:
    """The graph of some papers, in memory; options as for `build`.

    Raises PaperKGError where a file of one's own, or the base, is at fault.
    """
    settings = Settings(*((), base, "", pipeline, file_names(catalog), corrections, min_confidence))
    settings.check()
    with Archive() as archive:
        for paper in papers:
            archive.put(paper)
        find_missing(archive, settings.extractor, processes, progress)
        progress("Linking", 0, 0)
        return linked(archive, settings).kg()
