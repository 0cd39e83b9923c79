"""What the recogniser sees of each token: the word, its neighbours, and the whole abstract.

Besides the word's own spelling a token carries what the catalogue and the patterns say of it, and
the cues that stand beside any occurrence of the same name in the abstract.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.tokenizer import title_end
from paperkg.names import name_key

__all__ = ["Lexicon", "cue_features", "same_names", "token_features"]

RUNS = re.compile(r"(.)\1+")
ARTICLES = frozenset({"a", "an", "the", "our", "novel", "new"})
COPULAS = frozenset({",", "is", ":", "are", "–", "—"})
CLAUSE = frozenset(
    {"of", "for", "that", "which", "with", "to", "in", ",", ".", ";", "(", "designed"}
)


class Lexicon:
    """How common a lower-case word is in abstracts: 0 for unseen, then a step a doubling."""

    def __init__(self, steps: dict[str, int]) -> None:
        self.steps = steps

    def step(self, word: str) -> int:
        """The step of a word, in any case."""
        return self.steps.get(word.lower(), 0)

    def to_bytes(self) -> bytes:
        """The words, a line for each step, compressed; the same bytes every time."""
        lines = defaultdict(list)
        for word, step in sorted(self.steps.items()):
            lines[step].append(word)
        text = "".join(f"{step} {' '.join(words)}\n" for step, words in sorted(lines.items()))
        return gzip.compress(text.encode(), mtime=0)

    @classmethod
    def from_bytes(cls, data: bytes) -> Lexicon:
        """The words that `to_bytes` gave."""
        parts = (line.split() for line in gzip.decompress(data).decode().splitlines())
        return cls({word: int(step) for step, *words in parts for word in words})


def token_features(doc: Doc, lexicon: Lexicon) -> list[list[str]]:
    """One list of feature strings for each token of the document."""
    own = [[*spelling(t.text), f"lx={lexicon.step(t.text)}"] for t in doc]
    lower = [t.lower_ for t in doc]
    shapes = [shape(t.text) for t in doc]
    for i, items in enumerate(own):
        items += neighbours(doc, i, lower, shapes)
    for i, items in enumerate(repeated(doc)):
        own[i] += items
    for i, mark in marks(doc):
        own[i].append(mark)
    return own


@lru_cache(maxsize=200_000)
def shape(text: str) -> str:
    """The spelling's pattern with runs cut short: `GPT4o` is `XXdx`, `LLaMA` is `XXxXX`."""
    kinds = "".join(
        "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in text[:20]
    )
    return RUNS.sub(r"\1\1", kinds)


@lru_cache(maxsize=200_000)
def spelling(text: str) -> tuple[str, ...]:
    """Features of the word alone."""
    low = text.lower()
    return ("b", f"w={low}", f"s={shape(text)}", f"p={text[:3]}", f"e={low[-3:]}", f"e2={low[-2:]}")


def neighbours(doc: Doc, i: int, lower: list[str], shapes: list[str]) -> list[str]:
    """Features of the two words on each side, of the gaps between, and of the title."""
    last = len(lower) - 1
    token = doc[i]
    out = [
        f"w-1={lower[i - 1]}" if i else "w-1=^",
        f"w+1={lower[i + 1]}" if i < last else "w+1=$",
        f"s-1={shapes[i - 1]}" if i else "",
        f"s+1={shapes[i + 1]}" if i < last else "",
        f"w-2={lower[i - 2]}" if i > 1 else "",
        f"w+2={lower[i + 2]}" if i + 1 < last else "",
        f"w-12={lower[i - 2]}_{lower[i - 1]}" if i > 1 else "",
        f"w+12={lower[i + 1]}_{lower[i + 2]}" if i + 1 < last else "",
        f"w0+1={lower[i]}_{lower[i + 1]}" if i < last else "",
        f"w-10={lower[i - 1]}_{lower[i]}" if i else "",
        f"w-3={lower[i - 3]}" if i > 2 else "",
        f"w+3={lower[i + 3]}" if i + 2 < last else "",
        f"gap={bool(i and doc[i - 1].whitespace_)}{bool(token.whitespace_)}{shapes[i]}",
    ]
    if token.is_sent_start:
        out.append(f"start{shapes[i][:2]}")
    return [x for x in out if x]


