"""The ontology declares and names every term that a graph is made of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib
from graph.invented import sample, small, written
from rdflib.namespace import OWL, PROV, RDF, RDFS, SH, SKOS

import paperkg
from paperkg.graph.vocabulary import NAMESPACES, PK
from paperkg.records import ROLES, TYPES
from paperkg.resources import ONTOLOGY

KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)


@pytest.fixture(scope="module")
def ontology():
    return rdflib.Graph().parse(ONTOLOGY / "paperkg.ttl")


def declared(ontology):
    own = set(ontology.subjects(RDF.type, PROV.Entity))
    return own | {term for kind in KINDS for term in ontology.subjects(RDF.type, kind)}


def used(folder: Path):
    """Every pk: term in the two files of a graph."""
    found = set()
    for name in ("graph.ttl", "evidence.ttl"):
        for triple in rdflib.Graph().parse(folder / name):
            found |= {t for t in triple if isinstance(t, rdflib.URIRef) and t.startswith(PK)}
    return found


def test_every_term_of_a_graph_is_declared_and_has_a_label(ontology, tmp_path):
    for folder in (sample()[1], written(small(), tmp_path)):
        terms = used(folder)
        assert len(terms) > 15
        assert terms <= declared(ontology)
        assert {term for term in terms if not ontology.value(term, RDFS.label)} == set()


def test_every_declared_term_is_ours_and_has_one_english_label(ontology):
    for term in declared(ontology):
        assert term.startswith(PK)
        (label,) = ontology.objects(term, RDFS.label)
        assert label.language == "en" and str(label) == label.lower().strip()


def test_every_term_of_shapes_and_queries_is_declared(ontology):
    terms = {term.removeprefix(PK) for term in declared(ontology)}
    shapes = rdflib.Graph().parse(ONTOLOGY / "shapes.ttl")
    aimed = {t for p in (SH.targetClass, SH["class"], SH.path) for t in shapes.objects(None, p)}
    named = {t.removeprefix(PK) for t in aimed if str(t).startswith(PK)}
    for path in [*(ONTOLOGY / "queries").glob("*.rq"), ONTOLOGY / "shapes.ttl"]:
        text = path.read_text("utf-8")
        named |= set(re.findall(r"pk:(\w+)", re.sub(r"pk:(\w+Shape|prefixes)", "", text)))
    assert len(named) > 15 and named <= terms


def test_types_are_classes_of_entities_and_roles_are_mentions(ontology):
    for type_ in TYPES:
        term = rdflib.URIRef(PK + type_)
        above = set(ontology.transitive_objects(term, RDFS.subClassOf))
        assert rdflib.URIRef(f"{PK}Entity") in above and SKOS.Concept in above
    for role in ROLES:
        above = set(ontology.transitive_objects(rdflib.URIRef(PK + role), RDFS.subPropertyOf))
        assert rdflib.URIRef(f"{PK}mentions") in above


def test_the_prefixes_of_ontology_and_graph_agree():
    for name in ("paperkg.ttl", "shapes.ttl"):
        text = (ONTOLOGY / name).read_text("utf-8")
        for prefix, iri in re.findall(r"^@prefix (\w+): <(.*)> \.", text, re.MULTILINE):
            assert NAMESPACES.get(prefix, iri) == iri


def test_queries_are_found_by_the_names_of_their_files():
    assert set(paperkg.named_queries()) == {p.stem for p in (ONTOLOGY / "queries").glob("*.rq")}
