"""Turtle: the same triples in every parser, whatever the texts and keys hold."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
import rdflib

from paperkg.export.linked_data import n_triples_text
from paperkg.graph import evidence_triples, graph_triples
from paperkg.graph.vocabulary import NAMESPACES
from paperkg.records import Entity, Paper

from .invented import (
    HOSTILE,
    HOSTILE_KEYS,
    OTHER_BASE,
    document,
    of_papers,
    proof,
    sample,
    small,
    with_own_type,
)

TITLE = NAMESPACES["dcterms"] + "title"


def by_rdflib(text: str) -> set[tuple[str, ...]]:
    """Subject, predicate and object of every triple, as rdflib reads them."""
    return {tuple(map(str, t)) for t in rdflib.Graph().parse(data=text, format="turtle")}


def by_oxigraph(text: str) -> list[ox.Triple]:
    """Every triple, as pyoxigraph reads it, without normalising its literals."""
    return [q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)]


@pytest.mark.parametrize("name", ["graph.ttl", "evidence.ttl"])
def test_both_parsers_count_the_same_triples_in_the_sample(name):
    build, folder = sample()
    text = (folder / name).read_text("utf-8")
    made = graph_triples if name == "graph.ttl" else evidence_triples
    triples = list(made(build.kg))
    assert len(triples) > 1_000
    assert len(rdflib.Graph().parse(data=text, format="turtle")) == len(triples)
    assert len(set(map(str, by_oxigraph(text)))) == len(triples)
    assert {str(t) for t in by_oxigraph(text)} == {str(t) for t in triples}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("write", [document, proof])
def test_hostile_texts_come_back_as_they_were(text, write):
    paper = Paper("p", text, text[::-1], key="k", authors=(text,), categories=(text,))
    kg = of_papers(paper)
    made = {str(t) for t in (graph_triples if write is document else evidence_triples)(kg)}
    assert {str(t) for t in by_oxigraph(write(kg))} == made
    values = {o for _, _, o in by_rdflib(write(kg))}
    assert (text if write is document else paper.text) in values


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_hostile_keys_come_back_as_they_were(key):
    kg = of_papers(Paper("p", "Kites", "We fly.", key=key))
    subject = kg.paper_iri(kg.papers[0])
    for text in (document(kg), proof(kg)):
        assert {s.partition("#")[0] for s, _, _ in by_rdflib(text)} == {subject}
        assert {t.subject.value.partition("#")[0] for t in by_oxigraph(text)} == {subject}
    identifiers = {o for _, p, o in by_rdflib(document(kg)) if p.endswith("/identifier")}
    assert identifiers == {key}


def test_keys_that_differ_have_iris_that_differ():
    keys = ("a/b", "a%2Fb", "a b", "a%20b", "A/b", "a:b")
    iris = [of_papers().paper_iri(Paper("p", "T", "A", key=key)) for key in keys]
    assert len(set(iris)) == len(keys)


@pytest.mark.parametrize(
    "last", ["c++", "qwen2.5-vl", "pass@1", "τ-bench", "1", "gpt.", "-x", "a:b", "fern-2/9b"]
)
def test_ids_of_entities_come_back_as_they_were(last):
    kg = of_papers()
    kg = type(kg)((), (Entity(f"model/{last}", "Model", "X"),), (), ())
    expected = f"https://w3id.org/paperkg/model/{last}"
    assert {s for s, _, _ in by_rdflib(document(kg))} == {expected}
    assert {t.subject.value for t in by_oxigraph(document(kg))} == {expected}


@pytest.mark.parametrize(
    ("date", "literal"),
    [
        ("2031", '"2031"^^xsd:gYear'),
        ("2031-04", '"2031-04"^^xsd:gYearMonth'),
        ("2031-04-02", '"2031-04-02"^^xsd:date'),
        ("2 April 2031", None),
        ("", None),
    ],
)
def test_dates_are_typed_by_how_exact_they_are(date, literal):
    text = document(of_papers(Paper("p", "Kites", "We fly.", key="k", date=date)))
    assert (f"dcterms:issued {literal}" in text) if literal else ("issued" not in text)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a", True),
        ("https://example.org/é", True),
        ("https://example.org/a b", False),
        ("https://example.org/<x>", False),
        ("javascript:alert(1)", False),
        ("example.org/a", False),
    ],
)
def test_only_web_addresses_become_links(url, kept):
    text = document(of_papers(Paper("p", "Kites", "We fly.", key="k", url=url, code=url)))
    pages = [t for t in by_oxigraph(text) if t.predicate.value.endswith(("/page", "Repository"))]
    assert [t.object.value for t in pages] == [url] * (2 if kept else 0)


def test_people_can_read_it():
    text = document(small())
    assert "\nmodel:fern-2 a pk:Model ;\n    pk:codeRepository <https://example.org/" in text
    assert "    pk:developedBy organization:moss-lab ;\n" in text
    assert '    skos:altLabel "Fern II",\n        "Férn-2" ;' in text
    assert "    pk:value 61.5 .\n" in text
    assert "paper:walk:1 a pk:Paper ;" in text
    body = text.partition("\n\n")[2]
    spelled_out = re.findall(r"<([^>]*)>", body)
    assert {iri for iri in spelled_out if iri.startswith("https://w3id.org/paperkg/")} == {
        "https://w3id.org/paperkg/model/fern-2/9b",
        "https://w3id.org/paperkg/paper/walk%2F3",
        "https://w3id.org/paperkg/paper/walk:1#result=52,56",
        "https://w3id.org/paperkg/paper/walk:2#statement=33,39",
        "https://w3id.org/paperkg/paper/walk:2#statement=40,47",
        "https://w3id.org/paperkg/model/fern-2#developedBy",
    }


def test_a_users_type_is_declared_once():
    text = document(with_own_type())
    declared = 'type:Robot a owl:Class ;\n    rdfs:label "Robot" ;\n    rdfs:subClassOf pk:Entity .'
    assert text.count(declared) == text.count("owl:Class") == 1
    assert "\nrobot:leafcut a type:Robot ;\n" in text
    assert "itsrdf:taClassRef type:Robot ;" in proof(with_own_type())
    assert "type:" not in document(small())


@pytest.mark.parametrize("type_", ["Prov", "Owl", "Rdf"])
def test_a_users_type_takes_no_prefix_of_a_vocabulary(type_):
    text = document(with_own_type(type_))
    assert f"<https://w3id.org/paperkg/{type_.lower()}/leafcut> a type:{type_} ;" in text
    assert by_rdflib(text) == by_rdflib("".join(n_triples_text(with_own_type(type_))))


def test_subjects_and_prefixes_are_sorted():
    for text in (document(small()), proof(small())):
        prefixes = re.findall(r"^@prefix (\w+):", text, re.MULTILINE)
        assert prefixes == sorted(prefixes) and {"pk", "skos", "paper", "model"} <= set(prefixes)
    subjects = list(dict.fromkeys(t.subject.value for t in by_oxigraph(document(small()))))
    assert subjects == sorted(subjects) and len(subjects) == 20


def test_what_a_paper_introduces_or_uses_it_also_mentions():
    pk = NAMESPACES["pk"]
    triples = by_rdflib(document(small()))
    strong = {(s, o) for s, p, o in triples if p in {f"{pk}introduces", f"{pk}uses"}}
    every = {(s, o) for s, p, o in triples if p == f"{pk}mentions"}
    assert strong < every and len(every) == 11


def test_every_mention_quotes_its_own_text():
    nif = NAMESPACES["nif"]
    graph = rdflib.Graph().parse(data=proof(small()), format="turtle")
    found = list(graph.subject_objects(rdflib.URIRef(f"{nif}anchorOf")))
    assert len(found) == 13
    for mention, anchor in found:
        context = graph.value(mention, rdflib.URIRef(f"{nif}referenceContext"))
        text = str(graph.value(context, rdflib.URIRef(f"{nif}isString")))
        begin, end = (
            int(graph.value(mention, rdflib.URIRef(f"{nif}{edge}Index")))
            for edge in ("begin", "end")
        )
        assert text[begin:end] == str(anchor)
        sentence = graph.value(mention, rdflib.URIRef(f"{nif}sentence"))
        assert (sentence, rdflib.RDF.type, rdflib.URIRef(f"{nif}Sentence")) in graph


def test_another_base_moves_everything_of_ours():
    text = document(small(OTHER_BASE)) + proof(small(OTHER_BASE))
    assert "https://w3id.org/paperkg/" not in text.replace(NAMESPACES["pk"], "")
    moved = {
        tuple(term.replace(OTHER_BASE, "https://w3id.org/paperkg/") for term in triple)
        for triple in by_rdflib(document(small(OTHER_BASE)))
    }
    assert moved == by_rdflib(document(small()))


def test_the_evidence_of_each_paper_is_in_order():
    subjects = list(dict.fromkeys(t.subject.value for t in by_oxigraph(proof(small()))))
    assert subjects == sorted(subjects, key=lambda s: (s.partition("#")[0], s))
    assert any("#task=" in subject for subject in subjects)