def repeated(doc: Doc) -> list[list[str]]:
    """Features of how often, and how, a word is written in the whole document."""
    end = title_end(doc)
    count = Counter(t.text for t in doc)
    lower_too = {t.text for t in doc if t.is_lower}
    title = {t.text for t in doc[:end]}
    inside = {t.text for t in doc if not t.is_sent_start and t.text[0].isupper()}
    out = []
    for token in doc:
        text = token.text
        items = ["title"] if token.i < end else []
        if text[0].isalnum() and not token.is_lower:
            items.append(f"n={min(count[text], 4)}")
            if token.lower_ in lower_too:
                items.append("lower-too")
            if text in title and token.i >= end:
                items.append("in-title")
            if token.is_sent_start and text in inside:
                items.append("mid-too")
        out.append(items)
    return out


def marks(doc: Doc) -> Iterable[tuple[int, str]]:
    """Features that cover spans: catalogue, patterns, acronym pairs, pooled cues."""
    for span in doc.spans["gazetteer"]:
        for type_ in span.label_.split("|"):
            yield from covered(span, f"gz={type_}")
            yield from covered(span, f"gz={type_}:{span.id_}")
        yield from covered(span, f"gzk={span.id_}")
        if span.start:
            yield span.start - 1, "gz+1"
        if span.end < len(doc):
            yield span.end, "gz-1"
    for span in doc.spans["introduced"]:
        yield from covered(span, f"in={span.label_}")
    for span in doc.spans["shaped"]:
        yield from covered(span, f"sh={span.label_}")
    for long_start, long_end, short_start, short_end in doc.user_data["acronyms"]:
        yield from covered(doc[long_start:long_end], "long")
        yield from covered(doc[short_start:short_end], "short")
    for span, cue_names in cue_features(doc):
        for cue in cue_names:
            yield from covered(span, cue)


def covered(span: Span, name: str) -> Iterable[tuple[int, str]]:
    """A feature for each token of a span, its first token told from the rest."""
    yield span.start, f"B:{name}"
    for i in range(span.start + 1, span.end):
        yield i, f"I:{name}"


def cue_features(doc: Doc) -> list[tuple[Span, list[str]]]:
    """For each name-like run, the cues beside any occurrence of it or of its acronym pair."""
    same = same_names(doc)
    pools: dict[str, set[str]] = defaultdict(set)
    chunks = list(doc.spans["chunks"])
    keys = []
    for chunk in chunks:
        key = name_key(chunk.text)
        keys.append(same.get(key, key))
        pools[keys[-1]].update(cues_beside(chunk))
    return [(chunk, sorted(pools[key])) for chunk, key in zip(chunks, keys, strict=True)]


def same_names(doc: Doc) -> dict[str, str]:
    """Normal forms of full names to those of their acronyms."""
    return {
        name_key(doc[a:b].text): name_key(doc[c:d].text) for a, b, c, d in doc.user_data["acronyms"]
    }


def cues_beside(chunk: Span) -> set[str]:
    """The cues beside one occurrence: head nouns after, before and in apposition; verbs."""
    doc, heads = chunk.doc, cues().heads
    sentence_end = chunk.sent.end
    found: set[str] = set()
    for token in doc[chunk.end : min(chunk.end + 3, sentence_end)]:
        if token.lower_ in heads:
            found.update((f"hr={heads[token.lower_]}", f"hrw={token.lower_}"))
            break
        if token.text in CLAUSE:
            break
    for token in doc[max(chunk.sent.start, chunk.start - 2) : chunk.start]:
        if token.lower_ in heads:
            found.update((f"hl={heads[token.lower_]}", f"hlw={token.lower_}"))
    if chunk.start > chunk.sent.start:
        found.add(f"l={doc[chunk.start - 1].lower_}")
    head = apposition(chunk, sentence_end)
    if head:
        found.update((f"ap={heads[head]}", f"apw={head}"))
    return found


def apposition(chunk: Span, sentence_end: int) -> str:
    """The head noun of "X, a … benchmark that" or "X is our … framework for", or ""."""
    doc = chunk.doc
    i = chunk.end
    while i < sentence_end and i < chunk.end + 3 and doc[i].text in {")", '"', "'", "}", "$"}:
        i += 1
    if i + 1 >= sentence_end or doc[i].lower_ not in COPULAS:
        return ""
    if doc[i + 1].lower_ not in ARTICLES:
        return ""
    head = ""
    for token in doc[i + 2 : min(i + 16, sentence_end)]:
        if token.lower_ in CLAUSE and head:
            break
        if token.lower_ in cues().heads:
            head = token.lower_
    return head
