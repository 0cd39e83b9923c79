"""Two graphs on disk, merged thing by thing: what the one does not say as the other does.

`build` writes a graph subject by subject in the order of their IRIs, so that two graphs are merged
like two sorted lists, in memory that does not grow with them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from paperkg.errors import PaperKGError
from paperkg.graph.read import quads
from paperkg.graph.vocabulary import PK, iri

__all__ = ["Facts", "Nodes", "UnsortedError", "base_of", "groups", "loaded", "unlike"]

Facts = dict[str, set[str]]
Nodes = dict[str, Facts]
Group = tuple[str, list[Quad]]

NODE = re.compile(r"#(?:\w+=\d+(?:,\d+)*|text|developedBy)$")
"""How the IRI of what belongs to a paper or an entity goes on after that of its owner."""


class UnsortedError(Exception):
    """A file does not list its subjects in the order of their IRIs."""


def base_of(file: Path) -> str:
    """The base IRI of a graph, by its first paper."""
    kind, paper = iri("rdf:type"), iri("pk:Paper")
    for quad in quads(file):
        if quad.predicate == kind and quad.object == paper and isinstance(quad.subject, NamedNode):
            head, found, _ = quad.subject.value.rpartition("paper/")
            if found:
                return head
    raise PaperKGError(f"{file}: no paper in it; give a graph that `paperkg build` wrote")


def owner(subject: str, base: str) -> str:
    """The path below the base of what a subject is, or belongs to."""
    path = subject.removeprefix(base)
    return NODE.sub("", path) if "#" in path else path


def groups(file: Path, base: str) -> Iterator[Group]:
    """What a file says of each thing, in order; raises UnsortedError where it has none."""
    last = path = ""
    gathered: list[Quad] = []
    for quad in named(file):
        if quad.subject.value != last:
            last = quad.subject.value
            before, path = path, owner(last, base)
            if gathered and path != before:
                yield before, gathered
                gathered = []
                if path < before:
                    raise UnsortedError
        gathered.append(quad)
    if gathered:
        yield path, gathered


def loaded(file: Path, base: str) -> Iterator[Group]:
    """The same for a file in whatever order."""
    things: dict[str, list[Quad]] = defaultdict(list)
    for quad in named(file):
        things[owner(quad.subject.value, base)].append(quad)
    yield from sorted(things.items(), key=itemgetter(0))


def named(file: Path) -> Iterator[Any]:
    """What a file says of things that have an IRI."""
    return (quad for quad in quads(file) if isinstance(quad.subject, NamedNode))


def nodes_of(path: str, said: Iterable[Any], base: str) -> Nodes:
    """The facts of a thing (by "") and of what belongs to it (by how its IRI goes on)."""
    nodes: Nodes = defaultdict(lambda: defaultdict(set))
    for quad in said:
        if isinstance(quad.object, NamedNode | Literal):
            value = quad.object.value
            if isinstance(quad.object, NamedNode):
                value = value if value.startswith(PK) else value.removeprefix(base)
            node = quad.subject.value.removeprefix(base)[len(path) :]
            nodes[node][quad.predicate.value].add(value)
    return nodes


def unlike(
    graphs: Iterable[Iterator[Group]], bases: Sequence[str]
) -> Iterator[tuple[str, tuple[Nodes, Nodes]]]:
    """What two graphs do not say the same of, by path, with what each says."""
    path_of = itemgetter(0)
    for path, same in groupby(merge(*map(tagged, graphs, (0, 1)), key=path_of), key=path_of):
        sides: list[list[Quad]] = [[], []]
        for _, side, said in same:
            sides[side] = said
        if sides[0] != sides[1]:
            a, b = (nodes_of(path, s, base) for s, base in zip(sides, bases, strict=True))
            yield path, (a, b)


def tagged(things: Iterable[Group], side: int) -> Iterator[tuple[str, int, list[Quad]]]:
    """What one of two graphs says, and which of them says it."""
    return ((path, side, said) for path, said in things)
