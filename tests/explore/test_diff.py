"""What changed between two graphs, on disk as `build` writes them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from graph.invented import HOSTILE, OTHER_BASE, document, small, with_own_type, written
from pyoxigraph import RdfFormat, parse, serialize
from typer.testing import CliRunner

import paperkg
from paperkg.cli import app
from paperkg.errors import PaperKGError
from paperkg.explore import merged
from paperkg.records import Entity, Link, Paper


@pytest.fixture
def changed(tmp_path):
    """What `diff` tells between the small graph and another, both written to disk."""

    def told(after, before=None, **options):
        folders = [tmp_path / "before", tmp_path / "after"]
        for kg, folder in zip((before or small(), after), folders, strict=True):
            written(kg, folder)
        return paperkg.diff(*folders, **options)

    return told


def edited(table, key, id_, **fields):
    """The small graph with one record otherwise."""
    records = getattr(small(), table)
    made = tuple(replace(r, **fields) if getattr(r, key) == id_ else r for r in records)
    return replace(small(), **{table: made})


def without(id_):
    """The small graph without a paper and all that it says."""
    kg = small()
    tables = ("links", "mentions", "results", "statements", "task_links")
    kept = {name: tuple(r for r in getattr(kg, name) if r.paper != id_) for name in tables}
    return replace(kg, papers=tuple(p for p in kg.papers if p.id != id_), **kept)


def rows(frame, *columns):
    return list(frame[list(columns)].itertuples(index=False, name=None))


def test_identical_graphs_have_no_difference(changed):
    found = changed(small(), evidence=True)
    assert not found and not any(found.counts.values())
    assert all(frame.columns[0] == "change" for frame in found.tables.values())


def test_a_base_iri_is_no_difference(changed):
    assert not changed(small(OTHER_BASE))
    assert not changed(with_own_type(base=OTHER_BASE), with_own_type(), evidence=True)


def test_an_added_paper_comes_with_its_links_and_statements(changed):
    found = changed(small(), without("b"))
    assert rows(found.papers, "change", "id", "title") == [
        ("added", "walk:2", "Oak: slow and sure")
    ]
    assert rows(found.links, "change", "paper", "entity", "before", "after")[-1] == (
        *("added", "walk:2", "model/oak", "", "introduces"),
    )
    assert found.counts == {
        "papers": {"added": 1},
        "entities": {},
        "links": {"added": 4},
        "results": {"added": 2},
        "evidence": {},
    }


def test_a_removed_paper_takes_its_results_along(changed):
    found = changed(without("a"))
    assert rows(found.papers, "change", "id") == [("removed", "walk:1")]
    assert rows(found.results, *found.results.columns) == [
        ("removed", "walk:1", "score", "model/fern-2", "61.5", "benchmark/hilltop",
         "metric/accuracy", "61.5")
    ]  # fmt: skip
    assert set(found.links["change"]) == {"removed"}


def test_a_changed_paper_has_a_row_a_field_and_counts_once(changed):
    found = changed(edited("papers", "key", "walk:1", date="2031-04-03", authors=("Ada Moss",)))
    assert rows(found.papers, "change", "id", "field", "before", "after") == [
        ("changed", "walk:1", "authors", ["Bo Reed"], []),
        ("changed", "walk:1", "date", ["2031-04-02"], ["2031-04-03"]),
    ]
    assert found.counts["papers"] == {"changed": 1}
    tasks = changed(replace(small(), task_links=())).papers
    assert rows(tasks, "field", "before", "after") == [("tasks", ["task/slope-climbing"], [])]


@pytest.mark.parametrize(
    ("id_", "fields", "told"),
    [
        ("model/oak", {"name": "Oak Tree"}, ("renamed", ["Oak"], ["Oak Tree"])),
        ("model/oak", {"type": "Method"}, ("retyped", ["Model"], ["Method"])),
        ("model/oak", {"maker": "organization/moss-lab"},
         ("maker", ["organization/bark"], ["organization/moss-lab"])),
        ("model/fern-2", {"aliases": ("Férn-2", "F2")}, ("aliases", ["Fern II"], ["F2"])),
        ("model/fern-2", {"family": ""}, ("family", ["model/fern"], [])),
        ("model/fern-2", {"same_as": ()}, ("ids", ["https://example.com/fern-2"], [])),
        ("model/fern-2", {"code": ""}, ("pages", ["https://example.org/code/fern-2"], [])),
        ("model/fern-2/9b", {"traits": (("size", "8B"),)}, ("traits", ["9B"], ["8B"])),
        ("benchmark/hilltop", {"also": ()}, ("also", ["Dataset"], [])),
    ],
)  # fmt: skip
def test_an_entity_that_is_otherwise_says_in_what(changed, id_, fields, told):
    found = changed(edited("entities", "id", id_, **fields))
    assert rows(found.entities, "id", "change", "before", "after") == [(id_, *told)]
    assert found.papers.empty and found.links.empty and found.results.empty


def test_entities_and_types_of_ones_own_come_and_go(changed):
    kg = small()
    more = changed(replace(kg, entities=(*kg.entities, Entity("model/elm", "Model", "Elm"))))
    assert rows(more.entities, "change", "id", "type", "name") == [
        ("added", "model/elm", "Model", "Elm")
    ]
    found = changed(with_own_type())
    assert rows(found.entities, "change", "id", "type") == [
        ("removed", "method/leafcut", "Method"),
        ("added", "robot/leafcut", "Robot"),
    ]
    assert rows(found.links, "change", "entity") == [
        ("removed", "method/leafcut"),
        ("added", "robot/leafcut"),
    ]


def test_what_a_paper_says_of_an_entity_is_a_statement_and_no_change_of_the_entity(changed):
    found = changed(replace(small(), statements=()))
    assert found.entities.empty
    assert rows(found.results, "change", "kind", "subject", "object", "benchmark") == [
        ("removed", "developedBy", "model/fern-2", "organization/moss-lab", ""),
        ("removed", "outperforms", "model/oak", "model/fern-2", "benchmark/hilltop"),
    ]


def test_a_link_of_another_role_is_no_new_link(changed):
    links = tuple(
        replace(k, role="uses") if k.role == "mentions" and k.paper == "c" else k
        for k in small().links
    )
    found = changed(replace(small(), links=links))
    assert rows(found.links, *found.links.columns) == [
        ("role", "walk/3", "Cutting leaves", "model/oak", "mentions", "uses")
    ]
    assert found.counts["links"] == {"role": 1}


def test_a_result_is_the_same_wherever_it_stands_and_another_with_another_value(changed):
    [result] = small().results
    moved = replace(result, start=result.start + 1, end=result.end + 1)
    assert not changed(replace(small(), results=(moved,)))
    other = changed(replace(small(), results=(replace(result, value="61.0"),)))
    assert rows(other.results, "change", "value") == [("removed", "61.5"), ("added", "61.0")]
    twice = changed(replace(small(), results=(result, moved)))
    assert rows(twice.results, "change", "value") == [("added", "61.5")]


def test_evidence_is_compared_only_where_it_is_asked_for(changed):
    kg = small()
    less = replace(kg, mentions=(replace(kg.mentions[0], confidence=0.5), *kg.mentions[2:]))
    assert not changed(less)
    found = changed(less, evidence=True).evidence
    assert rows(found, "change", "paper", "kind", "text", "before", "after") == [
        ("changed", "walk:1", "mention", "Fern 2", ["taConfidence 0.875"], ["taConfidence 0.500"]),
        ("removed", "walk:1", "mention", "Fern 2", [], []),
        ("removed", "walk:1", "sentence", "", [], []),
    ]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_stay_what_they_are(changed, text):
    kg = small()
    papers = (*kg.papers, Paper("e", text, "", key=text))
    entity = Entity("model/nasty", "Model", text, aliases=(f"{text}!",))
    links = (*kg.links, Link("e", "model/nasty", "uses", 1, 0.5))
    found = changed(replace(kg, papers=papers, entities=(*kg.entities, entity), links=links))
    assert rows(found.papers, "change", "id", "title") == [("added", text, text)]
    assert rows(found.entities, "change", "name") == [("added", text)]
    assert rows(found.links, "paper", "entity") == [(text, "model/nasty")]


def backwards(path):
    """The triples of a graph in an order that no build gives them."""
    triples = [q.triple for q in parse(path=str(path), format=RdfFormat.TURTLE)]
    other = path.with_name("backwards.nt")
    other.write_bytes(serialize(triples[::-1], format=RdfFormat.N_TRIPLES))
    return other


def test_a_file_in_another_order_is_compared_all_the_same(tmp_path):
    before = written(small(), tmp_path / "before")
    after = written(without("b"), tmp_path / "after")
    with pytest.raises(merged.UnsortedError):
        list(merged.groups(backwards(before / "graph.ttl"), small().base))
    assert not paperkg.diff(before, backwards(before / "graph.ttl"))
    expected, found = (
        paperkg.diff(before, b) for b in (after, backwards(after / "graph.ttl"))
    )  # fmt: skip
    assert found.counts == expected.counts and expected
    assert all(found.tables[name].equals(frame) for name, frame in expected.tables.items())


def test_what_is_no_graph_is_told(tmp_path):
    good = written(small(), tmp_path / "good")
    files = {"empty.ttl": "", "other.ttl": "<x:a> <x:b> <x:c> .", "broken.ttl": "{ no turtle"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    for name, message in {
        "nowhere": "no graph there",
        "empty.ttl": "no paper in it",
        "other.ttl": "no paper in it",
        "broken.ttl": "broken.ttl: .*build the graph again",
    }.items():
        with pytest.raises(PaperKGError, match=message):
            paperkg.diff(good, tmp_path / name)
    (tmp_path / "bare.ttl").write_text(document(small()), "utf-8")
    assert not paperkg.diff(good, tmp_path / "bare.ttl")
    with pytest.raises(PaperKGError, match="no evidence there"):
        paperkg.diff(good, tmp_path / "bare.ttl", evidence=True)


def test_the_command_tells_how_much_changed_and_what(tmp_path):
    kg = edited("entities", "id", "model/oak", name="Oak\n\x1b[31mTree")
    before, after = written(without("b"), tmp_path / "a"), written(kg, tmp_path / "b")

    def run(*arguments):
        return CliRunner().invoke(app, ["diff", str(before), *map(str, arguments)])

    done = run(after, "--limit", 2)
    assert done.exit_code == 0
    assert "papers: 1 added\nentities: 1 renamed\nlinks: 4 added\n" in done.output
    assert "links (first 2 of 4)" in done.output and "Oak [31mTree" not in done.output.split("\n")
    told = json.loads(run(after, "--json", "--only", "links").output)
    assert list(told) == ["counts", "links"] and len(told["links"]) == 4
    assert run(after, "--exit-code").exit_code == 1
    assert run(before, "--exit-code").exit_code == 0
    assert run(before).output == "nothing changed\n"
    assert "mention" in run(after, "--only", "evidence").output
    missing = run(tmp_path / "nowhere")
    assert missing.exit_code == 1 and "no graph there" in missing.stderr
