"""The statistical recogniser: a linear-chain CRF over each sentence, then one decision a name.

The CRF (Lafferty, McCallum and Pereira 2001) proposes spans with probabilities. A name found in
one place counts in every place where it stands, and its type is decided once for the abstract,
from the probabilities of all its mentions. Weights are learned by `training/`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pycrfsuite
from spacy.language import Language
from spacy.tokens import Doc, Span

from paperkg.extract.features import Lexicon, same_names, token_features
from paperkg.extract.weights import FILE, Weights
from paperkg.names import name_key
from paperkg.records import TYPES

__all__ = ["Reading", "Recognizer", "gold_labels"]

LEXICON = "lexicon.gz"
KNOWN_FLOOR = 0.1
"""A catalogue name that needs no context counts from this probability on."""
CARRY_FLOOR = 0.5
"""A name is carried to its other occurrences from this probability on."""
NAME_FLOOR = 0.4
"""A name counts at all where its mentions have this probability on average …"""
SURE = 0.9
"""… or one of them this one."""
POSSESSIVES = frozenset({"'s", "’s"})
BEGIN = [f"B-{t}" for t in TYPES]
INSIDE = [f"I-{t}" for t in TYPES]
Array = npt.NDArray[np.float64]


class Reading:
    """What the CRF makes of a document: its best spans, and the probabilities behind them.

    `begin[i, t]` and `inside[i, t]` are the probabilities that token `i` begins or continues a
    name of type `TYPES[t]`.
    """

    def __init__(self, tokens: int) -> None:
        self.spans: list[tuple[int, int]] = []
        self.taken = np.zeros(tokens, dtype=bool)
        self.begin: Array = np.zeros((tokens, len(TYPES)))
        self.inside: Array = np.zeros((tokens, len(TYPES)))

    def types(self, start: int, end: int) -> Array:
        """For each type, the least of the span's token probabilities: shape (6,)."""
        scores: Array = np.minimum(
            self.begin[start], self.inside[start + 1 : end].min(0, initial=1.0)
        )
        return scores

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


class Recognizer(Weights):
    """A pipeline component that fills `doc.ents`.

    Each entity has its type as `label_`, the key of its name within the document as `id_` (equal
    for all spellings of one name, and for an acronym and its full name), and its confidence, 0
    to 1, as `span._.confidence`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lexicon = Lexicon({})

    def load(self, model: bytes, lexicon: Lexicon | None = None) -> None:
        """Take weights, and a word list where one is given, into use."""
        super().load(model)
        assert self.tagger is not None
        self.known = set(self.tagger.labels())
        self.lexicon = lexicon or self.lexicon

    def __call__(self, doc: Doc) -> Doc:
        """Find the entities of a document; without weights there are none."""
        reading = self.read(doc)
        add_pairs(doc, reading)
        add_known(doc, reading)
        add_repetitions(doc, reading)
        doc.ents = decide(doc, reading)
        return doc

    def read(self, doc: Doc) -> Reading:
        """The reading of a document that tokenizer, gazetteer and patterns have gone over."""
        reading = Reading(len(doc))
        if self.tagger is not None:
            features = token_features(doc, self.lexicon)
            for sentence in doc.sents:
                self.read_sentence(sentence, features, reading)
        return reading

    def read_sentence(self, sentence: Span, features: list[list[str]], reading: Reading) -> None:
        """Add one sentence's spans and probabilities to the reading."""
        assert self.tagger is not None
        offset = sentence.start
        self.tagger.set(pycrfsuite.ItemSequence(features[offset : sentence.end]))
        labels = self.tagger.tag()
        for a, b in label_spans(labels):
            start = offset + a + (b - a > 1 and sentence[a].text in POSSESSIVES)
            reading.add(start, offset + b)
        for k in range(len(labels)):
            if self.tagger.marginal("O", k) > 0.99:
                continue
            for table, names in ((reading.begin, BEGIN), (reading.inside, INSIDE)):
                for t, name in enumerate(names):
                    if name in self.known:
                        table[offset + k, t] = self.tagger.marginal(name, k)

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The word list and the weights."""
        words = self.lexicon.to_bytes()
        return len(words).to_bytes(8) + words + self.model

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """Take into use what `to_bytes` gave."""
        end = 8 + int.from_bytes(data[:8])
        self.lexicon = Lexicon.from_bytes(data[8:end])
        return super().from_bytes(data[end:])

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the weights and the word list into a folder."""
        super().to_disk(path)
        (Path(path) / LEXICON).write_bytes(self.lexicon.to_bytes())

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> Self:
        """Read what `to_disk` wrote."""
        self.lexicon = Lexicon.from_bytes((Path(path) / LEXICON).read_bytes())
        self.load((Path(path) / FILE).read_bytes())
        return self


