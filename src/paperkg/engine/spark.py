"""A build on a Spark cluster: the local engine's steps as tables of rows, joined and grouped.

The driver holds the names of files, what is counted of each entity, and the entities; papers and
what is found in them stay in partitions. The same triples come out as on one machine.
"""

from __future__ import annotations

import json
import math
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark import StorageLevel
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from paperkg.catalog import file_names, load_catalog
from paperkg.engine import partitions, parts, pieces
from paperkg.engine.frames import called, company, in_full, mapped, ranked, total
from paperkg.engine.local import Clock
from paperkg.engine.settings import Settings
from paperkg.engine.summing import Told, counted, described, gathered, idle_lines, slim
from paperkg.errors import PaperKGError
from paperkg.extract.tasks import tasks_of
from paperkg.graph import BASE
from paperkg.link import read_corrections
from paperkg.link.corrections import Settled
from paperkg.progress import Progress, silent
from paperkg.records import Entity, all_types
from paperkg.sources import Rejected

__all__ = ["ClusterBuild", "build_on_spark"]

STRETCH = 2_000
"""So many papers are a partition, and a file of each kind."""
PIECE = 1 << 26
"""So many bytes of a file with an object a line are read at once."""
ASIDE = 100_000
"""So many rejected records are a file."""
SETTINGS: dict[str, bool | float | int | str | None] = {
    "spark.driver.maxResultSize": "0",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
    "spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower(),
}
"""What a session of our own has."""
DISK = StorageLevel.DISK_ONLY


@dataclass
class ClusterBuild:
    """What a build on a cluster made: how much there is of each thing, and where it lies.

    `rejected` holds the first of the records kept aside, `idle` the lines of the corrections that
    nothing answers to, `stages` the seconds that each part of the work took; `files` stays empty,
    since the files are many.
    """

    output: str
    counts: dict[str, int]
    rejected: list[Rejected] = field(default_factory=list)
    idle: tuple[int, ...] = ()
    stages: dict[str, float] = field(default_factory=dict)
    files: list[Any] = field(default_factory=list)


def build_on_spark(
    sources: Iterable[str],
    output: str,
    *,
    format: str | None = None,  # noqa: A002
    base: str = BASE,
    pipeline: str = "",
    catalog: str | Sequence[str] = (),
    corrections: str = "",
    min_confidence: float = 0.0,
    master: str = "",
    stretch: int = STRETCH,
    piece: int = PIECE,
    progress: Progress = silent,
) -> ClusterBuild:
    """Build the graph of the papers in some sources on a Spark cluster, into a folder or address.

    Writes `graph` and `evidence` as N-Triples, `mentions`, `results`, `links`, `papers` and
    `entities` as Parquet, each in parts of `stretch` papers, `rejected` as JSON Lines, and at
    last `_SUCCESS`, without which the others are not whole. The triples are those of `build`.

    Sources, output, `pipeline` and `catalog` must be found under the same names by all machines.
    The session is the one there is, or a new one at `master` (that of spark-submit, else all
    cores here). Large files are read in pieces of `piece` bytes; other options as for `build`.

    Raises PaperKGError where a source is of no use, the output cannot be written, or Spark fails.
    """
    names = [sources] if isinstance(sources, str) else [str(source) for source in sources]
    given = (file_names(catalog), corrections, min_confidence)
    settings = Settings(tuple(names), base, "", pipeline, *given)
    settings.check()
    files = pieces.files_of(names, format)
    if not files:
        raise PaperKGError("no source given; name a file, a folder or a pattern")
    parts.probe(str(output).rstrip("/"))
    with session(master) as spark:
        job = Job(spark, settings, str(output).rstrip("/"), stretch, Clock(progress))
        return job.run(files, format, piece)


