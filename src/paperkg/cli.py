"""The command line: every command is one call of the library, and a way to print its answer."""

from __future__ import annotations

import atexit
import functools
import gc
import json
import re
import shutil
import sys
import webbrowser
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

import paperkg
import paperkg.curate
import paperkg.engine
import paperkg.explore
from paperkg.errors import PaperKGError
from paperkg.export import write_csv
from paperkg.files import read_text
from paperkg.graph import BASE
from paperkg.records import TYPES
from paperkg.resources import SAMPLE
from paperkg.sources import formats

if TYPE_CHECKING:
    import pandas as pd

    from paperkg.graph import KnowledgeGraph

__all__ = ["app"]

app = typer.Typer(
    name="paperkg",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A knowledge graph of machine-learning papers, from titles and abstracts alone.\n\n"
    "Example: `paperkg build page.txt -o outputs/page`, then open `outputs/page/graph.html`.\n\n"
    "Tables fit the terminal; in a pipe or a file they are one row a line, with a header and tabs "
    "between columns (`FORCE_COLOR=1` keeps the other form).",
)
catalog_app = typer.Typer(
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Upkeep of the catalogue of curated entities: check it, learn what it lacks, fill it in.",
)
app.add_typer(catalog_app, name="catalog")
fetch_app = typer.Typer(
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Papers from a service into a JSON Lines file, which `build` reads. Needs a network.\n\n"
    "A fetch that was cut off goes on where it was when the same command is run again; a complete "
    "file is brought up to date.",
)
app.add_typer(fetch_app, name="fetch")
out, err = Console(), Console(stderr=True)

Sources = Annotated[list[str], typer.Argument(metavar="SOURCE", help=(
    "Files, directories, glob patterns, addresses such as `s3://…` or `https://…`, or `-`; packed "
    "by gzip, zstd, bzip2 or xz or not. Recognised by content: "
    + ", ".join(formats()) + "."))]  # fmt: skip
