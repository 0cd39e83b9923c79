"""A build on Spark: the triples of the local engine, though a machine is lost on the way."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyoxigraph import RdfFormat, parse
from sources.invented import abstract, titles
from typer.testing import CliRunner

import paperkg
from paperkg.cli import app
from paperkg.errors import PaperKGError
from paperkg.graph import evidence_triples, graph_triples
from paperkg.resources import SAMPLE

BASE = "https://example.org/kites/"
OWN = "type,name,aliases\nKite,Red Box,redbox\n"
CORRECTIONS = """action,entity,surface,paper,to
merge,PEGASUSWING,,,Kitewing
rename,LanternBench,,,Lantern Bench
ignore,,Nowhere,,
"""
NAMED = (
    "We introduce LanternBench 24, a benchmark of lanterns, and a Red Box.",
    "On LanternBench 2024 and LanternBench we test GPT-4 and PegasusWing-2.",
    "We propose Quiet Kite Network (QKN), a model. QKN beats Llama-2-13B on MMLU by 3.5 points.",
    "Quite Keen Nets (QKN) are a new method; we introduce QKN and use ImageNet.",
    "QKN and PegasusWing-2 are compared with Kitewing on MMLU, with 61.2 accuracy for QKN.",
    "We present PegasusWing-2, based on Llama 2. Code: https://github.com/kites/pegasuswing-2",
)
"""Names that the catalogue does not know, meant alike and otherwise."""


def needs() -> str:
    """What keeps these tests from running, or an empty string."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "no PySpark; pip install 'paperkg[spark]'"
    java = Path(os.environ.get("JAVA_HOME", "/nowhere")) / "bin" / "java"
    return "" if java.exists() or shutil.which("java") else "no Java; set JAVA_HOME"


REASON = needs()
REQUIRED = os.environ.get("PAPERKG_REQUIRE_SPARK") == "1"
pytestmark = pytest.mark.skipif(bool(REASON) and not REQUIRED, reason=REASON)


