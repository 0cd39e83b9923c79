"""Learning the weights of a pipeline: words from plain text, names and roles from annotations."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from spacy.language import Language
from spacy.tokens import Doc
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from paperkg.extract.features import token_marks
from paperkg.extract.words import words_of
from paperkg.train.network import Encoded, Tagger, WordTable, batch_of, encode

__all__ = ["Example", "Recipe", "encoded", "fit", "learn_words", "prepared", "token_labels"]

PREPARE = ("paperkg_sentences", "paperkg_gazetteer", "paperkg_patterns")
UNLABELLED = -100
MASKED = 0.15
"""The share of words that are to be guessed in learning words."""
MASK = "\0"
"""The word that stands in their place; no text holds it."""
Ids = npt.NDArray[np.int64]
Report = Callable[[int, int, float], None]
"""Called with the steps done, their number, and the mean loss since the last call."""
Example = tuple[Encoded, Ids]
"""A document and the number of the label of each of its tokens."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long and how fast to learn; `forget_…` are the shares of words and marks left out."""

    epochs: int
    rate: float = 3e-3
    batch: int = 32
    decay: float = 1e-3
    forget_words: float = 0.2
    forget_marks: float = 0.2
    seed: int = 0


def prepared(nlp: Language, texts: Iterable[str]) -> Iterator[Doc]:
    """Documents as the components before the recogniser leave them."""
    with nlp.select_pipes(enable=PREPARE):
        yield from nlp.pipe(texts, batch_size=32)


def encoded(doc: Doc, table: WordTable) -> Encoded:
    """A prepared document as numbers."""
    return encode(words_of(doc).texts, token_marks(doc), table)


def token_labels(doc: Doc, mentions: Iterable[tuple[int, int, str]], labels: list[str]) -> Ids:
    """The number of each token's label, for mentions given as (start, end, type)."""
    numbers = np.zeros(len(doc), dtype=np.int64)
    for start, end, type_ in mentions:
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is not None:
            numbers[span.start] = labels.index(f"B-{type_}")
            numbers[span.start + 1 : span.end] = labels.index(f"I-{type_}")
    return numbers


def fit(
    tagger: Tagger,
    table: WordTable,
    examples: Sequence[Example],
    recipe: Recipe,
    report: Report | None = None,
) -> None:
    """Teach a tagger the labels of documents."""

    def loss(chosen: list[int]) -> Tensor:
        batch = batch_of([examples[i][0] for i in chosen], table)
        goal = torch.full((len(batch.filled),), UNLABELLED)
        for here, i in zip(batch.slices, chosen, strict=True):
            goal[here] = torch.from_numpy(examples[i][1])
        scores = tagger(batch, recipe.forget_words, recipe.forget_marks)
        return F.cross_entropy(scores, goal, ignore_index=UNLABELLED)

    descend(tagger, list(tagger.parameters()), len(examples), loss, recipe, report)


def learn_words(
    tagger: Tagger,
    table: WordTable,
    documents: Sequence[Encoded],
    recipe: Recipe,
    report: Report | None = None,
) -> None:
    """Teach a tagger's lower layers to guess words left out of plain text.

    Candidates for a gap are the words of the batch, which is cheap and good enough.
    """
    words = len(table.lexicon)
    guess = nn.Embedding(words, tagger.output.in_features)
    nn.init.normal_(guess.weight, std=0.02)
    mask = table(MASK)
    chance = np.random.default_rng(recipe.seed)

    def loss(chosen: list[int]) -> Tensor:
        known = np.array(table.words)
        gaps, answers = [], []
        for i in chosen:
            d = documents[i]
            gap = (chance.random(len(d)) < MASKED) & (known[d.words] > 0)
            gaps.append(with_gaps(d, gap, mask))
            answers.append(np.where(gap, known[d.words], 0))
        batch = batch_of(gaps, table)
        goal = torch.zeros(len(batch.filled), dtype=torch.int64)
        for here, answer in zip(batch.slices, answers, strict=True):
            goal[here] = torch.from_numpy(answer)
        asked = goal > 0
        vectors = tagger.encode(batch, recipe.forget_words, recipe.forget_marks)[0][asked]
        candidates = torch.unique(torch.cat([batch.words, goal[asked]]))
        scores = vectors @ guess(candidates).T
        return F.cross_entropy(scores, torch.searchsorted(candidates, goal[asked]))

    learned = [*tagger.parameters(), *guess.parameters()]
    descend(tagger, learned, len(documents), loss, recipe, report)


def with_gaps(document: Encoded, gap: npt.NDArray[np.bool_], mask: int) -> Encoded:
    """A document with some words replaced and their marks and places taken away."""
    counts = np.diff(document.starts, append=len(document.marks))
    left = np.where(gap, 0, counts)
    alone = int(document.places.max()) + 1
    return Encoded(
        words=np.where(gap, mask, document.words),
        marks=document.marks[np.repeat(~gap, counts)],
        starts=np.cumsum(left) - left,
        places=np.where(gap, alone, document.places),
    )


def descend(
    tagger: Tagger,
    learned: list[nn.Parameter],
    size: int,
    loss_of: Callable[[list[int]], Tensor],
    recipe: Recipe,
    report: Report | None,
) -> None:
    """Gradient descent over examples in random order, the same every time."""
    shuffle = random.Random(recipe.seed).shuffle
    torch.manual_seed(recipe.seed)
    optimizer = torch.optim.AdamW(learned, lr=recipe.rate, weight_decay=recipe.decay)
    steps = recipe.epochs * math.ceil(size / recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.rate, total_steps=steps + 1, pct_start=0.1
    )
    order, done, total = list(range(size)), 0, 0.0
    tagger.train()
    for _ in range(recipe.epochs):
        shuffle(order)
        for first in range(0, size, recipe.batch):
            loss = loss_of(order[first : first + recipe.batch])
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            schedule.step()
            done, total = done + 1, total + loss.item()
            if report and (done % 100 == 0 or done == steps):
                report(done, steps, total / (done % 100 or 100))
                total = 0.0
    tagger.eval()