@contextmanager
def session(master: str) -> Iterator[SparkSession]:
    """The session there is, or one of our own, which is stopped at the end."""
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    found = SparkSession.getActiveSession()
    builder = SparkSession.builder.appName("paperkg").config(map=SETTINGS)
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if not found and (master or not submitted):
        builder = builder.master(master or "local[*]")
    if not submitted:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = found or builder.getOrCreate()
    try:
        yield spark
    except (PySparkException, Py4JJavaError) as error:
        raise PaperKGError(f"Spark: {cause(error)}; see the log of the executors") from error
    finally:
        spark.catalog.clearCache()
        if not found:
            spark.stop()


def cause(error: Exception) -> str:
    """What went wrong in a partition, in a line: the last error of Python, if it was one."""
    lines = [line.strip() for line in str(error).splitlines()]
    own = [line for line in lines if "Error: " in line and not line.startswith("org.")]
    return (own or lines or ["failed"])[0 if not own else -1][:300]


class Job:
    """One build: every step makes a table of the one before, and keeps it on the disks."""

    def __init__(
        self, spark: SparkSession, settings: Settings, output: str, stretch: int, clock: Clock
    ) -> None:
        self.spark, self.settings, self.output = spark, settings, output
        self.stretch, self.clock = stretch, clock
        self.parts = 1

    def run(self, files: list[pieces.Piece], chosen: str | None, size: int) -> ClusterBuild:
        """All steps."""
        with self.stage("Reading"):
            rows = self.kept(self.read(files, chosen, size))
            expected = self.checked(rows)
            found = ranked(rows, self.parts)
        with self.stage("Extracting"):
            finds = self.kept(self.finds(called(found)))
            papers = finds.count()
        with self.stage("Linking"):
            linked = self.kept(self.decided(finds))
            told, entities, settled = self.settled(linked)
        with self.stage("Writing"):
            plan = self.plan(told, entities, settled)
            parts.clear(self.output)
            self.write(linked, papers, plan)
            tasks = tasks_of(plan.tasks)
            parts.write_things(entities, tasks, told.survey, plan)
            aside, first = self.write_aside(found)
            if papers + aside != expected:
                raise PaperKGError(
                    f"Spark: {expected - papers - aside} papers were lost; build again"
                )
        counts = counted(told.survey, len(entities), aside)
        mark = json.dumps(counts).encode() + b"\n"
        parts.put(f"{self.output}/{parts.MARK}", mark)
        idle = idle_lines(settled, told.used)
        return ClusterBuild(self.output, counts, first, idle, self.clock.seconds)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A stage of the work, by whose name Spark's pages show its jobs."""
        self.spark.sparkContext.setJobGroup(name, f"paperkg: {name}")
        with self.clock.stage(name):
            yield

    def kept(self, frame: DataFrame) -> DataFrame:
        """A table that is kept on the disks of the cluster once it is made."""
        return frame.persist(DISK)

    def read(self, files: list[pieces.Piece], chosen: str | None, size: int) -> DataFrame:
        """The records of files, large ones in pieces."""
        cut = self.spread(files, partitions.cut, "pieces", chosen, size)
        whole = [pieces.Piece(*row) for row in cut.collect()]
        if len(whole) > len(files):
            counts = self.spread(whole, partitions.count, "pieces")
            whole = pieces.placed(pieces.Piece(*row) for row in counts.collect())
        return self.spread(whole, partitions.read, "rows", chosen)

    def spread(
        self, held: list[pieces.Piece], function: Callable[..., Any], table: str, *given: Any
    ) -> DataFrame:
        """The table that a function makes of pieces, which many machines take one by one."""
        tasks = min(len(held), 10_000)
        numbers = self.spark.range(0, len(held), 1, tasks)
        return mapped(numbers, partitions.picked, table, held, function, *given)

    def checked(self, rows: DataFrame) -> int:
        """How many records there are; raises PaperKGError where a source has no paper."""
        told = rows.groupBy("source").agg(
            F.count("paper").alias("papers"),
            F.count("rejected").alias("rejected"),
            F.min("fault").alias("fault"),
            F.min_by("rejected", F.struct("file", "at")).alias("first"),
        )
        total = papers = 0
        for row in sorted(told.collect(), key=lambda row: row["source"]):
            if row["fault"]:
                raise PaperKGError(row["fault"])
            if not row["papers"]:
                raise PaperKGError(self.useless(row["source"], row["first"]))
            papers += row["papers"]
            total += row["papers"] + row["rejected"]
        self.parts = max(1, math.ceil(papers / self.stretch))
        return total

    def useless(self, source: int, first: str | None) -> str:
        """Why a source is of no use."""
        reason = json.loads(first)["reason"] if first else "check the path"
        return f"{self.settings.sources[source]}: no paper in any file there: {reason}"

    def finds(self, papers: DataFrame) -> DataFrame:
        """What is found in papers."""
        spread = papers.repartition(self.parts, "key")
        return mapped(spread, partitions.find, "finds", self.settings.extractor)

    def decided(self, finds: DataFrame) -> DataFrame:
        """Finds, and what was decided of the names in them, together in each partition."""
        names = self.kept(mapped(finds, partitions.name, "names"))
        papers = total(names, "first") or 1
        unknown = in_full(names.where("told IS NOT NULL")).join(company(names), "key", "left")
        buckets = unknown.repartition("bucket").sortWithinPartitions("bucket", "id", "name")
        found = mapped(buckets, partitions.decide, "decided", papers)
        both = finds.unionByName(found, allowMissingColumns=True)
        return both.repartition(self.parts, "key")

    def settled(self, linked: DataFrame) -> tuple[Told, list[Entity], Settled | None]:
        """What papers say, and their entities, as corrected."""
        catalog = load_catalog(own=self.settings.catalog)
        told = self.told(linked, None)
        entities = described(told, catalog)
        corrections = read_corrections(self.settings.corrections)
        if not corrections:
            return told, entities, None
        settled = corrections.settle(entities, catalog)
        told = self.told(linked, slim(settled))
        return told, settled.entities(described(told, catalog)), settled

    def told(self, linked: DataFrame, settled: Settled | None) -> Told:
        """What papers say, summed."""
        rows = mapped(linked, partitions.tell, "told", settled)
        first = F.min(F.struct("paper", "at"))
        summed = rows.groupBy("kind", "id", "a", "b").agg(first.alias("f"), F.sum("n").alias("n"))
        return gathered(summed.select("kind", "id", "a", "b", "f.paper", "f.at", "n").toArrow())

    def plan(self, told: Told, entities: list[Entity], settled: Settled | None) -> parts.Plan:
        """What the partitions are told."""
        types = all_types(e.type for e in entities)
        tasks = tasks_of(told.survey.tasks | {task for e in entities for task in e.tasks})
        names = {task.id: task.name for task in tasks}
        small = slim(settled) if settled else None
        return parts.Plan(self.output, self.settings.base, types, names, small)

    def write(self, linked: DataFrame, papers: int, plan: parts.Plan) -> None:
        """Write the files of all partitions; raises PaperKGError where papers are missing."""
        done = linked.mapInArrow(lambda batches: parts.write(batches, plan), "papers long")
        written = total(done, "papers")
        if written != papers:
            raise PaperKGError(f"Spark: {papers - written} papers were lost; build again")

    def write_aside(self, found: DataFrame) -> tuple[int, list[Rejected]]:
        """Write the records kept aside; gives their number and the first."""
        output = self.output
        rows = found.where("rank > 1 OR rejected IS NOT NULL")
        aside = self.kept(mapped(rows, partitions.aside, "aside"))
        files = max(1, math.ceil(aside.count() / ASIDE))
        done = aside.repartitionByRange(files, "file", "at").mapInArrow(
            lambda batches: parts.write_aside(batches, output),
            "file int, at long, text string, n long",
        )
        firsts = sorted(done.collect())
        told = [Rejected(**json.loads(row["text"])) for row in firsts[:1]]
        return sum(row["n"] for row in firsts), told
