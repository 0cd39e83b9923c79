"""How the time and memory of `paperkg build` grow, by stage.

    python benchmarks/growth.py [--papers 1000 5000 20000 74728] [--processes 2] [--store]
                                [--more 1000] [--plot FILE.png] [--json] [ABSTRACTS.jsonl.gz]

The command line is run on the first so many papers, and its process tree is watched in /proc: the
resident memory of all its processes together (RSS, which counts shared pages once for each) and,
where the kernel tells, their proportional share (PSS, which counts them once). Peaks are the
largest sum at one moment, INTERVAL apart; PSS costs the kernel a walk through the pages and is read
less often, so that it may miss a short peak.

Stages are those whose bars the command shows on a terminal, which this program therefore gives it;
a stage lasts until the next one shows, and what comes before the first is `start`. Where `--json`
tells the seconds of `stages` itself, these stand in the column `as told`, without the imports; its
`writing` may hold several bars. Memory is given for each stage.

With `--store` a SPARQL store is written too. With `--more` so many of the papers are left out of
the build and added afterwards by `paperkg add`, whose time is set against the build's.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import pty
import re
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from extraction import CORPUS, count, lines

SIZES = (1_000, 5_000, 20_000, 74_728)
INTERVAL = 0.1
PSS_EVERY = 1.0
"""Seconds between two looks at RSS, and at PSS."""

BAR = re.compile(r"([A-Z][a-z]+) +(?:\x1b\[[\d;]*m)*[━╸╺]")
"""The name of a stage before its bar."""


class Sample(NamedTuple):
    """What the process tree held at a moment: seconds since the start, and bytes."""

    at: float
    rss: int
    pss: int | None


def tree(root: int) -> list[int]:
    """The ids of a process and of all that stem from it."""
    found = [root]
    for process in found:  # grows while it is read
        with suppress(OSError):
            for task in Path(f"/proc/{process}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def resident(processes: list[int]) -> int:
    """The RSS of some processes in bytes; those that have ended count nothing."""
    pages = 0
    for process in processes:
        with suppress(OSError, IndexError):
            pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def proportional(processes: list[int]) -> int | None:
    """The PSS of some processes in bytes; None where the kernel does not tell."""
    kilobytes = []
    for process in processes:
        with suppress(OSError):
            told = Path(f"/proc/{process}/smaps_rollup").read_text()
            kilobytes += [int(n) for n in re.findall(r"^Pss: +(\d+) kB", told, re.MULTILINE)]
    return sum(kilobytes) * 1024 if kilobytes else None


def watch(process: subprocess.Popen[Any], start: float) -> list[Sample]:
    """Samples of a process tree until it ends."""
    samples: list[Sample] = []
    next_pss = 0.0
    while process.poll() is None:
        now = time.perf_counter() - start
        alive = tree(process.pid)
        pss = proportional(alive) if now >= next_pss else None
        next_pss = now + PSS_EVERY if now >= next_pss else next_pss
        samples.append(Sample(now, resident(alive), pss))
        time.sleep(INTERVAL)
    return samples


def note_stages(terminal: int, start: float, stages: dict[str, float], last: list[str]) -> None:
    """Note when each stage's bar shows first on a terminal, until its other side closes."""
    with suppress(OSError):  # how Linux says that it is closed
        while data := os.read(terminal, 65536):
            last[0] = (last[0] + data.decode("utf-8", "replace"))[-4_000:]
            for name in BAR.findall(last[0]):
                stages.setdefault(name, time.perf_counter() - start)


def run(arguments: list[str], output: Path, processes: int) -> dict[str, Any]:
    """Run a build: its seconds, samples, the stages' starts, and what it printed as JSON."""
    command = [sys.executable, "-m", "paperkg", *arguments, "-j", str(processes), "--json"]
    ours, theirs = pty.openpty()
    starts: dict[str, float] = {}
    last = [""]
    start = time.perf_counter()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    with (output.with_suffix(".json")).open("w+") as printed:
        process = subprocess.Popen(command, stdout=printed, stderr=theirs, env=environment)
        os.close(theirs)
        reader = threading.Thread(target=note_stages, args=(ours, start, starts, last))
        reader.start()
        samples = watch(process, start)
        seconds = time.perf_counter() - start
        reader.join()
        os.close(ours)
        if process.returncode:
            sys.exit(f"growth: the build failed\n{last[0]}")
        printed.seek(0)
        told = json.load(printed)
    return {"seconds": seconds, "samples": samples, "starts": {"start": 0.0} | starts, "told": told}


def told_seconds(told: dict[str, Any]) -> dict[str, float]:
    """The seconds of each stage as the build itself tells them, if it does."""
    stages = told.get("stages") or {}
    if isinstance(stages, list):
        stages = {stage["name"]: stage for stage in stages}
    return {n: s["seconds"] if isinstance(s, dict) else s for n, s in stages.items()}


def peaks(samples: list[Sample]) -> tuple[float | None, float | None]:
    """The peaks of RSS and PSS in MB; None where there was no look."""
    held = [s.rss for s in samples]
    shares = [s.pss for s in samples if s.pss is not None]
    return (max(held) / 1e6 if held else None, max(shares) / 1e6 if shares else None)


