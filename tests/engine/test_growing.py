"""Builds that are broken off, and graphs that grow: in the end the bytes are the same."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

import paperkg
from paperkg.engine import finding, linked, local, rendering, storing, writing
from paperkg.errors import PaperKGError
from paperkg.resources import SAMPLE

from .test_local import contents, outputs, source


def lines() -> list[str]:
    """The lines of the sample."""
    return SAMPLE.read_text("utf-8").splitlines(keepends=True)


def part(folder: Path, name: str, chosen: list[str], *more: str) -> str:
    """A source with some lines of the sample, and others."""
    path = folder / name
    path.write_text("".join([*chosen, *more]), "utf-8")
    return str(path)


@pytest.fixture
def parts(tmp_path):
    """Two sources with a paper in common and a bad record each."""
    every = lines()
    first = part(tmp_path, "first.jsonl", every[:50], "{no json\n")
    second = part(tmp_path, "second.jsonl", every[45:80], '{"title": "Elm"}\n')
    return first, second


def test_adding_papers_gives_what_building_from_all_would(parts, tmp_path):
    first, second = parts
    whole, grown = tmp_path / "whole", tmp_path / "grown"
    paperkg.build([first, second], whole)
    paperkg.build([first], grown)
    done = paperkg.add(grown, [second])
    assert done.counts["papers"] == 80 and done.counts["rejected"] == 7
    assert outputs(grown) == outputs(whole)


def test_only_new_papers_are_read(parts, tmp_path, monkeypatch):
    first, second = parts
    paperkg.build([first], tmp_path / "out")
    read: list[int] = []
    real = finding.Finder.finds

    def spied(self, papers):
        read.append(len(papers))
        return real(self, papers)

    monkeypatch.setattr(finding.Finder, "finds", spied)
    paperkg.add(tmp_path / "out", [second])
    assert sum(read) == 30
    paperkg.build([first, second], tmp_path / "out")
    assert sum(read) == 30


@pytest.fixture
def broken_off(parts, tmp_path, monkeypatch):
    """A graph to which papers were to be added, which failed when its files were written."""
    paperkg.build([parts[0]], tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(local, "write_files", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            paperkg.add(tmp_path / "out", [parts[1]])
    return tmp_path / "out"


def test_adding_again_what_was_broken_off_goes_on(broken_off, parts, tmp_path):
    paperkg.build(parts, tmp_path / "whole")
    paperkg.add(broken_off, [parts[1]])
    assert outputs(broken_off) == outputs(tmp_path / "whole")


def test_what_was_broken_off_leaves_nothing(broken_off, parts, tmp_path):
    other = part(tmp_path, "other.jsonl", lines()[78:90])
    paperkg.build([parts[0], other], tmp_path / "whole")
    paperkg.add(broken_off, [other])
    assert outputs(broken_off) == outputs(tmp_path / "whole")


def test_after_an_addition_that_was_broken_off_papers_can_be_removed(broken_off, parts, tmp_path):
    part(tmp_path, "first.jsonl", lines()[1:50], "{no json\n")
    paperkg.build([parts[0]], tmp_path / "without")
    paperkg.remove(broken_off, [json.loads(lines()[0])["id"]])
    names = outputs(tmp_path / "without").keys() - {"rejected.jsonl"}  # which tells the line
    assert all(outputs(broken_off)[n] == outputs(tmp_path / "without")[n] for n in names)


@pytest.fixture
def rendered(monkeypatch):
    """The ids of the papers that are rendered, as they are."""
    ids: list[str] = []
    real = rendering.paper_blocks

    def spied(document, terms):
        ids.append(document.paper.id)
        return real(document, terms)

    monkeypatch.setattr(rendering, "paper_blocks", spied)
    return ids


def test_papers_that_say_the_same_as_before_are_not_written_anew(parts, tmp_path, rendered):
    first, second = parts
    paperkg.build([first], tmp_path / "out")
    built = len(rendered)
    paperkg.add(tmp_path / "out", [second])
    new = {json.loads(line)["id"] for line in lines()[50:80]}
    assert new <= set(rendered[built:]) and len(rendered[built:]) < 80
    del rendered[:]
    paperkg.build([first, second], tmp_path / "out")
    assert rendered == []


@pytest.mark.parametrize("name", ["graph.ttl", "links.csv"])
def test_a_file_that_was_changed_since_is_not_taken_for_written(name, tmp_path, rendered):
    path, out = part(tmp_path, "papers.jsonl", lines()[:9]), tmp_path / "out"
    paperkg.build([path], out)
    before = outputs(out)
    text = (out / name).read_text("utf-8")
    (out / name).write_text(text.replace("0", "1", 1), "utf-8")
    del rendered[:]
    paperkg.build([path], out)
    assert outputs(out) == before and len(rendered) == 9


def test_what_a_paper_says_follows_from_the_others(tmp_path):
    """A later paper tells two things of one name apart, and gives one another name."""
    told = {
        "id": "1",
        "title": "On hills",
        "abstract": "We train HillNet (Hill Network) on SlopeQA.",
    }
    other = {"id": "2", "title": "More hills", "abstract": "HillNet reaches 81.2% on SlopeQA."}
    more = {"id": "3", "title": "Hilly", "abstract": "We present HillNet (Hierarchical Logic Net)."}
    rows = [json.dumps(paper) + "\n" for paper in (told, other, more)]
    whole, grown = tmp_path / "whole", tmp_path / "grown"
    paperkg.build([part(tmp_path, "all.jsonl", rows)], whole, title="Hills")
    paperkg.build([part(tmp_path, "two.jsonl", rows[:2])], grown, title="Hills")
    paperkg.add(grown, [part(tmp_path, "one.jsonl", rows[2:])])
    assert outputs(grown) == outputs(whole)


def test_corrections_come_and_go(tmp_path):
    path, fixes = part(tmp_path, "papers.jsonl", lines()[:20]), tmp_path / "fixes.csv"
    plain, out = tmp_path / "plain", tmp_path / "out"
    done = paperkg.build([path], plain)
    name = next(e.name for e in done.graph.entities if done.graph.survey.papers_of[e.id] > 1)
    fixes.write_text(f"action,entity,to\nrename,{name},Zebra\n", "utf-8")
    paperkg.build([path], tmp_path / "renamed", corrections=str(fixes))
    for given, expected in ((("",), plain), ((str(fixes),), tmp_path / "renamed"), (("",), plain)):
        paperkg.build([path], out, corrections=given[0])
        assert outputs(out) == outputs(expected)


def test_a_graph_grows_with_the_settings_it_was_built_with(tmp_path):
    every = lines()
    first, second = (part(tmp_path, f"{n}.jsonl", every[n * 9 : n * 9 + 9]) for n in (0, 1))
    (tmp_path / "own.csv").write_text("type,name\nRobot,Transformer\n", "utf-8")
    given = {"base": "https://example.org/kg/", "min_confidence": 0.6, "title": "Kites"}
    given |= {"catalog": [str(tmp_path / "own.csv")]}
    paperkg.build([first, second], tmp_path / "whole", **given)
    paperkg.build([first], tmp_path / "grown", **given)
    paperkg.add(tmp_path / "grown", [second])
    assert outputs(tmp_path / "grown") == outputs(tmp_path / "whole")


def test_removing_papers_gives_what_building_without_them_would(tmp_path):
    every = lines()
    out, without = tmp_path / "out", tmp_path / "without"
    source = part(tmp_path, "papers.jsonl", every[:30])
    paperkg.build([source], out)
    ids = [json.loads(line)["id"] for line in every[3:5]]
    kg = paperkg.read_graph(out)
    iri = next(kg.paper_iri(p) for p in kg.papers if p.id == ids[1])
    paperkg.remove(out, [ids[0], iri])
    part(tmp_path, "papers.jsonl", every[:3] + every[5:30])
    paperkg.build([source], without)
    assert outputs(out) == outputs(without)


def test_what_is_not_there_is_not_removed_and_nothing_else_is(tmp_path):
    out = tmp_path / "out"
    paperkg.build([source(tmp_path)], out)
    before = outputs(out)
    with pytest.raises(PaperKGError, match=r"no paper is called walk:9; see papers\.csv"):
        paperkg.remove(out, ["walk:1", "walk:9"])
    with pytest.raises(PaperKGError, match="no paper would be left"):
        paperkg.remove(out, ["walk:1", "walk:2", "garden:3"])
    assert outputs(out) == before
    assert paperkg.remove(out, ["walk:1"]).counts["papers"] == 2


@pytest.mark.parametrize("change", [paperkg.add, paperkg.remove])
def test_a_folder_without_a_graph_cannot_grow(change, tmp_path):
    with pytest.raises(PaperKGError, match=r"no archive\.sqlite there; make one with"):
        change(tmp_path, ["walk:1"])


@pytest.mark.parametrize("change", [paperkg.add, paperkg.remove])
def test_a_graph_of_another_version_is_refused_and_stays_as_it_was(change, tmp_path):
    out = tmp_path / "out"
    paperkg.build([source(tmp_path)], out)
    with sqlite3.connect(out / "archive.sqlite") as db:
        db.execute("PRAGMA user_version = 1")
    before = contents(out)
    with pytest.raises(PaperKGError, match="another version of PaperKG; build the graph again"):
        change(out, [part(tmp_path, "more.jsonl", lines()[:3])])
    assert contents(out) == before
    assert paperkg.build([source(tmp_path)], out).counts["papers"] == 3


def test_an_archive_that_is_broken_is_told(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "archive.sqlite").write_bytes(b"No database at all." * 99)
    with pytest.raises(PaperKGError, match="delete the file and build again"):
        paperkg.build([source(tmp_path)], tmp_path / "out")


def test_two_builds_do_not_write_into_one_folder(tmp_path):
    paperkg.build([source(tmp_path)], tmp_path / "out")
    with (
        paperkg.engine.archive.Archive(tmp_path / "out" / "archive.sqlite"),
        pytest.raises(PaperKGError, match="another build writes there"),
    ):
        paperkg.build([source(tmp_path)], tmp_path / "out")


def started(arguments: list[str], name: str = "build") -> subprocess.Popen[bytes]:
    """A build, or another command, in a process group of its own."""
    command = [sys.executable, "-m", "paperkg", name, *arguments, "-j", "2"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A source, the seconds that its build takes, and what this writes."""
    if not hasattr(os, "killpg"):
        pytest.skip("no process groups here")
    folder = tmp_path_factory.mktemp("undisturbed")
    path, begun = part(folder, "papers.jsonl", lines()), time.monotonic()
    assert started([path, "-o", str(folder / "out")]).wait() == 0
    return path, time.monotonic() - begun, outputs(folder / "out")


