"""Names that no catalogue can know: what a paper introduces, and acronyms with their full names."""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from paperkg.extract.cues import cues
from paperkg.extract.tokenizer import title_end

__all__ = ["find_patterns", "looks_like_name"]

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
REPORTS = {("technical", "report"), ("model", "card"), ("system", "card")}


@Language.component("paperkg_patterns", assigns=["doc.spans", "doc.user_data"])
def find_patterns(doc: Doc) -> Doc:
    """Mark what patterns tell of names.

    `doc.spans["chunks"]` holds every run of name-like tokens, `doc.spans["introduced"]` the names
    that the paper introduces by its wording or its title, `doc.spans["shaped"]` names told by
    their ending or size (labelled with the type it speaks for), and `doc.user_data["acronyms"]`
    lists `[long start, long end, short start, short end]` in tokens.
    """
    names = name_chunks(doc)
    doc.user_data["acronyms"] = acronym_pairs(doc)
    doc.spans["chunks"] = names
    doc.spans["introduced"] = [*introduced(doc, names), *title_names(doc)]
    doc.spans["shaped"] = list(shaped(doc, names))
    return doc


def looks_like_name(token: Token) -> bool:
    """Whether a token's spelling marks it as part of a name: capitals inside, or with digits."""
    text = token.text
    if not text[0].isalnum() or token.lower_ in cues().generic:
        return False
    inner = any(c.isupper() for c in text[1:])
    digits = any(c.isdigit() for c in text) and any(c.isalpha() for c in text)
    capital = text[0].isupper() and not token.is_sent_start
    return inner or (digits and not SIZE.match(text)) or capital


def name_chunks(doc: Doc) -> list[Span]:
    """The longest runs of name-like tokens, joined by hyphens and by spaces before numbers."""
    chunks, i = [], 0
    while i < len(doc):
        if not looks_like_name(doc[i]):
            i += 1
            continue
        end = i + 1
        while end < len(doc) and end - i < MAX_NAME and continues(doc, end):
            end += 1
        while end > i + 1 and doc[end - 1].text in LINKS:
            end -= 1
        chunks.append(doc[i:end])
        i = end
    return chunks


def continues(doc: Doc, i: int) -> bool:
    """Whether token `i` goes on with the name that ends before it."""
    tight = not doc[i - 1].whitespace_
    token = doc[i]
    if tight and token.text in LINKS:
        return i + 1 < len(doc) and not token.whitespace_ and not doc[i + 1].is_lower
    if tight:
        return token.text[0].isalnum() and not token.is_lower
    return looks_like_name(token) or bool(SIZE.match(token.text))


def introduced(doc: Doc, names: list[Span]) -> list[Span]:
    """Names soon after "we introduce" or "called", up to the next clause."""
    found = []
    for name in names:
        window = doc[max(name.sent.start, name.start - 10) : name.start]
        words = [t.lower_ for t in window]
        near = words[-3:]
        verbs = cues().introducing - {"our", "ours", "new", "novel"}
        if any(w in cues().naming for w in near) or (
            any(w in verbs for w in words) and not {"on", "using", "than", "over"} & set(words)
        ):
            found.append(Span(doc, name.start, name.end, "introduced"))
    return found


def title_names(doc: Doc) -> list[Span]:
    """The name that a title is about: "AMUSE: …", "AMUSE Technical Report", "AMUSE"."""
    end = title_end(doc)
    words = [t.text.lower() for t in doc[:end] if not t.is_space]
    colon = words.index(":") if ":" in words else 0
    report = len(words) - 2 if tuple(words[-2:]) in REPORTS else 0
    size = colon or report
    head = doc[:size]
    if not 0 < size <= MAX_NAME or not head[0].text[0].isalnum():
        return []
    if any(t.lower_ in FILLERS or t.text in {"?", "!", ","} for t in head):
        return []
    capital = all(t.text[0].isupper() for t in head if t.text[0].isalpha())
    named = capital or any(looks_like_name(t) for t in head)
    return [Span(doc, 0, size, "title")] if named or size == 1 else []