def add_pairs(doc: Doc, reading: Reading) -> None:
    """Where a full name or its acronym is a name, make both of them one."""
    for long_start, long_end, short_start, short_end in doc.user_data["acronyms"]:
        pair = ((long_start, long_end), (short_start, short_end))
        if any(span in reading.spans for span in pair):
            for span in pair:
                reading.claim(*span)


def add_known(doc: Doc, reading: Reading) -> None:
    """Add catalogue names that the CRF thinks possible."""
    for match in doc.spans["gazetteer"]:
        if match.id_ == "context" or not reading.free(match.start, match.end):
            continue
        if reading.types(match.start, match.end).sum() > KNOWN_FLOOR:
            reading.add(match.start, match.end)


def add_repetitions(doc: Doc, reading: Reading) -> None:
    """Add the other occurrences of the names found, longest names first."""
    found = {
        tuple(t.text for t in doc[a:b])
        for a, b in reading.spans
        if reading.types(a, b).sum() > CARRY_FLOOR and not doc[a:b].text.islower()
    }
    places = defaultdict(list)
    for token in doc:
        places[token.text].append(token.i)
    for words in sorted(found, key=lambda w: (-len(w), w)):
        for start in places[words[0]]:
            end = start + len(words)
            if tuple(t.text for t in doc[start:end]) == words and reading.free(start, end):
                reading.add(start, end)


def decide(doc: Doc, reading: Reading) -> list[Span]:
    """The entities: each name with the type that all its mentions together speak for."""
    same = same_names(doc)
    votes: dict[str, list[Array]] = defaultdict(list)
    keyed = []
    for start, end in sorted(reading.spans):
        key = name_key(doc[start:end].text)
        key = same.get(key, key)
        votes[key].append(reading.types(start, end))
        keyed.append((start, end, key))
    means = {key: np.mean(scores, axis=0) for key, scores in votes.items()}
    ents = []
    for start, end, key in keyed:
        if means[key].sum() < NAME_FLOOR and max(v.sum() for v in votes[key]) < SURE:
            continue
        type_ = TYPES[int(means[key].argmax())]
        ent = Span(doc, start, end, type_, span_id=key)
        ent._.confidence = round(float(means[key].max()), 3)
        ents.append(ent)
    return ents


def label_spans(labels: list[str]) -> list[tuple[int, int]]:
    """The (start, end) of every run `B-X I-X …` in a list of labels."""
    spans, i = [], 0
    while i < len(labels):
        j = i + 1
        if labels[i] != "O":
            while j < len(labels) and labels[j] == f"I-{labels[i][2:]}":
                j += 1
            spans.append((i, j))
        i = j
    return spans


def gold_labels(doc: Doc, mentions: list[tuple[int, int, str]]) -> list[str]:
    """The label of each token for gold mentions given as (start, end, type) in code points."""
    labels = ["O"] * len(doc)
    for start, end, type_ in mentions:
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is None:
            continue
        for i in range(span.start, span.end):
            labels[i] = f"{'B' if i == span.start else 'I'}-{type_}"
    return labels


@Language.factory("paperkg_recognizer", assigns=["doc.ents", "span._.confidence"])
def make_recognizer(nlp: Language, name: str) -> Recognizer:
    """A recogniser without weights; training or `from_disk` brings them."""
    return Recognizer()


Span.set_extension("confidence", default=0.0, force=True)
