"""A graph of invented papers, served for tests: on a port of its own, from a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from tests.graph.invented import HOSTILE, HOSTILE_KEYS, with_own_type, written

from paperkg.graph import KnowledgeGraph
from paperkg.records import Paper
from paperkg.web import Limits
from paperkg.web.serve import application, bound

NASTY = "<img src=x onerror=window.harmed=1></script><script>window.harmed=1</script>"
LIMITS = Limits(timeout=1.0, rows=100, memory=512, workers=2)
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@dataclass
class Served:
    """Where a graph is served, a client for it, and the application."""

    url: str
    client: httpx.Client
    app: Any

    def ask(self, query: str, accept: str = "", **parameters: str) -> httpx.Response:
        """The response to a query."""
        headers = {"Accept": accept} if accept else {}
        return self.client.get("/sparql", params={"query": query, **parameters}, headers=headers)


def graph() -> KnowledgeGraph:
    """The invented papers, one type of a user's own, and papers with hostile titles and keys."""
    kg = with_own_type()
    texts = [NASTY, *HOSTILE.values()]
    more = [
        Paper(f"h{n}", title, f"About {title}", key=HOSTILE_KEYS[n % len(HOSTILE_KEYS)] + f"~{n}")
        for n, title in enumerate(texts)
    ]
    return replace(kg, papers=tuple(sorted([*kg.papers, *more], key=lambda p: p.id)))


@contextmanager
def serving(kg: KnowledgeGraph, folder: Path, limits: Limits = LIMITS) -> Iterator[Served]:
    """A graph served from a thread for as long as the block lasts."""
    told: list[str] = []
    written(kg, folder)
    with bound("127.0.0.1", 0) as listening, application(folder, limits, told.append) as app:
        app.state.pool.wait = 20.0  # other work may keep this machine busy
        settings = uvicorn.Config(app, log_level="warning", lifespan="off")
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
            yield Served(url, client, app)
        server.should_exit = True
        thread.join(10)
