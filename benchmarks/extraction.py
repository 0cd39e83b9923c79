"""How fast and how large the extractor is: bare tokenization, spaCy's stock NER, and ours.

    python benchmarks/extraction.py [--papers 2000] [--json] [ABSTRACTS.jsonl.gz]

All contestants read the same abstracts, spread evenly over the file, on the same cores. Each run
is a fresh process, so that its peak memory is its own; BLAS gets one thread, so that one process
is one core (the column `cores` is CPU time by the clock's: below the processes, the machine was
busy elsewhere, and the rate by CPU time says more). The contestants take turns over ROUNDS rounds;
figures are medians over them.

Loading (imports, opening the pipeline, a first sentence) is left out of the rate; starting the
workers of `n_process=2` is not. Stock NER is `add_pipe("ner")` with its default HashEmbedCNN, our
six labels and untrained weights: it takes one transition a token whatever the weights are. Its
usual batch, spaCy's default of 1,000 texts, makes one matrix of them all; as that costs it memory
and may cost it speed, it also runs in batches as small as ours.

Peak memory is `ru_maxrss`; with workers, that of the parent and, for each worker, that of the
largest. Pages that they share count for each.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from spacy.language import Language

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "arxiv-cs-2025-2026.jsonl.gz"
ROUNDS = 3
SPACY_BATCH = 1_000
"""The batch of `nlp.pipe` when nothing is set (`nlp.batch_size`)."""

OUR_BATCH = 32
"""The batch of `paperkg.extract`."""

ENOUGH = 0.8
"""The share of its processes in cores below which a contestant was kept waiting."""

THREADS = ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB", "NUMEXPR")
EXAMPLES = (
    (
        "We train Larkspur-7B on the Tidepool corpus.",
        ("Larkspur-7B", "Model"),
        ("Tidepool", "Dataset"),
    ),
    ("It wins on QuizHarbour by accuracy.", ("QuizHarbour", "Benchmark"), ("accuracy", "Metric")),
    (
        "Hollow pruning comes from Ferry Labs.",
        ("Hollow pruning", "Method"),
        ("Ferry Labs", "Organization"),
    ),
)
"""Invented sentences from which the stock NER learns its labels."""


class Contestant(NamedTuple):
    """What runs: a pipeline by name (see `opened`), its batch, and its number of processes."""

    label: str
    pipeline: str
    batch: int
    processes: int


CONTESTANTS = (
    Contestant("spaCy tokenizer", "blank", SPACY_BATCH, 1),
    Contestant("our tokenizer", "tokenizer", SPACY_BATCH, 1),
    Contestant("stock NER", "stock", SPACY_BATCH, 1),
    Contestant("stock NER, small batches", "stock", OUR_BATCH, 1),
    Contestant("PaperKG", "ours", OUR_BATCH, 1),
    Contestant("stock NER", "stock", SPACY_BATCH, 2),
    Contestant("stock NER, small batches", "stock", OUR_BATCH, 2),
    Contestant("PaperKG", "ours", OUR_BATCH, 2),
)


class Run(NamedTuple):
    """One run: abstracts a second by the clock and of CPU time, seconds to load, peak memory in
    MB, cores, entities found.
    """

    rate: float
    cpu_rate: float
    load: float
    memory: float
    cores: float
    entities: int


# In the child process, where alone spaCy is imported


def without_plugins() -> None:
    """Keep spaCy from importing the packages that offer it components, ours among them."""
    from spacy.util import registry

    # else a blank pipeline would carry the time and memory of importing PaperKG
    registry._entry_point_factories.entry_points = False
    registry.tokenizers.entry_points = False


def make_stock(folder: str) -> None:
    """Write the stock NER pipeline, initialised on the examples, into a folder."""
    import spacy
    from spacy.training import Example

    without_plugins()
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    examples = []
    for text, *names in EXAMPLES:
        spans = [(text.index(name), text.index(name) + len(name), label) for name, label in names]
        examples.append(Example.from_dict(nlp.make_doc(text), {"entities": spans}))
    nlp.initialize(lambda: examples)
    nlp.to_disk(folder)


def opened(pipeline: str, folder: str) -> Language:
    """The pipeline of a name; `folder` holds the stock NER."""
    if pipeline == "ours":
        from paperkg.extract import load_pipeline

        return load_pipeline()
    import spacy

    if pipeline == "tokenizer":
        settings = {"nlp": {"tokenizer": {"@tokenizers": "paperkg_tokenizer.v1"}}}
        return spacy.blank("en", config=settings)
    without_plugins()
    nlp = spacy.load(folder) if pipeline == "stock" else spacy.blank("en")
    if "paperkg" in sys.modules:
        raise RuntimeError("spaCy imported PaperKG into another's process")
    return nlp


def ours(texts: list[str], processes: int) -> list[int]:
    """How many names `paperkg.extract` finds in each text, its records included."""
    from paperkg.extract import extract
    from paperkg.records import Paper

    split = (text.split("\n", 1) for text in texts)
    papers = (Paper(str(i), title, abstract) for i, (title, abstract) in enumerate(split))
    return [len(found.mentions) for found in extract(papers, processes=processes)]


def cpu_seconds() -> float:
    """CPU time so far of this process and of its children that have ended."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_memory(workers: int) -> float:
    """The most memory that this process and each of its ended workers have held, in MB."""
    unit = 1 if sys.platform == "darwin" else 1_024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + workers * worker) * unit / 1e6


