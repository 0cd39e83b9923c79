"""The recogniser's network in PyTorch, for training; `paperkg.extract.network` runs it without.

Both have the same layers in the same order; a test holds them to the same numbers, but for what
quantisation takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from paperkg.extract.features import Marks
from paperkg.extract.lexicon import Lexicon
from paperkg.extract.network import (
    DILATIONS,
    EPSILON,
    GRAMS,
    MARKS,
    NO_WORD,
    POOL_AFTER,
    Network,
    Numbers,
    grams_of,
    mark_ids,
)
from paperkg.train.graph import graph_of

__all__ = ["Batch", "Encoded", "Tagger", "WordTable", "batch_of", "encode"]

Ids = npt.NDArray[np.int64]
GAP = max(DILATIONS)
"""So many empty rows keep two documents of a batch out of each other's sight."""
WORD_WIDTH, WIDTH = 64, 128
FAR_BELOW = -1e4
SEED = 0


class WordTable:
    """Distinct words with their row in the lexicon and the rows of their n-grams."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.numbers: dict[str, int] = {}
        self.words: list[int] = []
        self.grams: list[list[int]] = []

    def __call__(self, text: str) -> int:
        """The number of a word."""
        number = self.numbers.setdefault(text, len(self.words))
        if number == len(self.words):
            self.words.append(self.lexicon.id(text))
            self.grams.append(grams_of(text, self.lexicon))
        return number


@dataclass(frozen=True, slots=True)
class Encoded:
    """A document as numbers: its words, its marks one after the other, where each word stands."""

    words: Ids
    marks: Ids
    starts: Ids
    places: Ids

    def __len__(self) -> int:
        return len(self.words)


def encode(texts: list[str], marks: Marks, table: WordTable) -> Encoded:
    """A document's tokens as numbers."""
    words = np.array([table(text) for text in texts])
    first: dict[int, int] = {}
    numbers = enumerate(Numbers()(texts).tolist())
    place = np.array([i if n == NO_WORD else first.setdefault(n, i) for i, n in numbers])
    return Encoded(words, *mark_ids(marks), place)


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents as tensors, their tokens in rows with empty rows between the documents."""

    words: Tensor
    grams: Tensor
    gram_starts: Tensor
    row_word: Tensor
    marks: Tensor
    mark_starts: Tensor
    place: Tensor
    document: Tensor
    filled: Tensor
    slices: list[slice]


def batch_of(documents: Sequence[Encoded], table: WordTable) -> Batch:
    """Some documents as one batch; words that occur more than once are computed once."""
    rows = GAP + sum(len(d) + GAP for d in documents)
    number, place, document = (np.zeros(rows, dtype=np.int64) for _ in range(3))
    mark_counts = np.zeros(rows, dtype=np.int64)
    filled = np.zeros((rows, 1), dtype=np.float32)
    slices, at, first_place = [], GAP, 1
    for k, d in enumerate(documents, 1):
        here = slice(at, at + len(d))
        number[here], document[here], filled[here] = d.words, k, 1
        place[here] = d.places + first_place
        mark_counts[here] = np.diff(d.starts, append=len(d.marks))
        first_place += int(d.places.max()) + 1
        slices.append(here)
        at = here.stop + GAP
    distinct, row_word = np.unique(number, return_inverse=True)
    grams = [table.grams[i] for i in distinct]
    return Batch(
        words=torch.tensor([table.words[i] for i in distinct]),
        grams=torch.tensor([g for of_word in grams for g in of_word]),
        gram_starts=starts_of([len(of_word) for of_word in grams]),
        row_word=torch.from_numpy(row_word),
        marks=torch.from_numpy(np.concatenate([d.marks for d in documents])),
        mark_starts=starts_of(mark_counts),
        place=torch.from_numpy(place),
        document=torch.from_numpy(document),
        filled=torch.from_numpy(filled),
        slices=slices,
    )


def starts_of(counts: Sequence[int] | Ids) -> Tensor:
    """Where each of some bags begins, when they lie one after the other."""
    return torch.from_numpy(np.cumsum(counts) - np.asarray(counts))


class Tagger(nn.Module):
    """Tokens to scores for labels; `encode` gives the vectors before the last layer."""

    def __init__(self, words: int, labels: int, dropout: float = 0.3) -> None:
        super().__init__()
        torch.manual_seed(SEED)
        self.words = nn.Embedding(words, WORD_WIDTH, padding_idx=0)
        self.grams = nn.EmbeddingBag(GRAMS, WORD_WIDTH, mode="mean")
        self.input = nn.Linear(2 * WORD_WIDTH, WIDTH)
        self.marks = nn.EmbeddingBag(MARKS, WIDTH + labels, mode="sum")
        self.convolutions = nn.ModuleList(nn.Linear(3 * WIDTH, WIDTH) for _ in DILATIONS)
        unit = torch.stack([torch.ones(WIDTH), torch.zeros(WIDTH)])
        self.norms = nn.ParameterList(nn.Parameter(unit.clone()) for _ in (0, *DILATIONS))
        self.pool = nn.Linear(4 * WIDTH, WIDTH)
        self.output = nn.Linear(WIDTH, labels)
        self.dropout = dropout
        for table, spread in ((self.words, 0.1), (self.grams, 0.3), (self.marks, 0.02)):
            nn.init.normal_(table.weight, std=spread)
        with torch.no_grad():
            self.marks.weight[:, WIDTH:] = 0

    def forward(self, batch: Batch, forget_words: float = 0.0, forget_marks: float = 0.0) -> Tensor:
        """The scores of each row's labels; while training, some words and marks are forgotten."""
        vectors, votes = self.encode(batch, forget_words, forget_marks)
        scores: Tensor = self.output(vectors) + votes
        return scores

    def encode(
        self, batch: Batch, forget_words: float = 0.0, forget_marks: float = 0.0
    ) -> tuple[Tensor, Tensor]:
        """The vector of each row, and what its marks say of its label."""
        words = self.words(batch.words)
        kept = torch.ones(len(batch.marks))
        if self.training:
            words = words * (torch.rand(len(words), 1) >= forget_words)
            kept = (torch.rand(len(kept)) >= forget_marks).float()
        grams = self.grams(batch.grams, batch.gram_starts)
        marked = self.marks(batch.marks, batch.mark_starts, per_sample_weights=kept)
        x = self.input(torch.cat([words, grams], 1))[batch.row_word] + marked[:, :WIDTH]
        x = self.drop(self.norm(x, 0)) * batch.filled
        for layer, reach in enumerate(DILATIONS):
            empty = x.new_zeros(reach, WIDTH)
            around = torch.cat(
                [torch.cat([empty, x[:-reach]]), x, torch.cat([x[reach:], empty])], 1
            )
            seen = self.drop(torch.relu(self.convolutions[layer](around)))
            x = self.norm(x + seen, layer + 1) * batch.filled
            if layer == POOL_AFTER:
                x = x + self.drop(torch.relu(self.pool(elsewhere(x, batch)))) * batch.filled
        return x, marked[:, WIDTH:]

    def norm(self, x: Tensor, number: int) -> Tensor:
        """Layer normalisation."""
        gain, offset = self.norms[number]
        return F.layer_norm(x, (WIDTH,), gain, offset, EPSILON)

    def drop(self, x: Tensor) -> Tensor:
        """Dropout, while training."""
        return F.dropout(x, self.dropout, self.training)

    def arrays(self) -> dict[str, Tensor]:
        """The weights as `Network` has them: the same memory under its names, in its shapes."""
        weights = {
            "words": self.words.weight,
            "grams": self.grams.weight,
            "input": self.input.weight.T,
            "input_b": self.input.bias,
            "marks": self.marks.weight,
            "pool": self.pool.weight.T.view(4, WIDTH, WIDTH),
            "pool_b": self.pool.bias,
            "output": self.output.weight.T,
            "output_b": self.output.bias,
        }
        for i, layer in enumerate(self.convolutions):
            linear = cast("nn.Linear", layer)
            weights[f"conv{i}"] = linear.weight.T.view(3, WIDTH, WIDTH)
            weights[f"conv{i}_b"] = linear.bias
        return weights | {f"norm{i}": norm for i, norm in enumerate(self.norms)}

    def export(self, labels: list[str], lexicon: Lexicon) -> Network:
        """The same network as it is used."""
        weights = self.arrays().items()
        arrays = {name: np.array(tensor.detach().numpy(), order="C") for name, tensor in weights}
        return Network(labels, lexicon, arrays, graph_of(arrays))

    @torch.no_grad()
    def take(self, network: Network) -> None:
        """Begin where a network is; labels that it lacks come behind its own."""
        for name, tensor in self.arrays().items():
            old = torch.from_numpy(network.weights[name])
            tensor[..., : old.shape[-1]] = old


def elsewhere(x: Tensor, batch: Batch) -> Tensor:
    """Each row with the mean and the maximum over its word's places, and over its document."""
    width = x.shape[1]
    words, documents = int(batch.place.max()) + 1, len(batch.slices) + 1
    sums = x.new_zeros(words, width).index_add_(0, batch.place, x)
    counts = x.new_zeros(words, 1).index_add_(0, batch.place, batch.filled).clamp(min=1)
    most = maxima(x, batch.place, words)[batch.place]
    in_document = maxima(x, batch.document, documents)[batch.document]
    return torch.cat([x, (sums / counts)[batch.place], most, in_document], 1)


def maxima(x: Tensor, group: Tensor, groups: int) -> Tensor:
    """The maximum of each column over the rows of each group."""
    index = group[:, None].expand(-1, x.shape[1])
    return x.new_full((groups, x.shape[1]), FAR_BELOW).scatter_reduce(0, index, x, "amax")
