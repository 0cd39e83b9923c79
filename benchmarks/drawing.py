"""How long until the graph stands still: pyvis's default page against our `graph.html`.

    python benchmarks/drawing.py
    python benchmarks/drawing.py --large  # the second table only

Both pages hold the same nodes and edges and are opened one after the other in the same headless
Chromium, offline. pyvis's page loads vis-network from a CDN, without which it draws nothing; so
that there is something to measure, that one file comes at once from the copy that pyvis ships (and
the page loses its checksums, which that copy fails). Its other requests to the web are refused.
Seconds count from the start of the navigation; the median of RUNS.
`shows` is the end of vis-network's hidden warm-up, `still` its `stabilized` event: from then on
nothing moves. Our page is still as soon as it shows.

A second table is of our page alone, with 1,000 to 100,000 nodes drawn: seconds to make the page
(its layout included), its size, seconds until it is ready, until everything is unfolded and drawn,
and for a first search, and the frames a second while the pointer drags the graph. WebGL runs on
the processor here (SwiftShader); the column `bare` holds the frames a second that the same drag
gets on a page with one small square, so that a busy machine shows.
"""

from __future__ import annotations

import math
import random
import re
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, Route, sync_playwright
from playwright.sync_api import TimeoutError as TooSlow
from pyvis.network import Network

from paperkg.export import render
from paperkg.graph import KnowledgeGraph
from paperkg.records import TYPES, Entity, Link, Paper

SIZES = (100, 300, 1_000)
LARGE = (1_000, 5_000, 20_000, 100_000)
RUNS = 3
LIMIT = 90
"""Seconds after which a page that still moves is given up."""
LOADED = 600
"""Seconds after which a page that does not even load is given up."""

LIBRARY = "vis-network.min.js"
WATCH = """
const note = (name) => () => { window[name] ??= performance.now() / 1000; };
const watch = (name, seen) => {
  let held;
  const set = (value) => { held = value; seen(value); };
  Object.defineProperty(window, name, { get: () => held, set });
};
watch("network", (network) => {
  network.once("stabilizationIterationsDone", note("shownAfter"));
  network.once("stabilized", note("stillAfter"));
});
watch("paperkgReady", () => { note("shownAfter")(); note("stillAfter")(); });
"""
"""Notes when the page shows its graph and when it stands still, which in ours is the same."""


