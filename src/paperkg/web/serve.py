"""Serving a graph: load it, start the workers, answer until Ctrl-C."""

from __future__ import annotations

import multiprocessing
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from paperkg.errors import PaperKGError
from paperkg.export.html import render
from paperkg.graph.read import graph_files, read_graph
from paperkg.web.limits import Limits

if TYPE_CHECKING:
    from starlette.applications import Starlette

__all__ = ["application", "serve"]

WHOLE = 2_000
"""A graph of up to so many papers is drawn whole."""


def serve(
    graph: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    timeout: float = 20.0,
    max_rows: int = 10_000,
    memory: int = 2048,
    workers: int = 2,
    report: Callable[[str], None] = print,
) -> None:
    """Serve a graph over HTTP until interrupted: explorer, pages, search, SPARQL at `/sparql`.

    `timeout` are the seconds and `memory` the megabytes that a query may take, `max_rows` the
    rows that it may give; `workers` queries run at a time. `report` is told what is loaded, and
    the address. In a script, call it below `if __name__ == "__main__":`, as worker processes
    import the script.
    Raises PaperKGError where the graph cannot be read, the port is taken, or a package is missing.
    """
    require()
    import uvicorn

    limits = Limits(timeout, max_rows, memory, workers)
    graph_files(graph)
    with ended(), bound(host, port) as listening, application(graph, limits, report) as app:
        shown = f"[{host}]" if ":" in host else host
        report(f"http://{shown}:{listening.getsockname()[1]}/  (SPARQL at /sparql; Ctrl-C ends)")
        settings = uvicorn.Config(
            app, log_level="warning", access_log=False, lifespan="off", server_header=False,
            timeout_graceful_shutdown=2, h11_max_incomplete_event_size=512 * 1024, http="h11",
        )  # fmt: skip
        with suppress(KeyboardInterrupt):
            uvicorn.Server(settings).run(sockets=[listening])


@contextmanager
def ended() -> Iterator[None]:
    """In this block SIGTERM ends the program as Ctrl-C does: what it left is cleared away."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def require() -> None:
    """Raise PaperKGError where serving is not possible here."""
    if not (find_spec("starlette") and find_spec("uvicorn")):
        raise PaperKGError("serve: needs more packages; install them: pip install 'paperkg[serve]'")
    if "forkserver" not in multiprocessing.get_all_start_methods():
        raise PaperKGError("serve: this system cannot bound processes; use Linux or macOS")


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket; raises PaperKGError where the address cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=512)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PaperKGError(f"{host}:{port}: {reason}; choose another --host or --port") from error
    with listening:
        # asyncio leaves this unset for a socket that it did not make, and answers wait 40 ms
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listening


@contextmanager
def application(
    graph: str | Path, limits: Limits, report: Callable[[str], None] = print
) -> Iterator[Starlette]:
    """The application for a graph, with its store and workers, which end with the block."""
    from paperkg.web.app import make_app
    from paperkg.web.index import Index
    from paperkg.web.store import Graph, load
    from paperkg.web.workers import Pool

    with TemporaryDirectory(prefix="paperkg-serve-") as new:
        folder = load(graph, new, report)
        pool = Pool(folder, limits)
        try:
            pool.start()
            store = Graph(folder)
            index = Index(store)
            small = index.figures()["Paper"] <= WHOLE
            explorer = render(read_graph(graph), title=title(graph)) if small else ""
            yield make_app(store, index, pool, limits, explorer)
        finally:
            pool.close()


def title(graph: str | Path) -> str:
    """The title of the explorer: the name of the folder or file."""
    path = Path(graph).resolve()
    return path.name if path.is_dir() else path.stem
