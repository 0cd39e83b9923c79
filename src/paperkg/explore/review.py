"""What a person should look at first: the least certain links and likely duplicates of a graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

import pandas as pd

from paperkg.graph.kg import KnowledgeGraph
from paperkg.link.candidates import KIN
from paperkg.link.corrections import COLUMNS
from paperkg.link.full_names import stems
from paperkg.link.newcomers import INTRODUCED, SPELLED_OUT
from paperkg.names import normalize
from paperkg.records import Entity, Mention

__all__ = ["review"]

SURE, NAMELY = 0.8, 0.6
"""Links of a lower score are put to the user, and names of a lower confidence."""
LONG = 9
"""Names of so many letters may differ by one and yet be one name."""
CROWD = 8
"""More entities of one name than that are no duplicates but a popular name."""
Question = tuple[float, list[str | float]]
"""How much depends on the answer, and the row."""


def review(kg: KnowledgeGraph, *, limit: int = 200) -> pd.DataFrame:
    """Questions about a graph, in the columns of a corrections file, the weightiest first.

    The action of a row ends in a question mark; taking that away makes it a correction. `merge?`
    is a likely duplicate and `score` how likely; `split?` is an uncertain link, for which `to`
    wants what the surface means instead, and `ignore?` what may be no name at all, with how
    certain each is as `score`.
    """
    counts = Counter(link.entity for link in kg.links)
    questions = [*duplicates(kg, counts), *uncertain(kg)]
    questions.sort(key=lambda q: (-q[0], list(map(str, q[1]))))
    return pd.DataFrame([row for _, row in questions[:limit]], columns=list(COLUMNS))


def duplicates(kg: KnowledgeGraph, counts: Counter[str]) -> Iterator[Question]:
    """Pairs of entities of a like type whose names are alike."""
    named = {e.id: e for e in kg.entities if not e.variant_of and counts[e.id]}
    kinds: list[tuple[float, str, Callable[[str], Iterable[str]]]] = [
        (0.9, "the same name", lambda name: [normalize(name)]),
        (0.8, "the same words but for endings", word_stems),
        (0.6, "one letter apart", one_letter_less),
    ]
    coined = {m.entity for m in kg.mentions if m.reason in (INTRODUCED, SPELLED_OUT)}
    told: set[tuple[str, str]] = set()
    for score, likeness, keys_of in kinds:
        for pair in sorted(alike(named.values(), keys_of) - told):
            told.add(pair)
            known = not any(id_.startswith("entity/") for id_ in pair)
            if known or coined.issuperset(pair):
                continue
            small, large = sorted(pair, key=lambda id_: (counts[id_], id_))
            one, other = (told_of(named[id_], counts[id_]) for id_ in (small, large))
            note = f"{likeness}: {one} and {other}"
            yield score * counts[small], ["merge?", small, "", "", large, score, note]


def told_of(entity: Entity, papers: int) -> str:
    """An entity as a note tells of it: by name, full name, type and number of papers."""
    full = max((a for a in entity.aliases if len(a.split()) > 1), key=len, default="")
    return f"{entity.name} ({', '.join(filter(None, (full, entity.type, str(papers))))})"


def alike(
    entities: Iterable[Entity], keys_of: Callable[[str], Iterable[str]]
) -> set[tuple[str, str]]:
    """Pairs of entities of like types that share a key."""
    by_key: dict[str, set[str]] = defaultdict(set)
    types = {}
    for entity in entities:
        types[entity.id] = entity.type
        for key in keys_of(entity.name):
            by_key[key].add(entity.id)
    return {
        (a, b)
        for ids in by_key.values()
        if len(ids) <= CROWD
        for a, b in combinations(sorted(ids), 2)
        if types[b] in (types[a], KIN.get(types[a]))
    }


def word_stems(name: str) -> Iterator[str]:
    """The stems of a name of several words."""
    if len(name.split()) > 1:
        yield "".join(stems(name))


def one_letter_less(name: str) -> Iterator[str]:
    """A long name, and the same with each of its letters left out; a digit makes another name."""
    key = normalize(name)
    if len(key) >= LONG and not any(c.isdigit() for c in key):
        yield key
        yield from (key[:i] + key[i + 1 :] for i in range(len(key)))


def uncertain(kg: KnowledgeGraph) -> Iterator[Question]:
    """Links and names that are not sure, the same ones of all papers together."""
    names = {e.id: e.name for e in kg.entities}
    groups: dict[tuple[str, str, str], list[Mention]] = defaultdict(list)
    for m in kg.mentions:
        if m.score < SURE:
            groups["split?", m.entity, normalize(m.text)].append(m)
        elif m.confidence < NAMELY:
            groups["ignore?", m.entity, normalize(m.text)].append(m)
    for (action, entity, _), mentions in groups.items():
        papers = sorted({m.paper for m in mentions})
        surface = Counter(m.text for m in mentions).most_common(1)[0][0]
        score = min(m.score if action == "split?" else m.confidence for m in mentions)
        why = f", {mentions[0].reason}" if action == "split?" else ""
        where = f"{len(papers)} papers, such as {papers[0]}" if len(papers) > 1 else papers[0]
        note = f"{surface} as {names[entity]}{why}; {where}"
        paper = papers[0] if len(papers) == 1 else ""
        weight = (1 - score) * len(papers) * (1 if action == "split?" else 0.25)
        yield weight, [action, entity, surface, paper, "", score, note]
