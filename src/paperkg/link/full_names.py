"""How the full names of acronyms are compared: by the stems of their words."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache

from paperkg.names import name_key, plain
from paperkg.resources import ONTOLOGY

__all__ = ["folded", "is_full_name", "same_full_name", "spelled_out", "stems"]

RULES = tomllib.loads((ONTOLOGY / "full_names.toml").read_text("utf-8"))
HEADS, FUNCTION_WORDS = frozenset(RULES["heads"]), frozenset(RULES["function_words"])
ENDINGS = re.compile(RULES["endings"])
AMERICAN = [(re.compile(pattern), form) for pattern, form in RULES["american"].items()]


@lru_cache(maxsize=65536)
def american(word: str) -> str:
    """A lower-case word in American spelling: `optimisation`, `behaviour`, `modelling`."""
    for pattern, form in AMERICAN:
        word = pattern.sub(form, word)
    return word


def pieces(name: str) -> list[str]:
    """The words of a name, those between hyphens too."""
    return [word for word in re.split(r"[\s\-–]+", name) if word]


def spelled_out(name: str, key: str) -> bool:
    """Whether a spelling of a name of this key is a full name for it: `Gauss-Seidel` of `gs`."""
    return len(pieces(name)) > 1 and name_key(name) != key


def is_full_name(name: str) -> bool:
    """Whether a spelling is a full name in itself, by its words, as `GPT-4` is not."""
    return len(name.split()) > 1 or sum(word.isalpha() for word in pieces(name)) > 2


@lru_cache(maxsize=65536)
def folded(name: str) -> str:
    """The key under which spellings of a name of several words meet, inner plurals aside."""
    words = name.split()
    if len(words) < 2:
        return name_key(name)
    return "".join(american(name_key(w.lower())) if w.isalpha() else name_key(w) for w in words)


@lru_cache(maxsize=65536)
def stems(full_name: str) -> tuple[str, ...]:
    """The stems of a full name's words, without function words and nouns such as `method`.

    `Low-Rank Adapters` and `Low-Rank Adaptation` have the same; so have `Optimisation` and
    `Optimization`, `from Verifiable Rewards` and `with verifiable reward`.
    """
    text = unicodedata.normalize("NFKD", plain(full_name).replace("'", "")).lower()
    text = "".join(c for c in text if not unicodedata.combining(c))
    words = [w for w in re.split(r"[\W_]+", text) if w and w not in FUNCTION_WORDS]
    told = [w for w in words if w.rstrip("s") not in HEADS]
    return tuple(map(stem, told if len(told) > 1 else words))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A lower-case word without its ending."""
    return ENDINGS.sub("", american(word))


def same_full_name(one: str, other: str) -> bool:
    """Whether two full names of one acronym are the same but for endings or a left-out word.

    Of long names a word or two may be others.
    """
    a, b = stems(one), stems(other)
    if "".join(a) == "".join(b):
        return True
    short, long = sorted((set(a), set(b)), key=len)
    common = len(short & long)
    if 3 * common < 2 * len(long):
        return False
    return common > 3 or (common > 1 and short < long)
