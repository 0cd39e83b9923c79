"""The recogniser's network: for each token, how probable each label is.

A token is the sum of its word's vector (the word, its character n-grams, its shape) and the
vectors of its marks (`features.py`). Four convolutions over neighbours at growing distance see its
surroundings; among them, each token hears of the other places where its word stands, and of the
document as a whole. The convolutions run in ONNX Runtime, all else in NumPy. Documents go through
one by one, so what else is read changes nothing. `paperkg.train` learns the weights.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
from onnxruntime import InferenceSession, SessionOptions
from scipy.sparse import csr_array

from paperkg.extract.features import Marks, shape
from paperkg.extract.lexicon import Lexicon

__all__ = [
    "DILATIONS",
    "EPSILON",
    "GRAMS",
    "MARKS",
    "POOL_AFTER",
    "Network",
    "grams_of",
    "mark_ids",
    "places",
]

Array = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Scale = tuple[list[float], list[float]]

GRAMS = 30_000
"""Rows of the table of character n-grams and word shapes, which are hashed."""
MARKS = 32_768
"""Rows of the table of marks, which are hashed."""
DILATIONS = (1, 2, 4, 1)
"""How far to either side each convolution looks."""
POOL_AFTER = 1
"""The convolution after which a token hears of its word's other places and of the document."""
CACHED = 65_536
"""So many distinct words, and marks, keep what was computed for them."""
EPSILON = 1e-5
LETTER = re.compile("[A-Za-z]")


class Network:
    """Weights by name, with the labels that they tell apart and the word list of their rows.

    `words` (words, w) and `grams` (GRAMS, w) go through `input` (2w, d) to a word's vector;
    `marks` (MARKS, d + labels) holds each mark's vector and its direct votes for the labels;
    `conv0` … are (3, d, d), `pool` is (4, d, d), `output` (d, labels). Their biases end in `_b`;
    the layers' normalisations, gains and offsets, are `norm0` … (2, d). `graphs` are the layers
    below and above the pooling, made of these weights by `paperkg.train.graph`. `scale` turns
    the mean probability of a name into the share of such names that are right: points and their
    values.
    """

    def __init__(
        self,
        labels: list[str],
        lexicon: Lexicon,
        weights: dict[str, Array],
        graphs: tuple[bytes, bytes],
        scale: Scale = ([0.0, 1.0], [0.0, 1.0]),
    ) -> None:
        self.labels, self.lexicon, self.weights, self.scale = labels, lexicon, weights, scale
        self.graphs = graphs
        self.below, self.above = map(runner, graphs)
        self.width = weights["input"].shape[1]
        # a word's vector is a sum of rows, once the rows have gone through `input` by themselves
        half = weights["words"].shape[1]
        self.words = weights["words"] @ weights["input"][:half] + weights["input_b"]
        self.grams = weights["grams"] @ weights["input"][half:]
        self.rows: dict[str, int] = {}
        self.vectors = np.empty((1024, self.width), dtype=np.float32)

    def __call__(self, texts: list[str], marks: Marks) -> Array:
        """The probability of each label for each token: shape (tokens, labels)."""
        w = self.weights
        ids, starts = mark_ids(marks, len(texts))
        marked = sums(w["marks"], ids, starts)
        x = self.below(self.word_vectors(texts) + marked[:, : self.width])
        heard = elsewhere(x, places(texts), w["pool"], w["pool_b"])
        x += np.maximum(heard, 0, out=heard)
        return softmax(self.above(x) + marked[:, self.width :])

    def word_vectors(self, texts: list[str]) -> Array:
        """The vector of each word: shape (tokens, d)."""
        rows = self.rows
        if len(rows) > CACHED:
            rows.clear()
        new = [text for text in dict.fromkeys(texts) if text not in rows]
        if new:
            first, past = len(rows), len(rows) + len(new)
            while past > len(self.vectors):
                self.vectors = np.concatenate([self.vectors, np.empty_like(self.vectors)])
            self.vectors[first:past] = self.new_vectors(new)
            rows.update(zip(new, range(first, past), strict=True))
        return self.vectors[[rows[text] for text in texts]]

    def new_vectors(self, texts: list[str]) -> Array:
        """The vectors of words: shape (words, d)."""
        grams = [grams_of(text, self.lexicon) for text in texts]
        counts = np.array([len(of_word) for of_word in grams])
        rows = np.array([row for of_word in grams for row in of_word])
        spelled = sums(self.grams, rows, np.cumsum(counts) - counts)
        known = self.words[[self.lexicon.id(text) for text in texts]]
        spelled /= counts[:, None].astype(np.float32)
        vectors: Array = known + spelled
        return vectors

    def to_bytes(self) -> bytes:
        """Labels, word list, graphs and weights, these in half precision; always the same bytes."""
        parts = [self.lexicon.to_bytes(), *self.graphs]
        facts = {
            "labels": self.labels,
            "scale": self.scale,
            "sizes": [len(part) for part in parts],
            "shapes": {name: array.shape for name, array in self.weights.items()},
        }
        head = json.dumps(facts).encode()
        arrays = (array.astype("<f2").tobytes() for array in self.weights.values())
        return b"".join([len(head).to_bytes(8), head, *parts, *arrays])

    @classmethod
    def from_bytes(cls, data: bytes) -> Network:
        """The network that `to_bytes` gave."""
        file = io.BytesIO(data)
        head: dict[str, Any] = json.loads(file.read(int.from_bytes(file.read(8))))
        words, below, above = (file.read(size) for size in head["sizes"])
        weights = {}
        for name, size in head["shapes"].items():
            array = np.frombuffer(file.read(2 * int(np.prod(size))), "<f2")
            weights[name] = array.reshape(size).astype(np.float32)
        lexicon = Lexicon.from_bytes(words)
        return cls(head["labels"], lexicon, weights, (below, above), head["scale"])


