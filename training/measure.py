"""How good the recipe is: on papers that the weights have not seen, by five-fold cross-validation.

Each gold paper is read by weights that learned from the four fifths without it. What was learned
before the gold papers holds none of them.
"""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from recipe import (
    Gold,
    examples,
    named,
    polished,
    prepared,
    role_examples,
    spans,
    text_of,
    train_results,
    train_roles,
)
from scipy.optimize import isotonic_regression
from spacy.language import Language

from paperkg.catalog import load_catalog
from paperkg.evaluate import GoldPaper, compare, score
from paperkg.extract.features import same_names
from paperkg.extract.network import Network
from paperkg.extract.pipeline import blank_pipeline, mentions_of, results_of
from paperkg.link import link
from paperkg.names import name_key
from paperkg.records import Mention, Paper, Result, row
from paperkg.train.network import WordTable

matplotlib.use("Agg")
from matplotlib import pyplot as plt

Predicted = list[dict[str, Any]]
Scale = tuple[list[float], list[float]]
FOLDS = 5
POINTS = 15
"""So many points lead from confidences to the share that is right."""
BINS = 10
SURE = 0.9


def folds(size: int) -> Iterator[tuple[list[int], list[int]]]:
    """The numbers of papers to learn from and of papers to test on, the same every time."""
    order = list(range(size))
    random.Random(0).shuffle(order)
    for fold in range(FOLDS):
        test = set(order[fold::FOLDS])
        yield [i for i in range(size) if i not in test], sorted(test)


@dataclass
class Annotated:
    """The papers beside the gold ones: with their names, and with names and results."""

    names: list[Gold]
    results: list[Gold]


class Found(NamedTuple):
    """What the pipeline found in some papers; names go by their keys."""

    mentions: list[Mention]
    results: list[Result]


def cross_validated(
    nlp: Language, base: Network, gold: list[Gold], reported: list[Gold], extra: Annotated
) -> list[Found]:
    """For each fold, what is found in its papers by weights that have not seen them.

    The fold's weights of roles are judged by its gold names too.
    """
    table = WordTable(base.lexicon)
    learned = examples(nlp, gold, table)
    roles = list(role_examples(nlp, extra.names))
    found, told = [], []
    for number, (seen, unseen) in enumerate(folds(len(gold)), 1):
        network = polished(base, table, [learned[i] for i in seen])
        nlp.get_pipe("paperkg_recognizer").load(network)  # type: ignore[attr-defined]
        train_roles(nlp, [*roles, *role_examples(nlp, [gold[i] for i in seen])])
        known = [*(gold[i] for i in seen), *extra.results]
        train_results(nlp, known, [*reported, *extra.results])
        found.append(predict(nlp, [gold[i] for i in unseen]))
        told += roles_of_gold_names(nlp, [gold[i] for i in unseen])
        print(f"fold {number} of {FOLDS} done", flush=True)
    report_roles(told)
    return found


def predict(nlp: Language, papers: list[Gold]) -> Found:
    """What the pipeline finds in some papers."""
    found = Found([], [])
    for paper in papers:
        record = Paper(paper["id"], paper["title"], paper["abstract"])
        doc = nlp(record.text)
        found.mentions.extend(mentions_of(record, doc))
        found.results.extend(results_of(record, doc))
    return found


def rows(found: Found) -> Predicted:
    """Mentions in the form that `score.py` reads; a mention's name is its entity."""
    return [row(mention) | {"entity": mention.key} for mention in found.mentions]


def roles_of_gold_names(nlp: Language, papers: list[Gold]) -> Iterator[tuple[str, str, float]]:
    """The annotated role of each gold name, what the classifier says, and how surely."""
    classifier = nlp.get_pipe("paperkg_roles")
    for paper, doc in named(nlp, papers):
        expected = {(m["type"], m["canonical"]): m["role"] for m in paper["mentions"]}
        for ent in classifier(doc).ents:  # type: ignore[operator]
            if ent._.role_confidence:
                yield expected[ent.label_, ent.id_], ent._.role, ent._.role_confidence


