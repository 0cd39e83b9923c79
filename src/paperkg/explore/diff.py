"""What changed between two graphs: papers, entities, links, results, and evidence if wanted."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd

from paperkg.errors import PaperKGError
from paperkg.explore.merged import Facts, Nodes, UnsortedError, base_of, groups, loaded, unlike
from paperkg.graph.read import graph_files
from paperkg.graph.vocabulary import PK, iri
from paperkg.records import ROLES, TRAITS, TYPES

__all__ = ["Diff", "diff"]

COLUMNS = {
    "papers": ["change", "id", "title", "field", "before", "after"],
    "entities": ["change", "id", "type", "name", "before", "after"],
    "links": ["change", "paper", "title", "entity", "before", "after"],
    "results": [
        *("change", "paper", "kind", "subject", "object", "benchmark", "metric", "value"),
    ],
    "evidence": ["change", "paper", "kind", "place", "text", "before", "after"],
}
TITLE, NAME, TYPE = "title", "renamed", "retyped"
PAPER_FIELDS = {
    "rdfs:label": TITLE,
    "dcterms:title": TITLE,
    "dcterms:creator": "authors",
    "dcterms:issued": "date",
    "dcterms:subject": "categories",
    "schema:url": "url",
    "pk:codeRepository": "code",
    "foaf:page": "pages",
    "pk:artifact": "artifacts",
    "pk:addresses": "tasks",
} | {f"pk:{role}": role for role in ROLES}
ENTITY_FIELDS = {
    "rdf:type": TYPE,
    "rdfs:label": NAME,
    "skos:prefLabel": NAME,
    "skos:altLabel": "aliases",
    "pk:inFamily": "family",
    "pk:variantOf": "family",
    "skos:broader": "family",
    "pk:developedBy": "maker",
    "skos:exactMatch": "ids",
    "foaf:homepage": "pages",
    "pk:codeRepository": "pages",
    "pk:forTask": "tasks",
    "schema:additionalType": "also",
} | {f"pk:{trait}": "traits" for trait in TRAITS}
OF_PAPER, OF_ENTITY = (
    {iri(name).value: field for name, field in fields.items()}
    for fields in (PAPER_FIELDS, ENTITY_FIELDS)
)
"""Which field a predicate is in."""
SAID = frozenset({f"{PK}basedOn", f"{PK}outperforms"})
"""What entities have because papers say so: the statements tell it."""
RDF_TYPE, MAKER_NODE = iri("rdf:type").value, "#developedBy"
OBJECT, RELATION = iri("rdf:object").value, iri("rdf:predicate").value
ENTITY_TYPES = frozenset(f"{PK}{type_}" for type_ in (*TYPES, "Task"))
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, eq=False)
class Diff:
    """What a second graph has otherwise than a first, a pandas table for each kind of thing.

    `papers` has a row for each paper added or removed, and for each field that changed; `entities`
    likewise, where `change` is added, removed, renamed, retyped, aliases, family, maker, ids,
    pages, traits, tasks, also (types that papers take it for besides) or other; tasks are among
    them. There `before` and `after` are lists of what only the first and only the second graph
    says. `links` has a row for each link added, removed or of another role; its `before` and
    `after` are roles, or "". `results` has reported numbers and, by their relation as `kind`,
    statements about two entities. `evidence` is empty unless it was asked for.

    Things go by their ids, which are the same below whatever base IRI. A diff is true where
    something changed.
    """

    papers: pd.DataFrame
    entities: pd.DataFrame
    links: pd.DataFrame
    results: pd.DataFrame
    evidence: pd.DataFrame = field(default_factory=lambda: table("evidence", ()))

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {name: getattr(self, name) for name in COLUMNS}

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many papers, entities, … changed, by table and kind of change."""
        found = {name: frame["change"] for name, frame in self.tables.items()}
        found["papers"] = self.papers.drop_duplicates(["change", "id"])["change"]
        return {name: dict(Counter(changes.tolist())) for name, changes in found.items()}

    def __bool__(self) -> bool:
        return not all(frame.empty for frame in self.tables.values())


