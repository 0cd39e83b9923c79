"""Terms as Turtle writes them, and documents of them: Turtle that people can read, and N-Triples.

A fact is a pair of a predicate (`pk:uses`, or `a` for the type) and a term in Turtle. A block is a
subject's address, the predicates of its facts and their terms, in the order of the facts. Blocks
come in the order in which they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import add

from pyoxigraph import Literal, NamedNode

from paperkg.graph.kg import entity_iri, type_iri
from paperkg.graph.vocabulary import NAMESPACES
from paperkg.records import TYPES

__all__ = ["Block", "Fact", "Terms", "block", "block_text", "head", "n_triples", "turtle"]

Fact = tuple[str, str]
Block = tuple[str, tuple[str, ...], tuple[str, ...]]
# The part of PN_LOCAL that needs no escapes.
LOCAL = re.compile(r"[\w:](?:[\w\-.:]*[\w\-:])?", re.ASCII)
PLAIN_DECIMAL = re.compile(r"-?\d+\.\d+", re.ASCII)
CACHED = 65536
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
        self.iri = lru_cache(CACHED)(self.shortest)
        self.entity = lru_cache(CACHED)(self.of_entity)
        self.expanded = Expanded(self)
        self.predicates = lru_cache(4096)(self.all_in_full)

    def shortest(self, address: str) -> str:
        """An address in its shortest form: `model:llama-2`, or in angle brackets."""
        cut = max(address.rfind("/"), address.rfind("#")) + 1
        prefix, local = self.by_namespace.get(address[:cut]), address[cut:]
        return f"{prefix}:{local}" if prefix and LOCAL.fullmatch(local) else f"<{address}>"

    def of_entity(self, id_: str) -> str:
        """The term of an entity or task by its id."""
        return self.shortest(entity_iri(self.base, id_))

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

    def all_in_full(self, verbs: tuple[str, ...]) -> list[str]:
        """Predicates as N-Triples has them, with the space behind."""
        return [f"{self.in_full(verb)} " for verb in verbs]


class Expanded(dict[str, str]):
    """Terms as N-Triples has them, kept where they are not the same."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def __missing__(self, term: str) -> str:
        if term[0] == "<" or term[-1] == '"':
            return term
        if len(self) == CACHED:
            self.clear()
        self[term] = found = self.terms.in_full(term)
        return found


def literal(text: str) -> str:
    """A text as a term."""
    escaped = text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'"{escaped}"' if escaped.isprintable() else str(Literal(text))


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


def block(address: str, facts: Iterable[Fact]) -> Block:
    """The block of a subject of which there are facts, in any order, each however often."""
    verbs, objects = zip(*sorted(set(facts)), strict=True)
    return address, verbs, objects


def block_text(block: Block, terms: Terms) -> str:
    """The statement of one subject: its type first, an object a line."""
    address, verbs, objects = block
    return f"\n{terms.shortest(address)}{''.join(map(add, leads(verbs), objects))} .\n"


@lru_cache(4096)
def leads(verbs: tuple[str, ...]) -> list[str]:
    """What stands before each object of a block."""
    more = [",\n        " if verb == last else f" ;\n    {verb} " for last, verb in pairwise(verbs)]
    return [f" {verbs[0]} ", *more]


def turtle(blocks: Iterable[Block], terms: Terms) -> Iterator[str]:
    """A Turtle document, in pieces."""
    yield from head(terms)
    for block in blocks:
        yield block_text(block, terms)


def n_triples(blocks: Iterable[Block], terms: Terms) -> Iterator[str]:
    """The same as N-Triples, the lines of a block at once."""
    for address, verbs, objects in blocks:
        between = f" .\n<{address}> "
        facts = map(add, terms.predicates(verbs), map(terms.expanded.__getitem__, objects))
        yield f"<{address}> {between.join(facts)} .\n"