def report_roles(told: list[tuple[str, str, float]]) -> None:
    """Print how many roles are right given gold names, and those of what is introduced."""
    right = sum(expected == got for expected, got, _ in told)
    new = sum(expected == got == "introduces" for expected, got, _ in told)
    p = new / sum(got == "introduces" for _, got, _ in told)
    r = new / sum(expected == "introduces" for expected, _, _ in told)
    print(f"roles, gold names given: accuracy {right / len(told):.3f}", end=", ")
    print(f"introduces P {p:.3f}  R {r:.3f}  F1 {2 * p * r / (p + r):.3f}")
    sure = [expected == got for expected, got, confidence in told if confidence >= SURE]
    share = len(sure) / len(told)
    print(
        f"  role confidence from {SURE} on: {share:.3f} of names, {sum(sure) / len(sure):.3f} right"
    )


def from_text(papers: list[GoldPaper], found: Sequence[Found]) -> None:
    """Print what becomes of introductions and results that are found in the text and linked."""
    mentions = [m for each in found for m in each.mentions]
    linked = link(mentions, load_catalog(), [r for each in found for r in each.results])
    scores = score(compare(papers, linked.mentions), linked.results)
    for name in ("introduces", "number", "tuple"):
        s = scores[name] if name == "introduces" else scores["results"][name]
        print(f"from raw text, {name:11s} P {s['p']:.3f}  R {s['r']:.3f}  F1 {s['f']:.3f}")


def judged(gold: list[Gold], predicted: Predicted) -> tuple[Any, Any]:
    """The confidences of mentions, and 1 for each that is right, 0 for each that is not."""
    right = {(p["id"], *span) for p in gold for span in spans(p)}
    hits = [(m["paper"], m["start"], m["end"], m["type"]) in right for m in predicted]
    return np.array([m["confidence"] for m in predicted]), np.array(hits, dtype=float)


def scale_of(raw: Any, hits: Any) -> Scale:
    """Points of a rising line from raw confidences to the share of mentions that is right."""
    order = np.argsort(raw, kind="stable")
    parts = zip(
        np.array_split(raw[order], POINTS), np.array_split(hits[order], POINTS), strict=True
    )
    means = [(part.mean(), of_part.mean()) for part, of_part in parts]
    shares = isotonic_regression([share for _, share in means]).x
    points = {0.0: 0.0} | {float(m): float(s) for (m, _), s in zip(means, shares, strict=True)}
    points[1.0] = max(points.values())
    return [round(x, 4) for x in points], [round(y, 4) for y in points.values()]


def reliability(gold: list[Gold], by_fold: Sequence[Predicted], plot: Path | None) -> None:
    """Print and draw how true confidences are, each fold's by the scale of the other folds."""
    judgements = [judged(gold, predicted) for predicted in by_fold]
    confidences, hits = [], []
    for k, (raw, hit) in enumerate(judgements):
        others = [j for i, j in enumerate(judgements) if i != k]
        scale = scale_of(*(np.concatenate(column) for column in zip(*others, strict=True)))
        confidences.append(np.interp(raw, *scale))
        hits.append(hit)
    confidence, hit = np.concatenate(confidences), np.concatenate(hits)
    sure = confidence >= SURE
    print(f"confidence from {SURE} on: {sure.mean():.3f} of mentions, {hit[sure].mean():.3f} right")
    edges = np.linspace(0, 1, BINS + 1)
    bins = [(confidence >= a) & (confidence < b + (b == 1)) for a, b in pairwise(edges)]
    bins = [chosen for chosen in bins if chosen.sum() >= BINS]
    means = [(confidence[chosen].mean(), hit[chosen].mean(), chosen.sum()) for chosen in bins]
    for mean, share, number in means:
        print(f"  confidence {mean:.2f}: {share:.2f} of {number} right")
    gap = sum(abs(mean - share) * number for mean, share, number in means) / len(hit)
    print(f"expected calibration error {gap:.3f}")
    if plot:
        draw(means, plot)


