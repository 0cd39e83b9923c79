"""How names are compared: the normal form of a surface, and its slug in an IRI."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["normalize", "singular", "slug"]

GREEK = {
    rf"\{name}": letter
    for name, letter in zip(
        "alpha beta gamma delta epsilon lambda mu phi pi psi rho sigma tau omega".split(),
        "αβγδελμφπψρστω",
        strict=True,
    )
}
LATEX_COMMAND = re.compile(r"\\[a-zA-Z]+\s*")
LATEX_MARKS = re.compile(r"[${}\\*`]")
VERSION_V = re.compile(r"(?<=[\s\-_])v(?=\d)")
SEPARATORS = re.compile(r"[\s\-_‐‑–—~'’\"“”]+")
UNSAFE = re.compile(r"[^\w.+@]+")


@lru_cache(maxsize=65536)
def normalize(surface: str) -> str:
    """The normal form under which spellings of one name meet.

    Case, spaces, hyphens, quotes and LaTeX marks fall away, and so does the `v` of a version
    that stands apart: `LLaVA-v1.5`, `llava 1.5` and `LLaVA 1.5` are all `llava1.5`.
    """
    text = unicodedata.normalize("NFKC", surface)
    if "\\" in text:
        for command, letter in GREEK.items():
            text = re.sub(re.escape(command) + r"(?![a-zA-Z])", letter, text)
        text = LATEX_COMMAND.sub("", text)
    text = LATEX_MARKS.sub("", text).lower().strip()
    text = VERSION_V.sub("", text)
    return SEPARATORS.sub("", text).strip(".,:;")


def singular(key: str) -> str:
    """A normal form without its plural s (`gpts` → `gpt`), or unchanged."""
    if len(key) > 3 and key.endswith("s") and not key.endswith(("ss", "us", "is")):
        return key[:-1]
    return key


def slug(name: str) -> str:
    """A name as the last part of an IRI: lower case, hyphens for everything unsafe.

    Distinct names that differ in more than case and punctuation keep distinct slugs: letters of
    every script, digits, `.`, `+` and `@` stay (`qwen2.5-vl`, `c++`, `pass@1`, `τ-bench`).
    """
    text = unicodedata.normalize("NFKC", name)
    for command, letter in GREEK.items():
        text = text.replace(command, letter)
    text = LATEX_MARKS.sub("", LATEX_COMMAND.sub("", text)).lower()
    return UNSAFE.sub("-", text.replace("_", "-")).strip("-.") or "unnamed"