@pytest.mark.parametrize("seed", range(int(os.environ.get("PAPERKG_KILLS", "3"))))
def test_a_build_that_was_killed_goes_on_to_the_same_bytes(seed, undisturbed, tmp_path):
    path, took, whole = undisturbed
    build, chance = [path, "-o", str(tmp_path / "out")], random.Random(seed)
    for _ in range(2):
        process = started(build)
        time.sleep(chance.uniform(0.3, 1.0) * took)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert started(build).wait() == 0
    assert outputs(tmp_path / "out") == whole


def test_an_addition_that_was_killed_goes_on_to_the_same_bytes(undisturbed, parts, tmp_path):
    took, chance = undisturbed[1], random.Random(7)
    paperkg.build([parts[0]], tmp_path / "out", store=True)
    paperkg.build(parts, tmp_path / "whole")
    for _ in range(3):
        process = started([str(tmp_path / "out"), parts[1]], "add")
        time.sleep(chance.uniform(0.3, 1.0) * took)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        if process.wait() == 0:
            break
    else:
        paperkg.add(tmp_path / "out", [parts[1]])
    assert stored(tmp_path / "out") == triples(tmp_path / "out")
    shutil.rmtree(tmp_path / "out" / "store")
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")


def test_processes_and_stretches_do_not_change_the_bytes(tmp_path, monkeypatch):
    path = part(tmp_path, "papers.jsonl", lines()[:60])
    paperkg.build([path], tmp_path / "whole", processes=1)
    for module, name in ((linked, "STRETCH"), (writing, "STRETCH"), (writing, "THINGS")):
        monkeypatch.setattr(module, name, 7)
    paperkg.build([path], tmp_path / "cut", processes=2)
    assert outputs(tmp_path / "cut") == outputs(tmp_path / "whole")


