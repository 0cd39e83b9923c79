"""The figures: mentions, spans, types, entities, roles, linking and results against gold.

The definitions are those of the annotation guidelines' scorer, to which this is bound by test.
Where the mentions of one name in a paper lead to several entities equally often, that scorer
takes any of them; here it is the one whose last mention comes latest, the same every time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paperkg.evaluate.gold import GoldMention, GoldPaper, GoldResult
from paperkg.records import TYPES, Mention, Result

__all__ = ["Compared", "Key", "Pair", "compare", "pairs_of", "score"]

Key = tuple[int, int, str]
"""The start, end and type of a mention."""
Sets = Iterable[tuple[set[Any], set[Any]]]
"""What is expected and what is found, a pair of sets for each paper."""
Figures = dict[str, float]


@dataclass(frozen=True)
class Compared:
    """The mentions that a paper should have and those found in it, by place and type."""

    gold: GoldPaper
    expected: dict[Key, GoldMention]
    found: dict[Key, Mention]

    @property
    def both(self) -> list[Key]:
        """The keys of the mentions that are right, the last in the text first."""
        return sorted(self.expected.keys() & self.found.keys(), reverse=True)


@dataclass(frozen=True, slots=True)
class Pair:
    """A paper's entity that was found: its gold name and role, and what it was linked to."""

    name: str
    entity: str | None
    expected_role: str
    role: str

    @property
    def folded(self) -> str:
        """The gold name, in which case makes no difference."""
        return self.name.lower()


def score(compared: Sequence[Compared], results: Iterable[Result] = ()) -> dict[str, Any]:
    """The figures of papers that `compare` has compared; results name entities by their ids.

    Gives `mention`, `span`, `entity`, `introduces` and, by type, `type`, each with precision
    `p`, recall `r`, their harmonic mean `f`, and the numbers `gold` and `predicted`; `link`, the
    B-cubed `p`, `r` and `f` (Bagga and Baldwin 1998) of the entities over papers' entities;
    `role`, the share of roles that are right among these; the number of `papers`; and `results`,
    with `number` and `tuple`, where papers have results annotated.
    """
    pairs = [pair for each in compared for pair in pairs_of(each)]
    scores = {
        "mention": shared(compared, lambda key: key),
        "span": shared(compared, lambda key: key[:2]),
        "type": {type_: of_type(compared, type_) for type_ in TYPES},
        "entity": entities(compared),
        "role": sum(p.role == p.expected_role for p in pairs) / max(1, len(pairs)),
        "link": b_cubed(pairs),
        "papers": len(compared),
        "introduces": introduced(pairs),
    }
    if any(each.gold.results is not None for each in compared):
        scores["results"] = reported(compared, results)
    return scores


def compare(gold: Sequence[GoldPaper], mentions: Iterable[Mention]) -> list[Compared]:
    """Put the mentions found beside the annotated ones, paper by paper.

    A mention of an unknown type, or one that gold lacks in a disputed place, is left out.
    """
    by_paper: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_paper[mention.paper].append(mention)
    return [compare_paper(paper, by_paper[paper.paper.id]) for paper in gold]


def compare_paper(gold: GoldPaper, mentions: list[Mention]) -> Compared:
    """The same for one paper; of mentions with the same place and type the last one counts."""
    expected = {(m.start, m.end, m.type): m for m in gold.mentions}
    found: dict[Key, Mention] = {}
    for m in mentions:
        key = (m.start, m.end, m.type)
        disputed = any(m.start < end and start < m.end for start, end in gold.disputed)
        if m.type in TYPES and (key in expected or not disputed):
            found[key] = m
    return Compared(gold, expected, found)


def ratios(right: int, gold: int, predicted: int) -> Figures:
    """Precision, recall and their harmonic mean from counts; 0 where there is nothing."""
    p = right / predicted if predicted else 0.0
    r = right / gold if gold else 0.0
    return {"p": p, "r": r, "f": harmonic(p, r), "gold": gold, "predicted": predicted}


def harmonic(p: float, r: float) -> float:
    """The harmonic mean of two figures, 0 where both are."""
    return 2 * p * r / (p + r) if p + r else 0.0


def overlap(sets: Sets) -> Figures:
    """Precision and recall over all papers of what is found, given as sets of any things."""
    right = gold = predicted = 0
    for expected, found in sets:
        right += len(expected & found)
        gold += len(expected)
        predicted += len(found)
    return ratios(right, gold, predicted)


def shared(compared: Sequence[Compared], view: Callable[[Key], Any]) -> Figures:
    """Precision and recall of mentions, seen through a function of their keys."""
    return overlap((set(map(view, c.expected)), set(map(view, c.found))) for c in compared)


