"""From abstracts to a graph on the screen: the stack that tutorials show against `paperkg build`.

    python benchmarks/plain_stack.py [--papers 1000] [--limit 600] [--json] [ABSTRACTS.jsonl.gz]

The plain stack is spaCy's stock NER (default HashEmbedCNN, in its usual batches), every name as it
is written as a node, an rdflib graph with one triple a mention that is serialized as Turtle, and
pyvis's default page. `paperkg build` makes all that it makes: resolved entities, roles, results,
Turtle, evidence, tables and the page. Both read the same JSON Lines file, each run is a fresh
process, and the clock runs from its start to its end, imports included; CPU seconds are those of
the process and its workers.

The stock NER is taught for EPOCHS passes over ANNOTATED before the clock starts, so that it finds
about as many names as people do, and the trained pipeline stays in the temporary folder.

Drawing is what the reader waits for after that: seconds in headless Chromium until pyvis's page
stands still, given up after the limit, and until ours is ready; see `drawing.py` for how.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from extraction import CORPUS, SPACY_BATCH, THREADS, count, lines, without_plugins

ANNOTATED = CORPUS.parents[1] / "gold" / "train.jsonl"
CACHE = Path(tempfile.gettempdir()) / "paperkg-benchmarks"
EPOCHS = 2
LIMIT = 600
STACKS = (
    ("plain stack", "plain", 1),
    ("plain stack", "plain", 2),
    ("PaperKG", "ours", 1),
    ("PaperKG", "ours", 2),
)
"""Who runs: a label, which stack, how many processes."""


# The plain stack, in a process of its own


def teach(annotated: Path, folder: Path) -> None:
    """Write spaCy's stock NER, taught on annotated papers, into a folder."""
    import spacy
    from spacy.training import Example
    from spacy.util import filter_spans, minibatch

    without_plugins()
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    examples = []
    for record in map(json.loads, lines(annotated)):
        doc = nlp.make_doc(f"{record['title']}\n{record['abstract']}")
        spans = (doc.char_span(m["start"], m["end"], m["type"]) for m in record["mentions"])
        doc.ents = filter_spans([span for span in spans if span])
        examples.append(Example(nlp.make_doc(doc.text), doc))
    chance = random.Random(1)
    nlp.initialize(lambda: examples)
    for _ in range(EPOCHS):
        chance.shuffle(examples)
        for batch in minibatch(examples, 16):
            nlp.update(batch, drop=0.2)
    nlp.to_disk(folder)


def plain(source: Path, pipeline: Path, output: Path, processes: int) -> dict[str, Any]:
    """Abstracts to Turtle and a page, as tutorials do it; tells what it made and how long it took.

    Times are seconds since the process began to work: names found, Turtle written, page written.
    """
    start = time.perf_counter()
    import spacy
    from pyvis.network import Network
    from rdflib import Graph, Namespace, URIRef

    without_plugins()
    records = list(map(json.loads, lines(source)))
    nlp = spacy.load(pipeline)
    texts = (f"{record['title']}\n{record['abstract']}" for record in records)
    batch = min(SPACY_BATCH, -(-len(records) // processes))
    docs = nlp.pipe(texts, batch_size=batch, n_process=processes)
    named = [(r, [ent.text for ent in doc.ents]) for r, doc in zip(records, docs, strict=True)]
    found = time.perf_counter()

    ns, graph, network = Namespace("https://example.org/"), Graph(), Network()
    for record, names in named:
        paper = URIRef(ns[f"paper/{quote(record['id'])}"])
        for name in names:
            graph.add((paper, ns["mentions"], URIRef(ns[f"name/{quote(name)}"])))
    (output / "graph.ttl").write_text(graph.serialize(format="ttl"), "utf-8")
    written = time.perf_counter()

    for record, names in named:
        network.add_node(record["id"], label=record["title"], group="paper")
        for name in names:
            network.add_node(name, label=name, group="name")
            network.add_edge(record["id"], name)
    os.chdir(output)  # pyvis puts a folder `lib` where it is
    network.write_html("graph.html")
    end = time.perf_counter()
    return {
        "mentions": sum(len(names) for _, names in named),
        "nodes": len(network.nodes),
        "edges": len(network.edges),
        "stages": {"names": found - start, "Turtle": written - found, "page": end - written},
    }


# In the parent


def run(command: list[str]) -> tuple[str, float, float]:
    """What a process prints, and its seconds by the clock and of CPU time."""
    before, start = cpu_seconds(), time.perf_counter()
    threads = {f"{library}_NUM_THREADS": "1" for library in THREADS}
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | threads)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"plain_stack: a run failed: {' '.join(command)}\n{done.stderr}")
    return done.stdout, seconds, cpu_seconds() - before