@pytest.fixture(scope="module")
def spark():
    """A cluster of two executors, which are processes of their own."""
    assert not REASON
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("tests")
    quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    for name, value in {
        "spark.driver.extraJavaOptions": quick,
        "spark.executor.extraJavaOptions": quick,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.shuffle.io.retryWait": "1s",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def invented(folder: Path) -> list[str]:
    """Invented papers in two files, with second ones, ids that clash, and what is no paper."""
    papers = [
        {"id": i, "title": t, "abstract": f"{abstract(t)} {NAMED[i % len(NAMED)]}"}
        for i, t in enumerate(titles(36))
    ]
    for paper in papers:
        if paper["id"] % 3 == 0:
            paper["id"], paper["date"] = f"arxiv:24{paper['id'] % 12 + 1:02}.00001", "2024"
    first, second = folder / "kites.jsonl", folder / "more" / "kites.jsonl"
    second.parent.mkdir()
    first.write_text("".join(json.dumps(p) + "\n" for p in papers) + "{no json\n")
    clash = {"id": 1, "title": "Another one", "abstract": f"{abstract('Owls')} {NAMED[4]}"}
    second.write_text("".join(json.dumps(p) + "\n" for p in [*papers[:5], clash]))
    return [str(SAMPLE), str(first), str(second)]


def executors(application: str) -> list[int]:
    """The processes of an application's executors."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line = path.read_bytes()
            if b"CoarseGrainedExecutorBackend" in line and application.encode() in line:
                found.append(int(path.parent.name))
    return found


def kill_one(spark, parts: int, killed: list[int]) -> None:
    """Kill one executor as soon as papers are extracted."""
    tracker = spark.sparkContext.statusTracker()
    seen = 0
    while not killed:
        time.sleep(0.1)
        jobs = tracker.getJobIdsForGroup("Extracting")
        stages = [s for job in jobs if (j := tracker.getJobInfo(job)) for s in j.stageIds]
        active = [i for s in stages if (i := tracker.getStageInfo(s)) and i.numActiveTasks]
        seen = seen + 1 if any(i.numTasks == parts for i in active) else 0
        if seen == 3:
            killed += executors(spark.sparkContext.applicationId)[:1]
            os.kill(killed[0], signal.SIGKILL)


@pytest.fixture(scope="module")
def built(spark, tmp_path_factory):
    """The folder of a build on Spark, what it told, and the same papers built here."""
    from paperkg.engine.spark import build_on_spark

    folder = tmp_path_factory.mktemp("spark")
    (folder / "own.csv").write_text(OWN)
    (folder / "corrections.csv").write_text(CORRECTIONS)
    options = {
        "base": BASE,
        "catalog": str(folder / "own.csv"),
        "corrections": str(folder / "corrections.csv"),
        "min_confidence": 0.3,
    }
    sources, killed = invented(folder), []
    here = paperkg.build(sources, folder / "local", processes=1, **options)
    parts = -(-here.counts["papers"] // 40)
    killer = threading.Thread(target=kill_one, args=(spark, parts, killed), daemon=True)
    killer.start()
    out = folder / "spark"
    done = build_on_spark(sources, str(out), stretch=40, piece=60_000, **options)
    killer.join(5)
    assert killed and not Path(f"/proc/{killed[0]}").exists()
    return out, done, here


def triples(folder: Path) -> list[str]:
    """The triples in a folder of N-Triples, sorted."""
    data = b"".join(gzip.decompress(path.read_bytes()) for path in folder.glob("*.nt.gz"))
    return sorted(str(quad.triple) for quad in parse(data, format=RdfFormat.N_TRIPLES))


def test_the_triples_are_those_of_the_local_engine_though_an_executor_is_killed(built):
    out, _, here = built
    assert triples(out / "graph") == sorted(map(str, graph_triples(here.kg)))
    assert triples(out / "evidence") == sorted(map(str, evidence_triples(here.kg)))
    assert len(list((out / "graph").iterdir())) > 4


def test_counts_and_corrections_without_effect_are_the_same(built):
    out, done, here = built
    assert done.counts == here.counts == json.loads((out / "_SUCCESS").read_text())
    assert done.idle == here.idle


def test_tables_have_a_row_a_record(built):
    out, done, here = built
    kg = here.kg
    for name in ("papers", "entities", "links", "mentions", "results"):
        assert pq.read_table(out / name).num_rows == len(getattr(kg, name))
    mentions = pq.read_table(out / "mentions").to_pylist()
    texts = {row["id"]: f"{row['title']}\n" for row in pq.read_table(out / "papers").to_pylist()}
    assert all(row["entity"].startswith(BASE) for row in mentions)
    assert len(texts) == done.counts["papers"] and {row["paper"] for row in mentions} <= set(texts)


def test_records_kept_aside_are_the_same_lines(built):
    out, done, here = built
    lines = (out / "rejected" / "part-00000.jsonl").read_text("utf-8")
    assert lines == (here.files[0].parent / "rejected.jsonl").read_text("utf-8")
    assert done.rejected == here.rejected[:1]


def test_a_source_of_no_use_leaves_the_earlier_build(built, tmp_path):
    from paperkg.engine.spark import build_on_spark

    out, _, _ = built
    shutil.copytree(out, tmp_path / "out")
    with pytest.raises(PaperKGError, match=r"nothing\.jsonl: No such"):
        build_on_spark([str(tmp_path / "nothing.jsonl")], str(tmp_path / "out"))
    left = [path.name for path in (tmp_path / "out").rglob("*")]
    assert sorted(left) == sorted(path.name for path in out.rglob("*"))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["-", "--engine", "spark"], "cannot read standard input"),
        (["kites.jsonl", "--engine", "spark", "--store"], "--store"),
        (["kites.jsonl", "--master", "local[2]"], "--engine spark"),
    ],
)
def test_the_command_tells_what_does_not_go_together(options, told, tmp_path):
    done = CliRunner().invoke(app, ["build", *options, "-o", str(tmp_path / "out")])
    assert done.exit_code == 1 and told in done.output
    assert not (tmp_path / "out").exists()
