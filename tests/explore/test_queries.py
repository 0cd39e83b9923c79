"""The named queries, each with the right answer on a small graph; and queries of one's own."""

from __future__ import annotations

import pytest
from graph.invented import OTHER_BASE, small, with_own_type, written

import paperkg
from paperkg.errors import PaperKGError

FERN = "model/fern-2"
A, B, C = "Fern 2 climbs", "Oak: slow and sure", "Cutting leaves"

ANSWERS = {
    "benchmarks-per-model": [
        ["Fern 2", "HillTop", 2],
        ["Oak", "RiverMouth", 2],
        ["Fern 2", "RiverMouth", 1],
        ["Oak", "HillTop", 1],
    ],
    "evidence": [
        [A, "Fern 2", A],
        [A, "Fern 2", "We grow Fern 2 on a slope."],
        [B, "Fern 2 9B", "Unlike Fern 2 9B it also rests on HillTop and RiverMouth."],
    ],
    "introductions": [
        [C, "Method", "LeafCut"],
        [A, "Model", "Fern 2"],
        [B, "Model", "Oak"],
    ],
    "models-by-maker": [["Bark", 2, "Oak"], ["Moss Lab", 2, "Fern 2"]],
    "most-used-models": [["Fern 2", 2], ["Oak", 1]],
    "newcomers-and-classics": [
        ["HillTop", "Benchmark", "classic", 2],
        ["RiverMouth", "Benchmark", "classic", 2],
        ["accuracy", "Metric", "classic", 2],
        ["Fern 2", "Model", "newcomer", 2],
        ["Oak", "Model", "newcomer", 2],
    ],
    "papers-with-code": [[A, "https://example.org/code/fern"]],
    "seen-together": [["HillTop", "Fern 2", 2], ["RiverMouth", "Oak", 2]],
    "shared-benchmarks": [
        ["HillTop", 2, f"{A} | {B}"],
        ["RiverMouth", 2, f"{C} | {B}"],
    ],
    "shared-models": [["Fern 2", 2, f"{A} | {B}"], ["Oak", 2, f"{C} | {B}"]],
}
"""What each query that can be foretold to the letter answers; `about` and `families` are below."""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return paperkg.open_store(written(small(), tmp_path_factory.mktemp("small")))


def asked(store, name, **bind):
    """The rows that a named query answers."""
    return paperkg.query(store, paperkg.named_query(name), bind=bind).to_numpy().tolist()


def iri(entity):
    return small().base + entity


def test_there_are_ten_and_each_says_what_it_answers():
    told = paperkg.named_queries()
    assert len(told) >= 10 and len(set(told.values())) == len(told)
    for name, answers in told.items():
        text = paperkg.named_query(name)
        assert text.startswith("# ") and len(answers.split()) > 3
        assert answers.endswith((".", "?")) and answers[0].isupper()
        assert ("--bind" in answers) == (name in {"about", "evidence", "best-results"})


@pytest.mark.parametrize("name", paperkg.named_queries())
def test_every_named_query_runs(store, name):
    given = {"best-results": {"task": "slope climbing"}}
    bind = {"entity": iri(FERN)} if name in {"about", "evidence"} else given.get(name, {})
    found = asked(store, name, **bind)
    assert found or name == "new-benchmarks"  # no paper introduces one


@pytest.mark.parametrize("name", ANSWERS)
def test_a_named_query_has_the_right_answer(store, name):
    bind = {"entity": iri(FERN)} if name == "evidence" else {}
    assert asked(store, name, **bind) == ANSWERS[name]


def test_about_tells_everything_of_an_entity(store):
    rows = asked(store, "about", entity=iri(FERN))
    assert rows == sorted(rows)
    assert [value for relation, value in rows if relation == "altLabel"] == ["Fern II", "Férn-2"]
    values = {value for _, value in rows}
    assert {"Fern", "Moss Lab", "https://example.com/fern-2", A, B, "Fern 2 9B"} <= values
    assert ["is outperforms of", "Oak"] in rows
    assert not {C, "HillTop"} & values


def test_families_name_releases_and_their_papers(store):
    assert ["Fern", "Fern 2", 2] in asked(store, "families")


def test_evidence_of_a_variant_is_its_own(store):
    rows = asked(store, "evidence", entity=iri("model/fern-2/9b"))
    assert rows == ANSWERS["evidence"][2:]


