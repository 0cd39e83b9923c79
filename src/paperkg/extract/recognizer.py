"""The statistical recogniser: a network over the tokens, then one decision a name.

The network gives each token a probability for each label. Names are the best spans by them. A name
found in one place counts in every place where it stands, and its type is decided once for the
abstract, from the probabilities of all its mentions. Weights are learned by `paperkg.train`.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc, Span

from paperkg.extract.features import same_names, token_marks
from paperkg.extract.network import Network
from paperkg.extract.weights import Kept
from paperkg.extract.words import words_of, written
from paperkg.names import name_key

__all__ = ["Reading", "Recognizer", "label_names"]

CARRY_FLOOR = 0.5
"""A name is carried to its other occurrences from this probability on."""
NAME_FLOOR = 0.65
"""A name counts at all where its mentions have this probability on average …"""
LONE_FLOOR = 0.97
"""… and this one where it would be the document's only name, and nothing says that it is new."""
QUIET = 0.02
"""A token less probable than this to be in a name is in none."""
OPENERS = frozenset({"'s", "’s", "$", "-", "{", "(", "/", "\\"})
CLOSERS = frozenset({"-", "{", "(", "/", "\\", ","})
"""What no name begins or ends with."""
OPERATORS = frozenset("+=<>*")
URL = re.compile(r"(?:https?://|www\.)[^\s{}]+")
Array = npt.NDArray[np.float32]


def label_names(types: Sequence[str]) -> list[str]:
    """The labels of tokens: outside, and beginning and inside a name of each type."""
    return ["O", *(f"{place}-{type_}" for type_ in types for place in "BI")]


class Reading:
    """What the network makes of a document: its best spans, and the probabilities behind them.

    `begin[i, t]` and `inside[i, t]` are the probabilities that token `i` begins or continues a
    name of the type number `t`.
    """

    def __init__(self, probabilities: Array) -> None:
        self.begin: Array = probabilities[:, 1::2]
        self.inside: Array = probabilities[:, 2::2]
        self.spans: list[tuple[int, int]] = []
        self.taken = np.zeros(len(probabilities), dtype=bool)
        for start, end in best_spans(self.begin.sum(axis=1), self.inside.sum(axis=1)):
            self.add(start, end)

    def types(self, start: int, end: int) -> Array:
        """For each type, the least of the span's token probabilities: shape (types,)."""
        first: Array = self.begin[start]
        return first if end - start == 1 else np.minimum(first, self.inside[start + 1 : end].min(0))

    def add(self, start: int, end: int) -> None:
        """Add a span."""
        self.spans.append((start, end))
        self.taken[start:end] = True

    def claim(self, start: int, end: int) -> None:
        """Add a span in place of those that it crosses, unless one of them holds it whole."""
        crossed = [(a, b) for a, b in self.spans if a < end and start < b]
        if any(a <= start and end <= b for a, b in crossed):
            return
        for a, b in crossed:
            self.spans.remove((a, b))
            self.taken[a:b] = False
        self.add(start, end)

    def free(self, start: int, end: int) -> bool:
        """Whether no span covers any of the tokens."""
        return not self.taken[start:end].any()


class Recognizer(Kept):
    """A pipeline component that fills `doc.ents`.

    Each entity has its type as `label_`, the key of its name within the document as `id_` (equal
    for all spellings of one name, and for an acronym and its full name), and its confidence, 0
    to 1, as `span._.confidence`.
    """

    file = "network.bin"

    def __init__(self) -> None:
        self.network: Network | None = None

    def load(self, network: Network) -> None:
        """Take a network into use."""
        self.network = network
        self.kinds = [label[2:] for label in network.labels[1::2]]

    def __call__(self, doc: Doc) -> Doc:
        """Find the entities of a document; without weights there are none."""
        if self.network is None or not len(doc):
            return doc
        words = words_of(doc)
        reading = Reading(self.network(words.texts, token_marks(doc)))
        trim(reading, words.texts)
        add_pairs(doc, reading)
        add_repetitions(words.texts, reading)
        leave_out(doc, words.texts, reading)
        doc.ents = self.decide(doc, reading)
        return doc

    def decide(self, doc: Doc, reading: Reading) -> list[Span]:
        """The entities: each name with the type that all its mentions together speak for."""
        same, words = same_names(doc), words_of(doc)
        votes: dict[str, list[Array]] = defaultdict(list)
        keyed = []
        for start, end in sorted(reading.spans):
            key = name_key(written(words, start, end))
            key = same.get(key, key)
            votes[key].append(reading.types(start, end))
            keyed.append((start, end, key))
        means = {
            key: scores[0] if len(scores) == 1 else np.mean(scores, axis=0)
            for key, scores in votes.items()
        }
        names = {key for key, mean in means.items() if mean.sum() >= NAME_FLOOR}
        if len(names) == 1:
            new = {place for s in doc.spans["introduced"] for place in (s.start, s.end - 1)}
            if not any(key in names and start in new for start, _, key in keyed):
                names = {key for key in names if means[key].sum() >= LONE_FLOOR}
        kinds = {key: int(means[key].argmax()) for key in names}
        sure = {key: self.confidence(means[key][best]) for key, best in kinds.items()}
        ents = []
        for start, end, key in keyed:
            if key not in names:
                continue
            ent = Span(doc, start, end, self.kinds[kinds[key]], span_id=key)
            ent._.confidence = sure[key]
            ents.append(ent)
        return ents

    def confidence(self, probability: float) -> float:
        """The share of names of such a probability that are right."""
        assert self.network is not None
        return round(float(np.interp(probability, *self.network.scale)), 3)

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The network."""
        return self.network.to_bytes() if self.network else b""

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """Take into use what `to_bytes` gave."""
        if data:
            self.load(Network.from_bytes(data))
        return self


def best_spans(begin: Array, inside: Array) -> list[tuple[int, int]]:
    """The most probable spans of a document, whatever their types.

    `begin[i]` and `inside[i]` are the probabilities that a token begins or continues a name.
    """
    spans: list[tuple[int, int]] = []
    loud = np.flatnonzero(begin + inside >= QUIET).tolist()
    begins, insides = begin.tolist(), inside.tolist()
    for start, end in runs(loud):
        found = decode(begins[start:end], insides[start:end])
        spans += [(start + a, start + b) for a, b in found]
    return spans


def runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Ascending numbers as stretches without gaps: the first of each, and the one past its end."""
    found: list[tuple[int, int]] = []
    for n in numbers:
        if found and found[-1][1] == n:
            found[-1] = found[-1][0], n + 1
        else:
            found.append((n, n + 1))
    return found


