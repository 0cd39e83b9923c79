"""What every view's page is made of: one HTML file that opens from disk and asks nobody."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from paperkg.export.explorer.data import styles
from paperkg.export.safe import as_json, policy, printable

__all__ = ["Item", "Page", "glyph", "html", "more", "plural", "shorten"]

LISTED = 40
"""A list in the details ends after so many."""


@dataclass
class Item:
    """A thing on a page that can be found and opened: a paper or an entity.

    `lists` are headings with rows of (number of another item or -1, name, remark); the items in
    them, and those in `near`, stay lit when this one is open.
    """

    name: str
    kind: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    lists: list[tuple[str, list[tuple[int, str, str]]]] = field(default_factory=list)
    url: str = ""
    near: list[int] = field(default_factory=list)


@dataclass
class Page:
    """A view, drawn: `body` is markup whose elements bear `data-i`, the number of their item.

    `legend` are rows of (glyph, name, remark, group), and those with a group can be switched
    off; `hides` says whether a search hides what it does not find, or else fades it.
    """

    kind: str
    heading: str
    counts: str
    how: str
    body: Markup
    items: list[Item]
    note: str = ""
    legend: list[tuple[Markup, str, str, str]] = field(default_factory=list)
    scripts: tuple[str, ...] = ("views",)
    style: str = ""
    hides: bool = False


def html(page: Page, types: Sequence[str], *, title: str = "") -> str:
    """The page as a string; `types` are those of the graph."""
    style = _colours() + _own("views.css") + page.style
    own = (_own(f"{name}.js") for name in page.scripts)
    script = "\n".join([_explorer("theme.js"), *own])
    script = f'(() => {{\n"use strict";\n{script}}})();\n'
    known = styles(types)
    data = {"items": [_item(item, known) for item in page.items], "hides": page.hides}
    made: str = _template().render(
        page=page,
        title=printable(title or page.heading),
        policy=Markup(policy(style, [script])),
        style=Markup(style),
        script=Markup(script),
        glyphs=Markup("".join(map(_symbol, known.values()))),
        data=Markup(as_json(data)),
    )
    return printable(made)


def _item(item: Item, known: dict[str, str]) -> dict[str, Any]:
    """An item as the page's script knows it, without what is empty."""
    given = {
        "name": item.name,
        "kind": item.kind,
        "style": known[item.kind],
        "facts": [fact for fact in item.facts if fact[1]],
        "lists": [(heading, rows) for heading, rows in item.lists if rows],
        "url": item.url,
        "near": item.near,
    }
    return {name: value for name, value in given.items() if value}


def _regular(corners: int, turn: float, radius: float) -> list[tuple[float, float]]:
    """The corners of a regular polygon."""
    angles = [turn + 2 * math.pi * i / corners for i in range(corners)]
    return [(radius * math.cos(a), radius * math.sin(a)) for a in angles]


def _star(points: int, turn: float, inside: float) -> list[tuple[float, float]]:
    """The corners of a star, every second so far inside."""
    corners = _regular(2 * points, turn, 1.25)
    return [(x * inside, y * inside) if i % 2 else (x, y) for i, (x, y) in enumerate(corners)]


CROSS = [(-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2)]
OUTLINES: dict[str, list[tuple[float, float]]] = {
    "paper": [(-0.8, -1), (0.8, -1), (0.8, 1), (-0.8, 1)],
    "dataset": _regular(4, math.pi / 4, 1.12),
    "benchmark": _regular(4, 0, 1.2),
    "organization": _regular(5, -math.pi / 2, 1.12),
    "metric": _regular(3, -math.pi / 2, 1.22),
    "method": _regular(6, 0, 1.06),
    "own-1": _star(5, -math.pi / 2, 0.56),
    "own-2": _regular(3, math.pi / 2, 1.22),
    "own-3": _star(4, 0, 0.5),
    "own-4": [(-1.2, -0.6), (1.2, -0.6), (1.2, 0.6), (-1.2, 0.6)],
    "own-5": [*CROSS, *((-x, -y) for x, y in CROSS if (x, y) != (-0.4, -1.2))],
    "own-6": _star(6, 0, 0.6),
}
"""The explorer's outlines on a circle of radius 1; a model is that circle."""


def _symbol(style: str) -> str:
    """The outline of a style, once, for all that use it."""
    corners = " ".join(f"{round(x, 2):g},{round(y, 2):g}" for x, y in OUTLINES.get(style, ()))
    shape = f'<polygon points="{corners}"/>' if corners else '<circle r="1"/>'
    known = f'id="glyph-{style}" viewBox="-1.4 -1.4 2.8 2.8" overflow="visible"'
    return f"<symbol {known}>{shape}</symbol>"


def glyph(style: str, colour: str = "", more: str = "") -> Markup:
    """A small sign for a kind, in its colour or another of the explorer's."""
    classes = " ".join(filter(None, ("glyph", colour or style, more)))
    return Markup('<svg class="{}" aria-hidden="true"><use href="#glyph-{}"/></svg>').format(
        classes, style
    )


def plural(count: int, one: str, many: str = "") -> str:
    """A count and its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def shorten(text: str, limit: int) -> str:
    """The text on one line, cut at a word's end where it is longer than the limit."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head = text[:limit].rsplit(" ", 1)[0] if " " in text[:limit] else text[:limit]
    return head.rstrip(" ,;:–-") + "…"


def more(rows: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """The first rows of a list, and how many there are besides."""
    if len(rows) <= LISTED:
        return rows
    return [*rows[:LISTED], (-1, f"and {len(rows) - LISTED:,} more", "")]


@cache
def _colours() -> str:
    """The explorer's colours, light and dark: its style sheet as far as its first rule."""
    return _explorer("explorer.css").partition("\n* {")[0]


@cache
def _explorer(name: str) -> str:
    return files("paperkg.export.explorer").joinpath(name).read_text("utf-8")


@cache
def _own(name: str) -> str:
    return files("paperkg.export.views").joinpath(name).read_text("utf-8")


@cache
def _template() -> Any:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.from_string(_own("page.html"))
