"""Make the shipped pipeline from annotated papers.

    python training/train.py ../shared -o src/paperkg/data/pipeline

Learns the word list from the unlabelled abstracts and the weights of recogniser, roles and
results from the annotated ones, and writes a pipeline that `spacy.load` opens. How good the
recipe is, `cross_validate.py` tells.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import math
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pycrfsuite
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from paperkg.extract.features import Lexicon, token_features
from paperkg.extract.pipeline import blank_pipeline, mentions_of
from paperkg.extract.recognizer import gold_labels
from paperkg.extract.results import number_features, number_spans
from paperkg.extract.roles import role_features
from paperkg.records import Paper, row

Gold = dict[str, Any]
NER = {"c1": 0.05, "c2": 0.02, "max_iterations": 120, "feature.possible_transitions": False}
RESULTS = {"c1": 0.05, "c2": 0.1, "max_iterations": 200}
ROLES = {"c1": 0.1, "c2": 1.0, "max_iterations": 200}
PREPARE = ["paperkg_sentences", "paperkg_gazetteer", "paperkg_patterns"]
LEXICON_FLOOR = 16


def read_gold(path: Path) -> list[Gold]:
    """Annotated papers, one a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def make_lexicon(corpus: Path) -> Lexicon:
    """How many of the unlabelled abstracts hold each lower-case word, as powers of two."""
    counts: Counter[str] = Counter()
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            counts.update(set(re.findall(r"(?<!\w)[a-z]+(?!\w)", json.loads(line)["abstract"])))
    return Lexicon({w: int(math.log2(n)) for w, n in counts.items() if n >= LEXICON_FLOOR})


def prepared(nlp: Language, papers: Iterable[Gold]) -> Iterator[tuple[Gold, Doc]]:
    """Each paper with its document as the components before the recogniser leave it."""
    with nlp.select_pipes(enable=PREPARE):
        for paper in papers:
            yield paper, nlp(f"{paper['title']}\n{paper['abstract']}")


def named(nlp: Language, papers: Iterable[Gold]) -> Iterator[tuple[Gold, Doc]]:
    """The same with the gold mentions as entities: canonical names as keys, and their roles."""
    for paper, doc in prepared(nlp, papers):
        roles = {(m["type"], m["canonical"]): m["role"] for m in paper["mentions"]}
        doc.ents = filter_spans(gold_entities(paper, doc))
        for ent in doc.ents:
            ent._.role = roles[ent.label_, ent.id_]
        yield paper, doc


def train(nlp: Language, papers: list[Gold], lexicon: Lexicon) -> None:
    """Learn the weights of recogniser and roles from annotated papers."""
    ner = pycrfsuite.Trainer(algorithm="lbfgs", params=NER, verbose=False)
    roles = pycrfsuite.Trainer(algorithm="lbfgs", params=ROLES, verbose=False)
    for paper, doc in prepared(nlp, papers):
        spans = [(m["start"], m["end"], m["type"]) for m in paper["mentions"]]
        features, labels = token_features(doc, lexicon), gold_labels(doc, spans)
        for sentence in doc.sents:
            a, b = sentence.start, sentence.end
            ner.append(pycrfsuite.ItemSequence(features[a:b]), labels[a:b])
        for features_of_name, role in role_examples(paper, doc):
            roles.append(pycrfsuite.ItemSequence([features_of_name]), [role])
    nlp.get_pipe("paperkg_recognizer").load(weights(ner), lexicon)
    nlp.get_pipe("paperkg_roles").load(weights(roles))


def train_results(nlp: Language, papers: list[Gold], reported: list[Gold]) -> None:
    """Learn which numbers are results from papers whose names and results are annotated."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=RESULTS, verbose=False)
    gold = {paper["id"]: paper for paper in papers}
    kinds = {p["id"]: {(r["start"], r["end"]): r["kind"] for r in p["results"]} for p in reported}
    for paper, doc in named(nlp, (gold[id_] for id_ in kinds if id_ in gold)):
        for span in number_spans(doc):
            kind = kinds[paper["id"]].get((span.start_char, span.end_char), "none")
            trainer.append(pycrfsuite.ItemSequence([number_features(span)]), [kind])
    nlp.get_pipe("paperkg_results").load(weights(trainer))


def gold_entities(paper: Gold, doc: Doc) -> Iterator[Span]:
    """The gold mentions of a paper as spans."""
    for m in paper["mentions"]:
        span = doc.char_span(m["start"], m["end"], label=m["type"], span_id=m["canonical"])
        if span is not None:
            yield span


def role_examples(paper: Gold, doc: Doc) -> Iterator[tuple[list[str], str]]:
    """The features and the gold role of each entity of a paper."""
    groups = defaultdict(list)
    role_of = {(m["type"], m["canonical"]): m["role"] for m in paper["mentions"]}
    for span in gold_entities(paper, doc):
        groups[span.label_, span.id_].append(span)
    for name, spans in groups.items():
        yield role_features(doc, spans), role_of[name]


def weights(trainer: pycrfsuite.Trainer) -> bytes:
    """Train, and give the model as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.bin"
        trainer.train(str(path))
        return path.read_bytes()


def predict(nlp: Language, papers: list[Gold]) -> list[dict[str, Any]]:
    """Mentions of the papers in the form that `score.py` reads; a mention's name is its entity."""
    out = []
    for paper in papers:
        record = Paper(paper["id"], paper["title"], paper["abstract"])
        found = mentions_of(record, nlp(record.text))
        out += [row(mention) | {"entity": mention.key} for mention in found]
    return out


def report(scorer: Any, papers: list[Gold], predicted: list[dict[str, Any]]) -> None:
    """Print one line a figure."""
    scores, _ = scorer.score(papers, predicted)
    lines = {"mention": scores["mention"], "span": scores["span"], **scores["type"]}
    for name, s in lines.items():
        print(f"{name:14s} P {s['p']:.3f}  R {s['r']:.3f}  F1 {s['f']:.3f}")
    print(f"role accuracy  {scores['role']:.3f}")


def load_scorer(path: Path) -> Any:
    """The scoring script as a module."""
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Read the arguments, train, and score on the papers of a page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path, help="folder with gold/ and corpus/")
    parser.add_argument("-o", "--output", type=Path, help="where to write the pipeline")
    options = parser.parse_args()
    gold = read_gold(options.shared / "gold" / "train.jsonl")
    page = read_gold(options.shared / "gold" / "page-dev.jsonl")
    lexicon = make_lexicon(options.shared / "corpus" / "arxiv-cs-2025-2026.jsonl.gz")
    scorer = load_scorer(options.shared / "gold" / "score.py")
    nlp = blank_pipeline()
    train(nlp, gold, lexicon)
    train_results(nlp, gold, read_gold(options.shared / "gold" / "results-train.jsonl"))
    print("page-dev, not trained on:")
    report(scorer, page, predict(nlp, page))
    if options.output:
        nlp.to_disk(options.output, exclude=["vocab"])


if __name__ == "__main__":
    main()
