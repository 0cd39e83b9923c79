"""Score the recipe on papers that the weights have not seen, and the linker on gold mentions.

    python training/cross_validate.py ../shared

Prints, with `score.py`: mentions, types and roles by five-fold cross-validation on the annotated
abstracts; results by the same, given gold names; and linking of all gold mentions at once.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from train import (
    Gold,
    load_scorer,
    make_lexicon,
    named,
    predict,
    prepared,
    read_gold,
    report,
    train,
    train_results,
)

from paperkg.catalog import load_catalog
from paperkg.extract.features import same_names
from paperkg.extract.pipeline import blank_pipeline
from paperkg.link import link
from paperkg.names import name_key
from paperkg.records import Mention, row

FOLDS = 5


def folds(papers: list[Gold]) -> Iterator[tuple[list[Gold], list[Gold]]]:
    """Papers to train on and papers to test on, for each fold, the same every time."""
    order = list(range(len(papers)))
    random.Random(0).shuffle(order)
    for fold in range(FOLDS):
        test = set(order[fold::FOLDS])
        yield (
            [p for i, p in enumerate(papers) if i not in test],
            [p for i, p in enumerate(papers) if i in test],
        )


def mentions_and_roles(papers: list[Gold], shared: Path, scorer: Any) -> None:
    """Print the scores of mentions, types and roles."""
    lexicon = make_lexicon(shared / "corpus" / "arxiv-cs-2025-2026.jsonl.gz")
    predicted = []
    for number, (seen, unseen) in enumerate(folds(papers), 1):
        nlp = blank_pipeline()
        train(nlp, seen, lexicon)
        predicted += predict(nlp, unseen)
        print(f"fold {number} of {FOLDS} done", flush=True)
    report(scorer, papers, predicted)


def results(papers: list[Gold], reported: list[Gold]) -> None:
    """Print how many reported numbers are found, and how many with all that belongs to them."""
    by_id = {p["id"]: p for p in papers}
    found, right, expected = set(), set(), set()
    for seen, unseen in folds(reported):
        nlp = blank_pipeline()
        train_results(nlp, papers, seen)
        finder = nlp.get_pipe("paperkg_results")
        for paper, doc in named(nlp, (by_id[p["id"]] for p in unseen)):
            for s in finder(doc).spans["results"]:
                whose = (s._.system or None, s._.benchmark or None, s._.metric or None)
                found.add((paper["id"], s.start_char, s.end_char, s.label_, *whose))
        for p in unseen:
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
    for paper, doc in prepared(blank_pipeline(), papers):
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


def main() -> None:
    """Read the arguments and print all scores."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path, help="folder with gold/ and corpus/")
    shared = parser.parse_args().shared
    papers = read_gold(shared / "gold" / "train.jsonl")
    scorer = load_scorer(shared / "gold" / "score.py")
    linking(papers, scorer)
    results(papers, read_gold(shared / "gold" / "results-train.jsonl"))
    mentions_and_roles(papers, shared, scorer)


if __name__ == "__main__":
    main()
