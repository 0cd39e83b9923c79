"""How names are compared: the normal form of a surface, and its slug in an IRI."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote

from paperkg.resources import ONTOLOGY

__all__ = ["name_key", "normalize", "plain", "slug"]

GREEK = dict(
    line.split(",") for line in (ONTOLOGY / "greek.csv").read_text("utf-8").splitlines()[1:]
)
"""LaTeX commands without their backslash, and the letters that they stand for."""
LATEX_COMMAND = re.compile(r"\\([a-zA-Z]+)\s*")
LATEX_MARKS = re.compile(r"[${}\\`]|\*\*")
# The v of a version: apart (`LLaVA-v1.5`), or told by its case (`VQAv2`, `MobileNetV2`).
VERSION_V = re.compile(r"(?<=[\s\-_])[vV](?=\d)|(?<=[A-Z])v(?=\d)|(?<=[a-z])V(?=\d)")
SEPARATORS = re.compile(r"[\s\-_‐‑–—−~'’\"“”]+")
HYPHENS = re.compile("-+")
PLANE_14 = "\U000e0000"
"""The marks from here on have no place in an IRI."""
SIGNS = frozenset("#*%")


@lru_cache(maxsize=65536)
def normalize(surface: str, *, keep_v: bool = False) -> str:
    """The normal form under which spellings of one name meet.

    Case, spaces, hyphens, quotes and LaTeX marks fall away, and so does the `v` of a version
    unless it is to be kept: `LLaVA-v1.5`, `llava 1.5` and `LLaVA 1.5` are all `llava1.5`.
    """
    if surface.isascii() and surface.isalnum() and (keep_v or "v" not in surface.lower()):
        return surface.lower()
    text = plain(surface).strip()
    if not keep_v and ("v" in text or "V" in text):
        text = VERSION_V.sub("", text)
    return SEPARATORS.sub("", text.lower()).strip(".,:;")


def plain(surface: str) -> str:
    """A surface without LaTeX: Greek letters for their commands, no other commands or marks."""
    text = surface if surface.isascii() else unicodedata.normalize("NFKC", surface)
    if "\\" in text:
        text = LATEX_COMMAND.sub(lambda m: GREEK.get(m[1].lower(), ""), text)
    return LATEX_MARKS.sub("", text)


@lru_cache(maxsize=65536)
def name_key(surface: str) -> str:
    """The normal form of a surface without its plural s, where it shows that it has one.

    An acronym shows it by the small s (`GPTs`), a phrase or a lower-case word by its last word
    (`success rates`); a single capitalised word (`Atlas`, `MARS`) keeps it.
    """
    words = surface.split()
    last = words[-1] if words else ""
    if last[-1:] != "s":
        return normalize(surface)
    acronym = len(last) > 2 and (last[-2].isupper() or last[-2].isdigit())
    noun = len(last) > 4 and (last.islower() or len(words) > 1)
    if acronym or (noun and not last.endswith(("ss", "us", "is", "series", "species"))):
        cut = 2 if last.endswith("sses") else 1
        return normalize(surface[:-3] + "y" if last.endswith("ies") else surface[:-cut])
    return normalize(surface)


def slug(name: str) -> str:
    """A name as the last part of an IRI: lower case, a hyphen for spaces and punctuation.

    Letters and digits of every script, `.`, `+` and `@` stay (`qwen2.5-vl`, `pass@1`, `τ-bench`);
    signs that tell names apart are percent-encoded (`c%23`).
    """
    text = "".join(map(safe, plain(name).lower()))
    return HYPHENS.sub("-", text).strip("-.") or "unnamed"


@lru_cache(maxsize=4096)
def safe(character: str) -> str:
    """A character as a slug holds it."""
    kind = unicodedata.category(character)
    if (kind[0] in "LNM" and character < PLANE_14) or character in ".+@":
        return character
    return quote(character) if kind[0] in "LNM" or kind == "So" or character in SIGNS else "-"