def diff(a: str | Path, b: str | Path, *, evidence: bool = False) -> Diff:
    """What changed from one graph to another, each a folder that `build` wrote or a file.

    A file whose subjects are not in the order of their IRIs takes memory in proportion to both.
    `evidence` compares every mention with its place, scores and sentence too.

    Raises PaperKGError where there is no graph, one does not parse, or evidence is wanting.
    """
    given = [graph_files(path) for path in (a, b)]
    files = [main for main, _ in given]
    bases = [base_of(file) for file in files]
    rows = changed(files, bases)
    if evidence:
        proofs = [proof_of(path, proof) for path, (_, proof) in zip((a, b), given, strict=True)]
        rows["evidence"] = changed(proofs, bases, evidence=True)["evidence"]
    return Diff(**{name: table(name, found) for name, found in rows.items()})


def proof_of(path: str | Path, proof: Path | None) -> Path:
    """The evidence of a graph; raises PaperKGError where there is none."""
    if proof:
        return proof
    raise PaperKGError(f"{path}: no evidence there; compare without it, or build the graph again")


def changed(files: Sequence[Path], bases: Sequence[str], *, evidence: bool = False) -> Rows:
    """The rows of every table for two files, in order or else in memory."""
    given = list(zip(files, bases, strict=True))
    try:
        return collected(unlike([groups(*one) for one in given], bases), evidence=evidence)
    except UnsortedError:
        return collected(unlike([loaded(*one) for one in given], bases), evidence=evidence)


def collected(things: Iterable[tuple[str, tuple[Nodes, Nodes]]], *, evidence: bool) -> Rows:
    """The rows of every table for things that differ."""
    changes = Changes()
    each = changes.proof if evidence else changes.thing
    for path, (a, b) in things:
        each(path, a, b)
    return changes.rows


