"""How the shipped extractor is learned: words, then names, then roles and results."""

from __future__ import annotations

import gzip
import json
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from paperkg.extract.features import same_names
from paperkg.extract.holders import PLACES, Held, Holders, candidates, holder_features, without
from paperkg.extract.lexicon import Lexicon
from paperkg.extract.network import Network
from paperkg.extract.recognizer import label_names
from paperkg.extract.results import number_spans, sequence_features
from paperkg.extract.roles import role_features
from paperkg.names import name_key
from paperkg.records import ROLES, TYPES
from paperkg.train.learn import (
    Example,
    Recipe,
    encoded,
    fit,
    learn_words,
    prepared,
    token_labels,
)
from paperkg.train.network import Tagger, WordTable

Gold = dict[str, Any]
Choice = list[tuple[list[str], bool]]
"""What may fill a place of a result, by features, and whether it does; first, that nothing does."""
CORPUS = Path("corpus") / "arxiv-cs-2025-2026.jsonl.gz"
ANNOTATIONS = Path(__file__).parent / "annotations.jsonl.gz"
RESULT_ANNOTATIONS = Path(__file__).parent / "results.jsonl.gz"
LABELS = label_names(TYPES)
WORDS = Recipe(epochs=1, decay=0.0, forget_words=0.0, forget_marks=0.5)
NAMES = Recipe(epochs=5)
POLISH = Recipe(epochs=1, rate=1e-3)
RESULTS = {"c1": 0.0, "c2": 4.0, "max_iterations": 200}
HOLDERS = 10.0
"""How strongly weights of what belongs to a result are held to zero."""
STEPS = {"maxiter": 200}
LEAST = 0.005
ROLE = {"c1": 0.1, "c2": 1.0, "max_iterations": 200}
LEXICON_FLOOR = 8


def read_gold(path: Path) -> list[Gold]:
    """Annotated papers, one a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def read_corpus(path: Path) -> dict[str, Gold]:
    """The unlabelled papers by id."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        papers = map(json.loads, lines)
        return {f"arxiv:{p['id']}": p | {"id": f"arxiv:{p['id']}"} for p in papers}


def read_annotations(corpus: dict[str, Gold]) -> list[Gold]:
    """The papers annotated beside the gold ones, their texts from the corpus."""
    papers = []
    with gzip.open(ANNOTATIONS, "rt", encoding="utf-8") as lines:
        for line in lines:
            id_, mentions = json.loads(line)
            paper = corpus[id_]
            text = text_of(paper)
            papers.append(
                paper
                | {
                    "mentions": [
                        {
                            "start": start,
                            "end": end,
                            "text": text[start:end],
                            "type": TYPES[type_],
                            "role": ROLES[role],
                        }
                        for start, end, type_, role in mentions
                    ]
                }
            )
    return papers


def read_result_annotations(corpus: dict[str, Gold]) -> list[Gold]:
    """The papers whose results are annotated beside the gold ones: names and results by place."""
    papers = []
    with gzip.open(RESULT_ANNOTATIONS, "rt", encoding="utf-8") as lines:
        for line in lines:
            id_, mentions, results = json.loads(line)
            named = [
                dict(zip(("start", "end", "type", "role", "canonical"), m, strict=True))
                for m in mentions
            ]
            told = [dict(zip(("start", "end", "kind", *PLACES), r, strict=True)) for r in results]
            papers.append(corpus[id_] | {"mentions": named, "results": told})
    return papers


def text_of(paper: Gold) -> str:
    """What offsets count into."""
    return f"{paper['title']}\n{paper['abstract']}"


def make_lexicon(papers: Iterable[Gold]) -> Lexicon:
    """How many of the unlabelled papers hold each word."""
    counts: Counter[str] = Counter()
    for paper in papers:
        counts.update(set(re.findall(r"\w+", text_of(paper).lower())))
    return Lexicon({word: n for word, n in counts.items() if n >= LEXICON_FLOOR})