def by_stage(ran: dict[str, Any]) -> list[dict[str, Any]]:
    """A row a stage as seen from outside: its seconds and peaks."""
    starts = sorted(ran["starts"].items(), key=lambda item: item[1])
    ends = [at for _, at in starts[1:]] + [ran["seconds"]]
    rows = []
    for (name, begin), end in zip(starts, ends, strict=True):
        rss, pss = peaks([s for s in ran["samples"] if begin <= s.at < end])
        rows.append({"stage": name, "seconds": end - begin, "rss": rss, "pss": pss})
    return rows


def measure(source: Path, more: Path | None, size: int, told: argparse.Namespace) -> dict[str, Any]:
    """One build of so many papers, and of `more` added to them, in figures."""
    with TemporaryDirectory() as folder:
        output = Path(folder, "graph")
        command = ["build", str(source), "-o", str(output), *["--store"] * told.store]
        ran = run(command, output, told.processes)
        files = (file for file in output.rglob("*") if file.is_file())
        written = sum(file.stat().st_size for file in files) / 1e6
        add = run(["add", str(output), str(more)], output, told.processes) if more else None
    rss, pss = peaks(ran["samples"])
    return {
        "papers": size,
        "seconds": ran["seconds"],
        "rss": rss,
        "pss": pss,
        "written": written,
        "stages": by_stage(ran),
        "told": told_seconds(ran["told"]),
        "added": add and {"seconds": add["seconds"], "told": told_seconds(add["told"])},
    }


def table(rows: list[dict[str, Any]]) -> str:
    """The rows for people: for each number of papers the whole, and then its stages."""
    head = ("papers", "stage", "seconds", "as told", "ms a paper", "peak RSS MB", "peak PSS MB")
    head += ("MB written",)
    out = [" | ".join(head), "|".join("---" if i == 1 else "---:" for i in range(len(head)))]
    for r in rows:
        told = {name.lower(): seconds for name, seconds in r["told"].items()}
        whole = r | {"stage": "all", "told": sum(told.values()) or None}
        out.append(line(r["papers"], whole, f"{r['written']:,.0f}"))
        stages = (s | {"told": told.get(s["stage"].lower())} for s in r["stages"])
        out += (line(r["papers"], stage, "") for stage in stages)
    for r in rows:
        if r["added"]:
            took = r["added"]["seconds"]
            told = ", ".join(f"{n} {s:,.1f}" for n, s in r["added"]["told"].items())
            share = f"{took / r['seconds']:.3f} of the build"
            out.append(f"\nadding to {r['papers']:,}: {took:,.1f} s, {share} ({told})")
    return "\n".join(out)


def line(papers: int, stage: dict[str, Any], written: str) -> str:
    """One line of the table."""
    told, rss, pss = (stage[name] for name in ("told", "rss", "pss"))
    cells = [f"{papers:,}", stage["stage"], f"{stage['seconds']:,.1f}"]
    cells += ["" if told is None else f"{told:,.1f}", f"{1e3 * stage['seconds'] / papers:,.2f}"]
    cells += ("" if m is None else f"{m:,.0f}" for m in (rss, pss))
    return " | ".join((*cells, written))


def plot(rows: list[dict[str, Any]], file: Path) -> None:
    """Draw seconds by stage and peak memory over the number of papers."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    papers = [r["papers"] for r in rows]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    names = list(dict.fromkeys(s["stage"] for r in rows for s in r["stages"]))
    seconds = [{s["stage"]: s["seconds"] for s in r["stages"]} for r in rows]
    for name in names:
        left.plot(papers, [each.get(name, 0) for each in seconds], marker="o", label=name)
    left.plot(papers, [r["seconds"] for r in rows], "k--", marker="o", label="all")
    left.set(title="Time by stage", xlabel="papers", ylabel="seconds")
    for key, label in (("rss", "RSS"), ("pss", "PSS")):
        right.plot(papers, [r[key] or 0 for r in rows], marker="o", label=f"peak {label}")
    right.set(title="Memory of all processes", xlabel="papers", ylabel="MB", ylim=0)
    for axes in (left, right):
        axes.set_xlim(left=0)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(file, dpi=120)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("abstracts", nargs="?", type=Path, default=CORPUS, help="JSON Lines")
    parser.add_argument("--papers", type=count, nargs="+", default=SIZES, help="how many, in turn")
    parser.add_argument("--processes", type=count, default=2, help="how many read the papers")
    parser.add_argument("--store", action="store_true", help="with a SPARQL store")
    parser.add_argument("--more", type=count, default=0, help="so many of them are added later")
    parser.add_argument("--plot", type=Path, help="a .png file to draw into")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    return parser.parse_args()


def main() -> None:
    """Measure and print; exit status 1 where there are no abstracts or no /proc."""
    told = arguments()
    if not told.abstracts.is_file():
        sys.exit(f"growth: {told.abstracts}: no such file; name a JSON Lines file of papers")
    if not Path("/proc/self/statm").is_file():
        sys.exit("growth: no /proc here, where memory is read; run it on Linux")
    rows = []
    for size in told.papers:
        with TemporaryDirectory() as folder:
            source, more = (Path(folder, name) for name in ("papers.jsonl", "more.jsonl"))
            papers, first = lines(told.abstracts), max(size - told.more, 1)
            source.write_text("".join(itertools.islice(papers, first)), "utf-8")
            more.write_text("".join(itertools.islice(papers, size - first)), "utf-8")
            print(f"{size:,} papers", file=sys.stderr, flush=True)
            rows.append(measure(source, more if told.more else None, first, told))
    if told.plot:
        plot(rows, told.plot)
    print(json.dumps(rows, indent=2) if told.json else table(rows))


if __name__ == "__main__":
    main()
