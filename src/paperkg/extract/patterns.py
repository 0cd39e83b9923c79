"""Names that no catalogue can know: what a paper introduces, and acronyms with their full names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc, Span

from paperkg.extract.cues import cues
from paperkg.extract.words import Words, words_of, written

__all__ = ["find_patterns"]

SIZE = re.compile(r"^\d+(?:\.\d+)?[bBmM]$")
OPENING, CLOSING = frozenset("(["), frozenset(")]")
LINKS = frozenset("-–/.+@_&") | {"++"}
FILLERS = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "for",
        "and",
        "in",
        "to",
        "with",
        "on",
        "via",
        "by",
        "from",
        "new",
        "novel",
        "simple",
        "first",
        "large",
        "scale",
        "our",
    ]
)
MAX_NAME = 8
COMPARING = frozenset({"on", "using", "than", "over"})
Place = tuple[int, int]
"""The first token of a span, and the one past its end."""
REPORTS = {("technical", "report"), ("model", "card"), ("system", "card")}


@Language.component("paperkg_patterns", assigns=["doc.spans", "doc.user_data"])
def find_patterns(doc: Doc) -> Doc:
    """Mark what patterns tell of names.

    `doc.spans["chunks"]` holds every run of name-like tokens, `doc.spans["introduced"]` the names
    that the paper introduces by its wording or its title, `doc.spans["shaped"]` names told by
    their ending or size (labelled with the type it speaks for), and `doc.user_data["acronyms"]`
    lists `[long start, long end, short start, short end]` in tokens.
    """
    words = words_of(doc)
    likely = name_like(words)
    names = name_chunks(words, likely)
    doc.user_data["acronyms"] = acronym_pairs(words)
    doc.spans["chunks"] = [Span(doc, start, end) for start, end in names]
    doc.spans["introduced"] = [*introduced(doc, words, names), *title_names(doc, words, likely)]
    doc.spans["shaped"] = list(shaped(doc, words, names))
    return doc


def name_like(words: Words) -> list[bool]:
    """Whether each token's spelling marks it as part of a name: capitals inside, or with digits."""
    return [
        spelled == "name" or (spelled == "capital" and not start)
        for spelled, start in zip(map(spelling, words.texts), words.starts, strict=True)
    ]


@lru_cache(maxsize=65_536)
def spelling(text: str) -> str:
    """How much a word's spelling says: `name`, `capital` for a first letter alone, or nothing."""
    if text.islower() and text.isalpha():
        return ""
    if not text[0].isalnum() or text.lower() in cues().generic:
        return ""
    inner = any(c.isupper() for c in text[1:])
    digits = any(c.isdigit() for c in text) and any(c.isalpha() for c in text)
    if inner or (digits and not SIZE.match(text)):
        return "name"
    return "capital" if text[0].isupper() else ""


def name_chunks(words: Words, likely: list[bool]) -> list[Place]:
    """The longest runs of name-like tokens, joined by hyphens and by spaces before numbers."""
    chunks: list[Place] = []
    end, size = 0, len(words.texts)
    for i in (i for i, like in enumerate(likely) if like):
        if i < end:
            continue
        end = i + 1
        while end < size and end - i < MAX_NAME and continues(words, likely, end):
            end += 1
        while end > i + 1 and words.texts[end - 1] in LINKS:
            end -= 1
        chunks.append((i, end))
    return chunks


def continues(words: Words, likely: list[bool], i: int) -> bool:
    """Whether token `i` goes on with the name that ends before it."""
    text = words.texts[i]
    if words.spaced[i - 1]:
        return likely[i] or bool(SIZE.match(text))
    if text in LINKS:
        return i + 1 < len(words.texts) and not words.spaced[i] and not words.texts[i + 1].islower()
    return text[0].isalnum() and not text.islower()


def introduced(doc: Doc, words: Words, names: list[Place]) -> list[Span]:
    """Names soon after "we introduce" or "called", up to the next clause."""
    found = []
    naming, introducing = cues().naming, verbs()
    for start, end in names:
        window = words.lower[max(words.first[start], start - 10) : start]
        if not naming.isdisjoint(window[-3:]) or (
            not introducing.isdisjoint(window) and COMPARING.isdisjoint(window)
        ):
            found.append(Span(doc, start, end, "introduced"))
    return found


@lru_cache(maxsize=1)
def verbs() -> frozenset[str]:
    """The words that introduce."""
    return cues().introducing - {"our", "ours", "new", "novel"}


