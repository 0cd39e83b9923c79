"""SHACL: a built graph conforms, and one that is broken does not, with a message that tells why."""

from __future__ import annotations

import pytest
from graph.invented import (
    HOSTILE,
    OTHER_BASE,
    document,
    of_papers,
    sample,
    small,
    with_own_type,
    written,
)

import paperkg
from paperkg.errors import PaperKGError
from paperkg.records import Paper

PAPER = "<https://w3id.org/paperkg/paper/walk:1>"
BROKEN = {
    "no title": ('dcterms:title "Fern 2 climbs"', 'dcterms:abstract "x"', "one title"),
    "two titles": ('dcterms:title "Silence"', 'dcterms:title "Silence", "Noise"', "one title"),
    "no identifier": ('dcterms:identifier "walk:1" ;', "", "one identifier"),
    "two labels": ('rdfs:label "Oak"', 'rdfs:label "Oak", "Elm"', "one label"),
    "another label": ('rdfs:label "Oak"', 'rdfs:label "Elm"', "preferred label is the label"),
    "alias is the name": ('"Fern II"', '"Fern II", "Fern 2"', "alias is not the name"),
    "variant of itself": ("pk:variantOf model:fern-2", None, "above itself"),
    "circle": ('rdfs:label "Fern" ;', 'rdfs:label "Fern" ; pk:inFamily model:fern-2 ;', "above it"),
    "introduces unmentioned": ("        method:leafcut,\n", "", "it also mentions"),
    "maker is a model": (
        "pk:developedBy organization:bark",
        "pk:developedBy model:fern",
        "maker is an organization",
    ),
    "bad date": ('"2031-04-02"^^xsd:date', '"2031-04-02"', "date is xsd:date"),
    "impossible date": ('"2031-04-02"^^xsd:date', '"2031-04-99"^^xsd:date', "date is xsd:date"),
    "two dates": ('"2032"^^xsd:gYear', '"2032"^^xsd:gYear, "2033"^^xsd:gYear', "date is xsd"),
    "no value": ("pk:value 61.5 ", "a pk:Result ", "value"),
    "value in words": ("pk:value 61.5 ", 'pk:value "much" ', "value"),
    "odd kind": ('pk:kind "score"', 'pk:kind "feeling"', "kind"),
    "names a paper": ("pk:mentions benchmark:hilltop", "pk:mentions paper:walk:4", "known class"),
    "unknown entity": ("pk:mentions benchmark:hilltop", "pk:mentions model:elm", "known class"),
}


@pytest.mark.parametrize(
    "make",
    [small, lambda: small(OTHER_BASE), of_papers, with_own_type],
    ids=["small", "other base", "empty", "own type"],
)
def test_a_graph_conforms(make, tmp_path):
    found = paperkg.validate(written(make(), tmp_path))
    assert list(found.columns) == ["node", "path", "message"] and len(found) == 0


def test_the_sample_conforms():
    assert len(paperkg.validate(sample()[1])) == 0


@pytest.mark.parametrize(
    "date", ["2031", "2031-04", "2031-04-31", "2031-02-30", "2031-13", "2031-00-01", "May 2031"]
)
def test_whatever_the_date_a_graph_conforms(date, tmp_path):
    kg = of_papers(Paper("p", "Kites", "We fly.", key="k", date=date))
    assert paperkg.validate(written(kg, tmp_path)).to_dict("records") == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_the_title_a_graph_conforms(text, tmp_path):
    kg = of_papers(Paper("p", text, "We fly.", key=text))
    assert paperkg.validate(written(kg, tmp_path)).to_dict("records") == []


@pytest.mark.parametrize(("old", "new", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_graph_is_told(old, new, message, tmp_path):
    text = document(small())
    assert old in text
    new = f"{old}, <https://w3id.org/paperkg/model/fern-2/9b>" if new is None else new
    (tmp_path / "graph.ttl").write_text(text.replace(old, new, 1), "utf-8")
    found = paperkg.validate(tmp_path)
    told = [f"{row.path} {row.message}" for row in found.itertuples()]
    assert any(message in line for line in told), told
    assert all(found["node"].str.startswith("https://w3id.org/paperkg/"))
    assert all(found["message"]) and not found["message"].str.contains("\n").any()


def test_n_triples_are_validated_too(tmp_path):
    paperkg.export(small(), "ntriples", tmp_path / "g.nt")
    assert len(paperkg.validate(tmp_path / "g.nt")) == 0
    with (tmp_path / "g.nt").open("a") as file:
        file.write(f'{PAPER} <http://purl.org/dc/terms/title> "Another" .\n')
    assert list(paperkg.validate(tmp_path / "g.nt")["message"]) == ["a paper has one title"]


@pytest.mark.parametrize("name", ["graph.ttl", "graph.nt"])
def test_what_does_not_parse_is_told_in_one_line(name, tmp_path):
    (tmp_path / name).write_text("{ not a graph\n at all")
    with pytest.raises(PaperKGError, match=f"{name}: .*; build the graph again") as caught:
        paperkg.validate(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_an_entity_of_a_users_type_is_held_to_the_shapes_of_entities(tmp_path):
    written(with_own_type(), tmp_path)
    path = tmp_path / "graph.ttl"
    text = path.read_text("utf-8")
    path.write_text(text.replace('rdfs:label "LeafCut"', 'rdfs:label "LeafCut", "Cut"'), "utf-8")
    assert "an entity has one label" in set(paperkg.validate(tmp_path)["message"])
    path.write_text(text.replace("rdfs:subClassOf pk:Entity", "rdfs:comment 'none'"), "utf-8")
    assert "a paper mentions entities of a known class" in set(
        paperkg.validate(tmp_path)["message"]
    )
