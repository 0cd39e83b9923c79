"""The html format: a papers page saved as a web page, titles in headings, abstracts below them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from paperkg.errors import PaperKGError
from paperkg.files import utf8_only
from paperkg.sources.page import Block, blocks, is_prose, numbered, pairs
from paperkg.sources.record import Raw, Rejected, Where

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

__all__ = ["about", "name", "read", "recognises"]

name = "html"
about = "a papers page saved as HTML"

START = re.compile(r"\s*<")
ELEMENT = re.compile(r"<(?:!doctype\s+html|html|head|body|main|article|div|h[1-4]|p)\b", re.I)
UNSEEN = ["script", "style", "noscript", "template", "svg", "head", "nav", "footer"]
HEADINGS = ["h1", "h2", "h3", "h4"]
APART = ["address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figure"]
APART += ["figcaption", "form", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre"]
APART += ["section", "table", "td", "th", "time", "tr", "ul", "button", "label", *HEADINGS]
"""The elements whose text stands apart from the text around them."""

LINK = re.compile(
    r"(?:^|huggingface\.co|hf\.co)/papers/(\d{4}\.\d{4,5})|arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})"
)
BREAK = "\x1e"
DEPTH = 2_000
"""No page has elements so deep in each other, though some leave every paragraph open."""


def recognises(head: str) -> bool:
    """Whether the beginning of a file is that of a web page."""
    return START.match(head) is not None and ELEMENT.search(head) is not None


def read(stream: Iterable[str], where: Where) -> Iterator[Raw | Rejected]:
    """The papers of a web page; without an arXiv id they are `page:01`, … by their place.

    Where no heading has an abstract below it, the visible text is read as a page of text is.
    """
    soup = _parsed("".join(utf8_only(stream, where.name)), where)
    for element in soup.find_all(UNSEEN):
        element.decompose()
    found = list(_by_headings(soup, where))
    if not any(isinstance(each, Raw) and "abstract" in each.fields for each in found):
        found = list(pairs(_visible_blocks(soup), where)) or found
    yield from numbered(found)


def _parsed(text: str, where: Where) -> BeautifulSoup:
    """The elements of a web page, refused where they stand in each other without end."""
    from bs4 import BeautifulSoup  # not above: a build without such a page does without it
    from bs4.exceptions import ParserRejectedMarkup

    class Soup(BeautifulSoup):
        def pushTag(self, tag: Tag) -> None:  # noqa: N802
            super().pushTag(tag)
            if len(self.tagStack) > DEPTH:
                raise ParserRejectedMarkup("nested too deep")

    try:
        return Soup(text, "html.parser")
    except (ParserRejectedMarkup, RecursionError) as error:
        raise PaperKGError(f"{where.name}: broken HTML; save the page again, or as text") from error


def _by_headings(soup: BeautifulSoup, where: Where) -> Iterator[Raw | Rejected]:
    """Each heading with the abstract in a paragraph before the next heading.

    A heading that links to a paper is one even where no abstract follows.
    """
    heading: Tag | None = None
    for element in soup.find_all([*HEADINGS, "p"]):
        if element.name in HEADINGS:
            yield from _without_abstract(heading)
            heading = element
        elif is_prose(text := _text(element)):
            if heading is None or not _text(heading):
                line = element.sourceline or 0
                yield where.reject(line, "a long paragraph without a title", text)
            else:
                yield _record(heading, {"abstract": text})
            heading = None
    yield from _without_abstract(heading)


def _without_abstract(heading: Tag | None) -> Iterator[Raw]:
    """The record of a heading that linked to a paper but had no abstract below it."""
    if heading is not None and _link(heading):
        yield _record(heading, {})


def _record(heading: Tag, more: dict[str, str]) -> Raw:
    """A paper by its heading."""
    return Raw(heading.sourceline or 0, {"title": _text(heading), **more, **_link(heading)})


def _link(heading: Tag) -> dict[str, str]:
    """The paper's id and address, from the link in its heading, around it or in its article."""
    around = heading.find_parent("a"), heading.find_parent("article")
    anchors = [*heading.find_all("a"), around[0], *(around[1].find_all("a") if around[1] else [])]
    for anchor in anchors:
        if match := LINK.search(str(anchor.get("href", "")) if anchor else ""):
            number = match[1] or match[2]
            return {"id": f"arxiv:{number}", "url": f"https://huggingface.co/papers/{number}"}
    return {}


def _text(element: Tag) -> str:
    """The text of an element as a browser shows it."""
    for line_break in element.find_all("br"):
        line_break.replace_with(" ")
    return " ".join(element.get_text().split())


def _visible_blocks(soup: BeautifulSoup) -> Iterator[Block]:
    """The text of the page, a block for each stretch that stands apart."""
    for element in soup.find_all("pre"):
        element.string = BREAK.join(block.text for block in blocks(element.get_text().splitlines()))
    for line_break in soup.find_all("br"):
        line_break.replace_with(" ")
    for element in soup.find_all(APART):
        element.insert_before(BREAK)
        element.insert_after(BREAK)
    texts = (" ".join(text.split()) for text in soup.get_text().split(BREAK))
    yield from (Block(number, text) for number, text in enumerate(filter(None, texts), 1))
