"""How fast `paperkg serve` answers one client, and fifty at once.

    python benchmarks/serving.py [GRAPH] [--papers 2500] [--clients 50] [--seconds 5] [--workers 2]

Without a graph one is invented: so many papers, each with six names from a list in which few are
frequent and most are rare, and the mentions that prove them. The server is a process of its own
with its default limits; the clients are threads of this one, each with one connection kept open,
so that on a small machine both share its cores. Every client asks as soon as it has its answer.
For each kind of request a row: requests a second, the median and the 95th percentile of the
milliseconds until the last byte, for one client and for many, and the ratio of the rates.
`not 200` counts other answers: there should be none. Pages that were made are kept by the server,
so entity and paper pages are asked for in turn over many; what `first` shows is the mean of the
milliseconds of the first five pages, which nobody had asked for before.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from pyoxigraph import Store

from paperkg.graph import KnowledgeGraph
from paperkg.graph.triples import evidence_blocks, graph_blocks
from paperkg.graph.turtle import Terms, turtle
from paperkg.records import TYPES, Entity, Link, Mention, Paper

NAMES = 6
"""So many names in a paper."""

QUERIES = {
    "lookup": "SELECT ?p ?t {{ ?p pk:mentions <{entity}> ; dcterms:title ?t }} LIMIT 50",
    "aggregate": "SELECT ?e (COUNT(?p) AS ?n) {{ ?p pk:uses ?e . ?e a pk:Model }} "
    "GROUP BY ?e ORDER BY DESC(?n) LIMIT 20",
}


def invented(papers: int) -> KnowledgeGraph:
    """A graph of so many papers."""
    chance = random.Random(papers)
    things = [
        Entity(f"{TYPES[n % 6].lower()}/thing-{n}", TYPES[n % 6], f"Thing {n}", (f"T-{n}",))
        for n in range(max(60, papers))
    ]
    weights = [1 / (n + 5) for n in range(len(things))]
    made, links, mentions = [], [], []
    for number in range(papers):
        named = sorted({t.id: t for t in chance.choices(things, weights, k=NAMES)}.items())
        paper, found = with_text(f"p{number:06}", [thing for _, thing in named])
        made.append(paper)
        mentions += found
        links += [Link(paper.id, m.entity, m.role, 1, 0.9, 0.8, m.sentence) for m in found]
    links.sort(key=lambda k: (k.paper, k.entity))
    return KnowledgeGraph(
        tuple(made), tuple(sorted(things, key=lambda e: e.id)), tuple(links), tuple(mentions)
    )


def with_text(id_: str, things: list[Entity]) -> tuple[Paper, list[Mention]]:
    """A paper with a sentence for each of some things, and the mentions in it."""
    title = f"A study of {things[0].name} and what became of it in {id_}"
    at, parts, found = len(title) + 1, [], []
    for thing in things:
        text = f"We look at {thing.name} once more. "
        start = at + len("We look at ")
        span = (start, start + len(thing.name))
        whole = (at, at + len(text) - 1)
        mention = Mention(id_, *span, thing.name, thing.type, "uses", 0.9, whole, entity=thing.id)
        found.append(replace(mention, reason="exact alias", role_confidence=0.8))
        parts.append(text)
        at += len(text)
    date = f"20{int(id_[1:]) % 25:02}-01-01"
    return Paper(id_, title, "".join(parts), key=id_, date=date), found


def write(kg: KnowledgeGraph, folder: Path) -> None:
    """The graph and its evidence as `build` writes them."""
    for name, blocks in (("graph", graph_blocks(kg)), ("evidence", evidence_blocks(kg))):
        with (folder / f"{name}.ttl").open("w", encoding="utf-8") as file:
            file.writelines(turtle(blocks, Terms(kg.base, kg.types)))


@contextmanager
def server(graph: Path, workers: int) -> Iterator[tuple[str, float]]:
    """The host and port of a server of a graph, and the seconds that it took to start."""
    command = [sys.executable, "-u", "-m", "paperkg", "serve", str(graph), "--port", "0"]
    began = time.perf_counter()
    with subprocess.Popen(
        [*command, "--workers", str(workers)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        match = None
        while not match:
            line = process.stdout.readline()
            if not line:
                sys.exit("serving: the server does not start")
            match = re.match(r"http://([^/]+)/", line)
        yield match[1], time.perf_counter() - began
        process.terminate()


def addresses(graph: Path) -> dict[str, list[str]]:
    """The requests of each kind, in the order in which they are asked."""
    store = Store()
    store.bulk_load(path=str(graph / "graph.ttl" if graph.is_dir() else graph))
    prefix = "PREFIX pk: <https://w3id.org/paperkg/ontology#> PREFIX rdfs: "
    prefix += "<http://www.w3.org/2000/01/rdf-schema#> "
    entities = store.query(
        prefix + "SELECT ?e ?name (COUNT(*) AS ?n) { ?p pk:mentions ?e . ?e rdfs:label ?name } "
        "GROUP BY ?e ?name ORDER BY DESC(?n) ?e LIMIT 200"
    )
    rows = [(row["e"].value, row["name"].value) for row in entities]
    papers = [r["p"].value for r in store.query(prefix + "SELECT ?p { ?p a pk:Paper } LIMIT 400")]
    base = papers[0][: papers[0].rindex("paper/")]
    asked = {
        f"SPARQL, {name}": [f"/sparql?query={quote(text.format(entity=e))}" for e, _ in rows]
        for name, text in QUERIES.items()
    }
    paths = [e.removeprefix(base) for e, _ in rows]
    asked["search"] = [f"/search?q={quote(name[: n % 5 + 2])}" for n, (_, name) in enumerate(rows)]
    asked["entity page"] = [f"/{path}" for path in paths]
    asked["entity as Turtle"] = [f"/{path}?format=turtle" for path in reversed(paths)]
    asked["paper page"] = [f"/{p.removeprefix(base)}" for p in papers]
    return asked


def client(host: str, paths: list[str], until: float, offset: int) -> tuple[list[float], int]:
    """The milliseconds of the requests that one client makes, and how many went wrong."""
    connection = http.client.HTTPConnection(host, timeout=60)
    times, wrong = [], 0
    while time.perf_counter() < until:
        began = time.perf_counter()
        connection.request("GET", paths[(offset + len(times)) % len(paths)])
        response = connection.getresponse()
        response.read()
        wrong += response.status != 200
        times.append((time.perf_counter() - began) * 1_000)
    connection.close()
    return times, wrong


def measured(host: str, paths: list[str], clients: int, seconds: float) -> tuple[list[float], int]:
    """The milliseconds of all requests of some clients at once, and how many went wrong."""
    until = time.perf_counter() + seconds
    with ThreadPoolExecutor(clients) as threads:
        jobs = [threads.submit(client, host, paths, until, n * 37) for n in range(clients)]
        done = [job.result() for job in jobs]
    return [t for times, _ in done for t in times], sum(wrong for _, wrong in done)


def first(host: str, paths: list[str]) -> float:
    """The mean of the milliseconds of the first five of some requests."""
    times = []
    connection = http.client.HTTPConnection(host, timeout=60)
    for path in paths[:5]:
        began = time.perf_counter()
        connection.request("GET", path)
        connection.getresponse().read()
        times.append((time.perf_counter() - began) * 1_000)
    return statistics.mean(times)


def told(times: list[float], seconds: float) -> tuple[float, list[str]]:
    """Requests a second; and that, the median and the 95th percentile for the table."""
    ordered = sorted(times)
    rate = len(times) / seconds
    late = ordered[int(len(ordered) * 0.95)]
    return rate, [f"{rate:,.0f}", f"{statistics.median(ordered):,.1f}", f"{late:,.1f}"]


def compare(graph: Path, options: argparse.Namespace) -> None:
    """Print the table, a row as soon as it is known."""
    asked = addresses(graph)
    with server(graph, options.workers) as (host, start):
        size = sum(f.stat().st_size for f in graph.glob("*.ttl")) if graph.is_dir() else 0
        print(f"{size / 1e6:,.0f} MB of Turtle; the server is up after {start:.1f} s\n")
        many = f"{options.clients} clients"
        head = ("request", "first ms", "1 client: /s", "median ms", "95% ms")
        head += (f"{many}: /s", "median ms", "95% ms", "ratio of rates", "not 200")
        print(" | ".join(head), "|".join("---:" for _ in head), sep="\n", flush=True)
        for name, paths in asked.items():
            cold = first(host, paths)
            one, alone = told(measured(host, paths, 1, options.seconds)[0], options.seconds)
            times, wrong = measured(host, paths, options.clients, options.seconds)
            rate, together = told(times, options.seconds)
            row = (name, f"{cold:,.1f}", *alone, *together, f"{rate / one:.2f}×", str(wrong))
            print(" | ".join(row), flush=True)


def main() -> None:
    """Read the options and compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("graph", nargs="?", help="a folder that `paperkg build` wrote")
    parser.add_argument("--papers", type=int, default=2_500)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        graph = Path(options.graph or folder)
        if not options.graph:
            write(invented(options.papers), graph)
        compare(graph, options)


if __name__ == "__main__":
    main()