def draw(means: list[tuple[float, float, int]], plot: Path) -> None:
    """A reliability plot."""
    figure, axes = plt.subplots(figsize=(4.5, 4.2), dpi=120, layout="constrained")
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, label="perfect")
    x, y, sizes = zip(*means, strict=True)
    axes.plot(x, y, color="#2a6f97", linewidth=1)
    axes.scatter(x, y, [12 + n / 12 for n in sizes], color="#2a6f97", label="mentions, by number")
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1))
    axes.legend(loc="upper left", frameon=False)
    figure.savefig(plot, metadata={"Software": None})


def results(papers: list[Gold], reported: list[Gold], extra: list[Gold]) -> None:
    """Print how many reported numbers are found, and how many with all that belongs to them.

    The `extra` papers, annotated beside the gold ones, are learned from in every fold.
    """
    by_id = {p["id"]: p for p in papers}
    found, expected = set(), set()
    for seen, unseen in folds(len(reported)):
        nlp = blank_pipeline()
        train_results(nlp, [*papers, *extra], [*(reported[i] for i in seen), *extra])
        finder = nlp.get_pipe("paperkg_results")
        tested = [reported[i] for i in unseen]
        for paper, doc in named(nlp, [by_id[p["id"]] for p in tested]):
            for s in finder(doc).spans["results"]:  # type: ignore[operator]
                for benchmark in s._.benchmarks or (None,):
                    whose = (s._.system or None, benchmark, s._.metric or None)
                    found.add((paper["id"], s.start_char, s.end_char, s.label_, *whose))
        for p in tested:
            for r in p["results"]:
                whose = (r["system"], r["benchmark"], r["metric"])
                expected.add((p["id"], r["start"], r["end"], r["kind"], *whose))
    right = {t[:4] for t in found} & {t[:4] for t in expected}
    numbers = len({t[:4] for t in found}) + len({t[:4] for t in expected})
    print(f"results: number and kind F1 {2 * len(right) / numbers:.3f}", end=", ")
    print(f"whole tuple F1 {2 * len(found & expected) / (len(found) + len(expected)):.3f}")


def linking(papers: list[Gold], scorer: Any) -> None:
    """Print the B-cubed score of linking all gold mentions at once."""
    mentions = []
    docs = prepared(blank_pipeline(), map(text_of, papers))
    for paper, doc in zip(papers, docs, strict=True):
        same = same_names(doc)
        for m in paper["mentions"]:
            key = name_key(m["text"])
            place = (paper["id"], m["start"], m["end"], m["text"], m["type"], m["role"])
            mentions.append(Mention(*place, confidence=1.0, key=same.get(key, key)))
    linked = link(mentions, load_catalog())
    scores, _ = scorer.score(papers, [row(m) for m in linked.mentions])
    b3, entity = scores["link"], scores["entity"]
    print(f"linking: B3 P {b3['p']:.3f}  R {b3['r']:.3f}  F1 {b3['f']:.3f}", end=", ")
    print(f"entities F1 {entity['f']:.3f}")


def report(scorer: Any, papers: list[Gold], predicted: Predicted) -> None:
    """Print one line a figure."""
    scores, _ = scorer.score(papers, predicted)
    lines = {"mention": scores["mention"], "span": scores["span"], **scores["type"]}
    for name, s in lines.items():
        print(f"{name:14s} P {s['p']:.3f}  R {s['r']:.3f}  F1 {s['f']:.3f}")
    print(f"role accuracy  {scores['role']:.3f}")


def nameless(papers: list[Gold], predicted: Predicted) -> None:
    """Print how many mentions are found in the papers that name nothing."""
    silent = {p["id"] for p in papers if not p["mentions"]}
    found = sum(m["paper"] in silent for m in predicted)
    print(f"false mentions in the {len(silent)} papers that name nothing: {found}")


def load_scorer(path: Path) -> Any:
    """The scoring script as a module."""
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