def test_named_queries_do_not_depend_on_the_base(tmp_path):
    store = paperkg.open_store(written(small(OTHER_BASE), tmp_path))
    for name in set(ANSWERS) - {"evidence", "seen-together"}:
        assert asked(store, name) == ANSWERS[name]
    assert asked(store, "evidence", entity=OTHER_BASE + FERN) == ANSWERS["evidence"]


def test_the_evidence_can_be_left_out(tmp_path):
    store = paperkg.open_store(written(small(), tmp_path), evidence=False)
    assert asked(store, "evidence", entity=iri(FERN)) == []
    assert asked(store, "shared-models") == ANSWERS["shared-models"]


@pytest.mark.parametrize(
    ("sparql", "columns", "rows"),
    [
        ("SELECT ?t { ?p pk:uses ?e ; dcterms:title ?t } ORDER BY ?t LIMIT 1", ["t"], [[C]]),
        ("SELECT (COUNT(*) AS ?n) { ?p a pk:Paper }", ["n"], [[4]]),
        ("SELECT ?v { ?r pk:value ?v }", ["v"], [[61.5]]),
        ("SELECT ?x { ?p a pk:Nothing OPTIONAL { ?p a ?x } }", ["x"], []),
        (
            "SELECT ?y { <https://w3id.org/paperkg/paper/walk:1> a pk:Paper OPTIONAL { ?p a ?y "
            "FILTER (false) } }",
            ["y"],
            [[""]],
        ),
        ('ASK { ?e rdfs:label "Oak" }', ["answer"], [[True]]),
        ('ASK { ?e rdfs:label "Elm" }', ["answer"], [[False]]),
        (
            'CONSTRUCT { ?e pk:kind "x" } { ?e a pk:Metric }',
            ["subject", "predicate", "object"],
            [[iri("metric/accuracy"), "https://w3id.org/paperkg/ontology#kind", "x"]],
        ),
    ],
)
def test_queries_of_every_form_give_a_table(store, sparql, columns, rows):
    found = paperkg.query(store, sparql)
    assert list(found.columns) == columns
    assert found.to_numpy().tolist() == rows


@pytest.mark.parametrize(
    ("bind", "count"),
    [
        ({"name": "Oak"}, 2),
        ({"name": "Elm"}, 0),
        ({"e": "https://w3id.org/paperkg/model/fern-2"}, 2),
        ({"name": "Fern 2", "p": "https://w3id.org/paperkg/paper/walk:1"}, 1),
        ({"name": '" . } #'}, 0),
    ],
)
def test_variables_can_be_bound(store, bind, count):
    sparql = "SELECT ?p ?e { ?p pk:mentions ?e . ?e rdfs:label ?name }  # the end"
    assert len(paperkg.query(store, sparql, bind=bind)) == count


@pytest.mark.parametrize(
    ("sparql", "bind", "place"),
    [
        ("SELEC ?x", {}, "1:"),
        ("SELECT ?x {\n ?x a }", {}, "2:"),
        ("SELECT ?x { ?x no:prefix ?y }", {}, ""),
        ("INSERT DATA { pk:a pk:b pk:c }", {}, "1:"),
        ("", {}, ""),
        ("SELECT * { ?s ?p ?o }", {"a b": "x"}, ""),
        ("SELECT * { ?s ?p ?o }", {"s": "http://a b"}, ""),
    ],
)
def test_a_wrong_query_is_told_in_one_short_line(store, sparql, bind, place):
    with pytest.raises(PaperKGError) as caught:
        paperkg.query(store, sparql, bind=bind)
    told = str(caught.value)
    assert told.startswith("query: ") and place in told and "; " in told
    assert "\n" not in told and len(told) < 260


def test_an_unknown_name_is_told_with_those_there_are():
    with pytest.raises(PaperKGError, match=r"no query is called nope; there are about, .*shared-"):
        paperkg.named_query("nope")


def test_a_users_type_is_named_in_the_answers(tmp_path):
    store = paperkg.open_store(written(with_own_type(), tmp_path))
    assert [C, "Robot", "LeafCut"] in asked(store, "introductions")
    leafcut = f"{small().base}robot/leafcut"
    assert ["type", "Robot"] in asked(store, "about", entity=leafcut)
