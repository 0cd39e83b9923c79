"""The anthology format: the volumes of the ACL Anthology in XML, as its repository holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.parsers import expat

from paperkg.errors import PaperKGError
from paperkg.files import utf8_only
from paperkg.sources.months import month
from paperkg.sources.record import Raw, Rejected, Where
from paperkg.sources.services import acl_id, best_id

__all__ = ["about", "name", "read", "recognises"]

name = "anthology"
about = "XML volumes of the ACL Anthology"

START = re.compile(r"\s*<(?:\?xml|!--|!DOCTYPE|collection|volume)", re.IGNORECASE)
VOLUME = re.compile(r"<(?:collection|volume)\b[^<>]*>")
PAPER_LENGTH = 300_000
"""The most characters of a paper that are kept."""
PAGE = "https://aclanthology.org/"


def recognises(head: str) -> bool:
    """Whether the beginning of a file is that of a collection of volumes."""
    return START.match(head) is not None and VOLUME.search(head) is not None


def read(stream: Iterable[str], where: Where) -> Iterator[Raw | Rejected]:
    """The papers of the volumes in a file, one at a time.

    Raises PaperKGError, naming the line, where the XML is broken or declares entities, which are
    refused since they can grow without bound or name other files.
    """
    volumes = _Volumes(where)
    for line in utf8_only(stream, where.name):
        volumes.feed(line)
        yield from volumes.taken()
    volumes.feed("", last=True)
    yield from volumes.taken()


class _Volumes:
    """What a parser's events add up to: of each paper, the text in each of its elements."""

    def __init__(self, where: Where) -> None:
        self.where = where
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._refuse
        self.meta: dict[str, str] = {}
        self.path: list[str] = []
        self.line, self.size = 0, 0
        self.fields: dict[str, str] = {}
        self.authors: list[dict[str, str]] = []
        self.done: list[Raw] = []

    def feed(self, text: str, *, last: bool = False) -> None:
        """Take a piece of the file."""
        try:
            self.parser.Parse(text, last)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise PaperKGError(
                f"{self.where.name}:{error.lineno}: broken XML: {reason}; download it again"
            ) from error

    def taken(self) -> list[Raw]:
        """The papers that were complete since last asked."""
        done, self.done = self.done, []
        return done

    def _refuse(self, *_: object) -> None:
        raise PaperKGError(
            f"{self.where.name}:{self.parser.CurrentLineNumber}: declares entities, which are"
            " refused; write out what they stand for"
        )

    def _start(self, tag: str, _: dict[str, str]) -> None:
        if self.path or tag in ("paper", "meta"):
            self.path.append(tag)
        if self.path == ["paper"]:
            self.line, self.size = self.parser.CurrentLineNumber, 0
            self.fields, self.authors = {}, []
        elif self.path == ["meta"]:
            self.meta = {}
        elif self.path == ["paper", "author"]:
            self.authors.append({})
        elif tag == "tex-math":
            self._text("$")

    def _text(self, text: str) -> None:
        if len(self.path) < 2 or self.size > PAPER_LENGTH:
            return
        self.size += len(text)
        kept = self.meta if self.path[0] == "meta" else self.fields
        field = self.path[1]
        if field == "author" and self.authors and len(self.path) > 2:
            kept, field = self.authors[-1], self.path[2]
        kept[field] = kept.get(field, "") + text[:PAPER_LENGTH]

    def _end(self, tag: str) -> None:
        if tag == "tex-math":
            self._text("$")
        if self.path == ["paper"]:
            self.done.append(Raw(self.line, self._ours()))
        if self.path:
            self.path.pop()

    def _ours(self) -> dict[str, object]:
        """The fields of the paper as PaperKG names them."""
        texts = {field: " ".join(text.split()) for field, text in self.fields.items()}
        place = texts.get("url", "")
        url = place if "://" in place or not place else PAGE + place
        year = texts.get("year") or self.meta.get("year", "").strip()
        number = month(texts.get("month") or self.meta.get("month", ""))
        names = (f"{each.get('first', '')} {each.get('last', '')}" for each in self.authors)
        return {
            "id": best_id([texts.get("doi"), acl_id(url)]),
            "title": texts.get("title"),
            "abstract": texts.get("abstract"),
            "authors": [" ".join(each.split()) for each in names],
            "date": f"{year}-{number}" if year and number else year,
            "url": url,
        }
