"""Turtle, N-Triples and JSON-LD: three spellings of the same triples."""

from __future__ import annotations

import json

import pytest
import rdflib
from graph.invented import HOSTILE, OTHER_BASE, document, of_papers, sample, small

from paperkg.export import export
from paperkg.export.linked_data import json_ld, n_triples_text, turtle_text
from paperkg.graph.vocabulary import NAMESPACES
from paperkg.records import Paper

GRAPHS = {
    "small": small,
    "other base": lambda: small(OTHER_BASE),
    "sample": lambda: sample()[0].kg,
    "one paper": lambda: of_papers(small().papers[0]),
    "empty": of_papers,
} | {
    name: lambda text=text: of_papers(Paper("p", text, "x", key=text, authors=(text, "b")))
    for name, text in HOSTILE.items()
}


def parsed(text, form):
    return set(rdflib.Graph().parse(data=text, format=form))


@pytest.mark.parametrize("make", GRAPHS.values(), ids=GRAPHS)
def test_every_spelling_has_the_same_triples(make):
    kg = make()
    lines = "".join(n_triples_text(kg))
    expected = parsed(lines, "nt")
    assert lines.count("\n") == len(expected)
    assert parsed(json_ld(kg), "json-ld") == expected
    assert parsed("".join(turtle_text(kg)), "turtle") == expected


def test_n_triples_are_one_a_line(tmp_path):
    kg = of_papers(Paper("p", HOSTILE["line ends"], "x", key="k"))
    export(kg, "ntriples", tmp_path / "g.nt")
    lines = (tmp_path / "g.nt").read_bytes().splitlines()
    assert len(lines) == 4 and all(line.endswith(b" .") for line in lines)


def test_json_ld_is_short_and_names_its_vocabularies():
    found = json.loads(json_ld(small()))
    assert NAMESPACES.items() <= found["@context"].items()
    by_id = {each["@id"]: each for each in found["@graph"]}
    fern = by_id[f"{small().base}model/fern-2"]
    assert fern["@type"] == "pk:Model" and set(fern["skos:altLabel"]) == {"Fern II", "Férn-2"}
    assert fern["pk:inFamily"] == {"@id": f"{small().base}model/fern"}


def test_turtle_export_is_the_file_of_the_build(tmp_path):
    export(small(), "turtle", tmp_path / "deep" / "er" / "g.ttl")
    assert (tmp_path / "deep" / "er" / "g.ttl").read_text("utf-8") == document(small())
