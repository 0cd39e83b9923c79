"""The page format: a papers page saved as text, with a paragraph a title and one an abstract."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from paperkg.files import utf8_only
from paperkg.resources import ONTOLOGY
from paperkg.sources.record import Raw, Rejected, Where

__all__ = [
    "Block",
    "about",
    "blocks",
    "is_prose",
    "name",
    "numbered",
    "pairs",
    "read",
    "recognises",
]

name = "page"
about = "a papers page saved as text: title and abstract, a paragraph each"

LONG_PROSE = 250
SHORT_PROSE = 80
PROSE_WORDS = 12
TITLE_LENGTH = 300
WRAPPED_LINE = 50


class Block(NamedTuple):
    """A paragraph of a page and the line it begins at."""

    line: int
    text: str


def recognises(head: str) -> bool:
    """Whether the beginning of a file is made of titles with an abstract below them.

    Other prose has long paragraphs without a title, and more text besides them than a page.
    """
    found = list(pairs(blocks(io.StringIO(head)), _NOWHERE))
    papers = [each.fields for each in found if isinstance(each, Raw)]
    text = sum(len(str(value)) for fields in papers for value in fields.values())
    return 2 * len(papers) >= len(found) and 3 * text > len(head)


def read(stream: Iterable[str], where: Where) -> Iterator[Raw | Rejected]:
    """The papers of a page, with the ids `page:01`, `page:02`, … in page order."""
    yield from numbered(pairs(blocks(utf8_only(stream, where.name)), where))


def numbered(found: Iterable[Raw | Rejected]) -> Iterator[Raw | Rejected]:
    """The papers of a page, each without an id named by its place among them."""
    held = list(found)
    width = max(2, len(str(sum(isinstance(each, Raw) for each in held))))
    place = 0
    for each in held:
        if isinstance(each, Raw):
            place += 1
            each = Raw(each.line, {"id": f"page:{place:0{width}}", **each.fields})
        yield each


def pairs(found: Iterable[Block], where: Where) -> Iterator[Raw | Rejected]:
    """Each long paragraph with the last possible title above it; without one it is rejected."""
    title: Block | None = None
    for block in found:
        if is_prose(block.text):
            if title is None:
                yield where.reject(block.line, "a long paragraph without a title", block.text)
            else:
                yield Raw(title.line, {"title": title.text, "abstract": block.text})
            title = None
        elif len(block.text) <= TITLE_LENGTH and not _is_furniture(block.text):
            title = block


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """The paragraphs of a page; the lines of one that is not a wrapped text stand alone."""
    group: list[Block] = []
    for number, line in enumerate(lines, 1):
        if text := line.strip("\ufeff\u200b \t\r\n\f\v\xa0"):
            group.append(Block(number, text))
        else:
            yield from _joined(group)
            group = []
    yield from _joined(group)


def is_prose(text: str) -> bool:
    """Whether a paragraph reads like an abstract: long, or shorter and ended as a sentence."""
    if len(text.split()) < PROSE_WORDS:
        return False
    ends = text.endswith((".", "…"))
    return len(text) >= LONG_PROSE or (ends and len(text) >= SHORT_PROSE)


def _joined(group: list[Block]) -> list[Block]:
    """The lines of a paragraph as one block where they were broken to fit a width."""
    texts = [block.text for block in group]
    if len(group) < 2 or any(len(text) < WRAPPED_LINE for text in texts[:-1]):
        return group
    if any(len(text) >= LONG_PROSE or _is_furniture(text) for text in texts):
        return group
    return [Block(group[0].line, " ".join(texts))]


def _is_furniture(text: str) -> bool:
    """Whether a short text is known to stand on papers pages without being a title."""
    return _furniture().fullmatch(" ".join(text.split())) is not None


@cache
def _furniture() -> re.Pattern[str]:
    """The expressions of `furniture.txt` as one."""
    text = (ONTOLOGY / "furniture.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return re.compile("|".join(f"(?:{line})" for line in lines), re.IGNORECASE)


_NOWHERE = Where.of("-")