def cpu_seconds() -> float:
    """CPU time so far of the processes that this one started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(stack: str, processes: int, source: Path, pipeline: Path) -> dict[str, Any]:
    """One run of a stack into a folder of its own, which is kept to be drawn."""
    output = source.parent / f"{stack}-{processes}"
    output.mkdir()
    jobs = str(processes)
    command = ["-m", "paperkg", "build", str(source), "-o", str(output), "-j", jobs, "--json"]
    if stack == "plain":
        command = [__file__, "--child", str(source), str(pipeline), str(output), jobs]
    text, seconds, cpu = run([sys.executable, *command])
    told = json.loads(text)
    turtle = sum(file.stat().st_size for file in output.glob("*.ttl")) / 1e6
    row = {"stack": stack, "processes": processes, "seconds": seconds, "cpu": cpu}
    row |= {"mentions": told["mentions"], "turtle": turtle, "page": str(output / "graph.html")}
    row["nodes"] = told["nodes"] if stack == "plain" else told["papers"] + told["entities"]
    row["edges"] = told["edges"] if stack == "plain" else told["links"]
    return row | {"stages": told.get("stages", {})}


def draw(pages: dict[str, Path], limit: float) -> dict[str, float | None]:
    """Seconds until each page stands still; None beyond the limit."""
    from drawing import opened
    from playwright.sync_api import TimeoutError as TooSlow
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        sys.exit("plain_stack: no Chromium on the PATH; install one (`apt install chromium`)")
    software = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    still: dict[str, float | None] = {}
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", *software]
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        for stack, page in pages.items():
            with opened(browser, page, lend=True) as (tab, _, errors):
                try:
                    tab.wait_for_function("window.stillAfter !== undefined", timeout=limit * 1e3)
                    still[stack] = tab.evaluate("window.stillAfter")
                except TooSlow:
                    if errors:
                        sys.exit(f"plain_stack: the page of {stack} does not draw: {errors[0]}")
                    still[stack] = None
        browser.close()
    return still


def drawable(page: Path) -> Path:
    """pyvis's page with the copy of vis-network that it brings, offline, and no checksums."""
    page.write_text(re.sub(r' integrity="[^"]*"', "", page.read_text("utf-8")), "utf-8")
    bindings = page.parent / "lib" / "bindings"
    if not bindings.is_dir():
        shutil.copytree(str(files("pyvis").joinpath("lib", "bindings")), bindings)
    return page


def compete(source: Path, pipeline: Path, limit: float) -> list[dict[str, Any]]:
    """The runs of all stacks, and how long their pages take to draw."""
    rows = []
    for label, stack, processes in STACKS:
        print(f"{label}, processes: {processes}", file=sys.stderr, flush=True)
        rows.append({"label": label} | measure(stack, processes, source, pipeline))
    pages = {row["stack"]: Path(row["page"]) for row in rows}
    drawable(pages["plain"])
    print("drawing", file=sys.stderr, flush=True)
    still = draw(pages, limit)
    return [row | {"drawing": still[row["stack"]], "limit": limit} for row in rows]


def table(rows: list[dict[str, Any]]) -> str:
    """The rows for people."""
    head = ("stack", "processes", "mentions", "nodes", "edges", "MB of Turtle")
    head += ("built s", "ratio", "CPU s", "ratio by CPU time", "drawn s", "all s", "ratio of all")
    out = [" | ".join(head), "|".join("---:" if i else "---" for i in range(len(head)))]
    plain = {r["processes"]: r for r in rows if r["stack"] == "plain"}
    for r in rows:
        other = plain[r["processes"]]
        endless = "> " if r["drawing"] is None else ""
        more = "> " if other["drawing"] is None and not endless else ""
        cells = [r["label"], str(r["processes"])]
        cells += [f"{r[name]:,}" for name in ("mentions", "nodes", "edges")]
        cells += [f"{r['turtle']:.1f}", f"{r['seconds']:,.1f}"]
        cells += [f"{other['seconds'] / r['seconds']:.2f}×", f"{r['cpu']:,.1f}"]
        cells += [f"{other['cpu'] / r['cpu']:.2f}×", f"{endless}{r['drawing'] or r['limit']:,.1f}"]
        cells += [f"{endless}{whole(r):,.1f}", f"{more}{whole(other) / whole(r):.2f}×"]
        out.append(" | ".join(cells))
    return "\n".join(out)


def whole(row: dict[str, Any]) -> float:
    """Seconds of a row with drawing."""
    return float(row["seconds"] + (row["drawing"] or row["limit"]))


def taught(annotated: Path) -> Path:
    """The folder with the stock NER, taught if it is not there."""
    folder = CACHE / f"stock-ner-{EPOCHS}"
    if not (folder / "meta.json").is_file():
        print("teaching the stock NER", file=sys.stderr, flush=True)
        CACHE.mkdir(parents=True, exist_ok=True)
        run([sys.executable, __file__, "--teach", str(annotated), str(folder)])
    return folder


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("abstracts", nargs="?", type=Path, default=CORPUS, help="JSON Lines")
    parser.add_argument("--papers", type=count, default=1_000, help="how many (default 1000)")
    parser.add_argument("--annotated", type=Path, default=ANNOTATED, help="to teach the stock NER")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds for drawing")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    parser.add_argument("--teach", nargs=2, type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure and print; exit status 1 where there are no abstracts."""
    told = arguments()
    if told.teach:
        teach(*told.teach)
        return
    if told.child:
        source, pipeline, output = map(Path, told.child[:3])
        print(json.dumps(plain(source, pipeline, output, int(told.child[3]))))
        return
    for file in (told.abstracts, told.annotated):
        if not file.is_file():
            sys.exit(f"plain_stack: {file}: no such file; name a JSON Lines file of papers")
    pipeline = taught(told.annotated)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "papers.jsonl")
        source.write_text("".join(itertools.islice(lines(told.abstracts), told.papers)), "utf-8")
        rows = compete(source, pipeline, told.limit)
    if told.json:
        print(json.dumps({"papers": told.papers, "rows": rows}, indent=2))
    else:
        print(f"{told.papers:,} abstracts, {os.cpu_count()} cores\n\n{table(rows)}")


if __name__ == "__main__":
    main()
