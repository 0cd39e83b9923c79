"""Terms as Turtle writes them, and documents of them: Turtle that people can read, and N-Triples.

A block is a subject's address with its facts: pairs of a predicate (`pk:uses`, or `a` for the
type) and a term in Turtle. Blocks come in the order in which they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from paperkg.graph.kg import entity_iri, type_iri
from paperkg.graph.vocabulary import NAMESPACES
from paperkg.records import TYPES

__all__ = ["Block", "Fact", "Terms", "block_text", "head", "n_triples", "turtle"]

Fact = tuple[str, str]
Block = tuple[str, Iterable[Fact]]
# The part of PN_LOCAL that needs no escapes.
LOCAL = re.compile(r"[\w:](?:[\w\-.:]*[\w\-:])?", re.ASCII)
PLAIN_DECIMAL = re.compile(r"-?\d+\.\d+", re.ASCII)
XSD = NAMESPACES["xsd"]


class Terms:
    """Terms below a base IRI; `types` get prefixes, unless a vocabulary has the prefix already."""

    def __init__(self, base: str, types: Sequence[str] = TYPES) -> None:
        self.base = base
        names = {"entity", "paper", "task", *(t.lower() for t in types)}
        if not set(types) <= set(TYPES):
            names.add("type")
        self.prefixes = {name: f"{base}{name}/" for name in names} | NAMESPACES
        self.by_namespace = {namespace: prefix for prefix, namespace in self.prefixes.items()}
        self.iri = lru_cache(maxsize=65536)(self.shortest)
        self.expanded = lru_cache(maxsize=65536)(self.in_full)

    def shortest(self, address: str) -> str:
        """An address in its shortest form: `model:llama-2`, or in angle brackets."""
        cut = max(address.rfind("/"), address.rfind("#")) + 1
        prefix, local = self.by_namespace.get(address[:cut]), address[cut:]
        return f"{prefix}:{local}" if prefix and LOCAL.fullmatch(local) else f"<{address}>"

    def entity(self, id_: str) -> str:
        """The term of an entity or task by its id."""
        return self.iri(entity_iri(self.base, id_))

    def type(self, type_: str) -> str:
        """The term of a type."""
        return self.iri(type_iri(self.base, type_))

    def in_full(self, term: str) -> str:
        """A term as N-Triples has it."""
        if term[0] == "<" or term[-1] == '"':
            return term
        if term == "a":
            return f"<{NAMESPACES['rdf']}type>"
        if term[0] == '"':
            text, _, datatype = term.rpartition("^^")
            return f"{text}^^{self.in_full(datatype)}"
        if PLAIN_DECIMAL.fullmatch(term):
            return f'"{term}"^^<{XSD}decimal>'
        prefix, _, local = term.partition(":")
        return f"<{self.prefixes[prefix]}{local}>"


def literal(text: str) -> str:
    """A text as a term."""
    return str(Literal(text))


def decimal(text: str) -> str:
    """A decimal number as a term."""
    return text if PLAIN_DECIMAL.fullmatch(text) else f'"{text}"^^xsd:decimal'


def valid(address: str) -> bool:
    """Whether an address is an IRI."""
    try:
        return bool(NamedNode(address))
    except ValueError:
        return False


def head(terms: Terms) -> Iterator[str]:
    """The lines of the prefixes, which a document begins with."""
    for prefix, namespace in sorted(terms.prefixes.items()):
        yield f"@prefix {prefix}: <{namespace}> .\n"


def block_text(block: Block, terms: Terms) -> str:
    """The statement of one subject: its type first, an object a line."""
    subject, facts = block
    pieces, last = [f"\n{terms.iri(subject)}"], ""
    for verb, term in sorted(set(facts)):
        if verb == last:
            pieces.append(f",\n        {term}")
        else:
            pieces.append(f" ;\n    {verb} {term}" if last else f" {verb} {term}")
        last = verb
    pieces.append(" .\n")
    return "".join(pieces)


def turtle(blocks: Iterable[Block], terms: Terms) -> Iterator[str]:
    """A Turtle document, in pieces."""
    yield from head(terms)
    for block in blocks:
        yield block_text(block, terms)


def n_triples(blocks: Iterable[Block], terms: Terms) -> Iterator[str]:
    """The same as N-Triples, a line each."""
    for subject, facts in blocks:
        for verb, term in sorted(set(facts)):
            yield f"<{subject}> {terms.expanded(verb)} {terms.expanded(term)} .\n"
