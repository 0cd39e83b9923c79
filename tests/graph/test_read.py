"""A graph on disk comes back as the tables it was written from."""

from __future__ import annotations

from dataclasses import replace

import pytest

import paperkg
from paperkg.errors import PaperKGError
from paperkg.export import export
from paperkg.records import TYPES, Paper

from .invented import (
    HOSTILE,
    HOSTILE_KEYS,
    OTHER_BASE,
    of_papers,
    sample,
    small,
    with_own_type,
    written,
)

TABLES = ("papers", "entities", "links", "mentions", "results")


def by_key(kg):
    """The tables as a reader sees them: papers go by key, and a set of values has no order."""
    keys = {p.id: p.key for p in kg.papers}
    return {
        "papers": {
            replace(
                p,
                id=p.key,
                source="",
                authors=tuple(sorted(p.authors)),
                categories=tuple(sorted(p.categories)),
            )
            for p in kg.papers
        },
        "entities": set(kg.entities),
        "links": {replace(k, paper=keys[k.paper]) for k in kg.links},
        "mentions": {replace(m, paper=keys[m.paper], key="") for m in kg.mentions},
        "results": {replace(r, paper=keys[r.paper]) for r in kg.results},
    }


@pytest.mark.parametrize("table", TABLES)
def test_the_small_graph_comes_back(table, tmp_path):
    kg = small()
    again = paperkg.read_graph(written(kg, tmp_path))
    assert set(getattr(again, table)) == by_key(kg)[table]
    assert len(getattr(again, table)) == len(getattr(kg, table)) > 0


@pytest.mark.parametrize("table", TABLES)
def test_the_sample_comes_back(table):
    build, folder = sample()
    again = paperkg.read_graph(folder)
    assert set(getattr(again, table)) == by_key(build.kg)[table]
    assert len(getattr(again, table)) == len(getattr(build.kg, table)) > 0


@pytest.mark.parametrize(
    "base",
    [
        OTHER_BASE,
        "https://example.org/paper/",
        "https://example.org/my-paper/graph/",
        "https://example.org/紙/",
    ],
)
def test_another_base_comes_back(base, tmp_path):
    again = paperkg.read_graph(written(small(base), tmp_path))
    assert again.base == base
    assert set(again.entities) == set(small().entities)
    assert {p.key for p in again.papers} == {p.key for p in small().papers}


@pytest.mark.parametrize("base", [paperkg.graph.BASE, OTHER_BASE])
@pytest.mark.parametrize("table", TABLES)
def test_a_users_type_comes_back(table, base, tmp_path):
    kg = with_own_type(base=base)
    again = paperkg.read_graph(written(kg, tmp_path))
    assert set(getattr(again, table)) == by_key(kg)[table]
    assert again.types == (*TYPES, "Robot")


def test_a_class_that_no_user_can_have_named_is_left_alone(tmp_path):
    folder = written(with_own_type(), tmp_path)
    path = folder / "graph.ttl"
    path.write_text(path.read_text("utf-8").replace("type:Robot", "type:__proto__"), "utf-8")
    assert "leafcut" not in {e.id for e in paperkg.read_graph(folder).entities}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_come_back(text, tmp_path):
    paper = Paper("p", text, text[::-1], key="k", authors=(text,))
    (again,) = paperkg.read_graph(written(of_papers(paper), tmp_path)).papers
    assert (again.title, again.abstract, again.authors) == (text, text[::-1], (text,))


def test_hostile_keys_come_back(tmp_path):
    papers = [Paper(str(n), "Kites", f"Flight {n}.", key=k) for n, k in enumerate(HOSTILE_KEYS)]
    again = paperkg.read_graph(written(of_papers(*papers), tmp_path))
    assert {p.key: p.abstract for p in again.papers} == {p.key: p.abstract for p in papers}


def test_without_its_evidence_the_graph_has_no_mentions(tmp_path):
    folder = written(small(), tmp_path)
    (folder / "evidence.ttl").unlink()
    again = paperkg.read_graph(folder)
    assert again.mentions == () and {p.abstract for p in again.papers} == {""}
    assert {(k.paper, k.entity, k.role) for k in again.links} == {
        (k.paper, k.entity, k.role) for k in by_key(small())["links"]
    }


@pytest.mark.parametrize("to", ["turtle", "ntriples"])
def test_an_export_is_a_graph_again(to, tmp_path):
    kg = small()
    path = tmp_path / ("graph.ttl" if to == "turtle" else "g.nt")
    export(kg, to, path)
    again = paperkg.read_graph(path)
    assert set(again.entities) == set(kg.entities) and len(again.links) == len(kg.links)


def test_turtle_of_a_graph_read_is_the_turtle_it_was_read_from(tmp_path):
    _, folder = sample()
    export(paperkg.read_graph(folder), "turtle", tmp_path / "again.ttl")
    assert (tmp_path / "again.ttl").read_bytes() == (folder / "graph.ttl").read_bytes()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("graph.ttl", b"{ no turtle", "graph.ttl: .*line 1.*; build the graph again"),
        ("graph.ttl", b"\xff\xfe", "graph.ttl: .*; build the graph again"),
        ("graph.nt", b"no triples", "graph.nt: .*line 1.*; build the graph again"),
        ("graph.txt", b"text", "not a Turtle .* or N-Triples .* file"),
    ],
)
def test_a_broken_graph_is_told_in_one_line(name, data, message, tmp_path):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(PaperKGError, match=message) as caught:
        paperkg.read_graph(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_graph_is_told_with_its_remedy(tmp_path):
    with pytest.raises(PaperKGError, match="no graph there; make one with `paperkg build"):
        paperkg.read_graph(tmp_path)


def test_evidence_without_offsets_is_told(tmp_path):
    folder = written(small(), tmp_path)
    path = folder / "evidence.ttl"
    path.write_text(path.read_text("utf-8").replace("#mention=0,6", "#mention=start"), "utf-8")
    with pytest.raises(PaperKGError, match="no offsets in this IRI"):
        paperkg.read_graph(folder)
