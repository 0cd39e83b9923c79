"""GraphML and GEXF open in NetworkX, and every format gives the same bytes each time."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from io import BytesIO

import networkx as nx
import pytest
from graph.invented import HOSTILE, in_process, of_papers, sample, small, with_own_type

from paperkg.errors import PaperKGError
from paperkg.export import FORMATS, export
from paperkg.export.networks import gexf, graphml
from paperkg.records import Paper

READERS = {"graphml": (graphml, nx.read_graphml), "gexf": (gexf, nx.read_gexf)}
both = pytest.mark.parametrize(("write", "read"), READERS.values(), ids=READERS)


def opened(write, read, kg):
    return read(BytesIO(write(kg).encode()))


@both
@pytest.mark.parametrize("make", [small, lambda: sample()[0].kg], ids=["small", "sample"])
def test_the_nodes_and_the_edges_are_there(write, read, make):
    kg = make()
    graph = opened(write, read, kg)
    assert {kg.entity_iri(e.id) for e in kg.entities} <= set(graph)
    assert {kg.paper_iri(p) for p in kg.papers} <= set(graph)
    found = Counter(
        (a, b, data["predicate"]) for a, b, data in graph.edges(data=True) if "predicate" in data
    )
    iris = {p.id: kg.paper_iri(p) for p in kg.papers}
    for link in kg.links:
        a, b = iris[link.paper], kg.entity_iri(link.entity)
        assert found[a, b, "pk:mentions"] == 1
        assert found[a, b, f"pk:{link.role}"] == 1
    assert sum(n for (_, _, p), n in found.items() if p == "pk:mentions") == len(kg.links)


@both
def test_an_entity_keeps_its_names(write, read):
    graph = opened(write, read, small())
    fern = graph.nodes[f"{small().base}model/fern-2"]
    assert (fern["type"], fern["label"], fern["altLabel"]) == (
        "Model",
        "Fern 2",
        "Fern II | Férn-2",
    )
    paper = graph.nodes[f"{small().base}paper/walk:1"]
    assert (paper["type"], paper["title"]) == ("Paper", "Fern 2 climbs")
    assert paper["creator"] == "Ada Moss | Bo Reed"


@both
@pytest.mark.parametrize(
    "text", [HOSTILE[n] for n in ("quotes", "backslashes", "beyond the BMP", "markup", "scripts")]
)
def test_hostile_titles_come_back(write, read, text):
    graph = opened(write, read, of_papers(Paper("p", text, "x", key="k")))
    assert [title for _, title in graph.nodes(data="title")] == [text]


@both
@pytest.mark.parametrize("mark", ["\x01", "\ufffe"])
def test_characters_that_xml_cannot_hold_do_not_break_the_file(write, read, mark):
    graph = opened(write, read, of_papers(Paper("p", f"kite{mark}s", "x", key="k")))
    (title,) = (title for _, title in graph.nodes(data="title"))
    assert title.startswith("kite") and title.endswith("s")


def test_an_unknown_format_is_told(tmp_path):
    with pytest.raises(PaperKGError, match="no format is called pdf; choose one of csv, turtle, "):
        export(small(), "pdf", tmp_path / "g.pdf")
    assert list(tmp_path.iterdir()) == []


EXPORTED = """
import hashlib, json, sys
from pathlib import Path
import paperkg
from paperkg.export import FORMATS, export
kg, found = paperkg.read_graph(sys.argv[1]), {}
for to in (*FORMATS, "csv"):
    out = Path(sys.argv[2]) / to
    export(kg, to, out)
    for path in sorted(out.iterdir()) if out.is_dir() else [out]:
        found[f"{to}/{path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
print(json.dumps(found))
"""


def test_every_format_gives_the_same_bytes_in_every_process(tmp_path):
    _, folder = sample()
    one, two = (
        json.loads(in_process(seed, EXPORTED, str(folder), str(tmp_path / str(seed))))
        for seed in (1, 2)
    )
    assert one == two and len(one) == len(FORMATS) + 3
    assert hashlib.sha256(b"").hexdigest() not in one.values()


@both
def test_a_users_type_is_told_like_ours(write, read):
    graph = opened(write, read, with_own_type())
    assert graph.nodes[f"{small().base}robot/leafcut"]["type"] == "Robot"
    assert {data["type"] for _, data in graph.nodes(data=True)} == {
        *(
            "Paper",
            "Result",
            "Statement",
            "Task",
            "Model",
            "Benchmark",
            "Organization",
            "Metric",
            "Robot",
        ),
    }
