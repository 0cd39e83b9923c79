"""Answers from a part of a graph: the same as from all of it, and its store asked if it is new."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from graph.invented import OTHER_BASE, sample, small, written

import paperkg
from paperkg.errors import PaperKGError
from paperkg.explore import proving, reporting
from paperkg.graph.read import own_store
from paperkg.graph.store import STORE, fill_store
from paperkg.web.store import load

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def some(things: Sequence[Any]) -> Sequence[Any]:
    """A few of many things, or all of a few."""
    return things[:: 1 + len(things) // 10]


def with_store(folder: Path) -> Path:
    """The same folder, with a store beside its files."""
    fill_store([folder / "graph.ttl", folder / "evidence.ttl"], folder / STORE)
    return folder


@pytest.fixture(scope="module", params=["files", "store"])
def folders(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Graphs on disk: invented ones, and the sample."""
    folder = tmp_path_factory.mktemp(request.param)
    kgs = {"small": small(), "moved": small(OTHER_BASE), "sample": sample()[0].kg}
    made = [written(kg, folder / name) for name, kg in kgs.items()]
    return [with_store(each) for each in made] if request.param == "store" else made


def test_show_and_leaderboard_say_the_same_as_of_the_whole_graph(folders: list[Path]) -> None:
    for folder in folders:
        whole = paperkg.read_graph(folder)
        names = [entity.id for entity in some(whole.entities)]
        names += [paper.title for paper in some(whole.papers)]
        for name in names:
            part = paperkg.read_graph(folder, evidence=partial(proving, name=name))
            assert paperkg.show(part, name) == paperkg.show(whole, name)
        reported = sorted({r.benchmark for r in whole.results if r.benchmark})
        for name in some(reported):
            part = paperkg.read_graph(folder, evidence=partial(reporting, benchmark=name))
            assert paperkg.leaderboard(part, name).equals(paperkg.leaderboard(whole, name))


def test_without_evidence_all_else_is_there(folders: list[Path]) -> None:
    for folder in folders:
        whole, part = paperkg.read_graph(folder), paperkg.read_graph(folder, evidence=False)
        assert part.entities == whole.entities and part.tasks == whole.tasks
        assert part.mentions == () and not any(paper.abstract for paper in part.papers)
        for type_ in ("Model", "Benchmark"):
            assert paperkg.shared(part, type_).equals(paperkg.shared(whole, type_))
        for paper in whole.papers[:5]:
            assert paperkg.similar(part, paper).equals(paperkg.similar(whole, paper))


def test_a_name_that_nothing_has_is_told_before_any_evidence_is_read(folders: list[Path]) -> None:
    with pytest.raises(PaperKGError, match="nothing is called 'Nobody'"):
        paperkg.read_graph(folders[0], evidence=partial(proving, name="Nobody"))


def test_a_store_is_asked_unless_the_files_are_newer(tmp_path: Path) -> None:
    folder = with_store(written(small(), tmp_path))
    assert own_store(folder) == folder / STORE
    assert own_store(folder / "graph.ttl") is None
    same = paperkg.query(paperkg.open_store(folder), COUNT)
    line = f"<{small().base}paper/a> <http://xmlns.com/foaf/0.1/page> <https://example.org/> .\n"
    with (folder / "graph.ttl").open("a") as file:
        file.write(line)
    after = (folder / STORE / "CURRENT").stat().st_mtime_ns + 1_000_000
    os.utime(folder / "graph.ttl", ns=(after, after))
    assert own_store(folder) is None
    more = paperkg.query(paperkg.open_store(folder), COUNT)
    assert more["n"][0] == same["n"][0] + 1


def test_a_store_beside_a_graph_is_only_read(tmp_path: Path) -> None:
    store = paperkg.open_store(with_store(written(small(), tmp_path)))
    node = pyoxigraph.NamedNode("https://example.org/")
    with pytest.raises(RuntimeError, match="read-write"):
        store.add(pyoxigraph.Quad(node, node, node))


def test_a_broken_store_is_told_in_one_line(tmp_path: Path) -> None:
    folder = with_store(written(small(), tmp_path))
    (folder / STORE / "CURRENT").write_text("nonsense")
    for opening in (paperkg.open_store, lambda path: load(path, "", str)):
        with pytest.raises(PaperKGError, match="remove this folder"):
            opening(folder)
