"""Answers of a store in the standard formats, cut at a number of rows.

pyoxigraph writes whole answers only, so the four formats of SPARQL results are written here, row
by row; triples it writes itself.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    Triple,
    serialize,
)

from paperkg.graph.vocabulary import NAMESPACES
from paperkg.web.limits import ANSWER_BYTES

__all__ = ["SOLUTIONS", "TRIPLES", "Bounded", "Written", "write_answer", "write_triples"]

Term = NamedNode | BlankNode | Literal | Triple
Thing = TypeVar("Thing")
STRING = NAMESPACES["xsd"] + "string"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SPARQL = "http://www.w3.org/2005/sparql-results#"

SOLUTIONS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
"""The formats of the answers of SELECT and ASK, with their media types."""

TRIPLES = {
    "turtle": ("text/turtle; charset=utf-8", RdfFormat.TURTLE),
    "ntriples": ("application/n-triples", RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
    "rdfxml": ("application/rdf+xml", RdfFormat.RDF_XML),
}
"""The formats of the answers of CONSTRUCT and DESCRIBE, with their media types."""


class Written(NamedTuple):
    """An answer as bytes of a media type, and whether rows were left out."""

    type: str
    body: bytes
    cut: bool


class Bounded(Generic[Thing]):
    """Passes on so many things, and notes in `cut` whether there were more."""

    def __init__(self, things: Iterable[Thing], limit: int) -> None:
        self.things, self.limit, self.cut = things, limit, False

    def __iter__(self) -> Iterator[Thing]:
        for number, thing in enumerate(self.things):
            if number == self.limit:
                self.cut = True
                return
            yield thing


def write_answer(answer: Any, solutions: str, triples: str, rows: int) -> Written:
    """What `Store.query` gave, in the format for its kind; an empty name means none is wanted.

    Raises LookupError where the format for its kind is empty, OverflowError for a huge answer.
    """
    if not isinstance(answer, QueryBoolean | QuerySolutions):
        if not triples:
            raise LookupError("text/turtle, application/n-triples, application/ld+json")
        return write_triples(answer, triples, rows)
    if not solutions:
        raise LookupError("application/sparql-results+json, -results+xml, text/csv")
    if isinstance(answer, QueryBoolean):
        return Written(SOLUTIONS[solutions], BOOLEANS[solutions](bool(answer)).encode(), False)
    names = [variable.value for variable in answer.variables]
    bounded = Bounded(answer, rows)
    found = ([row[name] for name in names] for row in bounded)
    body = joined(WRITERS[solutions](names, found))
    return Written(SOLUTIONS[solutions], body, bounded.cut)


def write_triples(triples: Iterable[Triple], format: str, rows: int) -> Written:  # noqa: A002
    """Triples in a format of TRIPLES, the first ones where there are more than `rows`."""
    bounded = Bounded(triples, rows)
    type_, syntax = TRIPLES[format]
    if syntax == RdfFormat.RDF_XML:
        kept: Iterable[Triple] = map(xml_triple, bounded)
    else:
        kept = bounded
    body = serialize(kept, format=syntax, prefixes=NAMESPACES) or b""
    if len(body) > ANSWER_BYTES:
        raise OverflowError
    return Written(type_, body, bounded.cut)


def joined(parts: Iterable[str]) -> bytes:
    """Parts as one; raises OverflowError where they grow too large."""
    out = bytearray()
    for part in parts:
        out += part.encode("utf-8", "replace")
        if len(out) > ANSWER_BYTES:
            raise OverflowError
    return bytes(out)


Rows = Iterable[list[Term | None]]


def json_parts(names: list[str], rows: Rows) -> Iterator[str]:
    """SPARQL 1.1 Query Results JSON."""
    yield f'{{"head":{{"vars":{json.dumps(names)}}},"results":{{"bindings":['
    comma = "\n"
    for row in rows:
        bound = {n: json_term(t) for n, t in zip(names, row, strict=True) if t is not None}
        yield comma + json.dumps(bound, ensure_ascii=False, separators=(",", ":"))
        comma = ",\n"
    yield "\n]}}\n"


def json_term(term: Term) -> dict[str, Any]:
    """A term as SPARQL's JSON has it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = zip(("subject", "predicate", "object"), term, strict=True)
        return {"type": "triple", "value": {name: json_term(part) for name, part in parts}}
    found = {"type": "literal", "value": term.value}
    if term.language:
        return found | {"xml:lang": term.language}
    return found if term.datatype.value == STRING else found | {"datatype": term.datatype.value}


