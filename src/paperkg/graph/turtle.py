"""Turtle that people can read and compare: prefixes, one object a line, in the order given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from pyoxigraph import Literal, NamedNode, Triple

from paperkg.graph.vocabulary import NAMESPACES
from paperkg.records import TYPES

__all__ = ["turtle"]

# The part of PN_LOCAL that needs no escapes.
LOCAL = re.compile(r"[\w:](?:[\w\-.:]*[\w\-:])?", re.ASCII)
PLAIN_DECIMAL = re.compile(r"-?\d+\.\d+")
STRING = NAMESPACES["xsd"] + "string"
DECIMAL = NAMESPACES["xsd"] + "decimal"


def turtle(triples: Iterable[Triple], base: str, types: Sequence[str] = TYPES) -> Iterator[str]:
    """The lines of a Turtle document, for triples that come subject by subject.

    `types` get prefixes, unless a vocabulary has the prefix already.
    """
    names = {"entity", "paper", "task", *(t.lower() for t in types)}
    if not set(types) <= set(TYPES):
        names.add("type")
    prefixes = {name: f"{base}{name}/" for name in names} | NAMESPACES
    shorten = shortener(prefixes)
    for prefix, namespace in sorted(prefixes.items()):
        yield f"@prefix {prefix}: <{namespace}> .\n"
    for subject, of_subject in groupby(triples, key=lambda t: t.subject):
        yield "\n" + block(shorten(subject), list(of_subject), shorten)


def shortener(prefixes: dict[str, str]):  # type: ignore[no-untyped-def]
    """A function from terms to their shortest Turtle form."""
    by_namespace = {namespace: prefix for prefix, namespace in prefixes.items()}

    @lru_cache(maxsize=65536)
    def shorten(term: NamedNode | Literal) -> str:
        if isinstance(term, Literal):
            return literal(term)
        cut = max(term.value.rfind("/"), term.value.rfind("#")) + 1
        prefix = by_namespace.get(term.value[:cut])
        local = term.value[cut:]
        return f"{prefix}:{local}" if prefix and LOCAL.fullmatch(local) else str(term)

    def literal(term: Literal) -> str:
        if term.datatype.value == DECIMAL and PLAIN_DECIMAL.fullmatch(term.value):
            return term.value
        if term.language or term.datatype.value == STRING:
            return str(term)
        return f"{Literal(term.value)}^^{shorten(term.datatype)}"

    return shorten


def block(subject: str, triples: list[Triple], shorten) -> str:  # type: ignore[no-untyped-def]
    """The statement of one subject."""
    lines = []
    for predicate, group in groupby(triples, key=lambda t: t.predicate):
        verb = "a" if predicate.value == NAMESPACES["rdf"] + "type" else shorten(predicate)
        objects = ",\n        ".join(shorten(t.object) for t in group)
        lines.append(f"{verb} {objects}")
    return f"{subject} " + " ;\n    ".join(lines) + " .\n"
