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
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from itertools import chain
from typing import Any, Generic, TypeVar
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
Key = TypeVar("Key")

GRAMS = 30_000
"""Rows of the table of character n-grams and word shapes, which are hashed."""
MARKS = 32_768
"""Rows of the table of marks, which are hashed."""
DILATIONS = (1, 2, 4, 1)
"""How far to either side each convolution looks."""
POOL_AFTER = 1
"""The convolution after which a token hears of its word's other places and of the document."""
WORDS_KEPT, MARKS_KEPT = 65_536, 16_384
"""So many distinct words, and sets of marks, keep what was computed for them."""
N_SIGN = crc32(b"n")
"""The checksum of the sign before n-grams, from where theirs go on."""
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
        self.of_words = Vectors(self.word_vectors, self.width, WORDS_KEPT)
        self.of_marks = Vectors(self.mark_vectors, weights["marks"].shape[1], MARKS_KEPT)
        self.pool = Pool(weights["pool"], weights["pool_b"])

    def __call__(self, texts: list[str], marks: Marks) -> Array:
        """The probability of each label for each token: shape (tokens, labels)."""
        marked = self.of_marks(list(map(tuple, marks)))
        x = self.below(self.of_words(texts) + marked[:, : self.width])
        x += self.pool(x, places(texts))
        return softmax(self.above(x) + marked[:, self.width :])

    def word_vectors(self, texts: list[str]) -> Array:
        """The vectors of words: shape (words, d)."""
        grams = [grams_of(text, self.lexicon) for text in texts]
        known = self.words[[self.lexicon.id(text) for text in texts]]
        counts = np.array([len(of_word) for of_word in grams], dtype=np.float32)
        vectors: Array = known + sums(self.grams, grams) / counts[:, None]
        return vectors

    def mark_vectors(self, marks: list[tuple[str, ...]]) -> Array:
        """The sums of the vectors and votes of marks: shape (sets of marks, d + labels)."""
        return sums(self.weights["marks"], [list(map(mark_row, each)) for each in marks])

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


class Vectors(Generic[Key]):
    """Vectors of keys: those of new keys are made, and kept until there are too many."""

    def __init__(self, make: Callable[[list[Key]], Array], width: int, most: int) -> None:
        self.make, self.most = make, most
        self.rows: dict[Key, int] = {}
        self.table = np.empty((1024, width), dtype=np.float32)

    def __call__(self, keys: list[Key]) -> Array:
        """The vector of each key: shape (keys, width)."""
        rows = self.rows
        if len(rows) > self.most:
            rows.clear()
        new = list(set(keys).difference(rows))
        if new:
            first, past = len(rows), len(rows) + len(new)
            while past > len(self.table):
                self.table = np.concatenate([self.table, np.empty_like(self.table)])
            self.table[first:past] = self.make(new)
            rows.update(zip(new, range(first, past), strict=True))
        return self.table.take([rows[key] for key in keys], axis=0)


class Pool:
    """Each token with the mean and the maximum over its word's places, and over the document.

    A word in one place is its own mean and maximum, so that only the others need them.
    """

    def __init__(self, weights: Array, bias: Array) -> None:
        _, self.mean, self.most, self.document = weights
        self.bias = bias
        self.of_one = weights[1] + weights[2]
        self.own = weights[0] + self.of_one

    def __call__(self, x: Array, places: list[list[int]]) -> Array:
        """What is heard: shape (tokens, d); `places` are those of words in several places."""
        y: Array = x @ self.own + (x.max(axis=0) @ self.document + self.bias)
        if places:
            order = list(chain.from_iterable(places))
            counts = np.array(list(map(len, places)))
            starts = np.cumsum(counts) - counts
            own = x[order]
            means = np.add.reduceat(own, starts) / counts[:, None].astype(np.float32)
            most = np.maximum.reduceat(own, starts)
            of_words = means @ self.mean + most @ self.most
            y[order] += np.repeat(of_words, counts, axis=0) - own @ self.of_one
        return np.maximum(y, 0, out=y)


def grams_of(text: str, lexicon: Lexicon) -> list[int]:
    """The rows of a word's n-grams, its shape, its first and last letters, and its commonness."""
    low = text.lower()
    padded = f"<{low[:24]}>"
    form = shape(text)
    others = [f"s={form}", f"S={form[:6]}", f"p={text[:3]}", f"e={low[-3:]}", f"W={text}"]
    others.append(f"lx={lexicon.step(text)}")
    if not LETTER.search(text):
        others.append("noalpha")
    sums = [crc32(piece, N_SIGN) for piece in pieces(padded)]
    sums += [crc32(encoded(each)) for each in others]
    return [each % GRAMS for each in sums]


def pieces(text: str) -> list[bytes]:
    """The n-grams of a text, of three to five letters."""
    if text.isascii():
        data = text.encode()
        return [data[i : i + n] for n in (3, 4, 5) for i in range(len(data) - n + 1)]
    return [encoded(text[i : i + n]) for n in (3, 4, 5) for i in range(len(text) - n + 1)]


def encoded(text: str) -> bytes:
    """A text, which may have lone surrogates, as bytes."""
    return text.encode("utf-8", "surrogatepass")


@lru_cache(maxsize=65_536)
def mark_row(mark: str) -> int:
    """The row of a mark."""
    return crc32(encoded(mark)) % MARKS


def mark_ids(marks: Marks) -> tuple[Ids, Ids]:
    """The rows of all marks, token by token, and where each token's begin."""
    counts = np.array(list(map(len, marks)))
    ids = np.array([mark_row(mark) for of_token in marks for mark in of_token])
    return ids, np.cumsum(counts) - counts


def places(texts: list[str]) -> list[list[int]]:
    """The tokens of each word that stands in several places, in any case; a mark is no word."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        found[text.lower()].append(i)
    return [each for word, each in found.items() if len(each) > 1 and word[0].isalnum()]


def sums(table: Array, rows: list[list[int]]) -> Array:
    """The sums of some rows of a table, for each list of rows: shape (lists, columns)."""
    ends = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    columns = np.fromiter(chain.from_iterable(rows), np.int32, ends[-1])
    ones = np.ones(len(columns), dtype=np.float32)
    y: Array = csr_array((ones, columns, ends), shape=(len(rows), len(table))) @ table
    return y


def softmax(x: Array) -> Array:
    """Rows as probabilities."""
    y = np.exp(x - x.max(axis=1, keepdims=True))
    probabilities: Array = y / y.sum(axis=1, keepdims=True)
    return probabilities
