"""The vocabularies that the graph speaks, and the order in which Turtle lists their prefixes."""

from __future__ import annotations

from pyoxigraph import NamedNode

__all__ = ["NAMESPACES", "PK", "iri"]

PK = "https://w3id.org/paperkg/ontology#"
NAMESPACES = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "itsrdf": "http://www.w3.org/2005/11/its/rdf#",
    "nif": "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "pk": PK,
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def iri(name: str) -> NamedNode:
    """The IRI of a prefixed name such as `skos:prefLabel`."""
    prefix, _, local = name.partition(":")
    return NamedNode(NAMESPACES[prefix] + local)
