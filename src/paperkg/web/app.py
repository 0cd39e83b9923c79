"""The application: which address is answered by what, and the headers that every answer has."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from threading import BoundedSemaphore, Lock
from typing import Any
from urllib.parse import unquote

from pyoxigraph import NamedNode, Triple
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from paperkg.export.html import render
from paperkg.web.accept import best
from paperkg.web.index import Index, Item
from paperkg.web.limits import Limits
from paperkg.web.neighbourhood import around_papers_of
from paperkg.web.pages import entity_page, href, page, paper_page, plain_page, task_page
from paperkg.web.results import TRIPLES, Bounded, write_triples
from paperkg.web.sparql import sparql
from paperkg.web.store import Graph
from paperkg.web.workers import Pool

__all__ = ["make_app"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
}
OPEN = {
    b"access-control-allow-origin": b"*",
    b"access-control-expose-headers": b"PaperKG-Cut, Retry-After",
}
DATA = {type_.partition(";")[0]: name for name, (type_, _) in TRIPLES.items()}
PAGES_KEPT, EXPLORERS_KEPT = 256, 8
MAKING = BoundedSemaphore(2)
"""More threads that make pages would only take turns."""

DRAWING = Lock()
"""The explorer's page of a neighbourhood takes a second of computing: one at a time."""


def make_app(graph: Graph, index: Index, pool: Pool, limits: Limits, explorer: str) -> Starlette:
    """The application; `explorer` is the page of the whole graph, or "" where it is too large."""
    app = Starlette(
        routes=[
            Route("/", start),
            Route("/sparql", sparql, methods=["GET", "POST"]),
            Route("/sparql", preflight, methods=["OPTIONS"]),
            Route("/search", search),
            Route("/find", find),
            Route("/explore/{path:path}", explore),
            Route("/-/{name}", own_file),
            Route("/{path:path}", thing),
        ],
        middleware=[
            Middleware(Headers),
            Middleware(GZipMiddleware, minimum_size=2_000, compresslevel=4),
        ],
        exception_handlers={HTTPException: plain_error},
    )
    app.state.graph, app.state.index, app.state.pool = graph, index, pool
    app.state.limits, app.state.explorer = limits, explorer
    app.state.start = start_page(index)
    app.state.page = lru_cache(PAGES_KEPT)(page_maker(graph, index))
    app.state.drawn = lru_cache(EXPLORERS_KEPT)(drawing(graph, index))
    return app


