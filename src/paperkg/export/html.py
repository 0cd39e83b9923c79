"""The explorer: the whole graph as one HTML page that opens from disk and asks the network nothing.

pyvis holds the nodes, edges and drawing options and brings vis-network; the page around them is
our own template, because pyvis's loads Bootstrap from elsewhere. A graph too large for that is
drawn by sigma.js with graphology, which lie unmodified in `explorer/vendor`.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from paperkg.export.explorer.data import page_data
from paperkg.export.safe import as_json, policy, printable
from paperkg.graph.kg import KnowledgeGraph

__all__ = ["render"]

VIS = "lib/vis-9.1.2/vis-network"
WEBGL = ("vendor/graphology.umd.min.js", "vendor/sigma.min.js")
SCRIPTS = (
    *("theme", "data", "state", "shapes", "view", "captions", "{renderer}", "panel", "reports"),
    *("search", "path", "save", "main"),
)
"""The page's own scripts, in the order in which they are joined."""


def render(kg: KnowledgeGraph, *, title: str, out_of: int = 0) -> str:
    """The page as a string: the same graph and title give the same string.

    `out_of` is how many papers there are, where the graph is a part of a larger one.
    """
    data = page_data(kg) | {"outOf": max(out_of, len(kg.papers))}
    by_vis = "options" in data
    style = (_drop_pictures(_pyvis(f"{VIS}.css")) if by_vis else "") + _ours("explorer.css")
    library = [_pyvis(f"{VIS}.min.js")] if by_vis else [_ours(name) for name in WEBGL]
    scripts = [*library, _join_scripts("canvas" if by_vis else "webgl")]
    page: str = _template().render(
        title=printable(title),
        policy=policy(style, scripts, images="data: blob:"),
        style=style,
        scripts=scripts,
        data=as_json(data),
    )
    return page


@cache
def _join_scripts(renderer: str) -> str:
    """The page's own scripts as one, in a scope of its own, with one of the two renderers."""
    parts = "\n".join(_ours(f"{name.format(renderer=renderer)}.js") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def _drop_pictures(css: str) -> str:
    """vis-network's style without its button pictures, which the page does not use."""
    return re.sub(r"url\([^)]*\)", "none", css)


@cache
def _ours(name: str) -> str:
    return files("paperkg.export.explorer").joinpath(name).read_text("utf-8")


@cache
def _pyvis(name: str) -> str:
    """A file that pyvis brings; reading it as text makes its line ends plain, as browsers do."""
    return files("pyvis").joinpath(name).read_text("utf-8")


@cache
def _template() -> Any:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.from_string(_ours("page.html"))