def test_large_graphs_have_parts_and_an_overview(tmp_path, monkeypatch):
    path = part(tmp_path, "papers.jsonl", lines()[:40])
    monkeypatch.setattr(rendering, "LARGE", 20)
    for name, size in (("PAGE_PAPERS", 15), ("STRETCH", 10)):
        monkeypatch.setattr(writing, name, size)
    paperkg.build([path], tmp_path / "out", processes=1)
    parts = sorted(p.name for p in (tmp_path / "out" / "parts").iterdir())
    assert parts == [
        *(f"graph-{n:05}.nt.zst" for n in range(4)),
        "graph-things-00000.nt.zst",
        "graph-things-00001.nt.zst",
        *(f"mentions-{n:05}.parquet" for n in range(4)),
    ]
    page = (tmp_path / "out" / "graph.html").read_text("utf-8")
    assert '"outOf": 40' in page or '"outOf":40' in page


def test_parts_that_are_made_of_the_same_are_not_made_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "LARGE", 20)
    monkeypatch.setattr(writing, "STRETCH", 10)
    made: list[int] = []
    real = rendering.as_parquet
    monkeypatch.setattr(rendering, "as_parquet", lambda text: made.append(1) or real(text))
    every = sorted(lines(), key=lambda line: json.loads(line)["id"])
    first, second = part(tmp_path, "1.jsonl", every[:40]), part(tmp_path, "2.jsonl", every[40:50])
    paperkg.build([first, second], tmp_path / "whole", processes=1)
    paperkg.build([first], tmp_path / "grown", processes=1)
    del made[:]
    paperkg.add(tmp_path / "grown", [second], processes=1)
    assert contents(tmp_path / "grown" / "parts") == contents(tmp_path / "whole" / "parts")
    assert 0 < len(made) < 5
    del made[:]
    damaged = tmp_path / "grown" / "parts" / "mentions-00003.parquet"
    damaged.write_bytes(b"no table")
    paperkg.build([first, second], tmp_path / "grown", processes=1)
    assert contents(tmp_path / "grown" / "parts") == contents(tmp_path / "whole" / "parts")
    assert len(made) == 1


