"""The numbers in a text that may be results: where they stand, and their values."""

from __future__ import annotations

import re

from spacy.tokens import Doc, Span

from paperkg.extract.words import Words, words_of, written

__all__ = ["number_spans", "value_of"]

YEAR = re.compile(r"(?:19|20)[0-9]{2}")
DIGITS = r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
DECIMAL = re.compile(DIGITS)
NUMBER = re.compile(DIGITS + "(?:[xX]|ms|mm|cm|dB|s)?")
SIGNS = frozenset("+-−±~")
OPENERS = frozenset("{^.")
LINKS = frozenset("-_/@#")
MEASURES = frozenset(
    {"dB", "pp", "minutes", "hours", "ms", "FPS", "fps", "mm", "cm", "milliseconds", "seconds"}
    | {"x", "×", "X"}
)
"""Units and signs of multiplication behind a number."""
IN_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twenty": 20,
    "hundred": 100,
}
"""Numbers that count where they are factors: "by a factor of two", "three times faster"."""


def number_spans(doc: Doc) -> list[Span]:
    """Every number that stands outside names, with its sign, percent sign or unit."""
    words = words_of(doc)
    # what begins with a digit sorts from "0" on and before ":"
    found = [i for i, w in enumerate(words.lower) if "0" <= w < ":" or w in IN_WORDS]
    if not found:
        return []
    named = {i for ent in doc.ents for i in range(ent.start, ent.end)}
    numbers = [i for i in found if i not in named and is_number(words, i)]
    spans = (Span(doc, *whole_number(words, i)) for i in numbers)
    return [s for s in spans if is_reported(written(words, s.start, s.end))]


def is_number(words: Words, i: int) -> bool:
    """Whether a token that may be a number is one that counts."""
    if is_deviation(words, i):
        return False
    if words.lower[i] in IN_WORDS:
        return is_factor(words, i)
    return NUMBER.fullmatch(words.texts[i]) is not None and stands_alone(words, i)


def is_reported(text: str) -> bool:
    """Whether a whole number is no year and no deviation."""
    return not YEAR.fullmatch(text) and not text.startswith("±")


def is_deviation(words: Words, i: int) -> bool:
    """Whether a number only says how far the one before it varies: `91.2 ± 0.3`."""
    before = words.lower[max(0, i - 3) : i]
    return before[-1:] == ["±"] or before[-2:] == ["\\", "pm"] or before == ["+", "/", "-"]


def is_factor(words: Words, i: int) -> bool:
    """Whether a number in words is a factor, by the words on either side."""
    before, after = words.lower[max(0, i - 2) : i], words.lower[i + 1 : i + 2]
    return before == ["factor", "of"] or after == ["times"]


def stands_alone(words: Words, i: int) -> bool:
    """Whether a number is no part of a word: `GPT-4` and `7-shot` hold none that counts."""
    texts, spaced = words.texts, words.spaced
    if i and not spaced[i - 1]:
        before = texts[i - 1]
        if before in OPENERS:
            return False
        if before in LINKS and i > 1 and not spaced[i - 2] and texts[i - 2][0].isalpha():
            return False
    return not (
        i + 2 < len(texts)
        and not spaced[i]
        and texts[i + 1] == "-"
        and not spaced[i + 1]
        and texts[i + 2][0].isalpha()
    )


def whole_number(words: Words, i: int) -> tuple[int, int]:
    """The tokens of a number with the sign before it and the percent sign or unit behind it."""
    texts, spaced = words.texts, words.spaced
    start, end = i, i + 1
    if i and texts[i - 1] in SIGNS and not spaced[i - 1]:
        before = texts[i - 2] if i > 1 and not spaced[i - 2] else ""
        start = i if before and (ends_number(before) or before in SIGNS) else i - 1
    following = texts[end : end + 2]
    if following == ["%", "p"] and not spaced[end]:
        end += 2
    elif following[:1] == ["%"] or (following and following[0] in MEASURES):
        end += 1
    elif following in (["\\", "%"], ["\\", "times"]):
        end += 2
    return start, end


def ends_number(text: str) -> bool:
    """Whether a token can end the number before a dash, which then is no sign."""
    return text[-1].isalnum() or text[-1] in "%)}$"


def value_of(text: str) -> str:
    """A reported number as a decimal: `+4.8%` is `4.8`, `1,200` is `1200`, `two` is `2`."""
    if text.lower() in IN_WORDS:
        return f"{IN_WORDS[text.lower()]}.0"
    number = DECIMAL.search(text)
    assert number is not None
    sign = "-" if text.lstrip("~$ ").startswith(("-", "−")) else ""
    digits = number.group().replace(",", "")
    return f"{sign}{digits if '.' in digits else digits + '.0'}"
