"""How names are compared: the normal form of a surface, and its slug in an IRI."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["name_key", "normalize", "slug"]

GREEK = {
    rf"\{spelled}": letter
    for name, letter in zip(
        (
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "lambda",
            "mu",
            "phi",
            "pi",
            "psi",
            "rho",
            "sigma",
            "tau",
            "omega",
        ),
        "αβγδελμφπψρστω",
        strict=True,
    )
    for spelled in (name, name.capitalize())
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


def name_key(surface: str) -> str:
    """The normal form of a surface without its plural s, where it shows that it has one.

    An acronym shows it by the small s (`GPTs`), a phrase or a lower-case word by its last word
    (`success rates`); a single capitalised word (`Atlas`, `MARS`) keeps it.
    """
    words = surface.split()
    last = words[-1] if words else ""
    acronym = len(last) > 2 and last[-1] == "s" and (last[-2].isupper() or last[-2].isdigit())
    noun = len(last) > 4 and last[-1] == "s" and (last.islower() or len(words) > 1)
    if acronym or (noun and not last.endswith(("ss", "us", "is", "S"))):
        return normalize(surface[:-3] + "y" if last.endswith("ies") else surface[:-1])
    return normalize(surface)


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
