"""Writing, reading and asking triples: rdflib against PaperKG, which stands on pyoxigraph.

    python benchmarks/triples.py [--triples 100000 1000000] [--limit 120] [--json] [ABSTRACTS]

`paperkg build` makes a graph of the first PAPERS abstracts once and keeps it in a temporary folder.
A part of it, graph and evidence together, as `paperkg query` reads them, is the first so many
papers with all that is said of them and of the entities that they name, until there are as many
triples as wanted. Both contestants get the same part, each in a process of its own, and do the
same: parse its Turtle, write it as Turtle and as N-Triples, and answer every named query. They take
turns, so that both have the machine's better and worse minutes.

rdflib parses into a graph that can be queried and knows no other way; ours can also hand the
triples on as they come (`parse Turtle`), which is how tables are read. rdflib writes its graph; we
write our tables, and the time to make triples of them is counted. Queries that need a value get
the entity that most papers name, or the most frequent task; rdflib gets it as `initBindings`.

After a round of each, a turn has ROUNDS rounds, or as many as take TURN seconds: so long both find
the machine warm. Figures are medians of the rounds of one turn and, where a round takes less than
SHORT seconds, of TURNS; where it takes more than LONG, the first round counts. Imports are left
out. What counts of a query is the time to all rows, which are plain values in ours and terms in
rdflib's. A query over the limit is stopped; `fails` stands where the other raises an exception. The
ratio by CPU time says more than that of seconds where the machine is busy.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from extraction import CORPUS, count, lines

if TYPE_CHECKING:
    from pyoxigraph import Triple

ROUNDS, TURNS = 3, 3
LONG, SHORT, TURN = 5.0, 0.5, 0.25
LIMIT, NEVER = 120.0, 86_400.0
SIZES = (100_000, 1_000_000)
PAPERS = 8_000
"""So many abstracts give a million triples."""

CACHE = Path(tempfile.gettempdir()) / "paperkg-benchmarks"
ROWS = (
    ("parse Turtle", "read", "load"),
    ("parse Turtle to be queried", "load", "load"),
    ("write Turtle", "turtle", "turtle"),
    ("write N-Triples", "ntriples", "ntriples"),
)
"""Rows of the table: its label, and the step in ours and in the other."""


class Took(NamedTuple):
    """Seconds by the clock and of CPU time that a step took, how many rows it gave, and whether it
    was stopped at the limit or failed.
    """

    seconds: float
    cpu: float
    rows: int
    stopped: bool = False
    failed: bool = False


class TooSlow(BaseException):
    """A step went over the limit; no library catches this one."""


# In the child processes, one for each contestant


class Ours:
    """PaperKG."""

    def __init__(self) -> None:
        import paperkg  # here, so that it is not timed

        self.paperkg = paperkg

    def load(self, file: str) -> int:
        """Parse a file into the store that queries are put to."""
        self.store = self.paperkg.open_store(file)
        return len(self.store)

    def read(self, file: str) -> int:
        """Parse a file into a stream of triples."""
        from pyoxigraph import RdfFormat, parse

        return sum(1 for _ in parse(path=file, format=RdfFormat.TURTLE))

    def hold(self, file: str) -> None:
        """Have the tables of a file in memory, to write them."""
        self.kg = self.paperkg.read_graph(file)

    def turtle(self, file: str) -> int:
        """Write Turtle."""
        from paperkg.graph.turtle import turtle

        return self.write(turtle, file)

    def ntriples(self, file: str) -> int:
        """Write N-Triples."""
        from paperkg.graph.turtle import n_triples

        return self.write(n_triples, file)

    def write(self, form: Callable[..., Iterator[str]], file: str) -> int:
        """Write graph and evidence in a form, the triples made on the way."""
        from paperkg.graph.triples import evidence_blocks, graph_blocks
        from paperkg.graph.turtle import Terms

        blocks = itertools.chain(graph_blocks(self.kg), evidence_blocks(self.kg))
        with Path(file).open("w", encoding="utf-8") as out:
            out.writelines(form(blocks, Terms(self.kg.base, self.kg.types)))
        return 0

    def query(self, text: str, bind: dict[str, str]) -> int:
        """Answer a query."""
        return len(self.paperkg.query(self.store, text, bind=bind))


class Rdflib:
    """rdflib, with what its graph does when nothing is set."""

    def __init__(self) -> None:
        import rdflib  # here, so that it is not timed

        self.rdflib = rdflib

    def load(self, file: str) -> int:
        """Parse a file into a graph."""
        self.graph = self.rdflib.Graph()
        self.graph.parse(file, format="turtle")
        return len(self.graph)

    def hold(self, file: str) -> None:
        """Nothing: the graph is in memory."""

    def turtle(self, file: str) -> int:
        """Write Turtle."""
        self.graph.serialize(file, format="turtle")
        return 0

    def ntriples(self, file: str) -> int:
        """Write N-Triples."""
        self.graph.serialize(file, format="nt", encoding="utf-8")
        return 0

    def query(self, text: str, bind: dict[str, str]) -> int:
        """Answer a query."""
        return len(list(self.graph.query(text, initBindings=rdflib_terms(bind))))


def rdflib_terms(bind: dict[str, str]) -> dict[str, Any]:
    """Values for variables as rdflib's terms."""
    from rdflib import Literal, URIRef

    return {k: URIRef(v) if v.startswith("http") else Literal(v) for k, v in bind.items()}


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooSlow in the block once it has taken so long."""

    def stop(*_: object) -> None:
        raise TooSlow

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)  # again each second, should it be swallowed
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def once(step: Callable[[], int], limit: float) -> Took:
    """One round of a step."""
    start, cpu, rows, stopped, failed = time.perf_counter(), time.process_time(), 0, False, False
    try:
        with limited(limit):
            rows = step()
    except TooSlow:
        stopped = True
    except Exception as error:
        print(f"a step failed: {error!r}", file=sys.stderr, flush=True)
        failed = True
    return Took(time.perf_counter() - start, time.process_time() - cpu, rows, stopped, failed)


def steps(who: Any, job: dict[str, Any]) -> dict[str, Callable[[], int]]:
    """What a contestant does in each step of a job."""
    file, folder = job["file"], job["folder"]
    found = {"load": lambda: who.load(file), "hold": lambda: who.hold(file) or 0}
    if "tables" in job:
        who.open_tables(job["tables"])
        found["build"] = who.build
    if hasattr(who, "read"):
        found["read"] = lambda: who.read(file)
    for name, write in (("turtle", who.turtle), ("ntriples", who.ntriples)):
        found[name] = lambda w=write, f=str(Path(folder, name)): w(f)
    for name, (text, bind) in job["queries"].items():
        found[name] = lambda t=text, b=bind: who.query(t, b)
    return found


def child(who: Any) -> None:
    """Take the job that standard input tells, then a step a line; print a line for each."""
    job = json.loads(sys.stdin.readline())
    found = steps(who, job)
    for line in sys.stdin:
        name = line.strip()
        limit = job["limit"] if name in job["queries"] else NEVER
        print(json.dumps(once(found[name], limit)), flush=True)


# In the parent


def built(abstracts: Path, papers: int) -> Path:
    """The folder with the graph of the first so many papers, built if it is not there."""
    folder = CACHE / f"graph-{papers}"
    if not (folder / "graph.ttl").is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        source = CACHE / f"papers-{papers}.jsonl"
        source.write_text("".join(itertools.islice(lines(abstracts), papers)), "utf-8")
        print(f"building a graph of {papers:,} papers", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "paperkg", "build", str(source), "-o", str(folder)]
        subprocess.run([*command, "-j", str(os.cpu_count() or 1)], check=True, stdout=sys.stderr)
    return folder


def part(folder: Path, size: int) -> tuple[Path, dict[str, str]]:
    """A Turtle file with so many triples of a graph, and values for the queries that need them."""
    from pyoxigraph import RdfFormat, serialize

    raw, file = folder / f"{size}.nt", folder / f"{size}.ttl"
    serialize(first_triples(folder, size), raw, RdfFormat.N_TRIPLES)
    whole = Ours()  # what the entities owe to other papers goes, the file is as `build` writes it
    whole.hold(str(raw))
    whole.turtle(str(file))
    raw.unlink()
    return file, values(file)


def first_triples(folder: Path, size: int) -> list[Triple]:
    """About so many triples: the first papers, and all that belongs to them; by subject."""
    from pyoxigraph import NamedNode, RdfFormat, parse

    said: dict[str, list[Triple]] = defaultdict(list)
    for name in ("graph.ttl", "evidence.ttl"):
        for quad in parse(path=str(folder / name), format=RdfFormat.TURTLE):
            said[quad.subject.value.partition("#")[0]].append(quad.triple)
    chosen: list[Triple] = []
    for paper in sorted(thing for thing in said if "/paper/" in thing):
        todo = [paper]
        while todo and len(chosen) < size:
            found = said.pop(todo.pop(), [])
            chosen += found
            todo += (
                t.object.value.partition("#")[0]
                for t in found
                if isinstance(t.object, NamedNode) and "/paper/" not in t.object.value
            )
    if len(chosen) < size:
        sys.exit(f"triples: {folder} has {len(chosen):,} triples; ask for fewer, or give --papers")
    return sorted(chosen, key=lambda t: t.subject.value)


def values(file: Path) -> dict[str, str]:
    """The entity that most papers name, and the most frequent task."""
    from paperkg import open_store, query

    store = open_store(file)
    most = "SELECT ?x {{ ?paper {} ?x }} GROUP BY ?x ORDER BY DESC(COUNT(?paper)) ?x LIMIT 1"
    asked = {"entity": "pk:mentions", "task": "pk:addresses/rdfs:label"}
    return {n: str(query(store, most.format(path)).iloc[0, 0]) for n, path in asked.items()}


def queries(bind: dict[str, str]) -> dict[str, tuple[str, dict[str, str]]]:
    """The named queries, with prefixes, each with the values that its first line asks for."""
    from paperkg import named_queries, named_query
    from paperkg.explore.queries import PREFIXES

    return {
        name: (
            PREFIXES + named_query(name),
            {n: v for n, v in bind.items() if f"--bind {n}=" in answers},
        )
        for name, answers in named_queries().items()
    }


def triples_in(file: Path) -> int:
    """How many different triples there are in a file that a contestant wrote."""
    from pyoxigraph import RdfFormat, parse

    form = RdfFormat.TURTLE if file.name == "turtle" else RdfFormat.N_TRIPLES
    return len(set(parse(path=str(file), format=form)))


class Contestant:
    """The process of a contestant, in a `with` block."""

    def __init__(self, command: list[str], job: dict[str, Any]) -> None:
        self.name, self.folder = command[-1], Path(tempfile.mkdtemp(dir=CACHE))
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.tell(json.dumps(job | {"folder": str(self.folder)}))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)

    def tell(self, line: str) -> None:
        """Write a line to it."""
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def take(self, step: str) -> Took:
        """One round of a step."""
        assert self.process.stdout
        self.tell(step)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"triples: the process of {self.name} failed in the step {step}")
        return Took(*json.loads(line))

    def turn(self, step: str) -> list[Took]:
        """ROUNDS rounds of a step, or as many as take TURN seconds."""
        rounds: list[Took] = []
        while len(rounds) < ROUNDS or sum(took.seconds for took in rounds) < TURN:
            rounds.append(self.take(step))
        return rounds


def compared(ours: Contestant, other: Contestant, a: str, b: str) -> tuple[Took, Took]:
    """The medians of some rounds of a step of each."""
    if a == "turtle":
        ours.take("hold")
        other.take("hold")
    firsts = [ours.take(a), other.take(b)]
    rounds = [[first] for first in firsts]
    longest = max(first.seconds for first in firsts)
    turns = TURNS if longest < SHORT else longest < LONG
    for _ in range(0 if any(first.failed for first in firsts) else turns):
        for each, who, step in zip(rounds, (ours, other), (a, b), strict=True):
            each += who.turn(step)
    mine, theirs = map(median, rounds)
    print(f"{a}: {mine.seconds:.4f} s, {other.name} {theirs.seconds:.4f} s", file=sys.stderr)
    if a in ("turtle", "ntriples"):
        mine, theirs = (
            t._replace(rows=triples_in(c.folder / a)) for t, c in ((mine, ours), (theirs, other))
        )
    return mine, theirs


def median(rounds: list[Took]) -> Took:
    """The medians of some rounds."""
    seconds, cpu = (statistics.median(r[i] for r in rounds) for i in (0, 1))
    return rounds[0]._replace(seconds=seconds, cpu=cpu)


def job(folder: Path, size: int, limit: float, *, tables: bool) -> dict[str, Any]:
    """What the contestants do with so many triples; `tables`: they build from tables too."""
    file, bind = part(folder, size)
    told = {"file": str(file), "limit": limit, "queries": queries(bind)}
    return told | ({"tables": str(folder)} if tables else {})


def rows(ours: list[str], other: list[str], job: dict[str, Any]) -> list[tuple[str, Took, Took]]:
    """The steps that both go through: label, ours, the other's."""
    pairs = [("build from tables", "build", "build")] if "tables" in job else []
    pairs += [*ROWS, *((name, name, name) for name in job["queries"])]
    with Contestant(ours, job) as mine, Contestant(other, job) as theirs:
        return [(label, *compared(mine, theirs, a, b)) for label, a, b in pairs]