class Headers:
    """Gives every answer the headers that keep it harmless."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                more = HEADERS | OPEN
                message["headers"] += [(n, v) for n, v in more.items() if n not in names]
            await send(message)

        await self.app(scope, receive, sending)


async def preflight(request: Request) -> Response:
    """What a browser asks before it lets another site's script ask."""
    headers = {
        "Allow": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Headers": "Accept, Content-Type",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=204, headers=headers)


def start(request: Request) -> Response:
    """The explorer, or for a large graph a page with figures and the most shared entities."""
    state = request.app.state
    return explorer_response(state.explorer) if state.explorer else HTMLResponse(state.start)


def start_page(index: Index) -> str:
    """The page of a graph that is too large to be drawn whole."""
    figures, shared = index.figures(), index.most_shared()
    return page("start", title="PaperKG", figures=figures, shared=shared)


def explorer_response(text: str) -> Response:
    """The explorer's page, which allows its own scripts and style by their hashes."""
    match = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    policy = html.unescape(match[1]) if match else "default-src 'none'"
    headers = {"Content-Security-Policy": f"{policy}; frame-ancestors 'none'"}
    return HTMLResponse(text, headers=headers)


async def search(request: Request) -> Response:
    """Completion: the best matches as JSON."""
    found = request.app.state.index.search(request.query_params.get("q", ""), 10)
    base = request.app.state.graph.base
    rows = [
        {"name": i.name, "kind": i.kind, "papers": i.papers, "iri": base + i.path,
         "href": href(i.path)}
        for i in found
    ]  # fmt: skip
    return JSONResponse(rows)


def find(request: Request) -> Response:
    """The search without scripts: a page of matches."""
    query = request.query_params.get("q", "")[:200]
    found = request.app.state.index.search(query, 50)
    return HTMLResponse(page("found", title="Search", query=query, found=found))


def explore(request: Request) -> Response:
    """The explorer around one entity."""
    path = request.app.state.index.resolve(raw_path(request).removeprefix("explore/"))
    if not path or path.startswith(("paper/", "task/", "type/")):
        return missing(request)
    with DRAWING:
        return explorer_response(request.app.state.drawn(path))


def drawing(graph: Graph, index: Index) -> Callable[[str], str]:
    """A function that makes the explorer's page around an entity."""

    def drawn(path: str) -> str:
        title = f"Around {index.items[path].name}"
        return render(around_papers_of(graph, graph.base + path), title=title)

    return drawn


def page_maker(graph: Graph, index: Index) -> Callable[[str], str]:
    """A function that makes the page of a thing."""

    def made(path: str) -> str:
        item = index.items[path]
        with MAKING:
            return maker(item)(graph, index, item)

    return made


def maker(item: Item) -> Callable[[Graph, Index, Item], str]:
    """What makes the page of this kind of thing."""
    if item.path.startswith(("task/", "type/")):
        return task_page
    return paper_page if item.kind == "Paper" else entity_page


def raw_path(request: Request) -> str:
    """The path as it was sent, without the first slash: IRIs tell `%2F` and `/` apart."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return raw.decode("utf-8", "replace").partition("?")[0].lstrip("/")


def thing(request: Request) -> Response:
    """An entity, a paper or a task: as a page, or what the graph says about it."""
    state = request.app.state
    path = state.index.resolve(raw_path(request))
    if not path:
        return missing(request)
    name = request.query_params.get("format", "")
    accept = request.headers.get("accept", "")
    type_ = "" if name in TRIPLES else best(accept, ("text/html", *DATA))
    if type_ == "text/html":
        return HTMLResponse(state.page(path), headers={"Vary": "Accept"})
    name = DATA.get(type_, name)
    if name not in TRIPLES:
        return PlainTextResponse(f"this is served as text/html, {', '.join(DATA)}\n", 406)
    return data(state.graph, state.graph.base + path, name, state.limits.rows)


def data(graph: Graph, iri: str, format_: str, rows: int) -> Response:
    """All triples about something, those of its parts too, in a format."""
    bounded = Bounded(about(graph, iri), rows)
    written = write_triples(bounded, format_, rows)
    headers = {"Vary": "Accept"}
    if bounded.cut:
        headers["PaperKG-Cut"] = f"rows={rows}"
    return Response(written.body, headers=headers, media_type=written.type)


def about(graph: Graph, iri: str) -> Any:
    """The triples of something, of its parts, and those that point to it."""
    for subject in (iri, *graph.fragments(iri)):
        for quad in graph.store.quads_for_pattern(NamedNode(subject), None, None):
            yield Triple(quad.subject, quad.predicate, quad.object)
    for quad in graph.store.quads_for_pattern(None, None, NamedNode(iri)):
        if not str(quad.subject).startswith(f"<{iri}#"):
            yield Triple(quad.subject, quad.predicate, quad.object)


def missing(request: Request) -> Response:
    """Nothing is there: a page with the search box, or one line."""
    asked = unquote(raw_path(request))[:200]
    line = f"nothing is called {asked} in this graph"
    if best(request.headers.get("accept", ""), ("text/html", *DATA)) != "text/html":
        return PlainTextResponse(line + "\n", 404)
    name = asked.rpartition("/")[2].replace("-", " ")
    return HTMLResponse(plain_page("Not found", line, name), 404)


def plain_error(request: Request, error: Exception) -> Response:
    """An error that Starlette raises, in one line."""
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"{error.detail}\n", error.status_code, dict(error.headers or {}))


OWN_FILES = {
    "style.css": ("text/css", "paperkg.web"),
    "theme.js": ("text/javascript", "paperkg.export.explorer"),
    "script.js": ("text/javascript", "paperkg.web"),
}
"""The types of files, and the packages that hold them."""


def own_file(request: Request) -> Response:
    """The style and the scripts of the pages."""
    name = request.path_params["name"]
    if name not in OWN_FILES:
        return missing(request)
    type_, package = OWN_FILES[name]
    text = files(package).joinpath(name).read_text("utf-8")
    return Response(text, media_type=type_, headers={"Cache-Control": "max-age=300"})