def measure(contestant: Contestant, folder: str, texts: list[str]) -> Run:
    """Load a contestant and run it over the texts."""
    start = time.perf_counter()
    nlp = opened(contestant.pipeline, folder)
    nlp("We introduce Larkspur-7B.\nIt reaches 71.3% on QuizHarbour.")
    loaded, cpu = time.perf_counter(), cpu_seconds()
    # with fewer texts than whole batches, some process would get none
    batch = min(contestant.batch, -(-len(texts) // contestant.processes))
    if contestant.pipeline == "ours":
        found = ours(texts, contestant.processes)
    else:
        docs = nlp.pipe(texts, batch_size=batch, n_process=contestant.processes)
        found = [len(doc.ents) for doc in docs]
    seconds = time.perf_counter() - loaded
    if len(found) != len(texts):
        raise RuntimeError(f"{len(texts) - len(found)} texts were lost")
    cpu = cpu_seconds() - cpu
    workers = contestant.processes if contestant.processes > 1 else 0
    return Run(
        rate=len(texts) / seconds,
        cpu_rate=len(texts) / cpu,
        load=loaded - start,
        memory=peak_memory(workers),
        cores=cpu / seconds,
        entities=sum(found),
    )


def child(job: dict[str, Any]) -> Run | None:
    """Do what the parent asks for: a run or, without a contestant, the stock pipeline."""
    if "contestant" not in job:
        make_stock(job["folder"])
        return None
    return measure(Contestant(*job["contestant"]), job["folder"], job["texts"])


# In the parent, which stays small: Linux counts its memory into the peak of what it starts


def in_child(**job: Any) -> Any:
    """The answer of a fresh process to a job; ends the benchmark where it fails."""
    done = subprocess.run(
        [sys.executable, __file__, "--child"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        env=os.environ | {f"{library}_NUM_THREADS": "1" for library in THREADS},
    )
    if done.returncode:
        sys.exit(f"extraction: a run failed: {job.get('contestant')}\n{done.stderr}")
    return json.loads(done.stdout)


def lines(file: Path) -> Iterator[str]:
    """The lines of a file, gzipped or not, that are not empty."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8") as stream:
        yield from (line for line in stream if line.strip())


def abstracts(file: Path, papers: int) -> list[str]:
    """The texts (title, line end, abstract) of so many papers, spread evenly over a file."""
    total = sum(1 for _ in lines(file))
    papers = min(papers, total)
    chosen = {i * total // papers for i in range(papers)}
    records = (json.loads(line) for i, line in enumerate(lines(file)) if i in chosen)
    return [f"{record['title']}\n{record['abstract']}" for record in records]


def compete(texts: list[str]) -> dict[Contestant, list[Run]]:
    """The runs of each contestant, who take turns; tells on standard error how far it is."""
    runs: dict[Contestant, list[Run]] = {contestant: [] for contestant in CONTESTANTS}
    with TemporaryDirectory() as folder:
        in_child(folder=folder)
        for turn in range(ROUNDS):
            for c in CONTESTANTS:
                told = f"round {turn + 1}/{ROUNDS}: {c.label}, processes: {c.processes}"
                print(told, file=sys.stderr, flush=True)
                runs[c].append(Run(*in_child(contestant=c, folder=folder, texts=texts)))
    return runs


def summary(runs: dict[Contestant, list[Run]]) -> list[dict[str, Any]]:
    """One row a contestant: medians, and the ratio to stock NER with as many processes."""
    middle = {
        c: Run(*map(statistics.median, zip(*rounds, strict=True))) for c, rounds in runs.items()
    }
    stock = {c.processes: run for c, run in middle.items() if c.label == "stock NER"}
    return [
        {
            **c._asdict(),
            **middle[c]._asdict(),
            "ratio": middle[c].rate / stock[c.processes].rate,
            "cpu_ratio": middle[c].cpu_rate / stock[c.processes].cpu_rate,
            "rounds": [run._asdict() for run in rounds],
        }
        for c, rounds in runs.items()
    ]


def table(rows: list[dict[str, Any]]) -> str:
    """The rows for people."""
    head = ["contestant", "batch", "processes", "abstracts/s", "ratio to stock NER"]
    head += ["abstracts/CPU s", "ratio by CPU time", "peak memory MB", "seconds to load"]
    head += ["cores", "rounds from–to (abstracts/s)"]
    out = [" | ".join(head), "|".join("---:" if i else "---" for i in range(len(head)))]
    for r in rows:
        rates = [run["rate"] for run in r["rounds"]]
        cells = [r["label"], f"{r['batch']:,}", str(r["processes"]), f"{r['rate']:,.1f}"]
        cells += [f"{r['ratio']:.2f}×", f"{r['cpu_rate']:,.1f}", f"{r['cpu_ratio']:.2f}×"]
        cells += [f"{r['memory']:,.0f}", f"{r['load']:.1f}", f"{r['cores']:.2f}"]
        cells += [f"{min(rates):,.1f}–{max(rates):,.1f}"]
        out.append(" | ".join(cells))
    return "\n".join(out)


def count(text: str) -> int:
    """A positive number from the command line."""
    if (number := int(text)) < 1:
        raise ValueError(text)
    return number


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("abstracts", nargs="?", type=Path, default=CORPUS, help="JSON Lines")
    parser.add_argument("--papers", type=count, default=2_000, help="how many (default 2000)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure and print; exit status 1 where there are no abstracts."""
    told = arguments()
    if told.child:
        print(json.dumps(child(json.load(sys.stdin))))
        return
    if not told.abstracts.is_file():
        sys.exit(
            f"extraction: {told.abstracts}: no such file; name a JSON Lines file whose records "
            "have `title` and `abstract`"
        )
    texts = abstracts(told.abstracts, told.papers)
    if not texts:
        sys.exit(f"extraction: {told.abstracts}: empty; name a file with abstracts")
    rows = summary(compete(texts))
    if told.json:
        print(json.dumps({"papers": len(texts), "rounds": ROUNDS, "contestants": rows}, indent=2))
    else:
        print(f"{len(texts):,} abstracts, medians of {ROUNDS} rounds, {os.cpu_count()} cores\n")
        print(table(rows))
        if any(row["cores"] < ENOUGH * row["processes"] for row in rows):
            print("\nWhere `cores` is below `processes`, the machine was busy: trust CPU time.")


if __name__ == "__main__":
    main()