def table(found: list[tuple[str, Took, Took]], name: str) -> str:
    """The rows for people."""
    head = ("step", "rows", f"{name} s", "PaperKG s", "ratio", "ratio by CPU time")
    out = [" | ".join(head), "|".join("---:" if i else "---" for i in range(len(head)))]
    for label, ours, other in found:
        more = "> " if other.stopped else ""
        same = other.stopped or other.failed or ours.rows == other.rows
        cells = [label, f"{ours.rows:,}" if same else f"{ours.rows:,} (not {other.rows:,})"]
        cells += ["fails" if other.failed else more + told(other.seconds), told(ours.seconds)]
        ratios = (other.seconds / ours.seconds, other.cpu / ours.cpu)
        cells += ["" if other.failed else f"{more}{told(ratio)}×" for ratio in ratios]
        out.append(" | ".join(cells))
    return "\n".join(out)


def told(number: float) -> str:
    """A positive number with about three figures."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def arguments(description: str) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("abstracts", nargs="?", type=Path, default=CORPUS, help="JSON Lines")
    parser.add_argument("--triples", type=count, nargs="+", default=SIZES, help="how many")
    parser.add_argument("--papers", type=count, default=PAPERS, help="to build a graph of")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds for a query")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if not told.child and not told.abstracts.is_file():
        sys.exit(f"triples: {told.abstracts}: no such file; name a JSON Lines file of papers")
    return told


def report(
    ours: list[str], other: list[str], options: argparse.Namespace, *, tables: bool = False
) -> None:
    """Run the two commands and print the tables, each as soon as it is known."""
    folder, name = built(options.abstracts, options.papers), other[-1]
    for size in options.triples:
        todo = job(folder, size, options.limit, tables=tables)
        found = rows(ours, other, todo)
        if options.json:
            each = {label: {"ours": a._asdict(), name: b._asdict()} for label, a, b in found}
            print(json.dumps({"triples": size, "steps": each}), flush=True)
        else:
            print(f"{size:,} triples, {os.cpu_count()} cores\n\n{table(found, name)}\n", flush=True)


def main() -> None:
    """Measure and print; exit status 1 where there are no abstracts or too few triples."""
    options = arguments(__doc__ or "")
    if options.child:
        child(Ours() if options.child == "ours" else Rdflib())
    else:
        commands = ([sys.executable, __file__, "--child", who] for who in ("ours", "rdflib"))
        report(*commands, options)


if __name__ == "__main__":
    main()
