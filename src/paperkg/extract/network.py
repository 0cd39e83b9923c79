"""The recogniser's network: for each token, how probable each label is.

A token is the sum of its word's vector (the word, its character n-grams, its shape) and the
vectors of its marks (`features.py`). Four convolutions over neighbours at growing distance see its
surroundings; among them, each token hears of the other places where its word stands, and of the
document as a whole. The vectors are looked up here; all else runs in ONNX Runtime. Documents go
through one by one, so what else is read changes nothing. `paperkg.train` learns the weights.
"""

from __future__ import annotations

import io
import json
import re
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
    "Numbers",
    "grams_of",
    "heard",
    "mark_ids",
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
NO_WORD = -1
"""The number of what is no word."""
EPSILON = 1e-5
LETTER = re.compile("[A-Za-z]")


class Network:
    """Weights by name, with the labels that they tell apart and the word list of their rows.

    `words` (words, w) and `grams` (GRAMS, w) go through `input` (2w, d) to a word's vector;
    `marks` (MARKS, d + labels) holds each mark's vector and its direct votes for the labels;
    `conv0` … are (3, d, d), `pool` is (4, d, d), `output` (d, labels). Their biases end in `_b`;
    the layers' normalisations, gains and offsets, are `norm0` … (2, d). `graph` is all that
    follows the looking up, made of these weights by `paperkg.train.graph`. `scale` turns the mean
    probability of a name into the share of such names that are right: points and their values.
    """

    def __init__(
        self,
        labels: list[str],
        lexicon: Lexicon,
        weights: dict[str, Array],
        graph: bytes,
        scale: Scale = ([0.0, 1.0], [0.0, 1.0]),
    ) -> None:
        self.labels, self.lexicon, self.weights, self.scale = labels, lexicon, weights, scale
        self.graph, self.run = graph, runner(graph)
        # a word's vector is a sum of rows, once the rows have gone through `input` by themselves
        half = weights["words"].shape[1]
        self.words = weights["words"] @ weights["input"][:half] + weights["input_b"]
        self.grams = weights["grams"] @ weights["input"][half:]
        self.of_words = Vectors(self.word_vectors, self.words.shape[1], WORDS_KEPT)
        self.of_marks = Vectors(self.mark_vectors, weights["marks"].shape[1], MARKS_KEPT)
        self.numbers = Numbers()

    def __call__(self, texts: list[str], marks: Marks) -> Array:
        """The probability of each label for each token: shape (tokens, labels)."""
        place, share, row = heard(self.numbers(texts))
        words, marked = self.of_words(texts), self.of_marks(list(map(tuple, marks)))
        return self.run(
            {"words": words, "marks": marked, "place": place, "share": share, "row": row}
        )

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
        """Labels, word list, graph and weights, these in half precision; always the same bytes."""
        parts = [self.lexicon.to_bytes(), self.graph]
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
        words, graph = (file.read(size) for size in head["sizes"])
        weights = {}
        for name, size in head["shapes"].items():
            array = np.frombuffer(file.read(2 * int(np.prod(size))), "<f2")
            weights[name] = array.reshape(size).astype(np.float32)
        lexicon = Lexicon.from_bytes(words)
        return cls(head["labels"], lexicon, weights, graph, head["scale"])


def runner(graph: bytes) -> Callable[[dict[str, npt.NDArray[Any]]], Array]:
    """A function that runs a graph in one thread, as processes are how people use more cores."""
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def run(inputs: dict[str, npt.NDArray[Any]]) -> Array:
        y: Array = session.run(None, inputs)[0]
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


class Numbers(dict[str, int]):
    """A number for each word, the same in any case, and one for all marks, which are no words."""

    def __init__(self) -> None:
        self.lower: dict[str, int] = {}

    def __call__(self, texts: list[str]) -> Ids:
        """The numbers of tokens."""
        if len(self) > WORDS_KEPT:
            self.clear()
            self.lower.clear()
        return np.array([self[text] for text in texts])

    def __missing__(self, text: str) -> int:
        number = NO_WORD
        if text[0].isalnum():
            number = self.lower.setdefault(text.lower(), len(self.lower))
        self[text] = number
        return number


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


def heard(numbers: Ids) -> tuple[Ids, Array, Ids]:
    """What a graph wants to know of the words in several places, from the numbers of all tokens.

    `place` (words, most places) are each word's places, the last one again where there are fewer;
    `share` (words, tokens) takes the mean over them; `row` (tokens) says where a token hears of
    its word, in a table of all tokens and then these words. Where no word stands twice, the first
    token stands for one: it hears of itself.
    """
    size = len(numbers)
    order = numbers.argsort(kind="stable")
    ordered = numbers[order]
    ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), size - 1)
    counts = ends - np.concatenate([[-1], ends[:-1]])
    several = (counts > 1) & (ordered[ends] != NO_WORD)
    if not several.any():
        return np.zeros((1, 1), dtype=np.int64), np.eye(1, size, dtype=np.float32), np.arange(size)
    places, ends, counts = order[several.repeat(counts)], ends[several], counts[several, None]
    word = np.arange(len(counts)).repeat(counts[:, 0])
    share = np.zeros((len(counts), size), dtype=np.float32)
    share[word, places] = (1 / counts[:, 0])[word]
    row = np.arange(size)
    row[places] = word + size
    return order[ends[:, None] - np.minimum(np.arange(counts.max()), counts - 1)], share, row


def sums(table: Array, rows: list[list[int]]) -> Array:
    """The sums of some rows of a table, for each list of rows: shape (lists, columns)."""
    ends = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    columns = np.fromiter(chain.from_iterable(rows), np.int32, ends[-1])
    ones = np.ones(len(columns), dtype=np.float32)
    y: Array = csr_array((ones, columns, ends), shape=(len(rows), len(table))) @ table
    return y