def runner(graph: bytes) -> Callable[[Array], Array]:
    """A function that runs a graph in one thread, as processes are how people use more cores."""
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def run(x: Array) -> Array:
        y: Array = session.run(None, {"x": x})[0]
        return y

    return run


def grams_of(text: str, lexicon: Lexicon) -> list[int]:
    """The rows of a word's n-grams, its shape, its first and last letters, and its commonness."""
    low = text.lower()
    padded = f"<{low[:24]}>"
    grams = [f"n{padded[i : i + n]}" for n in (3, 4, 5) for i in range(len(padded) - n + 1)]
    form = shape(text)
    grams += [f"s={form}", f"S={form[:6]}", f"p={text[:3]}", f"e={low[-3:]}", f"W={text}"]
    grams.append(f"lx={lexicon.step(text)}")
    if not LETTER.search(text):
        grams.append("noalpha")
    return [crc32(gram.encode("utf-8", "surrogatepass")) % GRAMS for gram in grams]


def mark_ids(marks: Marks, size: int) -> tuple[Ids, Ids]:
    """The rows of all marks, token by token, and where each token's begin."""
    tokens = np.array(marks.tokens)
    order = np.argsort(tokens, kind="stable")
    ids = np.array([mark_id(mark) for mark in marks.texts])[order]
    counts = np.bincount(tokens, minlength=size)
    return ids, np.cumsum(counts) - counts


def mark_id(mark: str, known: dict[str, int] = {}) -> int:  # noqa: B006
    """The row of a mark."""
    row = known.get(mark)
    if row is None:
        if len(known) > CACHED:
            known.clear()
        row = known[mark] = crc32(mark.encode("utf-8", "surrogatepass")) % MARKS
    return row


def places(texts: list[str]) -> Ids:
    """For each token a number that all tokens of its word share; a mark is alone with itself."""
    numbers: dict[str | int, int] = {}
    keys = [text.lower() if text[0].isalnum() else i for i, text in enumerate(texts)]
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys])


def sums(table: Array, rows: Ids, starts: Ids) -> Array:
    """The sums of runs of rows of a table: shape (runs, columns)."""
    bounds = np.append(starts, len(rows))
    ones = np.ones(len(rows), dtype=np.float32)
    y: Array = csr_array((ones, rows, bounds), shape=(len(starts), len(table))) @ table
    return y


def elsewhere(x: Array, numbers: Ids, weights: Array, bias: Array) -> Array:
    """Each token with the mean and the maximum over its word's places, and over the document.

    A word in one place is its own mean and maximum, so that only the others need them.
    """
    of_one = weights[1] + weights[2]
    y: Array = x @ (weights[0] + of_one) + (x.max(axis=0) @ weights[3] + bias)
    counts = np.bincount(numbers)
    repeated = np.flatnonzero(counts[numbers] > 1)
    if len(repeated):
        order = repeated[np.argsort(numbers[repeated], kind="stable")]
        counts = counts[counts > 1]
        starts = np.cumsum(counts) - counts
        own = x[order]
        means = np.add.reduceat(own, starts) / counts[:, None].astype(np.float32)
        most = np.maximum.reduceat(own, starts)
        of_words = means @ weights[1] + most @ weights[2]
        y[order] += np.repeat(of_words, counts, axis=0) - own @ of_one
    return y


def softmax(x: Array) -> Array:
    """Rows as probabilities."""
    y = np.exp(x - x.max(axis=1, keepdims=True))
    probabilities: Array = y / y.sum(axis=1, keepdims=True)
    return probabilities
