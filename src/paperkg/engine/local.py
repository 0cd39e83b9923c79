"""A build in one process: sources to papers, mentions, entities, graph, and the files of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from paperkg.catalog import load_catalog, own_entries
from paperkg.errors import PaperKGError
from paperkg.export import mention_lines, render, result_lines, write_lines
from paperkg.export.linked_data import turtle_text
from paperkg.export.tables import write_tables
from paperkg.extract import extract, tasks_of
from paperkg.graph import BASE, KnowledgeGraph, evidence_triples, turtle
from paperkg.link import link, read_corrections, with_artifacts, with_tasks
from paperkg.records import Mention, Paper, Result, Statement, TaskLink
from paperkg.sources import Rejected, read

__all__ = ["Build", "assemble", "build", "read_papers"]

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much of it is done, and how much there is (0 if unknown)."""


@dataclass
class Build:
    """What a build made: the graph, the records it kept aside, and the files it wrote."""

    kg: KnowledgeGraph
    rejected: list[Rejected] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)


def silent(stage: str, done: int, total: int) -> None:
    """Show no progress."""


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
    processes: int = 1,
    min_confidence: float = 0.0,
    progress: Progress = silent,
) -> Build:
    """Build the graph of the papers in some sources, and write it into a folder.

    Writes `graph.ttl`, `graph.html`, `evidence.ttl`, `mentions.jsonl`, `results.jsonl`,
    `papers.csv`, `entities.csv`, `links.csv`, and `rejected.jsonl` where records were rejected:
    all of them or, after an error, none. `base` is the IRI below which papers and entities
    stand; `catalog` names CSV files of names and types of one's own, `corrections` one of
    links to be made otherwise; so many `processes` read the papers; mentions below
    `min_confidence` (0 to 1) are left out.

    Raises PaperKGError where a source is of no use or the folder cannot be written.
    """
    names = [sources] if isinstance(sources, str) else list(sources)
    if not names:
        raise PaperKGError("no source given; name a file, a folder, a pattern or `-`")
    check_base(base)
    own_entries(catalog)  # faults are told before the sources are read, which may take long
    read_corrections(corrections)
    papers, rejected = read_papers(names, format=format, progress=progress)
    kg = assemble(
        papers,
        base=base,
        pipeline=pipeline,
        catalog=catalog,
        corrections=corrections,
        processes=processes,
        min_confidence=min_confidence,
        progress=progress,
    )
    done = Build(kg, rejected)
    done.files = write_build(done, Path(output), title or default_title(names), progress)
    return done


def read_papers(
    sources: Iterable[str],
    *,
    format: str | None = None,  # noqa: A002
    progress: Progress = silent,
) -> tuple[list[Paper], list[Rejected]]:
    """The papers of some sources, and the records that are none."""
    papers: list[Paper] = []
    rejected: list[Rejected] = []
    for record in read(sources, format=format):
        if isinstance(record, Paper):
            papers.append(record)
            progress("Reading", len(papers), 0)
        else:
            rejected.append(record)
    return papers, rejected


def assemble(
    papers: list[Paper],
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
    check_base(base)
    corrected = read_corrections(corrections)
    mentions: list[Mention] = []
    results: list[Result] = []
    statements: list[Statement] = []
    task_links: list[TaskLink] = []
    extracted = extract(papers, pipeline=pipeline, catalog=catalog, processes=processes)
    for done, found in enumerate(extracted, 1):
        mentions += (m for m in found.mentions if m.confidence >= min_confidence)
        results += found.results
        statements += found.statements
        task_links += found.task_links
        progress("Extracting", done, len(papers))
    progress("Linking", 0, 0)
    known = load_catalog(own=catalog)
    linked = link(
        mentions, known, results, statements=statements, papers=papers, corrections=corrected
    )
    located = with_artifacts(linked.entities, linked.links, papers)
    entities = tuple(with_tasks(located, linked.links, task_links))
    return KnowledgeGraph(
        papers=tuple(sorted(papers, key=lambda p: p.id)),
        entities=entities,
        links=tuple(linked.links),
        mentions=tuple(linked.mentions),
        results=tuple(linked.results),
        statements=tuple(linked.statements),
        tasks=tuple(tasks_of(task_links, entities)),
        task_links=tuple(sorted(task_links, key=lambda k: (k.paper, k.start, k.task))),
        base=base,
        idle=linked.idle,
    )


def check_base(base: str) -> None:
    """Raise PaperKGError unless papers and entities can stand below a base IRI."""
    try:
        fits = NamedNode(f"{base}paper").value and base.endswith("/") and "#" not in base
    except ValueError:
        fits = False
    if not fits or not urlsplit(base).netloc:
        raise PaperKGError(f"{base}: not a base IRI; give one such as {BASE}, with its last slash")


def write_build(done: Build, output: Path, title: str, progress: Progress) -> list[Path]:
    """Write every file of a build into a folder, which takes them all at once or none."""
    kg = done.kg
    with all_or_none(output) as stage:
        write_lines(turtle_text(kg), stage / "graph.ttl")
        write_lines(turtle(evidence_triples(kg), kg.base, kg.types), stage / "evidence.ttl")
        write_lines(mention_lines(kg), stage / "mentions.jsonl")
        write_lines(result_lines(kg), stage / "results.jsonl")
        write_tables(kg, stage)
        progress("Drawing", 0, 0)
        write_lines([render(kg, title=title)], stage / "graph.html")
        if done.rejected:
            lines = (json.dumps(asdict(r), ensure_ascii=False) + "\n" for r in done.rejected)
            write_lines(lines, stage / "rejected.jsonl")
        names = sorted(path.name for path in stage.iterdir())
    return [output / name for name in names]


@contextmanager
def all_or_none(output: Path) -> Iterator[Path]:
    """A folder to write into, whose files move to the output when the block ends well."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        stage = Path(mkdtemp(prefix=".part-", dir=output))
    except OSError as error:
        raise PaperKGError(f"{output}: {error.strerror}; choose another folder") from error
    try:
        yield stage
        for path in stage.iterdir():
            if (output / path.name).is_dir():
                raise PaperKGError(f"{output / path.name}: a folder is in the way; move it")
        (output / "rejected.jsonl").unlink(missing_ok=True)
        for path in sorted(stage.iterdir()):
            path.replace(output / path.name)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def default_title(sources: list[str]) -> str:
    """A title for the page: the name of the source, or how many there are."""
    if len(sources) > 1:
        return f"{len(sources)} sources"
    return Path(sources[0]).name.split(".")[0] if sources[0] != "-" else "Papers"