def shaped(doc: Doc, names: list[Span]) -> list[Span]:
    """Names whose ending (`…Bench`) or size (`…-7B`) speaks for a type."""
    found = []
    for name in names:
        last = name[-1]
        after = doc[name.end : name.end + 2]
        if (SIZE.match(last.text) and len(name) > 1) or (
            len(after) == 2 and after[0].text == "-" and SIZE.match(after[1].text)
        ):
            found.append(Span(doc, name.start, name.end, "Model"))
        else:
            type_ = ending_type(last.lower_)
            if type_:
                found.append(Span(doc, name.start, name.end, type_))
    return found


def ending_type(word: str) -> str:
    """The type that a name's ending speaks for, or an empty string."""
    for size in range(min(9, len(word)), 1, -1):
        type_ = cues().endings.get(word[-size:])
        if type_:
            return type_
    return ""


def acronym_pairs(doc: Doc) -> list[list[int]]:
    """Full names and acronyms that stand as "full name (ACRONYM)" or "ACRONYM (full name)".

    After Schwartz and Hearst (2003): the acronym's letters stand in the full name in order, its
    first letter at the start of a word. Offsets are tokens.
    """
    pairs = []
    for token in doc:
        if token.text not in OPENING or token.i == 0:
            continue
        close = next((t.i for t in doc[token.i + 1 : token.i + 14] if t.text in CLOSING), 0)
        if not close:
            continue
        pair = inside_acronym(doc, token.i, close) or inside_full(doc, token.i, close)
        if pair:
            pairs.append(pair)
    return pairs


def inside_acronym(doc: Doc, opening: int, close: int) -> list[int] | None:
    """The pair of "full name (ACRONYM)", or None."""
    end = next((t.i for t in doc[opening + 1 : close] if t.text in {",", ";"}), close)
    short = doc[opening + 1 : end]
    if not 0 < len(short) <= 6 or not 2 <= len(short.text) <= 16:
        return None
    if not any(c.isupper() for c in short.text):
        return None
    letters = [c for c in short.text.lower().removesuffix("s") if c.isalnum()]
    floor = max(doc[opening - 1].sent.start, opening - 3 * len(letters) - 4)
    start = full_name_start(doc, floor, opening, letters)
    return None if start is None else [start, opening, short.start, short.end]


def full_name_start(doc: Doc, floor: int, end: int, letters: list[str]) -> int | None:
    """Where the full name begins whose letters an acronym takes, searching from its end."""
    initials = initials_start(doc, floor, end, letters)
    if initials is not None:
        return initials
    position, i = end - 1, len(letters) - 1
    while position >= floor:
        word = doc[position].lower_
        if doc[position].text in {".", ",", ";", ":", "(", ")"}:
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


def initials_start(doc: Doc, floor: int, end: int, letters: list[str]) -> int | None:
    """Where a run of words begins whose first letters are those of an acronym, or None."""
    words = [t.i for t in doc[floor:end] if t.text[0].isalnum()]
    start = len(words) - len(letters)
    if start < 0 or len(letters) < 2:
        return None
    first = [doc[i].lower_[0] for i in words[start:]]
    return words[start] if first == letters else None


def joined(token: Token) -> bool:
    """Whether the next token continues this one's word."""
    return not token.whitespace_ and not token.is_space


def inside_full(doc: Doc, opening: int, close: int) -> list[int] | None:
    """The pair of "ACRONYM (full name)", or None."""
    full = doc[opening + 1 : close]
    short_end = opening
    short_start = opening - 1
    while short_start > 0 and short_end - short_start < 5 and joined(doc[short_start - 1]):
        short_start -= 1
    short = doc[short_start:short_end]
    letters = [c for c in short.text.lower() if c.isalnum()]
    if len(full) < 2 or not 2 <= len(letters) <= 12 or not any(c.isupper() for c in short.text[1:]):
        return None
    start = full_name_start(doc, full.start, close, letters)
    return [full.start, close, short_start, short_end] if start == full.start else None
