"""Make the shipped pipeline from the unlabelled and the annotated papers, and measure it.

    python training/train.py ../shared -o src/paperkg/data/pipeline

Learns words from the unlabelled abstracts, names from `annotations.jsonl.gz` and then from the
gold papers, roles and results, and writes a pipeline that `spacy.load` opens. On the way the
recipe is scored by five-fold cross-validation, from which the confidences take their scale.
Without `-o` it is only scored. `--base FILE` keeps what was learned before the gold papers, or
takes it up again where the file is there.
"""

from __future__ import annotations

import argparse
from itertools import chain
from pathlib import Path

import numpy as np
from measure import (
    Annotated,
    cross_validated,
    from_text,
    judged,
    linking,
    load_scorer,
    nameless,
    predict,
    reliability,
    report,
    results,
    rows,
    scale_of,
)
from recipe import (
    CORPUS,
    Gold,
    base_network,
    examples,
    polished,
    read_annotations,
    read_corpus,
    read_gold,
    read_result_annotations,
    role_examples,
    train_results,
    train_roles,
)
from spacy.language import Language

from paperkg.evaluate import read_gold as gold_papers
from paperkg.extract.network import Network
from paperkg.extract.pipeline import blank_pipeline
from paperkg.train.network import WordTable

PLOT = Path(__file__).parent / "reliability.png"


def kept_base(
    path: Path | None, nlp: Language, corpus: dict[str, Gold], gold: list[Gold]
) -> Network:
    """The network that a file keeps, or a new one, which the file keeps from then on."""
    if path and path.exists():
        return Network.from_bytes(path.read_bytes())
    base = base_network(nlp, corpus, gold)
    if path:
        path.write_bytes(base.to_bytes())
    return base


def main() -> None:
    """Read the arguments, learn, measure, and write the pipeline."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path, help="folder with gold/ and corpus/")
    parser.add_argument("-o", "--output", type=Path, help="where to write the pipeline")
    parser.add_argument("--base", type=Path, help="keeps what is learned before the gold papers")
    options = parser.parse_args()
    folder = options.shared / "gold"
    gold = read_gold(folder / "train.jsonl")
    page = read_gold(folder / "page-dev.jsonl")
    reported = read_gold(folder / "results-train.jsonl")
    scorer = load_scorer(folder / "score.py")
    corpus = read_corpus(options.shared / CORPUS)
    nlp = blank_pipeline()
    base = kept_base(options.base, nlp, corpus, gold)

    extra = Annotated(read_annotations(corpus), read_result_annotations(corpus))
    by_fold = cross_validated(nlp, base, gold, reported, extra)
    predicted = list(chain.from_iterable(map(rows, by_fold)))
    print("five-fold cross-validation:")
    report(scorer, gold, predicted)
    nameless(gold, predicted)
    reliability(gold, list(map(rows, by_fold)), PLOT if options.output else None)
    results(gold, reported, extra.results)
    from_text(gold_papers(folder / "train.jsonl", folder / "results-train.jsonl"), by_fold)
    linking(gold, scorer)

    table = WordTable(base.lexicon)
    final = polished(base, table, examples(nlp, gold, table))
    final.scale = scale_of(*judged(gold, predicted))
    nlp.get_pipe("paperkg_recognizer").load(final)  # type: ignore[attr-defined]
    train_roles(nlp, [*role_examples(nlp, extra.names), *role_examples(nlp, gold)])
    train_results(nlp, [*gold, *extra.results], [*reported, *extra.results])
    print("page-dev, not trained on:")
    found = rows(predict(nlp, page))
    report(scorer, page, found)
    confidence, hits = judged(page, found)
    sure = np.array(confidence) >= 0.9
    print(f"confidence from 0.9 on: {sure.mean():.3f} of mentions, {hits[sure].mean():.3f} right")
    if options.output:
        nlp.to_disk(options.output, exclude=["vocab"])


if __name__ == "__main__":
    main()
