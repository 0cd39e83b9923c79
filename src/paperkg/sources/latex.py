"""LaTeX in titles, abstracts and names, as the characters that it stands for."""

from __future__ import annotations

import logging
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

__all__ = ["decoded"]

logging.getLogger("pylatexenc").addHandler(logging.NullHandler())

CODED = re.compile(r"[\\{}~]|``|''|--")
FORMULA = re.compile(r"((?<!\\)\$[^$]+(?<!\\)\$)")
PIECE = re.compile(
    r"""\\(?: ["'`^~=.] \s? (?: \{[^{}]{0,20}\} | \\[ij](?![A-Za-z]) | [A-Za-z] )
          | [uvHtcdbkr] (?: \s? \{[^{}]{0,20}\} | \s[A-Za-z] ) (?![A-Za-z])
          | [A-Za-z]+\*? (?: \{[^{}]{0,200}\} )* \s?
          | [^A-Za-z] )""",
    re.VERBOSE,
)
"""A command with what it is about: so small that whatever stands there decodes in no time."""

ADDRESS = re.compile(r"\\(?:url|href)\s?\{([^{}]+)\}(?:\{[^{}]*\})?")
MARKS = {"``": "“", "''": "”", "---": "—", "--": "–", "~": " ", "{": "", "}": ""}
MARK = re.compile("|".join(map(re.escape, MARKS)))
ARGUMENT = re.compile(r"\{([^{}]*)\}")
OWN_NAMES = {r"\LaTeX": "LaTeX", r"\TeX": "TeX"}
ROUNDS = 4
"""Commands may stand in commands so deep."""


def decoded(text: str) -> str:
    r"""The text with accents, dashes and quotes for `{\"o}`, `--` and so on; formulas stay."""
    if not CODED.search(text):
        return text
    parts = FORMULA.split(text)
    parts[::2] = map(_plain, parts[::2])
    return "".join(parts)


def _plain(text: str) -> str:
    """A stretch without formulas, decoded from the inside out."""
    text = ADDRESS.sub(r"\1", text)
    for _ in range(ROUNDS):
        if "\\" not in text:
            break
        text = PIECE.sub(lambda match: _character(match[0]), text)
    return MARK.sub(lambda match: MARKS[match[0]], text)


@lru_cache(10_000)
def _character(piece: str) -> str:
    """What a command stands for; of one that is unknown, what is in its braces."""
    if len(piece) == 2 and not piece[1].isalpha():
        return piece[1] if piece[1] in "%&_#$\"'" else " "
    if (own := OWN_NAMES.get(piece.rstrip("{} "))) is not None:
        return own + " " * piece.endswith(" ")
    try:
        plain = str(_decoder().latex_to_text(piece.replace("%", r"\%")))
    except (ValueError, IndexError, RecursionError):
        plain = ""
    return plain or " ".join(ARGUMENT.findall(piece))


@cache
def _decoder() -> LatexNodes2Text:
    """What decodes, made once."""
    from pylatexenc.latex2text import LatexNodes2Text  # not above: few texts need it

    return LatexNodes2Text(math_mode="verbatim", strict_latex_spaces=True)