def title_names(doc: Doc, words: Words, likely: list[bool]) -> list[Span]:
    """The name that a title is about: "AMUSE: …", "AMUSE Technical Report", "AMUSE"."""
    title = [w for w in words.lower[: words.title_end] if not w.isspace()]
    colon = title.index(":") if ":" in title else 0
    report = len(title) - 2 if tuple(title[-2:]) in REPORTS else 0
    size = colon or report
    head = words.texts[:size]
    if not 0 < size <= MAX_NAME or not head[0][0].isalnum():
        return []
    if any(w in FILLERS or w in {"?", "!", ","} for w in words.lower[:size]):
        return []
    capital = all(t[0].isupper() for t in head if t[0].isalpha())
    named = capital or any(likely[:size])
    return [Span(doc, 0, size, "title")] if named or size == 1 else []


def shaped(doc: Doc, words: Words, names: list[Place]) -> Iterator[Span]:
    """Names whose ending (`…Bench`) or size (`…-7B`) speaks for a type."""
    texts = words.texts
    for start, end in names:
        sized = SIZE.match(texts[end - 1]) and end - start > 1
        hyphen = end + 1 < len(texts) and texts[end] == "-" and SIZE.match(texts[end + 1])
        type_ = "Model" if sized or hyphen else ending_type(words.lower[end - 1])
        if type_:
            yield Span(doc, start, end, type_)


@lru_cache(maxsize=65_536)
def ending_type(word: str) -> str:
    """The type that a name's ending speaks for, or an empty string."""
    for size in range(min(9, len(word)), 1, -1):
        type_ = cues().endings.get(word[-size:])
        if type_:
            return type_
    return ""


def acronym_pairs(words: Words) -> list[list[int]]:
    """Full names and acronyms that stand as "full name (ACRONYM)" or "ACRONYM (full name)".

    After Schwartz and Hearst (2003): the acronym's letters stand in the full name in order, its
    first letter at the start of a word. Offsets are tokens.
    """
    pairs = []
    texts = words.texts
    for opening in (i for i, text in enumerate(texts) if text in OPENING and i):
        within = range(opening + 1, min(opening + 14, len(texts)))
        close = next((i for i in within if texts[i] in CLOSING), 0)
        if not close:
            continue
        pair = inside_acronym(words, opening, close) or inside_full(words, opening, close)
        if pair:
            pairs.append(pair)
    return pairs


def inside_acronym(words: Words, opening: int, close: int) -> list[int] | None:
    """The pair of "full name (ACRONYM)", or None."""
    within = range(opening + 1, close)
    end = next((i for i in within if words.texts[i] in {",", ";"}), close)
    start = opening + 1
    short = written(words, start, end)
    if not 0 < end - start <= 6 or not 2 <= len(short) <= 16:
        return None
    if not any(c.isupper() for c in short):
        return None
    letters = [c for c in short.lower().removesuffix("s") if c.isalnum()]
    floor = max(words.first[opening - 1], opening - 3 * len(letters) - 4)
    full = full_name_start(words, floor, opening, letters)
    return None if full is None else [full, opening, start, end]


def full_name_start(words: Words, floor: int, end: int, letters: list[str]) -> int | None:
    """Where the full name begins whose letters an acronym takes, searching from its end."""
    initials = initials_start(words, floor, end, letters)
    if initials is not None:
        return initials
    position, i = end - 1, len(letters) - 1
    while position >= floor:
        word = words.lower[position]
        if word in {".", ",", ";", ":", "(", ")"}:
            return None
        k = len(word) - 1
        while k >= 0 and i >= 0:
            if word[k] == letters[i] and (i > 0 or k == 0):
                i -= 1
            k -= 1
        if i < 0:
            return position if end - position > 1 else None
        position -= 1
    return None


def initials_start(words: Words, floor: int, end: int, letters: list[str]) -> int | None:
    """Where a run of words begins whose first letters are those of an acronym, or None."""
    places = [i for i in range(floor, end) if words.texts[i][0].isalnum()]
    start = len(places) - len(letters)
    if start < 0 or len(letters) < 2:
        return None
    first = [words.lower[i][0] for i in places[start:]]
    return places[start] if first == letters else None


def inside_full(words: Words, opening: int, close: int) -> list[int] | None:
    """The pair of "ACRONYM (full name)", or None."""
    start = opening - 1
    while start > 0 and opening - start < 5 and joined(words, start - 1):
        start -= 1
    short = written(words, start, opening)
    letters = [c for c in short.lower() if c.isalnum()]
    if close - opening < 3 or not 2 <= len(letters) <= 12:
        return None
    if not any(c.isupper() for c in short[1:]):
        return None
    full = full_name_start(words, opening + 1, close, letters)
    return [opening + 1, close, start, opening] if full == opening + 1 else None


def joined(words: Words, i: int) -> bool:
    """Whether the next token continues this one's word."""
    return not words.spaced[i] and not words.texts[i].isspace()