From = Annotated[str | None, typer.Option("--from", help="The sources' format, if not as found.")]
Graph = Annotated[str, typer.Argument(help="A folder that `build` wrote, or a .ttl or .nt file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Confidence = Annotated[
    float,
    typer.Option("--min-confidence", min=0.0, max=1.0, help="Leave out less certain mentions."),
]
Processes = Annotated[
    int,
    typer.Option("-j", "--processes", min=0, help="So many processes work; 0: as many as pay."),
]
Pipeline = Annotated[str, typer.Option(help="A spaCy pipeline to use instead of the shipped one.")]
Catalog = Annotated[
    list[str] | None,
    typer.Option(
        help="A CSV file of your own names and types, with the columns `type`, `name` and, "
        "if you like, `aliases`, `family`, `maker` and others; may be given more than once."
    ),
]
Corrected = Annotated[
    str,
    typer.Option(
        "--corrections",
        help="A CSV file of links to be made otherwise: merge, split, rename, retype, ignore; "
        "`paperkg review` writes one to begin with.",
    ),
]
Types = ", ".join(f"`{t}`" for t in TYPES)
FORMATS = "csv, turtle, ntriples, jsonld, graphml, gexf, html"
VIEWS = "papers, entities, families, matrix, timeline"
SERVICES = "wikidata, ror, huggingface"
"""What may be chosen, told here so that help need not load what answers."""


class Format(StrEnum):
    """How `query` prints its answer."""

    table = "table"
    csv = "csv"
    json = "json"


class Part(StrEnum):
    """The tables of `diff`."""

    papers = "papers"
    entities = "entities"
    links = "links"
    results = "results"
    evidence = "evidence"


class Engine(StrEnum):
    """Where a build runs."""

    local = "local"
    spark = "spark"


class ResultKind(StrEnum):
    """The kinds of results."""

    score = "score"
    gain = "gain"
    speedup = "speedup"


atexit.register(gc.freeze)  # else Python looks through a whole graph for garbage before it ends


def guarded(function: Callable[..., None]) -> Callable[..., None]:
    """A command whose errors of input become one line and exit status 1."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except PaperKGError as error:
            print(f"paperkg: {error}", file=sys.stderr)
            raise typer.Exit(1) from None
        except BrokenPipeError:
            sys.stderr.close()
            raise typer.Exit(0) from None

    return wrapped


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Register a command."""
    return app.command()(guarded(function))


def version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        print(f"paperkg {paperkg.__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of every command."""
    out.soft_wrap = not out.is_terminal


class RateColumn(ProgressColumn):
    """How much of a stage is done in a second."""

    def render(self, task: Task) -> Text:
        """The rate, where it is known."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="dim")


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """A progress function that draws a bar a stage on a terminal, and nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), RateColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=err, transient=True, disable=not err.is_terminal
    ) as bars:
        tasks: dict[str, Any] = {}

        def update(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield update


@contextmanager
def waiting(doing: str) -> Iterator[None]:
    """Say on a terminal what is being done, for as long as it takes."""
    with err.status(Text(f"{doing} …")) if sys.stderr.isatty() else nullcontext():
        yield


def read(
    graph: str, evidence: bool | Callable[[KnowledgeGraph], Iterable[str]] = True
) -> KnowledgeGraph:
    """The tables of a graph, as `read_graph` reads them."""
    with waiting(f"Reading {graph}"):
        return paperkg.read_graph(graph, evidence=evidence)


def print_table(frame: pd.DataFrame, *, how: Format = Format.table, empty: str = "none") -> None:
    """Print a table: for people, for programs where no terminal reads it, as CSV, or as JSON."""
    if how is Format.json:
        print(frame.to_json(orient="records", force_ascii=False, indent=1))
    elif how is Format.csv:
        print(frame.to_csv(index=False, lineterminator="\n"), end="")
    elif not out.is_terminal:
        rows = [list(map(str, frame.columns)), *frame.itertuples(index=False)]
        print(*("\t".join(map(plain, row)) for row in rows), sep="\n")
    elif frame.empty:
        out.print(empty)
    else:
        from pandas.api.types import is_numeric_dtype

        table = Table(header_style="bold", show_edge=False, pad_edge=False)
        for name, column in frame.items():
            number = is_numeric_dtype(column)
            table.add_column(str(name), justify="right" if number else "left", overflow="fold")
        for row in frame.itertuples(index=False):
            table.add_row(*(Text(cell(value)) for value in row))
        out.print(table)


def print_rows(rows: Iterable[Sequence[Any]], columns: list[str], **options: Any) -> None:
    """Print rows as a table, with the options of `print_table`."""
    from pandas import DataFrame

    print_table(DataFrame(rows, columns=columns), **options)


def cell(value: Any) -> str:
    """A value in a cell of a table on a terminal: a list is shown one item a line."""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def plain(value: Any) -> str:
    """A value between two tabs: a list has ` | ` between its items, and no line breaks."""
    text = " | ".join(map(str, value)) if isinstance(value, list) else str(value)
    return re.sub(r"[\t\n\v\f\r\x85\u2028\u2029]+", " ", text).strip()


@command
def build(
    sources: Sources,
    output: Annotated[str, typer.Option("-o", "--output", help="The folder to write into.")],
    from_: From = None,
    base: Annotated[str, typer.Option(help="The IRI below which everything stands.")] = BASE,
    title: Annotated[str, typer.Option(help="The title of the HTML page.")] = "",
    min_confidence: Confidence = 0.0,
    pipeline: Pipeline = "",
    catalog: Catalog = None,
    corrections: Corrected = "",
    processes: Processes = 0,
    store: Annotated[
        bool, typer.Option("--store", help="Write a SPARQL store too, which `serve` opens at once.")
    ] = False,
    engine: Annotated[
        Engine, typer.Option(help="Where it runs: this machine, or a Spark cluster.")
    ] = Engine.local,
    master: Annotated[str, typer.Option(help="Spark's master, if not that of spark-submit.")] = "",
    as_json: AsJson = False,
) -> None:
    """Build the graph of some papers: Turtle, HTML, evidence and tables in one folder.

    A build that was broken off goes on where it was when it is started again. A build on Spark
    writes N-Triples and Parquet in parts, and neither page nor store.

    Examples:

    `paperkg build page.txt -o outputs/page`

    `zcat arxiv.jsonl.gz | head -500 | paperkg build - -o outputs/arxiv`

    `paperkg build page.txt --catalog robots.csv -o outputs/robots`

    `paperkg build page.txt --corrections corrections.csv -o outputs/page`

    `paperkg build 's3://papers/*.jsonl.gz' --engine spark -o s3://graphs/papers`
    """
    where: dict[str, Any] = {"title": title, "processes": processes, "store": store}
    run: Callable[..., Any] = paperkg.build
    if engine is Engine.spark:
        if any(where.values()):
            raise PaperKGError("--engine spark takes no --title, --processes and --store")
        where, run = {"master": master}, on_spark()
    elif master:
        raise PaperKGError("--master is for --engine spark; add it")
    with progress_bars() as progress:
        done = run(
            sources,
            output,
            format=from_,
            base=base,
            min_confidence=min_confidence,
            pipeline=pipeline,
            catalog=catalog or (),
            corrections=corrections,
            progress=progress,
            **where,
        )
    print_summary(done, as_json)


def on_spark() -> Callable[..., Any]:
    """The build on a Spark cluster; raises PaperKGError where PySpark is missing."""
    try:
        from paperkg.engine.spark import build_on_spark
    except ImportError as error:
        raise PaperKGError(f"{error}; pip install 'paperkg[spark]'") from error
    return build_on_spark


Folder = Annotated[Path, typer.Argument(metavar="GRAPH", help="A folder that `build` wrote.")]


@command
def add(
    graph: Folder,
    sources: Sources,
    from_: From = None,
    processes: Processes = 0,
    as_json: AsJson = False,
) -> None:
    """Add more papers to a graph, with the settings that it was built with.

    Only new papers are read; the graph is what building from all the sources would give.

    Examples:

    `paperkg add outputs/page november.jsonl`

    `zcat arxiv.jsonl.gz | tail -100 | paperkg add outputs/arxiv -`
    """
    with progress_bars() as progress:
        done = paperkg.add(graph, sources, format=from_, processes=processes, progress=progress)
    print_summary(done, as_json)


@command
def remove(
    graph: Folder,
    papers: Annotated[list[str], typer.Argument(metavar="PAPER", help="Ids, keys or IRIs.")],
    processes: Processes = 0,
    as_json: AsJson = False,
) -> None:
    """Remove papers from a graph; it is then what building without them would give.

    Example: `paperkg remove outputs/page arxiv:2501.12345`
    """
    with progress_bars() as progress:
        done = paperkg.remove(graph, papers, processes=processes, progress=progress)
    print_summary(done, as_json)


SINGULAR = {
    "papers": "paper",
    "entities": "entity",
    "links": "link",
    "mentions": "mention",
    "rejected": "rejected",
}


def print_summary(done: paperkg.Build, as_json: bool) -> None:
    """Print what a build made."""
    counts = done.counts
    if as_json:
        files = [str(path) for path in done.files]
        more = {"idle_corrections": list(done.idle), "stages": done.stages, "files": files}
        print(json.dumps(counts | more))
        return
    told = (f"{n:,} {name if n != 1 else SINGULAR[name]}" for name, n in counts.items() if n)
    out.print(", ".join(told))
    if done.rejected:
        first = done.rejected[0]
        place = f"{first.source}:{first.line}" if first.line else first.source
        out.print(f"first rejected: {place}: {first.reason}", markup=False, highlight=False)
    if done.idle:
        lines = ", ".join(map(str, done.idle))
        out.print(f"corrections that nothing answers to: lines {lines}", highlight=False)
    for path in done.files:
        print(f"{path.stat().st_size / 1024:>10,.0f} KB  {path}")


@command
def extract(
    sources: Sources,
    output: Annotated[Path, typer.Option("-o", "--output", help="A .jsonl file to write.")],
    results: Annotated[
        Path | None, typer.Option(help="A .jsonl file for the reported results.")
    ] = None,
    from_: From = None,
    min_confidence: Confidence = 0.0,
    pipeline: Pipeline = "",
    catalog: Catalog = None,
    processes: Processes = 0,
) -> None:
    """Extract mentions only, one JSON object a line; with --results the results too.

    Example: `paperkg extract page.txt -o mentions.jsonl`
    """
    with progress_bars() as progress:
        counts = paperkg.engine.extract_files(
            sources,
            output,
            results=results or "",
            format=from_,
            pipeline=pipeline,
            catalog=catalog or (),
            processes=processes,
            min_confidence=min_confidence,
            progress=progress,
        )
    told = "{mentions:,} mentions in {papers:,} papers, {rejected:,} records rejected"
    print(told.format(**counts))


@command
def export(
    graph: Graph,
    to: Annotated[str, typer.Option(help=f"One of {FORMATS}.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file (csv: the folder).")],
) -> None:
    """Write a built graph in another format.

    Example: `paperkg export outputs/page --to graphml -o page.graphml`
    """
    paperkg.export(read(graph), to, output)
    print(f"{output} written")


@command
def view(
    graph: Graph,
    kind: Annotated[str, typer.Option(help=f"One of {VIEWS}.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="A .html page or a .graphml network to write.")
    ],
    types: Annotated[
        list[str] | None,
        typer.Option("--type", help=f"Only entities of this type; repeatable. {Types}."),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Show at most so much; 0: as usual.")] = 0,
    title: Annotated[str, typer.Option(help="The title of the page.")] = "",
) -> None:
    """Another view of a graph: one page that opens offline, or a network for other programs.

    Papers near each other by what they share; entities named together; families of models with
    their variants; papers × benchmarks with results; entities by the month that first names them.

    Examples:

    `paperkg view outputs/sample --kind papers -o papers.html`

    `paperkg view outputs/sample --kind entities --type Model -o models.graphml`
    """
    kg = read(graph)
    wanted = [paperkg.explore.type_named(type_, kg.types) for type_ in types or ()]
    paperkg.view(kg, kind, output, types=wanted, limit=limit, title=title)
    print(f"{output} written")


@command
def query(
    graph: Annotated[str, typer.Argument(help="A folder that `build` wrote, or a file.")] = "",
    sparql: Annotated[str, typer.Argument(help="A SPARQL query.")] = "",
    named: Annotated[str, typer.Option(help="The name of a query that ships with PaperKG.")] = "",
    file: Annotated[str, typer.Option(help="A file that holds the query.")] = "",
    bind: Annotated[
        list[str] | None,
        typer.Option(
            help="NAME=VALUE: give a variable an IRI or a text; `entity` and `paper` take a name."
        ),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the answer.")] = Format.table,  # noqa: A002
    list_: Annotated[bool, typer.Option("--list", help="List the named queries.")] = False,
) -> None:
    """Ask a graph in SPARQL; the usual prefixes are declared already.

    Examples:

    `paperkg query outputs/page --list`

    `paperkg query outputs/page --named shared-models`

    `paperkg query outputs/page 'SELECT ?p { ?p pk:uses/rdfs:label "GPT-4" }' --format csv`
    """
    if list_:
        print_rows(paperkg.named_queries().items(), ["name", "answers"], how=format)
        return
    if not graph:
        raise typer.BadParameter("give the graph to ask, or --list")
    given = [bool(sparql), bool(named), bool(file)]
    if sum(given) != 1:
        raise typer.BadParameter("give one of: a query, --named NAME, --file FILE (or --list)")
    text = sparql or (paperkg.named_query(named) if named else read_text(file))
    values = dict(bound(graph, item) for item in bind or ())
    with waiting(f"Asking {graph}"):
        answer = paperkg.query(paperkg.open_store(graph), text, bind=values)
    print_table(answer, how=format, empty="no answers")


def bound(graph: str, item: str) -> tuple[str, str]:
    """A NAME=VALUE pair; the name of an `entity` or `paper` becomes its IRI."""
    name, equals, value = item.partition("=")
    if not equals or not name:
        raise typer.BadParameter(f"{item}: give --bind NAME=VALUE")
    if name not in {"entity", "paper"} or value.startswith(("http://", "https://")):
        return name, value
    return name, paperkg.show(read(graph, evidence=False), value).iri


@command
def shared(
    graph: Graph,
    type_: Annotated[str, typer.Option("--type", help=f"One of {Types}, or your own.")],
    minimum: Annotated[int, typer.Option("--min", min=1, help="At least so many papers.")] = 2,
    pairs: Annotated[bool, typer.Option("--pairs", help="List pairs of papers instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Which papers share which models, benchmarks, datasets, …

    Example: `paperkg shared outputs/page --type Benchmark`
    """
    kg = read(graph, evidence=False)
    kind = paperkg.explore.type_named(type_, kg.types)
    frame = paperkg.shared_pairs(kg, kind) if pairs else paperkg.shared(kg, kind, minimum=minimum)
    if not as_json:
        frame = frame.drop(columns="iri", errors="ignore")
    print_table(frame, how=Format.json if as_json else Format.table, empty=f"no {kind} is shared")


@command
def show(
    graph: Graph,
    name: Annotated[str, typer.Argument(help="A name, alias, title, id or IRI.")],
    as_json: AsJson = False,
) -> None:
    """One entity or paper, with the sentences that prove every link.

    Example: `paperkg show outputs/page "Llama 2"`
    """
    proving = functools.partial(paperkg.explore.proving, name=name)
    found = paperkg.show(read(graph, evidence=proving), name)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=1))
        return
    out.print(Text(found.name, style="bold"), Text(f"  {found.kind}  {found.iri}", style="dim"))
    for label, value in found.facts.items():
        out.print(Text(f"{label}: ", style="bold"), end="")
        out.print(Text("; ".join(value) if isinstance(value, list) else str(value)))
    for role, links in found.links.items():
        out.print(Text(f"\n{role} ({len(links)})", style="bold underline"))
        for link in links:
            out.print(Text(f"• {link['name']}"), Text(f" {link['confidence']:.2f}", style="dim"))
            for reason in link["because"]:
                out.print(Text(f"    {reason}", style="dim"))
            for sentence in link["evidence"]:
                out.print(Text(f"    {sentence}", style="italic"))


@command
def leaderboard(
    graph: Graph,
    benchmark: Annotated[str, typer.Argument(help="A benchmark or dataset, by any name.")],
    metric: Annotated[str, typer.Option(help="Results by this metric only.")] = "",
    kind: Annotated[ResultKind | None, typer.Option(help="Results of this kind only.")] = None,
    sentences: Annotated[
        bool, typer.Option("--sentences", help="Print the sentences that report them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What papers report on a benchmark, the best first: scores, gains and speedups apart.

    The numbers are those of titles and abstracts, each under the conditions of its paper.

    Example: `paperkg leaderboard outputs/sample ImageNet --sentences`
    """
    reporting = functools.partial(paperkg.explore.reporting, benchmark=benchmark)
    kg = read(graph, evidence=reporting)
    frame = paperkg.leaderboard(kg, benchmark, metric=metric, kind=kind or "")
    if as_json:
        print_table(frame, how=Format.json)
        return
    columns = ["value", "system", "paper", "date"] + ["sentence"] * sentences
    if not out.is_terminal:
        print_table(frame[["kind", "metric", *columns]])
        return
    for (told, by), rows in frame.groupby(["kind", "metric"], sort=False):
        heading = f"{told}s by {by}" if by else f"{told}s, metric not named"
        out.print(Text(f"\n{heading} ({len(rows)})", style="bold underline"))
        print_table(rows[columns])


@command
def similar(
    graph: Graph,
    paper: Annotated[str, typer.Argument(help="A title, a part of it, an id or IRI.")],
    limit: Annotated[int, typer.Option(min=1, help="At most so many papers.")] = 10,
    as_json: AsJson = False,
) -> None:
    """The papers nearest to one, by the entities they share.

    Example: `paperkg similar outputs/page "Guess & Sketch"`
    """
    kg = read(graph, evidence=False)
    frame = paperkg.similar(kg, paperkg.find_paper(kg, paper), limit=limit)
    if not as_json:
        frame = frame.drop(columns="paper")
    how = Format.json if as_json else Format.table
    print_table(frame, how=how, empty="no paper shares an entity with it")


@command
def stats(graph: Graph, as_json: AsJson = False) -> None:
    """The graph's figures: entities, links by role and mentions of each type.

    Example: `paperkg stats outputs/page`
    """
    kg = read(graph)
    if out.is_terminal and not as_json:
        out.print(
            f"{len(kg.papers):,} papers, {len(kg.entities):,} entities, {len(kg.links):,} links"
        )
    print_table(paperkg.stats(kg), how=Format.json if as_json else Format.table)


@command
def review(
    graph: Graph,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A .csv file to write, and to edit.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many rows.")] = 200,
    as_json: AsJson = False,
) -> None:
    """The least certain links and likely duplicates, as corrections to accept or to change.

    Take the question mark from the action of a row to accept it; `build --corrections` does the
    rest.

    Examples:

    `paperkg review outputs/page --limit 20`

    `paperkg review outputs/page -o corrections.csv`
    """
    frame = paperkg.review(read(graph), limit=limit)
    if output:
        write_csv(frame, output)
        print(f"{output}: {len(frame)} questions; edit it, then build with --corrections {output}")
        return
    if not as_json:
        frame = frame[["action", "score", "note"]]
    print_table(frame, how=Format.json if as_json else Format.table, empty="nothing is in doubt")


@command
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A folder or file, as it was.")],
    after: Annotated[str, typer.Argument(metavar="B", help="A folder or file, as it is.")],
    only: Annotated[Part | None, typer.Option(help="Print what changed in these only.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="Rows a table, 0 for all; else 10, in JSON all.")
    ] = None,
    evidence: Annotated[bool, typer.Option("--evidence", help="Compare mentions too.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit status 1 where they differ, else 0.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What changed between two graphs: papers, entities, links, and what is reported.

    `before` and `after` are what only the one and only the other graph says. Exit status 0, whether
    they differ or not, unless `--exit-code` is given.

    Examples:

    `paperkg diff outputs/october outputs/november`

    `paperkg diff outputs/page outputs/corrected --only entities --limit 0`
    """
    with waiting(f"Comparing {before} and {after}"):
        found = paperkg.diff(before, after, evidence=evidence or only is Part.evidence)
    tables = {name: t for name, t in found.tables.items() if only in (None, name)}
    counts = {name: found.counts[name] for name in tables}
    if as_json:
        rows = {name: t.head(limit or len(t)).to_dict("records") for name, t in tables.items()}
        print(json.dumps({"counts": counts} | rows, ensure_ascii=False))
    else:
        print_changes(tables, counts, 10 if limit is None else limit)
    if exit_code and any(counts.values()):
        raise typer.Exit(1)


def print_changes(
    tables: dict[str, pd.DataFrame], counts: dict[str, dict[str, int]], limit: int
) -> None:
    """Print how much changed, and the first rows of each table."""
    for name, kinds in counts.items():
        if kinds:
            told = ", ".join(f"{number:,} {change}" for change, number in kinds.items())
            out.print(Text(f"{name}: {told}"))
    if not any(counts.values()):
        print("nothing changed")
    for name, table in tables.items():
        if not table.empty:
            first = table.head(limit or len(table))
            of = f"first {len(first):,} of " if len(first) < len(table) else ""
            out.print(Text(f"\n{name} ({of}{len(table):,})", style="bold underline"))
            print_table(first)


@command
def ground(
    name: Annotated[str, typer.Argument(help="A name as a paper may write it.")],
    type_: Annotated[str, typer.Option("--type", help=f"What it is: one of {Types}.")] = "",
    full_name: Annotated[str, typer.Option(help="What it is spelled out as.")] = "",
    catalog: Catalog = None,
    as_json: AsJson = False,
) -> None:
    """What the catalogue takes a name for: entities with scores and reasons, best first.

    Example: `paperkg ground Llama-2-13B-chat --type Model`
    """
    kind = paperkg.explore.type_named(type_) if type_ else ""
    found = paperkg.ground(name, kind, full_name=full_name, catalog=catalog or ())
    rows = [(c.entry.id, c.suffix, round(c.score, 3), c.reason) for c in found]
    columns = ["entity", "variant", "score", "reason"]
    empty = f"the catalogue knows nothing like {name}"
    print_rows(rows, columns, how=Format.json if as_json else Format.table, empty=empty)


@catalog_app.command("check")
@guarded
def catalog_check(
    files: Annotated[list[str] | None, typer.Argument(help="Your own catalogue files.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every fault of the shipped catalogue, and of files of your own; exit status 1 for any.

    Example: `paperkg catalog check robots.csv`
    """
    found = paperkg.catalog_check(files or ())
    if as_json or not found.empty:
        print_table(found, how=Format.json if as_json else Format.table)
    faults = int((found["level"] == "fault").sum())
    if faults:
        raise PaperKGError(f"catalogue: {faults} fault{'s' * (faults != 1)}; mend the rows told")
    if not as_json:
        warnings = len(found)
        print("the catalogue is sound" + (f", with {warnings} warnings" if warnings else ""))


@catalog_app.command("suggest")
@guarded
def catalog_suggest(
    graph: Graph,
    minimum: Annotated[int, typer.Option("--min", min=1, help="At least so many papers.")] = 3,
    type_: Annotated[str, typer.Option("--type", help=f"One of {Types}.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many names.")] = 100,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A catalogue file to write, and to edit.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Frequent names that the catalogue does not know, those of most papers first.

    Where several papers introduce a name, it may be several things.

    Examples:

    `paperkg catalog suggest outputs/arxiv --min 5`

    `paperkg catalog suggest outputs/arxiv --type Benchmark -o mine.csv`
    """
    kg = read(graph)
    kind = paperkg.explore.type_named(type_, kg.types) if type_ else ""
    frame = paperkg.catalog_suggest(kg, minimum=minimum, type_=kind, limit=limit)
    if output:
        write_csv(frame[["type", "name", "aliases"]], output)
        print(f"{output}: {len(frame)} names; edit it, then build with --catalog {output}")
        return
    empty = "no name that the catalogue lacks is so frequent"
    print_table(frame, how=Format.json if as_json else Format.table, empty=empty)


@catalog_app.command("enrich")
@guarded
def catalog_enrich(
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The catalogue file (.csv) to write.")
    ],
    types: Annotated[
        list[str] | None,
        typer.Option("--type", help="Rows of this type only; may be given more than once."),
    ] = None,
    services: Annotated[
        list[str] | None,
        typer.Option(
            "--service",
            help=f"Ask this service only; repeatable. One of {SERVICES}.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many rows; 0 for all.")] = 0,
    pause: Annotated[float, typer.Option(help="Seconds between two requests.")] = 1.0,
    urls: Annotated[
        list[str] | None,
        typer.Option("--url", help="SERVICE=ADDRESS: a mirror to ask instead of the public one."),
    ] = None,
    catalog: Catalog = None,
    as_json: AsJson = False,
) -> None:
    """Ask Wikidata, ROR and the Hugging Face Hub for the ids that rows lack. Needs a network.

    An id is taken where one thing alone bears the name and is of the row's type. What was learned
    stays in `OUTPUT.journal.jsonl`: a run that was cut off goes on where it was.

    Examples:

    `paperkg catalog enrich -o ids.csv --type Organization --limit 100`

    `paperkg build page.txt --catalog ids.csv -o outputs/page`
    """
    with progress_bars() as progress:
        done = paperkg.catalog_enrich(
            output,
            types=[paperkg.explore.type_named(type_) for type_ in types or ()],
            services=services or paperkg.curate.SERVICES,
            limit=limit,
            catalog=catalog or (),
            urls=dict(service_address(item) for item in urls or ()),
            pause=pause,
            progress=progress,
        )
    if as_json:
        print(json.dumps(asdict(done)))
        return
    print(f"{output}: {done.found:,} ids; {done.unclear:,} ambiguous; {done.asked:,} asked for now")
    if done.found:
        print(f"use it: {own_name()} build SOURCE --catalog {output} -o FOLDER")


def service_address(item: str) -> tuple[str, str]:
    """A SERVICE=ADDRESS pair."""
    service, equals, url = item.partition("=")
    if not equals:
        raise typer.BadParameter(f"{item}: give --url SERVICE=ADDRESS")
    return service, url


Fetchable = Annotated[
    Path, typer.Option("-o", "--output", help="The file to write: .jsonl, .jsonl.gz or .jsonl.zst.")
]
Since = Annotated[str, typer.Option(help="The first day: 2026-01-31, 2026-01 or 2026.")]
Until = Annotated[str, typer.Option(help="The last day, or month, or year; else today.")]
Most = Annotated[int, typer.Option(min=0, help="At most so many papers; 0 for all.")]
Pause = Annotated[
    float | None, typer.Option(help="Seconds between two requests, if not those it asks for.")
]
Url = Annotated[str, typer.Option(help="Another address of the service, such as a mirror.")]


def print_fetched(service: str, output: Path, as_json: bool, **options: Any) -> None:
    """Fetch papers, and print what came."""
    try:
        with progress_bars() as progress:
            done = paperkg.fetch(service, output, progress=progress, **options)
    except KeyboardInterrupt:
        print("paperkg: stopped; run the same command again to go on", file=sys.stderr)
        raise typer.Exit(130) from None
    if as_json:
        print(json.dumps(asdict(done) | {"file": str(done.file)}, ensure_ascii=False))
        return
    print(f"{output}: {done.papers:,} paper{'s' * (done.papers != 1)}, {done.new:,} new")
    for reason, number in sorted(done.left_out.items()):
        print(f"left out: {number:,}, {reason}")
    print(f"use it: {own_name()} build {output} -o FOLDER")


@fetch_app.command("arxiv")
@guarded
def fetch_arxiv(
    output: Fetchable,
    category: Annotated[
        list[str] | None, typer.Option(help="Such as cs.CL; may be given more than once.")
    ] = None,
    query: Annotated[
        str, typer.Option(help="Words in the query syntax of arXiv, such as `abs:translation`.")
    ] = "",
    since: Since = "",
    until: Until = "",
    limit: Most = 0,
    pause: Pause = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Papers of arXiv, by the day of their submission, the newest first.

    One request of 500 papers every three seconds, as arXiv asks.

    Examples:

    `paperkg fetch arxiv --category cs.CL --category cs.LG --since 2026-01-01 -o papers.jsonl.gz`

    `paperkg fetch arxiv --query 'ti:benchmark AND abs:"language model"' --limit 1000 -o b.jsonl`
    """
    print_fetched(
        "arxiv", output, as_json,
        categories=category or (), query=query, since=since, until=until, limit=limit,
        pause=pause, url=url,
    )  # fmt: skip


@fetch_app.command("huggingface")
@guarded
def fetch_huggingface(
    output: Fetchable,
    since: Since = "",
    until: Until = "",
    limit: Most = 0,
    pause: Pause = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """The daily papers of Hugging Face, the latest day first.

    Examples:

    `paperkg fetch huggingface --since 2026-10 --until 2026-10 -o october.jsonl`

    `paperkg fetch huggingface --limit 200 -o papers.jsonl`
    """
    print_fetched(
        "huggingface", output, as_json,
        since=since, until=until, limit=limit, pause=pause, url=url,
    )  # fmt: skip


@fetch_app.command("openalex")
@guarded
def fetch_openalex(
    output: Fetchable,
    query: Annotated[str, typer.Option(help="Words to search for.")] = "",
    filter_: Annotated[
        list[str] | None,
        typer.Option("--filter", help="KEY:VALUE, a filter of OpenAlex; repeatable."),
    ] = None,
    since: Since = "",
    until: Until = "",
    limit: Most = 0,
    email: Annotated[str, typer.Option(help="Your address, for the polite pool.")] = "",
    api_key: Annotated[
        str, typer.Option(envvar="OPENALEX_API_KEY", help="A key: free at openalex.org.")
    ] = "",
    pause: Pause = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Works of OpenAlex, by the day of their publication, the newest first.

    Without a key OpenAlex answers few requests a day.

    Examples:

    `paperkg fetch openalex --query "speech synthesis" --since 2026 --limit 500 -o papers.jsonl`

    `paperkg fetch openalex --filter has_abstract:true --filter topics.id:T10028 -o papers.jsonl`
    """
    print_fetched(
        "openalex", output, as_json,
        query=query, filters=filter_ or (), since=since, until=until, limit=limit,
        email=email, api_key=api_key, pause=pause, url=url,
    )  # fmt: skip


@fetch_app.command("semanticscholar")
@guarded
def fetch_semanticscholar(
    output: Fetchable,
    query: Annotated[
        str, typer.Option(help="Words to search for; `+`, `|`, `-` and quotes have a meaning.")
    ] = "",
    field_of_study: Annotated[
        list[str] | None, typer.Option(help="Such as `Computer Science`; repeatable.")
    ] = None,
    since: Since = "",
    until: Until = "",
    limit: Most = 0,
    api_key: Annotated[str, typer.Option(envvar="S2_API_KEY", help="A key, if you have one.")] = "",
    pause: Pause = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Papers of Semantic Scholar, by the day of their publication, the newest first.

    Example: `paperkg fetch semanticscholar --query '"speech synthesis"' --since 2026 -o s.jsonl`
    """
    print_fetched(
        "semanticscholar", output, as_json,
        query=query, fields_of_study=field_of_study or (), since=since, until=until, limit=limit,
        api_key=api_key, pause=pause, url=url,
    )  # fmt: skip


@command
def validate(graph: Graph, as_json: AsJson = False) -> None:
    """Check a graph against the SHACL shapes; exit status 1 where it does not conform.

    Example: `paperkg validate outputs/page`
    """
    with waiting(f"Checking {graph}"):
        violations = paperkg.validate(graph)
    if as_json or not violations.empty:
        print_table(violations, how=Format.json if as_json else Format.table)
    if not violations.empty:
        raise PaperKGError(f"{graph}: {len(violations)} violations; mend them or build it again")
    if not as_json:
        print(f"{graph}: conforms")


def own_name() -> str:
    """How to call this program again: by its name where it is on the path."""
    if sys.argv[0].endswith("__main__.py"):
        return "python -m paperkg"
    found = shutil.which("paperkg")
    return "paperkg" if found and Path(found).samefile(sys.argv[0]) else sys.argv[0]


FIGURES = {
    "mention": "mention",
    "span": "span",
    "entity": "entity",
    "link": "link (B³)",
    "introduces": "introduces",
}
"""How the table of `evaluate` names its figures."""


@command
def evaluate(
    gold: Annotated[str, typer.Argument(metavar="GOLD", help="Annotated papers, .jsonl.")],
    results: Annotated[str, typer.Option(help="A .jsonl file with their reported numbers.")] = "",
    gold_mentions: Annotated[
        bool, typer.Option("--gold-mentions", help="Link the annotated mentions; extract none.")
    ] = False,
    errors: Annotated[bool, typer.Option("--errors", help="List the mistakes too.")] = False,
    min_confidence: Confidence = 0.0,
    pipeline: Pipeline = "",
    catalog: Catalog = None,
    as_json: AsJson = False,
) -> None:
    """Score extractor and linker on annotated papers: precision, recall, F1.

    A line of the file is a paper: id, title, abstract, mentions (start, end, type, canonical,
    role) and, where there are any, disputed (start, end) and results.

    Examples:

    `paperkg evaluate gold.jsonl --errors`

    `paperkg evaluate gold.jsonl --gold-mentions --json`
    """
    if gold_mentions and results:
        raise typer.BadParameter("--gold-mentions measures linking alone; leave out --results")
    with progress_bars() as progress:
        found = paperkg.evaluate(
            gold,
            results=results,
            gold_mentions=gold_mentions,
            min_confidence=min_confidence,
            pipeline=pipeline,
            catalog=catalog or (),
            progress=progress,
        )
    if as_json:
        listed = {"errors": found.errors.to_dict("records")} if errors else {}
        print(json.dumps(found.scores | listed, ensure_ascii=False))
        return
    print_scores(found.scores, linking_alone=gold_mentions)
    if errors:
        print_errors(found.errors)


def print_scores(scores: dict[str, Any], *, linking_alone: bool) -> None:
    """Print the figures of an evaluation; of linking alone, what says something about it."""
    rows = [(name, scores[key]) for key, name in FIGURES.items()]
    rows += [(f"  {type_}", figures) for type_, figures in scores["type"].items()]
    rows += [(f"result: {name}", figures) for name, figures in scores.get("results", {}).items()]
    if linking_alone:
        rows = [(FIGURES[key], scores[key]) for key in ("entity", "link")]
    columns = ("precision", "recall", "F1", "gold", "predicted")
    table = [
        [name, *(f"{f[k]:.3f}" for k in "prf"), *(count(f, k) for k in columns[3:])]
        for name, f in rows
    ]
    papers = scores["papers"]
    print(f"{papers:,} paper{'s' * (papers != 1)}")
    print_rows(table, ["figure", *columns])
    if not linking_alone:
        print(f"role accuracy {scores['role']:.3f}")


def count(figures: dict[str, float], name: str) -> str:
    """A count among some figures, right-aligned, or nothing where there is none."""
    return f"{figures[name]:>6,}" if name in figures else ""


def print_errors(errors: pd.DataFrame) -> None:
    """Print mistakes, the same ones together, with the places where they are made."""
    if errors.empty:
        print("\nno mistakes")
    same = ["error", "expected", "got", "text", "read"]
    for _, rows in errors.groupby(same, sort=False):
        first = rows.iloc[0]
        told = f"  {changed(first['expected'], first['got'])}"
        if len(rows) > 1:
            told += f"  {len(rows)} times"
        heading = Text(f"\n{first['error']} ", style="bold")
        out.print(heading.append(changed(first["text"], first["read"])).append(told, "dim"))
        for row in rows.itertuples(index=False):
            out.print(Text(f"• {row.paper}", style="dim"), Text(str(row.context)))


def changed(expected: str, got: str) -> str:
    """What was expected and what came instead; either may be missing, or they are the same."""
    return " → ".join(dict.fromkeys(filter(None, (expected, got))))


@command
def train(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="ANNOTATED",
            help="Annotated papers: JSON Lines, or what Prodigy, Label Studio or spaCy write.",
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="A new folder to write into.")],
    pipeline: Annotated[str, typer.Option(help="The pipeline to begin with.")] = "",
    epochs: Annotated[int, typer.Option(min=1, help="How often each paper is learned.")] = 8,
    as_json: AsJson = False,
) -> None:
    """Teach the extractor the names in your annotated papers, new types included.

    One paper in five is kept apart to measure on. Needs PyTorch: `pip install 'paperkg[train]'`.

    Examples:

    `paperkg train mine.jsonl -o my-pipeline`

    `paperkg build page.txt --pipeline my-pipeline -o outputs/page`
    """
    with progress_bars() as progress:
        done = paperkg.train(
            sources,
            output,
            pipeline=pipeline,
            epochs=epochs,
            report=lambda step, steps, _: progress("Learning", step, steps),
        )
    if as_json:
        print(json.dumps(asdict(done) | {"folder": str(done.folder)}))
        return
    print(f"learned from {done.papers:,} papers; types: {', '.join(done.types)}")
    print(f"F1 of mentions on {done.held_out:,} papers held out: {done.before:.3f}", end="")
    print(f" before, {done.after:.3f} after")
    print(f"use it: {own_name()} build SOURCE --pipeline {output} -o FOLDER")


@command
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write into.")] = (
        Path("outputs/sample")
    ),
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Build the bundled sample of landmark papers, and say what to ask next.

    Example: `paperkg demo --open`
    """
    with progress_bars() as progress:
        done = paperkg.build([str(SAMPLE)], output, title="Landmark papers", progress=progress)
    print_summary(done, as_json=False)
    page = (output / "graph.html").resolve()
    print(f"\nLook: open {page} in a browser. Then ask:")
    for question in (
        "shared {} --type Benchmark",
        "show {} BERT",
        "query {} --named introductions",
    ):
        print(f"  {own_name()} {question.format(output)}")
    if open_:
        webbrowser.open(page.as_uri())


@command
def serve(
    graph: Graph,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any.")] = 8000,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that a query may take.")] = 20,
    max_rows: Annotated[int, typer.Option(min=1, help="Rows that a query may give.")] = 10_000,
    memory: Annotated[int, typer.Option(min=64, help="Megabytes that a query may take.")] = 2048,
    workers: Annotated[int, typer.Option(min=1, help="So many queries run at a time.")] = 2,
) -> None:
    """Serve a graph in the browser: explorer, a page for every IRI, search, SPARQL.

    Needs two more packages: `pip install 'paperkg[serve]'`. Ctrl-C ends it.

    Example: `paperkg serve outputs/page --port 8080`
    """
    paperkg.serve(
        graph,
        host=host,
        port=port,
        timeout=timeout,
        max_rows=max_rows,
        memory=memory,
        workers=workers,
    )