def examples(nlp: Language, papers: list[Gold], table: WordTable) -> list[Example]:
    """Papers as the network learns from them."""
    docs = prepared(nlp, map(text_of, papers))
    return [
        (encoded(doc, table), token_labels(doc, spans(paper), LABELS))
        for paper, doc in zip(papers, docs, strict=True)
    ]


def spans(paper: Gold) -> list[tuple[int, int, str]]:
    """The mentions of a paper as (start, end, type)."""
    return [(m["start"], m["end"], m["type"]) for m in paper["mentions"]]


def said(stage: str):  # type: ignore[no-untyped-def]
    """A report that prints how far a stage is."""
    return lambda done, steps, loss: print(f"{stage} {done}/{steps}: loss {loss:.4f}", flush=True)


def base_network(nlp: Language, corpus: dict[str, Gold], gold: list[Gold]) -> Network:
    """What is learned before the gold papers, none of which is among the papers read here."""
    known = {paper["id"] for paper in gold}
    lexicon = make_lexicon(corpus.values())
    table = WordTable(lexicon)
    texts = (text_of(paper) for id_, paper in corpus.items() if id_ not in known)
    tagger = Tagger(len(lexicon), len(LABELS), dropout=0.1)
    documents = [encoded(doc, table) for doc in prepared(nlp, texts)]
    learn_words(tagger, table, documents, WORDS, said("words"))
    tagger.dropout = 0.3
    annotated = [paper for paper in read_annotations(corpus) if paper["id"] not in known]
    fit(tagger, table, examples(nlp, annotated, table), NAMES, said("names"))
    return tagger.export(LABELS, lexicon)


def polished(base: Network, table: WordTable, gold: list[Example]) -> Network:
    """A network taught the gold papers as well."""
    tagger = Tagger(len(base.lexicon), len(LABELS))
    tagger.take(base)
    fit(tagger, table, gold, POLISH)
    return tagger.export(LABELS, base.lexicon)


def role_examples(nlp: Language, papers: Iterable[Gold]) -> Iterator[tuple[list[str], str]]:
    """The features and the role of each entity of annotated papers."""
    papers = list(papers)
    docs = prepared(nlp, map(text_of, papers))
    for paper, doc in zip(papers, docs, strict=True):
        same = same_names(doc)
        groups, role_of = defaultdict(list), {}
        for m in paper["mentions"]:
            key = name_key(m["text"])
            key = m.get("canonical") or same.get(key, key)
            span = doc.char_span(m["start"], m["end"], label=m["type"], span_id=key)
            if span is not None:
                groups[m["type"], key].append(span)
                role_of[m["type"], key] = m["role"]
        for name, mentions in groups.items():
            yield role_features(doc, mentions), role_of[name]