def decode(begin: list[float], inside: list[float]) -> list[tuple[int, int]]:
    """The best spans of a stretch of tokens, by Viterbi's algorithm over three states."""
    outside_score, name_score = 0.0, -math.inf
    back: list[tuple[bool, str]] = []
    for b, i in zip(begin, inside, strict=True):
        before_named = name_score > outside_score
        best = max(outside_score, name_score)
        go_on, begin_new = name_score + log(i), best + log(b)
        back.append((before_named, "I" if go_on > begin_new else "B"))
        outside_score, name_score = best + log(1.0 - b - i), max(go_on, begin_new)
    spans, end = [], 0
    named = name_score > outside_score
    for k in range(len(begin) - 1, -1, -1):
        before_named, how = back[k]
        if not named:
            named = before_named
            continue
        end = end or k + 1
        if how == "B":
            spans.append((k, end))
            end, named = 0, before_named
    return spans[::-1]


def log(probability: float) -> float:
    """The logarithm of a probability that may be nothing."""
    return math.log(probability if probability > 1e-6 else 1e-6)


def trim(reading: Reading, texts: list[str]) -> None:
    """Take from names what none begins or ends with, such as a possessive 's or a hyphen."""
    for k, (start, end) in enumerate(reading.spans):
        while end - start > 1 and texts[start] in OPENERS:
            start += 1
        while end - start > 1 and texts[end - 1] in CLOSERS:
            end -= 1
        if (start, end) != reading.spans[k]:
            a, b = reading.spans[k]
            reading.taken[a:b] = False
            reading.taken[start:end] = True
            reading.spans[k] = start, end


def leave_out(doc: Doc, texts: list[str], reading: Reading) -> None:
    """Drop what is no name wherever it stands: parts of web addresses, formulas, mere signs."""
    addresses = []
    if any(text[0] in "hw" and text.startswith(("http", "www")) for text in texts):
        addresses = [match.span() for match in URL.finditer(doc.text)]
    reading.spans = [
        (a, b)
        for a, b in reading.spans
        if not any(start <= doc[a].idx < end for start, end in addresses)
        and any(c.isalnum() for text in texts[a:b] for c in text)
        and (OPERATORS.isdisjoint(texts[a:b]) or any(t.isalpha() and t[1:] for t in texts[a:b]))
    ]


def add_pairs(doc: Doc, reading: Reading) -> None:
    """Where a full name or its acronym is a name, make both of them one."""
    for long_start, long_end, short_start, short_end in doc.user_data["acronyms"]:
        pair = ((long_start, long_end), (short_start, short_end))
        if any(span in reading.spans for span in pair):
            for span in pair:
                reading.claim(*span)


def add_repetitions(texts: list[str], reading: Reading) -> None:
    """Add the other occurrences of the names found, longest names first."""
    found = {
        tuple(texts[a:b])
        for a, b in reading.spans
        if reading.types(a, b).sum() > CARRY_FLOOR and not "".join(texts[a:b]).islower()
    }
    places: dict[str, list[int]] = {words[0]: [] for words in found}
    for i, text in enumerate(texts):
        if text in places:
            places[text].append(i)
    for words in sorted(found, key=lambda w: (-len(w), w)):
        for start in places[words[0]]:
            end = start + len(words)
            if tuple(texts[start:end]) == words and reading.free(start, end):
                reading.add(start, end)


@Language.factory("paperkg_recognizer", assigns=["doc.ents", "span._.confidence"])
def make_recognizer(nlp: Language, name: str) -> Recognizer:
    """A recogniser without weights; training or `from_disk` brings them."""
    return Recognizer()


Span.set_extension("confidence", default=0.0, force=True)