def xml_parts(names: list[str], rows: Rows) -> Iterator[str]:
    """SPARQL Query Results XML."""
    head = "".join(f"<variable name={quoteattr(name)}/>" for name in names)
    yield f'<?xml version="1.0"?>\n<sparql xmlns="{SPARQL}"><head>{head}</head><results>\n'
    for row in rows:
        bound = (
            f"<binding name={quoteattr(name)}>{xml_term(term)}</binding>"
            for name, term in zip(names, row, strict=True)
            if term is not None
        )
        yield f"<result>{''.join(bound)}</result>\n"
    yield "</results></sparql>\n"


def xml_term(term: Term) -> str:
    """A term as SPARQL's XML has it."""
    if isinstance(term, NamedNode):
        return f"<uri>{escape(xml_safe(term.value))}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{term.value}</bnode>"
    if isinstance(term, Triple):
        parts = zip(("subject", "predicate", "object"), term, strict=True)
        inner = "".join(f"<{name}>{xml_term(part)}</{name}>" for name, part in parts)
        return f"<triple>{inner}</triple>"
    mark = f" xml:lang={quoteattr(term.language)}" if term.language else ""
    if not term.language and term.datatype.value != STRING:
        mark = f" datatype={quoteattr(term.datatype.value)}"
    text = escape(xml_safe(term.value), {"\r": "&#13;"})
    return f"<literal{mark}>{text}</literal>"


def xml_safe(text: str) -> str:
    """A text without the characters that XML 1.0 cannot hold."""
    return NOT_XML.sub("\ufffd", text)


def xml_triple(triple: Triple) -> Triple:
    """The same triple without the characters that XML 1.0 cannot hold."""
    found = triple.object
    if isinstance(found, Literal) and NOT_XML.search(found.value) and not found.language:
        found = Literal(xml_safe(found.value), datatype=found.datatype)
    return Triple(triple.subject, triple.predicate, found)


def csv_parts(names: list[str], rows: Rows) -> Iterator[str]:
    """SPARQL 1.1 Query Results CSV: plain values, lines that end in CRLF."""
    yield csv_line(names)
    for row in rows:
        yield csv_line(["" if term is None else csv_term(term) for term in row])


def csv_line(values: list[str]) -> str:
    """A row of CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(values)
    return out.getvalue()


def csv_term(term: Term) -> str:
    """A term as CSV has it."""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def tsv_parts(names: list[str], rows: Rows) -> Iterator[str]:
    """SPARQL 1.1 Query Results TSV: terms as Turtle writes them."""
    yield "\t".join(f"?{name}" for name in names) + "\n"
    for row in rows:
        terms = ("" if term is None else str(term).replace("\t", "\\t") for term in row)
        yield "\t".join(terms) + "\n"


WRITERS: dict[str, Callable[[list[str], Rows], Iterator[str]]] = {
    "json": json_parts,
    "xml": xml_parts,
    "csv": csv_parts,
    "tsv": tsv_parts,
}
BOOLEANS: dict[str, Callable[[bool], str]] = {
    "json": lambda yes: json.dumps({"head": {}, "boolean": yes}) + "\n",
    "xml": lambda yes: (
        f'<?xml version="1.0"?>\n<sparql xmlns="{SPARQL}"><head/>'
        f"<boolean>{str(yes).lower()}</boolean></sparql>\n"
    ),
    "csv": lambda yes: f"{str(yes).lower()}\r\n",
    "tsv": lambda yes: f"{str(yes).lower()}\n",
}
"""How ASK is answered; CSV and TSV, for which there is no standard, get the bare word."""