def train_roles(nlp: Language, learned: Iterable[tuple[list[str], str]]) -> None:
    """Learn roles from the features and the roles of entities."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=ROLE, verbose=False)
    for features, role in learned:
        trainer.append(pycrfsuite.ItemSequence([features]), [role])
    nlp.get_pipe("paperkg_roles").load(weights(trainer))  # type: ignore[attr-defined]


def named(nlp: Language, papers: list[Gold]) -> Iterator[tuple[Gold, Doc]]:
    """Papers with the gold mentions as entities: canonical names as keys, and their roles."""
    docs = prepared(nlp, map(text_of, papers))
    for paper, doc in zip(papers, docs, strict=True):
        roles = {(m["type"], m["canonical"]): m["role"] for m in paper["mentions"]}
        doc.ents = filter_spans(gold_entities(paper, doc))
        for ent in doc.ents:
            ent._.role = roles[ent.label_, ent.id_]
        yield paper, doc


def gold_entities(paper: Gold, doc: Doc) -> Iterator[Span]:
    """The gold mentions of a paper as spans."""
    for m in paper["mentions"]:
        span = doc.char_span(m["start"], m["end"], label=m["type"], span_id=m["canonical"])
        if span is not None:
            yield span


def train_results(nlp: Language, papers: list[Gold], reported: list[Gold]) -> None:
    """Learn which numbers are results, and whose, from papers with names and results annotated."""
    kinds = pycrfsuite.Trainer(algorithm="lbfgs", params=RESULTS, verbose=False)
    choices: list[Choice] = []
    gold = {paper["id"]: paper for paper in papers}
    learned = {p["id"]: p["results"] for p in reported if p["id"] in gold}
    for paper, doc in named(nlp, [gold[id_] for id_ in learned]):
        facts = facts_of(learned[paper["id"]])
        spans = number_spans(doc)
        labels = [min(facts[s.start_char, s.end_char]["kind"] or {"none"}) for s in spans]
        if spans:
            kinds.append(pycrfsuite.ItemSequence(sequence_features(spans)), labels)
        numbers = [
            Span(doc, s.start, s.end, label=kind)
            for s, kind in zip(spans, labels, strict=True)
            if kind != "none"
        ]
        around = Holders.of(doc, numbers)
        pairs = zip((None, *numbers), numbers, strict=False)
        for (before, number), place in product(pairs, PLACES):
            right = facts[number.start_char, number.end_char][place]
            held = Held()
            if before is not None:
                far = min(facts[before.start_char, before.end_char][place], default="")
                held = Held(far if before.sent == number.sent else None, far)
            choice = [(without(around, number, place, held), not right)]
            for key, ent in candidates(around, number, place):
                features = holder_features(around, number, place, key, ent, held)
                choice.append((features, key in right))
            choices.append(choice)
    finder = nlp.get_pipe("paperkg_results")
    finder.kinds.load(weights(kinds))  # type: ignore[attr-defined]
    finder.holders.weights = ranking_weights(choices)  # type: ignore[attr-defined]


def facts_of(results: list[dict[str, Any]]) -> dict[tuple[int, int], dict[str, set[str]]]:
    """What is annotated of each number of a paper: kinds, systems, benchmarks and metrics."""
    facts: dict[tuple[int, int], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for result in results:
        for field in ("kind", *PLACES):
            if result[field]:
                facts[result["start"], result["end"]][field].add(result[field])
    return facts


def ranking_weights(choices: list[Choice], strength: float = HOLDERS) -> dict[str, float]:
    """The weights of features under which the right ones of each choice are the most probable.

    Conditional logit with an L2 penalty of some strength, by L-BFGS. A feature seen only once has
    no weight.
    """
    usable = [c for c in choices if len(c) > 1 and any(right for _, right in c)]
    counts = Counter(f for choice in usable for features, _ in choice for f in set(features))
    names = sorted(f for f, n in counts.items() if n > 1)
    index = {f: i for i, f in enumerate(names)}
    rows = [(features, right) for choice in usable for features, right in choice]
    columns = [[index[f] for f in sorted(set(fs)) if f in index] for fs, _ in rows]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.array([c for row in columns for c in row], dtype=np.int64)
    x = csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), len(names)))
    starts = np.cumsum([0, *(len(c) for c in usable)])[:-1]
    group = np.repeat(np.arange(len(usable)), [len(c) for c in usable])
    right = np.array([r for _, r in rows], dtype=float)

    def loss(w: Any) -> tuple[float, Any]:
        scores = x @ w
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[group])
        total = np.add.reduceat(odds, starts)
        held = np.add.reduceat(odds * right, starts)
        p, q = odds / total[group], odds * right / held[group]
        value = -np.log(held / total).sum() + strength / 2 * w @ w
        return value, x.T @ (p - q) + strength * w

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options=STEPS).x
    return {f: round(float(v), 3) for f, v in zip(names, found, strict=True) if abs(v) >= LEAST}


def weights(trainer: pycrfsuite.Trainer) -> bytes:
    """Train, and give the model as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.bin"
        trainer.train(str(path))
        return path.read_bytes()
