"""What linking costs: its time beside extraction's, its memory, and how both grow.

    python benchmarks/linking.py [--papers 5000 20000 74728] [--json] [ABSTRACTS.jsonl.gz]

The papers are extracted once, on one core, then linked in ever larger parts: the first so many
papers, each part in a process of its own that is forked from the one that extracted.
Times are CPU seconds. Memory is what the linking process holds at its peak above what it was
given, the catalogue included, which is loaded there.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import time
from pathlib import Path
from typing import Any

import paperkg
from paperkg.catalog import folder_catalog, load_catalog
from paperkg.extract import extract
from paperkg.link import link
from paperkg.records import Mention, Paper, Result

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "arxiv-cs-2025-2026.jsonl.gz"
SIZES = (5_000, 20_000, 74_728)
Part = tuple[list[Paper], list[Mention], list[Result], float]
"""Papers, what was found in them, and the CPU seconds that took."""

PARTS: dict[int, Part] = {}
"""What is linked, by the number of papers: forked processes find it here, uncopied."""


def fill(papers: list[Paper], sizes: list[int]) -> None:
    """Extract the papers and note the parts of the first so many; tells how far it is."""
    mentions: list[Mention] = []
    results: list[Result] = []
    start = time.process_time()
    for done, paper in enumerate(extract(papers), 1):
        mentions += paper.mentions
        results += paper.results
        if done in sizes:
            seconds = time.process_time() - start
            PARTS[done] = papers[:done], list(mentions), list(results), seconds
            print(f"{done:,} papers extracted: {seconds:.0f} s", file=sys.stderr, flush=True)


def peak() -> float:
    """The most memory that this process has held, in MB."""
    unit = 1 if sys.platform == "darwin" else 1_024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def measure(size: int) -> dict[str, Any]:
    """Load the catalogue anew and link one part."""
    papers, mentions, results, extraction = PARTS[size]
    folder_catalog.cache_clear()
    before, start = peak(), time.process_time()
    linked = link(mentions, load_catalog(), results, papers=papers)
    seconds = time.process_time() - start
    return {
        "papers": len(papers),
        "mentions": len(mentions),
        "entities": len(linked.entities),
        "extraction": extraction,
        "linking": seconds,
        "share": seconds / extraction,
        "microseconds_a_mention": 1e6 * seconds / len(mentions),
        "memory": peak() - before,
    }


def table(rows: list[dict[str, Any]]) -> str:
    """The rows for people."""
    head = ["papers", "mentions", "entities", "extraction s", "linking s", "linking : extraction"]
    head += ["µs a mention", "memory MB"]
    out = [" | ".join(head), "|".join("---:" for _ in head)]
    for r in rows:
        cells = [f"{r[k]:,}" for k in ("papers", "mentions", "entities")]
        cells += [f"{r['extraction']:,.1f}", f"{r['linking']:,.1f}", f"{r['share']:.3f}"]
        cells += [f"{r['microseconds_a_mention']:,.0f}", f"{r['memory']:,.0f}"]
        out.append(" | ".join(cells))
    return "\n".join(out)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("abstracts", nargs="?", type=Path, default=CORPUS, help="JSON Lines")
    parser.add_argument("--papers", type=int, nargs="+", default=SIZES, help="how many, in parts")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    return parser.parse_args()


def main() -> None:
    """Measure and print; exit status 1 where there are not so many abstracts."""
    told = arguments()
    if not told.abstracts.is_file():
        sys.exit(f"linking: {told.abstracts}: no such file; name a JSON Lines file of papers")
    papers = list(paperkg.read([str(told.abstracts)]))
    sizes = sorted({min(size, len(papers)) for size in told.papers})
    rows = []
    fill(papers[: sizes[-1]], sizes)
    for size in sizes:
        with multiprocessing.get_context("fork").Pool(1) as pool:
            rows.append(pool.apply(measure, (size,)))
    print(json.dumps(rows, indent=2) if told.json else table(rows))


if __name__ == "__main__":
    main()