def of_type(compared: Sequence[Compared], type_: str) -> Figures:
    """Precision and recall of the mentions of one type."""
    return overlap(
        ({k for k in c.expected if k[2] == type_}, {k for k in c.found if k[2] == type_})
        for c in compared
    )


def entities(compared: Sequence[Compared]) -> Figures:
    """Precision and recall of papers' (type, entity) sets: what the graph's edges see.

    A gold entity is found when a mention of it is; the entity that it leads to counts once.
    """
    right = gold = predicted = 0
    for each in compared:
        right += len({(type_, entity) for (type_, _), entity in elected(each).items()})
        gold += len({(m.type, m.canonical) for m in each.gold.mentions})
        predicted += len({(m.type, m.entity) for m in each.found.values()})
    return ratios(right, gold, predicted)


def elected(compared: Compared) -> dict[tuple[str, str], str | None]:
    """For each gold (type, name) found in a paper, the entity that most of its mentions lead to."""
    votes: dict[tuple[str, str], Counter[str | None]] = defaultdict(Counter)
    for key in compared.both:
        gold = compared.expected[key]
        votes[gold.type, gold.canonical][compared.found[key].entity] += 1
    return {name: count.most_common(1)[0][0] for name, count in votes.items()}


def pairs_of(compared: Compared) -> list[Pair]:
    """The entities found in a paper, with the roles of the first mention that leads to each."""
    roles: dict[tuple[str, str, str | None], tuple[str, str]] = {}
    for key in compared.both:
        gold, found = compared.expected[key], compared.found[key]
        roles[gold.type, gold.canonical, found.entity] = (gold.role, found.role)
    return [
        Pair(name, entity, *roles[type_, name, entity])
        for (type_, name), entity in elected(compared).items()
    ]


def b_cubed(pairs: Sequence[Pair]) -> Figures:
    """B-cubed precision, recall and F1 of entities as clusters, against gold names as clusters.

    Every pair in a cell of (name, entity) scores the same, so cells are summed, not pairs.
    """
    by_name = Counter(p.folded for p in pairs)
    by_entity = Counter(p.entity for p in pairs)
    cells = Counter((p.folded, p.entity) for p in pairs)
    n = max(1, len(pairs))
    p = sum(size * size / by_entity[entity] for (_, entity), size in cells.items()) / n
    r = sum(size * size / by_name[name] for (name, _), size in cells.items()) / n
    return {"p": p, "r": r, "f": harmonic(p, r)}


def introduced(pairs: Sequence[Pair]) -> Figures:
    """Precision and recall of the role `introduces` among the entities found."""
    gold = {i for i, p in enumerate(pairs) if p.expected_role == "introduces"}
    found = {i for i, p in enumerate(pairs) if p.role == "introduces"}
    return overlap([(gold, found)])


def reported(compared: Sequence[Compared], results: Iterable[Result]) -> dict[str, Figures]:
    """Precision and recall of reported numbers, alone and with whose, on what and by what.

    A gold name is the entity that most of its mentions in the paper lead to, whatever the type:
    a system may be a model or a method, a benchmark a data set.
    """
    found: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        found[result.paper].append(result)
    numbers, wholes = [], []
    for each in compared:
        if each.gold.results is not None:
            got = found[each.gold.paper.id]
            entities = named_entities(each)
            numbers.append((set(map(number, each.gold.results)), set(map(number, got))))
            expected = {whole(r, entities) for r in each.gold.results}
            wholes.append((expected, {whole(r) for r in got}))
    return {"number": overlap(numbers), "tuple": overlap(wholes)}


def named_entities(compared: Compared) -> dict[str, str | None]:
    """The entity that most mentions of a gold name lead to, by the name in lower case."""
    places = {key[:2]: mention.entity for key, mention in compared.found.items()}
    votes: dict[str, Counter[str | None]] = defaultdict(Counter)
    for key, mention in sorted(compared.expected.items()):
        if key[:2] in places:
            votes[mention.canonical.lower()][places[key[:2]]] += 1
    return {name: count.most_common(1)[0][0] for name, count in votes.items()}


def number(result: GoldResult | Result) -> tuple[int, int, str]:
    """The place and kind of a result."""
    return result.start, result.end, result.kind


def whole(
    result: GoldResult | Result, entities: Mapping[str, str | None] | None = None
) -> tuple[Any, ...]:
    """The same with system, benchmark and metric: ids, or what gold names stand for.

    A gold name that is not found stands for itself, which is no id.
    """
    whose = [result.system, result.benchmark, result.metric]
    if entities is not None:
        whose = [name and (entities.get(name.lower()) or f"no {name}") for name in whose]
    return (*number(result), *whose)
