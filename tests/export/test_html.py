"""The explorer page: what it holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from paperkg.export.html import render
from paperkg.graph.kg import KnowledgeGraph
from paperkg.records import ROLES, TYPES, Entity, Link, Mention, Paper, Result

HOSTILE = "<img src=x onerror=alert(1)></script><script>window.harmed=true</script>"
ENTITIES = (
    Entity("benchmark/hilltop", "Benchmark", "HillTop"),
    Entity("metric/accuracy", "Metric", "accuracy"),
    Entity(
        "model/ferngrove-2",
        "Model",
        "Ferngrove 2",
        aliases=("Férngrove-2", "Fern II"),
        family="model/ferngrove",
        maker="organization/moss-lab",
        same_as=("https://example.org/ferngrove", "javascript:alert(1)"),
    ),
    Entity("model/ferngrove", "Model", "Ferngrove"),
    Entity("model/ferngrove-2-9b", "Model", "Ferngrove 2 9B", variant_of="model/ferngrove-2"),
    Entity("organization/moss-lab", "Organization", "Moss Lab"),
)
PAPERS = (
    Paper(
        "a",
        "Walking uphill",
        "We climb with Ferngrove 2 9B. It reaches 61 accuracy on HillTop.",
        key="walk:1",
        date="2031-04-02",
        url="https://example.org/walk",
    ),
    Paper("b", "Roots 🌳🌳 and branches", "🌲𝔸🌲 Nobody grew Ferngrove 2 before us.", key="walk:2"),
    Paper("c", f"{HOSTILE} HillTop", "A short text.", key="bad/<k>", url="javascript:alert(1)"),
    Paper("d", "Long " * 1_000, "This one reads accuracy off a chart.", key="walk:4"),
    Paper("e", "Silence", "Nothing is named.", key="walk:5"),
)
ROLE_OF = {("b", "model/ferngrove-2"): "introduces", ("d", "metric/accuracy"): "mentions"}
NAMES = {
    "Ferngrove 2": "model/ferngrove-2",
    "accuracy": "metric/accuracy",
    "HillTop": "benchmark/hilltop",
}


def graph() -> KnowledgeGraph:
    """Five invented papers, three of whose entities are shared by two papers."""
    mentions = [m for paper in PAPERS for m in mentions_in(paper)]
    pairs = sorted({(m.paper, m.entity, m.role) for m in mentions})
    links = tuple(Link(paper, entity, role, 1, 0.9) for paper, entity, role in pairs)
    return KnowledgeGraph(
        PAPERS, tuple(sorted(ENTITIES, key=lambda e: e.id)), links, tuple(mentions)
    )


def own_types() -> KnowledgeGraph:
    """The same with two types of a user's own, one of them named like a style of the page."""
    types = {"benchmark/hilltop": "Robot", "metric/accuracy": "Title"}
    entities = tuple(replace(e, type=types.get(e.id, e.type)) for e in ENTITIES)
    return replace(graph(), entities=entities)


def mentions_in(paper: Paper) -> Iterator[Mention]:
    """A mention for every name in the paper, with its sentence."""
    for name, entity in NAMES.items():
        for hit in re.finditer(re.escape(name), paper.text):
            line = max(
                paper.text.rfind(". ", 0, hit.start()) + 2,
                paper.text.rfind("\n", 0, hit.start()) + 1,
                0,
            )
            ends = [i for i in (paper.text.find(s, hit.end()) for s in (". ", "\n")) if i >= 0]
            sentence = (0 if line == 1 else line, min(ends, default=len(paper.text)))
            role = ROLE_OF.get((paper.id, entity), ROLES[1])
            yield Mention(
                paper.id, *hit.span(), hit[0], "", role, 0.9, sentence=sentence, entity=entity
            )


def data_of(page: str) -> Any:
    """The JSON that the page carries."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def test_same_graph_gives_same_page() -> None:
    assert render(graph(), title="Trees") == render(graph(), title="Trees")


def test_hostile_text_stays_text() -> None:
    page = render(graph(), title=HOSTILE)
    assert "<img" not in page.replace("data:image/svg+xml", "")
    assert "window.harmed=true</script>" not in page
    assert data_of(page)["papers"][2]["title"] == f"{HOSTILE} HillTop"


def test_lone_surrogates_can_be_written() -> None:
    kg = KnowledgeGraph((Paper("a", "Half \ud83d", "\udc00 rest", key="a"),), (), (), ())
    page = render(kg, title="Half \ud83d").encode()
    assert b"\\ud83d" in page


def test_nodes_have_whole_places_and_only_linked_entities() -> None:
    data = data_of(render(graph(), title="Trees"))
    assert len(data["nodes"]) == len(PAPERS) + 3
    assert all(isinstance(node[axis], int) for node in data["nodes"] for axis in "xy")
    assert len({(node["x"], node["y"]) for node in data["nodes"]}) == len(data["nodes"])


def test_a_users_types_get_styles_of_their_own_in_turn() -> None:
    data = data_of(render(own_types(), title="Trees"))
    assert data["types"] == [*TYPES, "Robot", "Title"]
    assert (data["styles"]["Robot"], data["styles"]["Title"]) == ("own-1", "own-2")
    many = [Entity(f"x/{n}", f"Kind{chr(65 + n)}", "X") for n in range(8)]
    page = render(KnowledgeGraph((), tuple(many), (), ()), title="Kinds")
    styles = data_of(page)["styles"]
    assert styles["KindA"] == styles["KindG"] == "own-1" and len(set(styles.values())) == 13
    for style in styles.values():
        assert page.count(f"--{style}: #") == 3 and f".glyph.{style} {{" in page
        assert style == "model" or re.search(rf'^  "?{style}"?: ', page, re.MULTILINE)


def test_a_large_graph_is_compact_and_brings_its_renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    small = render(graph(), title="Trees")
    monkeypatch.setattr(import_module("paperkg.export.explorer.data"), "CANVAS_NODES", 3)
    page = render(graph(), title="Trees")
    data = data_of(page)
    assert "Sigma=" in page.replace(" ", "") and "vis.Network" not in page
    assert "Sigma" not in small and "vis.Network" in small
    assert len(data["places"]) == 3 * (len(PAPERS) + len(ENTITIES))
    assert len(data["links"]) == 3 * len(graph().links)
    assert page == render(graph(), title="Trees")


def test_results_are_listed_best_first_and_scores_before_gains() -> None:
    rows = [("58", "score"), ("61", "score"), ("3", "gain"), ("0.6", "score")]
    results = tuple(
        Result("a", 0, 1, text, text, kind, None, "benchmark/hilltop", "metric/accuracy")
        for text, kind in rows
    )
    numbered = tuple(replace(r, start=i) for i, r in enumerate(results))
    data = data_of(render(replace(graph(), results=numbered), title="Trees"))
    assert [rows[row[1]][0] for row in data["results"]] == ["61", "0.6", "58", "3"]


def test_empty_graph_renders() -> None:
    assert data_of(render(KnowledgeGraph((), (), (), ()), title="None"))["nodes"] == []
