"""Search with completion over names, other spellings and titles, fast on large graphs.

All names lie in one text, a line each, those of most papers first. So finding the best ones is
finding a string in a string, and the first hits are those that are wanted.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import unquote

from pyoxigraph import NamedNode

from paperkg.graph.vocabulary import NAMESPACES
from paperkg.records import TYPES
from paperkg.web.store import Graph

__all__ = ["Index", "Item"]

NOT_WORD = re.compile(r"[\W_]+")
SCAN = 5_000
"""So many lines are looked at, at most, where words do not stand side by side."""

LONGEST = 200
"""Longer names, and longer queries, are cut."""


class Item(NamedTuple):
    """Something that can be found: its IRI below the base, its name, kind and number of papers."""

    path: str
    name: str
    kind: str
    papers: int


class Index:
    """All papers, entities and tasks of a graph, by path and by name."""

    def __init__(self, graph: Graph) -> None:
        self.base = graph.base
        self.counts = counts(graph)
        self.items = {item.path: item for item in self.found(graph)}
        self.decoded = {unquote(path): path for path in self.items}
        names = [(item.name, item.path) for item in self.items.values()]
        names += self.other_names(graph)
        self.lines, self.paths = self.ordered(names)
        self.starts = list(accumulate((len(line) + 1 for line in self.lines), initial=1))
        self.text = b"\n" + b"\n".join(self.lines) + b"\n"

    def found(self, graph: Graph) -> Iterator[Item]:
        """Everything that has a page."""
        known = kinds(graph)
        for thing, name in graph.select("SELECT ?thing ?name { ?thing rdfs:label ?name }"):
            iri = thing.value
            if iri in known and iri.startswith(self.base) and "#" not in iri:
                path = iri[len(self.base) :]
                yield Item(path, name.value, known[iri], self.counts.get(iri, 0))

    def other_names(self, graph: Graph) -> Iterator[tuple[str, str]]:
        """The other spellings of entities and tasks, with their paths."""
        for thing, name in graph.select("SELECT ?thing ?name { ?thing skos:altLabel ?name }"):
            path = thing.value[len(self.base) :]
            if path in self.items:
                yield name.value, path

    def ordered(self, names: list[tuple[str, str]]) -> tuple[list[bytes], list[str]]:
        """Lines for names, with their paths: of most papers first, names before squeezed ones."""
        rows = set()
        for name, path in names:
            line = folded(name)
            rows.add((line, path))
            if " " in line and not path.startswith("paper/"):
                rows.add((line.replace(" ", ""), path))
        ranked = sorted((-self.items[path].papers, line, path) for line, path in rows if line)
        return [line.encode() for _, line, _ in ranked], [path for _, _, path in ranked]

    def search(self, text: str, limit: int = 10) -> list[Item]:
        """What a text means, best first: exact names, beginnings, words, parts, all words."""
        words = folded(text)
        if not words:
            return []
        whole = words.encode()
        tight = whole.replace(b" ", b"")
        tried = (b"\n%b\n" % whole, b"\n%b\n" % tight, b"\n%b" % whole, b" %b" % whole, whole)
        found: dict[str, None] = {}
        for wanted in dict.fromkeys(tried):
            for line in self.hits(wanted):
                found.setdefault(self.paths[line])
                if len(found) >= limit:
                    return [self.items[path] for path in found]
        for line in self.lines_with(whole.split()):
            found.setdefault(self.paths[line])
            if len(found) >= limit:
                break
        return [self.items[path] for path in found]

    def hits(self, wanted: bytes) -> Iterator[int]:
        """The numbers of the lines that hold something, in their order."""
        at = self.text.find(wanted)
        while at >= 0:
            line = bisect_right(self.starts, at + (wanted[:1] == b"\n")) - 1
            yield line
            at = self.text.find(wanted, self.starts[line + 1] - 1)

    def lines_with(self, words: list[bytes]) -> Iterator[int]:
        """The numbers of lines that hold all of some words."""
        if len(words) < 2:
            return
        for number, line in enumerate(self.hits(max(words, key=len))):
            if number == SCAN:
                return
            if all(word in self.lines[line] for word in words):
                yield line

    def resolve(self, path: str) -> str | None:
        """The path below the base that a requested path means, or None."""
        if path in self.items:
            return path
        return self.decoded.get(unquote(path))

    def most_shared(self, limit: int = 10) -> dict[str, list[Item]]:
        """The entities of most papers, by type; tasks too."""
        by_kind: dict[str, list[Item]] = defaultdict(list)
        for item in self.items.values():
            if item.papers and item.kind != "Paper":
                by_kind[item.kind].append(item)
        order = sorted(by_kind, key=lambda kind: -sum(item.papers for item in by_kind[kind]))
        best = {kind: sorted(by_kind[kind], key=lambda i: (-i.papers, i.path)) for kind in order}
        return {kind: items[:limit] for kind, items in best.items()}

    def figures(self) -> dict[str, int]:
        """How many things of each kind there are, papers first."""
        kinds: dict[str, int] = defaultdict(int)
        for item in self.items.values():
            kinds[item.kind] += item.kind != "Class"
        rest = sorted(((k, n) for k, n in kinds.items() if k != "Paper" and n), key=itemgetter(0))
        return {"Paper": kinds.get("Paper", 0), **dict(rest)}

    def alike(self, path: str) -> list[str]:
        """The paths of the other entities of the same name."""
        whole = b"\n%b\n" % folded(self.items[path].name).encode()
        found = {self.paths[line] for line in self.hits(whole)} - {path}
        return sorted(p for p in found if not p.startswith(("paper/", "task/")))


def kinds(graph: Graph) -> dict[str, str]:
    """The kinds of papers, entities, tasks and types, by IRI.

    Each kind is asked for by itself: a type for every name takes twice the time.
    """
    own = graph.values("SELECT ?type { ?type a owl:Class }")
    ours = (f"{NAMESPACES['pk']}{kind}" for kind in ("Paper", "Task", *TYPES))
    found: dict[str, str] = {}
    for class_ in (*ours, f"{NAMESPACES['owl']}Class", *own):
        things = graph.values(f"SELECT ?thing {{ ?thing a {NamedNode(class_)} }}")
        found |= dict.fromkeys(things, re.split("[/#]", class_)[-1])
    return found


def counts(graph: Graph) -> dict[str, int]:
    """How many papers name an entity or work on a task, by IRI."""
    found = {}
    for relation in ("pk:mentions", "pk:addresses"):
        query = f"SELECT ?x (COUNT(?p) AS ?n) {{ ?p {relation} ?x }} GROUP BY ?x"
        found.update({x.value: int(n.value) for x, n in graph.select(query)})
    return found


def folded(text: str) -> str:
    """A text as it is compared: small letters without accents, words apart by one space."""
    text = text[:LONGEST].lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
    return NOT_WORD.sub(" ", text).strip()