def triples(folder: Path) -> set[ox.Triple]:
    """What the Turtle files of a graph say, as a store takes it: all whole numbers are integers."""
    store = ox.Store()
    for file in (folder / "graph.ttl", folder / "evidence.ttl"):
        store.load(path=str(file))
    return {quad.triple for quad in store.quads_for_pattern(None, None, None)}


def stored(folder: Path) -> set[ox.Triple]:
    """What the store of a graph says."""
    store = ox.Store.read_only(str(folder / "store"))
    return {quad.triple for quad in store.quads_for_pattern(None, None, None)}


def test_a_store_changes_with_its_graph(tmp_path, monkeypatch):
    out, every = tmp_path / "out", lines()
    paperkg.build([part(tmp_path, "papers.jsonl", every[:40])], out, store=True)
    assert stored(out) == triples(out)
    monkeypatch.setattr(storing, "SHARE", 1)
    monkeypatch.setattr(storing, "TIMES", 2)
    monkeypatch.setattr(storing, "SMALL", 0)
    monkeypatch.setattr(storing, "fill_store", None)  # it is not made anew
    reader = ox.Store.read_only(str(out / "store"))
    before = len(reader)
    paperkg.add(out, [part(tmp_path, "more.jsonl", every[40:50])])
    assert stored(out) == triples(out)
    assert len(reader) == before  # who reads the last one goes on doing so
    paperkg.remove(out, [json.loads(line)["id"] for line in every[8:12]])
    assert stored(out) == triples(out)


@pytest.mark.parametrize("what", ["graph", "store", "much"])
def test_a_store_that_does_not_belong_to_its_graph_is_made_anew(what, tmp_path, monkeypatch):
    out, every = tmp_path / "out", lines()
    paperkg.build([part(tmp_path, "papers.jsonl", every[:20])], out, store=True)
    monkeypatch.setattr(storing, "SHARE", 8 if what == "much" else 1)
    if what == "graph":
        (out / "papers.csv").write_text("other", "utf-8")
    if what == "store":
        paperkg.build([source(tmp_path)], tmp_path / "other", store=True)
        shutil.rmtree(out / "store")
        shutil.copytree(tmp_path / "other" / "store", out / "store")
    paperkg.add(out, [part(tmp_path, "more.jsonl", every[20:50])])
    assert stored(out) == triples(out)