def synthetic(nodes: int) -> KnowledgeGraph:
    """A graph of so many nodes: two fifths papers, each naming a few entities, some often."""
    chance = random.Random(nodes)
    papers = [
        Paper(f"p{i:04}", f"Paper {i}", "Text.", key=f"p{i:04}") for i in range(nodes * 2 // 5)
    ]
    kinds = [TYPES[i % len(TYPES)] for i in range(nodes - len(papers))]
    entities = [Entity(f"{t.lower()}/{i:04}", t, f"{t} {i}") for i, t in enumerate(kinds)]
    weights = [1 / (rank + 3) for rank in range(len(entities))]
    pairs = {(chance.choice(papers).id, e.id) for e in entities}  # nobody is left alone
    for paper in papers:
        named = chance.choices(entities, weights, k=chance.randint(4, 9))
        pairs |= {(paper.id, e.id) for e in named}
    links = tuple(Link(p, e, "uses", 1, 1.0) for p, e in sorted(pairs))
    return KnowledgeGraph(tuple(papers), tuple(sorted(entities, key=lambda e: e.id)), links, ())


def pyvis_page(kg: KnowledgeGraph) -> str:
    """The page that pyvis makes of the graph when nothing is set."""
    network = Network()
    for paper in kg.papers:
        network.add_node(paper.id, label=paper.title, group="Paper")
    for entity in kg.entities:
        network.add_node(entity.id, label=entity.name, group=entity.type)
    for link in kg.links:
        network.add_edge(link.paper, link.entity)
    return re.sub(r' integrity="[^"]*"', "", network.generate_html())


@contextmanager
def opened(
    browser: Browser, file: Path, *, lend: bool
) -> Iterator[tuple[Page, list[str], list[str]]]:
    """A page from disk, with the requests and errors that it makes; `lend` gives it vis-network."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    requests: list[str] = []
    errors: list[str] = []

    def answer(route: Route) -> None:
        requests.append(route.request.url)
        if lend and route.request.url.endswith(LIBRARY):
            source = files("pyvis").joinpath("lib", "vis-9.1.2", LIBRARY).read_text("utf-8")
            allowed = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(body=source, content_type="text/javascript", headers=allowed)
        else:
            route.abort()

    page.on("pageerror", lambda error: errors.append(error.message))
    page.route(re.compile("^https?:"), answer)
    page.add_init_script(WATCH)
    page.goto(file.as_uri(), timeout=LOADED * 1_000)
    yield page, requests, errors
    page.close()


def seconds(browser: Browser, file: Path) -> tuple[float, float, int]:
    """Until the page shows its graph, until it stands still (infinite: not in time), requests."""
    with opened(browser, file, lend=True) as (page, requests, errors):
        try:
            page.wait_for_function("window.stillAfter !== undefined", timeout=LIMIT * 1_000)
        except TooSlow:
            if errors:
                raise SystemExit(f"{file.name} does not draw: {errors[0]}") from None
        shown, still = page.evaluate("[window.shownAfter, window.stillAfter]")
        return shown or math.inf, still or math.inf, len(requests)


def measured(browser: Browser, file: Path) -> tuple[float, float, int]:
    """The medians of some runs; one run beyond the limit is enough."""
    runs = []
    while len(runs) < RUNS and not (runs and math.isinf(runs[-1][1])):
        runs.append(seconds(browser, file))
    shown, still, requests = (statistics.median(column) for column in zip(*runs, strict=True))
    return shown, still, int(requests)


def told(time: float) -> str:
    """A time in seconds for the table."""
    return f">{LIMIT}" if math.isinf(time) else f"{time:.2f}"


def offline(browser: Browser, file: Path) -> str:
    """What is left of a page that gets none of its requests."""
    with opened(browser, file, lend=False) as (page, requests, errors):
        drawn = page.locator("canvas").count() > 0
        hosts = sorted({url.split("/")[2] for url in requests})
    told = f" ({errors[0]})" if errors else ""
    outcome = "draws the graph" if drawn else f"draws nothing{told}"
    return f"{outcome}; asks {', '.join(hosts)}" if hosts else f"{outcome}; asks nobody"


def compare(browser: Browser, folder: Path) -> None:
    """Print the table, a row as soon as it is known, and then what happens offline."""
    head = ("nodes", "edges", "pyvis shows", "pyvis still", "ours still", "ratio of still")
    head += ("pyvis requests", "our requests")
    print(" | ".join(head), "|".join("---:" for _ in head), sep="\n", flush=True)
    pages = {"pyvis": folder / "pyvis.html", "ours": folder / "ours.html"}
    shutil.copytree(str(files("pyvis").joinpath("lib", "bindings")), folder / "lib" / "bindings")
    for size in SIZES:
        kg = synthetic(size)
        pages["pyvis"].write_text(pyvis_page(kg), "utf-8")
        pages["ours"].write_text(render(kg, title=f"{size} nodes"), "utf-8")
        shown, still, requests = measured(browser, pages["pyvis"])
        _, ours, our_requests = measured(browser, pages["ours"])
        ratio = f"{'>' if math.isinf(still) else ''}{min(still, LIMIT) / ours:.0f}×"
        row = (f"{size:,}", f"{len(kg.links):,}", told(shown), told(still), told(ours), ratio)
        row += (str(requests), str(our_requests))
        print(" | ".join(row), flush=True)
    print("\nwith every request refused:")
    for name, file in pages.items():
        print(f"  {name}: {offline(browser, file)}")


SEARCH = """() => {
  const query = document.getElementById("query");
  const type = (text) => { query.value = text; query.dispatchEvent(new Event("input")); };
  const start = performance.now();
  type("Paper 17");
  const seconds = (performance.now() - start) / 1000;
  type("");
  return seconds;
}"""
UNFOLD = """() => new Promise((done) => {
  const start = performance.now();
  document.getElementById("unfold").click();
  requestAnimationFrame(() => setTimeout(() => done((performance.now() - start) / 1000)));
})"""
COUNT = """() => {
  window.frames_ = [];
  const next = (now) => { window.frames_?.push(now); requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""
RATE = """() => {
  const times = window.frames_;
  window.frames_ = null;
  return (1000 * (times.length - 1)) / (times.at(-1) - times[0]);
}"""
BARE = """<canvas width=900 height=700></canvas><script>
const ctx = document.querySelector("canvas").getContext("2d");
addEventListener("mousemove", ({ clientX }) => {
  ctx.clearRect(0, 0, 900, 700);
  ctx.fillRect(clientX, 100, 50, 50);
});</script>"""


def dragged(page: Page, span: float = 3.0) -> float:
    """Frames a second while the pointer drags to and fro."""
    page.mouse.move(700, 400)
    page.mouse.down()
    page.evaluate(COUNT)
    start, step = time.monotonic(), 0
    while time.monotonic() - start < span:
        step += 1
        page.mouse.move(625 + step % 40 * 4, 380 + step % 23 * 3)
    rate: float = page.evaluate(RATE)
    page.mouse.up()
    return rate


def alone(browser: Browser, folder: Path) -> None:
    """Print the table of our page by the number of nodes drawn."""
    head = ("nodes", "links", "renderer", "page made", "MB", "ready", "all drawn", "search")
    head += ("frames/s", "bare")
    print("\n" + " | ".join(head), "|".join("---:" for _ in head), sep="\n", flush=True)
    (folder / "bare.html").write_text(BARE, "utf-8")
    for size in LARGE:
        kg, file = synthetic(size), folder / "large.html"
        start = time.perf_counter()
        text = render(kg, title=f"{size} nodes")
        made = time.perf_counter() - start
        file.write_text(text, "utf-8")
        with opened(browser, folder / "bare.html", lend=False) as (page, _, _):
            bare = dragged(page)
        with opened(browser, file, lend=False) as (page, _, _):
            page.wait_for_function("window.shownAfter !== undefined", timeout=LIMIT * 1_000)
            ready = page.evaluate("window.shownAfter")
            search = page.evaluate(SEARCH)
            drawn = ready + page.evaluate(UNFOLD)
            renderer = "sigma" if "Sigma=" in text else "vis"
            row = (f"{size:,}", f"{len(kg.links):,}", renderer, told(made))
            row += (f"{len(text) / 1e6:.1f}", told(ready), told(drawn), told(search))
            print(" | ".join((*row, f"{dragged(page):.0f}", f"{bare:.0f}")), flush=True)


def main() -> None:
    """Find Chromium and compare; exit status 1 where there is none."""
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if not program:
        sys.exit(
            "drawing: no Chromium on the PATH; install one (`apt install chromium`) and try again"
        )
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        software = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
        arguments = ["--no-sandbox", *software]
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        if "--large" not in sys.argv:
            compare(browser, Path(folder))
        alone(browser, Path(folder))
        browser.close()


if __name__ == "__main__":
    main()
