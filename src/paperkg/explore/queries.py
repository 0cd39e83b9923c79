"""SPARQL over a graph on disk: any query, or one of the named ones, as a pandas table."""

from __future__ import annotations

import re

import pandas as pd
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    Store,
    Triple,
    Variable,
)

from paperkg.errors import PaperKGError
from paperkg.graph.vocabulary import NAMESPACES
from paperkg.resources import ONTOLOGY

__all__ = ["named_queries", "named_query", "query"]

PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in NAMESPACES.items())
SKIPPED_OR_BRACE = re.compile(r'"(?:[^"\\\n]|\\.)*"|<[^>\s]*>|#[^\n]*|\{')
"""Texts, IRIs and comments, in which a brace means nothing, or a brace."""

WHOLE, BROKEN = ("integer", "nonNegativeInteger"), ("decimal", "double", "float")
NUMBERS: dict[str, type[int | float]] = {
    **dict.fromkeys((NAMESPACES["xsd"] + name for name in WHOLE), int),
    **dict.fromkeys((NAMESPACES["xsd"] + name for name in BROKEN), float),
}
"""What makes numbers of texts, by their datatypes."""


def named_queries() -> dict[str, str]:
    """What each named query answers, by name."""
    return {
        path.stem: path.read_text("utf-8").splitlines()[0].lstrip("# ").strip()
        for path in sorted((ONTOLOGY / "queries").glob("*.rq"))
    }


def named_query(name: str) -> str:
    """The text of a named query; raises PaperKGError, listing the names, where there is none."""
    if name not in named_queries():
        raise PaperKGError(f"no query is called {name}; there are {', '.join(named_queries())}")
    return (ONTOLOGY / "queries" / f"{name}.rq").read_text("utf-8")


def query(store: Store, sparql: str, *, bind: dict[str, str] | None = None) -> pd.DataFrame:
    """Run a query; the usual prefixes need no declaration.

    `bind` gives variables a value beforehand: an IRI where it is one, else a text. SELECT gives
    a column a variable, ASK one cell, CONSTRUCT and DESCRIBE the columns subject, predicate,
    object. Raises PaperKGError where the query is wrong.
    """
    try:
        answer = store.query(PREFIXES + with_values(sparql, bind or {}))
        if isinstance(answer, QueryBoolean):
            return pd.DataFrame({"answer": [bool(answer)]})
        if isinstance(answer, QuerySolutions):
            names = [v.value for v in answer.variables]
            return pd.DataFrame([list(map(value, s)) for s in answer], columns=names)
        rows = [[value(t.subject), value(t.predicate), value(t.object)] for t in answer]
        return pd.DataFrame(sorted(rows, key=str), columns=["subject", "predicate", "object"])
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        raise PaperKGError(f"query: {told(error)}; compare `paperkg query --list`") from error


def told(error: Exception) -> str:
    """What is wrong with a query, its place counted without our prefixes, in a few words."""
    ours = PREFIXES.count("\n")
    place = re.sub(r"(\d+):(\d+)", lambda m: f"{int(m[1]) - ours}:{m[2]}", str(error), count=1)
    return place if len(place) < 160 else place[:160].rsplit(",", 1)[0] + " …"


def with_values(sparql: str, bind: dict[str, str]) -> str:
    """A query whose variables have values: told first, so that the search begins there."""
    if not bind:
        return sparql
    names = " ".join(str(Variable(name)) for name in bind)
    values = f" VALUES ({names}) {{ ({' '.join(str(term(v)) for v in bind.values())}) }} "
    brace = next((m for m in SKIPPED_OR_BRACE.finditer(sparql) if m[0] == "{"), None)
    if brace and "CONSTRUCT" not in sparql[: brace.start()].upper():
        return sparql[: brace.end()] + values + sparql[brace.end() :]
    return f"{sparql}\n{values}"


def term(text: str) -> NamedNode | Literal:
    """A bound value as a term."""
    return NamedNode(text) if text.startswith(("http://", "https://")) else Literal(text)


def value(found: NamedNode | Literal | BlankNode | Triple | None) -> object:
    """A term as a plain value: numbers as numbers, IRIs and texts as text."""
    if isinstance(found, NamedNode):
        return found.value
    if found is None:
        return ""
    if isinstance(found, Literal):
        number = NUMBERS.get(found.datatype.value)
        return number(found.value) if number else found.value
    return found.value if isinstance(found, BlankNode) else str(found)