def table(name: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """The table of a name."""
    return pd.DataFrame(list(rows), columns=COLUMNS[name])


class Changes:
    """Collects the rows of the tables while two graphs go by."""

    def __init__(self) -> None:
        self.rows: Rows = {name: [] for name in COLUMNS}

    def thing(self, path: str, a: Nodes, b: Nodes) -> None:
        """A thing that differs."""
        for kind, compare in (("paper", self.paper), ("entity", self.entity)):
            before, after = (nodes if kind_of(nodes) == kind else {} for nodes in (a, b))
            if before or after:
                compare(path, before, after)

    def paper(self, path: str, a: Nodes, b: Nodes) -> None:
        """A paper, with its links and results."""
        id_ = paper_id(path)
        before, after = (by_field(nodes, OF_PAPER) for nodes in (a, b))
        title = first((after or before)[TITLE])
        if not (a and b):
            self.rows["papers"].append(("removed" if a else "added", id_, title, "", [], []))
        else:
            for name, *values in differences(before, after):
                if name not in ROLES:
                    self.rows["papers"].append(("changed", id_, title, name, *values))
        roles = [roles_of(fields) for fields in (before, after)]
        for entity in sorted(roles[0].keys() | roles[1].keys()):
            old, new = (r.get(entity, "") for r in roles)
            if old != new:
                row = (change(old, new, "role"), id_, title, entity, old, new)
                self.rows["links"].append(row)
        self.results(id_, a, b)

    def results(self, paper: str, a: Nodes, b: Nodes) -> None:
        """The results and statements of a paper, wherever in its text they stand."""
        before, after = (Counter(reported(nodes)) for nodes in (a, b))
        for what, found in (("removed", before - after), ("added", after - before)):
            for cells in sorted(result(dict(facts)) for facts in found.elements()):
                self.rows["results"].append((what, paper, *cells))

    def entity(self, path: str, a: Nodes, b: Nodes) -> None:
        """An entity or task."""
        before, after = (by_field(nodes, OF_ENTITY) for nodes in (a, b))
        known = after or before
        type_, name = first(known[TYPE]), first(known[NAME])
        if not (a and b):
            what = "removed" if a else "added"
            self.rows["entities"].append((what, path, type_, name, [], []))
            return
        for what, *values in differences(before, after):
            self.rows["entities"].append((what, path, type_, name, *values))

    def proof(self, path: str, a: Nodes, b: Nodes) -> None:
        """The evidence of a paper that differs."""
        for node in sorted(a.keys() | b.keys(), key=in_order):
            kind, _, place = node.lstrip("#").partition("=")
            old, new = (flat(nodes.get(node, {})) for nodes in (a, b))
            if old == new:
                continue
            text = first((b.get(node) or a[node]).get(iri("nif:anchorOf").value, ()))
            what = change(bool(old), bool(new), "changed")
            told = [sorted(old - new), sorted(new - old)] if what == "changed" else [[], []]
            self.rows["evidence"].append((what, paper_id(path), kind, place, text, *told))


def kind_of(nodes: Nodes) -> str:
    """Whether a thing is a paper, an entity (or a task), or neither."""
    types = nodes.get("", {}).get(RDF_TYPE, set())
    if f"{PK}Paper" in types:
        return "paper"
    own = any(type_.startswith("type/") for type_ in types)
    return "entity" if own or types & ENTITY_TYPES else ""


def by_field(nodes: Nodes, fields: dict[str, str]) -> Facts:
    """What is said of a thing, by the fields that people know."""
    found: Facts = defaultdict(set)
    if not nodes:
        return found
    for predicate, values in nodes[""].items():
        if predicate not in SAID:
            found[fields.get(predicate, "other")] |= values
    if MAKER_NODE in nodes:
        found["maker"] = nodes[MAKER_NODE][OBJECT]
    for name in (TYPE, "also"):
        if name in found:
            found[name] = set(map(local, found[name]))
    return found


def differences(a: Facts, b: Facts) -> Iterator[tuple[str, list[str], list[str]]]:
    """The fields that differ, with what only the one and only the other says."""
    for name in sorted(a.keys() | b.keys()):
        old, new = a.get(name, set()), b.get(name, set())
        if old != new:
            yield name, sorted(old - new), sorted(new - old)


def roles_of(fields: Facts) -> dict[str, str]:
    """The role of each entity that a paper names: the strongest."""
    return {entity: role for role in reversed(ROLES) for entity in fields.get(role, ())}


def reported(nodes: Nodes) -> Iterator[tuple[tuple[str, str], ...]]:
    """The facts of the results and statements that belong to a paper."""
    for node, facts in nodes.items():
        if node.startswith(("#result=", "#statement=")):
            said = ((local(predicate), first(values)) for predicate, values in facts.items())
            yield tuple(sorted((name, value) for name, value in said if name != "reportedBy"))


def result(facts: dict[str, str]) -> tuple[str, ...]:
    """The cells of a result or statement, from its kind on."""
    names = ("onBenchmark", "byMetric", "value")
    after = [facts.get(name, "") for name in names]
    if "predicate" in facts:
        return (
            local(facts["predicate"]),
            facts.get("subject", ""),
            facts.get("object", ""),
            *after,
        )
    return (facts.get("kind", ""), facts.get("system", ""), facts.get("text", ""), *after)


def change(old: object, new: object, otherwise: str) -> str:
    """Whether something was added, removed, or is there otherwise."""
    return otherwise if old and new else "removed" if old else "added"


def flat(facts: Facts) -> set[str]:
    """Facts as texts: the predicate's own name, and the value."""
    return {f"{local(name)} {value}" for name, values in facts.items() for value in values}


def in_order(node: str) -> tuple[str, list[int]]:
    """A key that puts what belongs to a paper in the order of its places."""
    kind, _, place = node.partition("=")
    return kind, [int(number) for number in place.split(",") if number]


def paper_id(path: str) -> str:
    """The id of a paper by its path."""
    return unquote(path.removeprefix("paper/"))


def local(address: str) -> str:
    """The last part of an IRI."""
    return re.split("[/#]", address)[-1]


def first(values: Iterable[str]) -> str:
    """The first of some values in the order of the alphabet, or an empty string."""
    return min(values, default="")
