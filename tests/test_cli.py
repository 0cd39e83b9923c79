"""The command line: every command, what it prints, and how it tells what is wrong."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from graph.invented import OTHER_BASE, document, sample, small, written
from typer.testing import CliRunner

import paperkg
from paperkg.cli import app
from paperkg.export import FORMATS
from paperkg.records import TYPES
from paperkg.resources import SAMPLE

PROGRAM = str(Path(sys.executable).with_name("paperkg"))
COMMANDS = (
    *("build", "add", "remove", "diff", "extract", "export", "query", "shared"),
    *("show", "similar", "stats", "validate", "evaluate", "demo"),
    *(
        "leaderboard",
        "serve",
        "view",
        "review",
        "ground",
        "train",
        "catalog check",
        "catalog suggest",
        "catalog enrich",
    ),
)
COLOURS = {"FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS", "GITHUB_ACTIONS", "TTY_COMPATIBLE"}
PLAIN = {k: v for k, v in os.environ.items() if k not in COLOURS}
PIPE: dict[str, str | None] = dict.fromkeys(COLOURS)
TERMINAL = PIPE | {"FORCE_COLOR": "1"}
ANSI = re.compile(r"\x1b\[[\d;]*m")
PAGE = """Counting leaves with GPT-4

We ask GPT-4 how many leaves an oak has, and it is wrong each time. On MMLU it does better than on
our oaks, by 12.5 points of accuracy. Nobody has counted the needles of a pine, and we do not blame
anyone for that; the data of this study are in a shoe box, and the shoe box is in the attic now.
"""


GOLD = {"id": "oaks", "title": "Counting leaves with GPT-4", "abstract": "MMLU is no oak.",
        "mentions": [
            {"start": 21, "end": 26, "type": "Model", "canonical": "GPT-4", "role": "uses"},
            {"start": 27, "end": 31, "type": "Benchmark", "canonical": "MMLU", "role": "mentions"},
            {"start": 38, "end": 41, "type": "Method", "canonical": "oak", "role": "mentions"},
        ]}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a small graph, a page, and files that are of no use."""
    folder = tmp_path_factory.mktemp("cli")
    written(small(), folder / "graph")
    files = {
        "page.txt": PAGE.encode(),
        "empty.txt": b"",
        "binary.bin": bytes(range(256)) * 8,
        "broken.gz": gzip.compress(PAGE.encode() * 99)[:-20],
        "nothing.jsonl": b'{"title": "Elm"}\n',
        "gold.jsonl": json.dumps(GOLD).encode(),
        "gold-outside.jsonl": json.dumps(GOLD).replace("41", "99").encode(),
        "robots.csv": b"type,name\nRobot,oak\n",
        "no-robots.csv": b"type,name\nrobot,Oak\n",
        "gold-type.jsonl": json.dumps(GOLD).replace("Method", "Tree").encode(),
        "no-mentions.jsonl": b'{"id": "a", "title": "Elm", "abstract": ""}',
        "broken.jsonl": json.dumps(GOLD).encode() + b"\n{no json",
        "broken.ttl": b"{ this is no\nturtle",
        "binary.ttl": bytes(range(128, 256)),
        "wrong.rq": b"SELECT ?x {\n ?x a }",
        "right.rq": b"SELECT ?t { ?p dcterms:title ?t } ORDER BY ?t",
        "not-conform.ttl": document(small()).replace('rdfs:label "Oak"', "").encode(),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "no-graph").mkdir()
    return folder


def words(command: str) -> list[str]:
    """The words of a command; `S` stands for the built sample."""
    return [str(sample()[1]) if word == "S" else word for word in shlex.split(command)]


def run(
    command: str, cwd: Path, given: str | None = None, env: dict[str, str | None] = PIPE
) -> tuple[int, str, str]:
    """Exit status, output and messages of a command, run in this process."""
    with contextlib.chdir(cwd):
        done = CliRunner().invoke(app, words(command), input=given, env=env)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, ANSI.sub("", done.stdout), ANSI.sub("", done.stderr)


def run_alone(command: str, cwd: Path) -> tuple[int, str, str]:
    """The same in a process of its own, as a user runs it, with pipes for a terminal."""
    done = subprocess.run(
        [PROGRAM, *words(command)], cwd=cwd, env=PLAIN, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def told(
    command: str, cwd: Path, given: str | None = None, env: dict[str, str | None] = PIPE
) -> str:
    """What a command prints that goes well."""
    status, out, err = run(command, cwd, given, env)
    assert (status, err.strip()) == (0, "")
    return out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command, place):
    text = told(f"{command} --help", place)
    assert re.search(rf"Examples?:(.|\n)*paperkg {command}", text)
    assert told(f"{command} -h", place) == text


def test_help_names_every_command_and_the_version_is_told(place):
    text = told("--help", place)
    text += told("catalog --help", place)
    names = (command.removeprefix("catalog ") for command in COMMANDS)
    assert all(re.search(rf"│ {name} ", text) for name in names)
    assert told("--version", place) == f"paperkg {paperkg.__version__}\n"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("query S --list", "shared-models"),
        ("query S --named shared-benchmarks", "ImageNet"),
        ("query S --named about --bind entity=BERT", "developedBy"),
        ("query S --named evidence --bind entity=BERT --format csv", "title,mention,sentence"),
        ("query S 'ASK { ?p a pk:Paper }'", "True"),
        ("query S 'SELECT ?p { ?p a pk:Nothing }'", "no answers"),
        ("query graph --file right.rq --format csv", "t\nCutting leaves\nFern 2 climbs\n"),
        ("shared S --type Benchmark", "ImageNet"),
        ("shared S --type models --min 10", "BERT"),
        ("shared graph --type dataset", "no Dataset is shared"),
        ("shared graph --type Benchmark --pairs", "RiverMouth"),
        ("show S BERT", "introduces"),
        ("show graph 'fern ii'", "We grow «Fern 2» on a slope."),
        ("show graph 'Oak: slow'", "🌳 «Oak» is new."),
        ("similar graph 'Fern 2 climbs'", "Oak: slow and sure"),
        ("similar graph Silence", "no paper shares an entity with it"),
        ("stats S", "papers, "),
        ("stats graph", "4 papers, 10 entities, 11 links"),
        ("leaderboard graph HillTop", "scores by accuracy (1)"),
        ("leaderboard graph HillTop --kind score --sentences", "It reaches «61.5» accuracy on"),
        ("leaderboard S ImageNet", "score"),
        ("query graph --named best-results --bind task='slope climbing'", "61.5"),
        ("query S --named tasks", "papers"),
        ("review S --limit 5", "?"),
        ("review graph", "nothing is in doubt"),
        ("ground Llama-2-13B-chat --type model", "model/llama-2"),
        ("ground CoT --full-name 'chain of thought'", "method/cot"),
        ("ground Elmwood", "the catalogue knows nothing like Elmwood"),
        ("ground oak --catalog robots.csv", "robot/oak"),
        ("catalog check", "the catalogue is sound"),
        ("catalog suggest S --min 1", "Books3"),
        ("catalog suggest S --type organizations --min 90", "no name that the catalogue lacks"),
        ("validate S", "conforms"),
        ("validate graph/graph.ttl", "graph/graph.ttl: conforms"),
    ],
)
def test_a_question_is_answered(command, expected, place):
    assert expected in told(command, place, env=TERMINAL)


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("query graph --file right.rq", ["t", "Cutting leaves", "Fern 2 climbs"]),
        ("query S 'SELECT ?p { ?p a pk:Nothing }'", ["p"]),
        ('query S \'SELECT ("a\\tb\\nc" AS ?x) ("d" AS ?y) {}\'', ["x\ty", "a b c\td"]),
        ("shared graph --type Dataset", ["entity\tpapers\ttitles"]),
        ("shared graph --type Model", ["entity\tpapers\ttitles", "Fern 2\t2\t"]),
        ("leaderboard graph HillTop --kind score", ["kind\tmetric\tvalue\tsystem\tpaper\tdate"]),
        ("stats graph", ["type\tentities\tshared\tintroduces\tuses\tmentions\tin text"]),
        ("catalog suggest S --min 90", ["type\tname\taliases\tpapers\tintroduced_by\texamples"]),
    ],
)
def test_without_a_terminal_a_table_is_a_row_a_line_with_tabs(command, lines, place):
    found = told(command, place).splitlines()
    assert all(line.startswith(begin) for line, begin in zip(found, lines, strict=False))
    assert len(found) >= len(lines) and {line.count("\t") for line in found} == {
        lines[0].count("\t")
    }


def test_only_a_terminal_gets_lists_and_sentences_on_several_lines(place):
    """One row a line and one sentence a line for programs; for people as wide as they can see."""
    shared, show = "shared S --type Benchmark --min 4", "show S ImageNet"
    assert " | " in told(shared, place) and "│" not in told(shared, place)
    assert "│" in told(shared, place, env=TERMINAL)
    assert max(map(len, told(show, place).splitlines())) > 150


@pytest.mark.parametrize(
    ("command", "columns"),
    [
        ("query S --named shared-models --format json", {"model", "papers", "titles"}),
        ("query S --list --format json", {"name", "answers"}),
        ("shared S --type Model --json", {"entity", "papers", "titles", "iri"}),
        ("shared graph --type Dataset --json", None),
        ("shared S --type Benchmark --pairs --json", {"paper", "other", "shared", "count"}),
        (
            "review S --json",
            {"action", "entity", "surface", "paper", "to", "score", "note"},
        ),
        (
            "leaderboard graph HillTop --json",
            {"kind", "metric", "value", "system", "paper", "date", "sentence", "iri"},
        ),
        ("ground GPT-4 --json", {"entity", "variant", "score", "reason"}),
        ("catalog check robots.csv --json", None),
        (
            "catalog suggest S --min 1 --json",
            {"type", "name", "aliases", "papers", "introduced_by", "examples"},
        ),
        ("similar S BERT: --json", {"title", "score", "shared", "paper"}),
        (
            "stats S --json",
            {"type", "entities", "shared", "introduces", "uses", "mentions", "in text"},
        ),
        ("validate graph --json", None),
    ],
)
def test_json_is_json(command, columns, place):
    rows = json.loads(told(command, place))
    assert isinstance(rows, list) and bool(rows) == bool(columns)
    assert all(set(row) == columns for row in rows)


def test_json_of_one_thing(place):
    found = json.loads(told("show graph 'Férn-2' --json", place))
    assert (found["name"], found["iri"]) == ("Fern 2", f"{small().base}model/fern-2")
    assert found["links"]["uses"][0]["evidence"] == [
        "Unlike «Fern 2 9B» it also rests on HillTop and RiverMouth."
    ]


def test_json_of_violations_still_ends_with_status_1(place):
    status, out, err = run("validate not-conform.ttl --json", place)
    assert status == 1 and err.count("\n") == 1
    assert "an entity has one label" in {row["message"] for row in json.loads(out)}


@pytest.mark.parametrize(
    "more", ["", f"--base {OTHER_BASE}", "--from page", "--min-confidence 0.5", "--title 'A & B'"]
)
def test_build_says_what_it_made(more, tmp_path):
    (tmp_path / "page.txt").write_text(PAGE)
    text = told(f"build page.txt -o out {more}", tmp_path)
    assert re.match(r"1 papers?, \d+ entities, \d+ links, \d+ mentions\n", text)
    assert "out/graph.ttl" in text and "out/links.csv" in text
    ttl = (tmp_path / "out" / "graph.ttl").read_text("utf-8")
    assert ("@prefix model: <http://example.org/my-graph/model/>" in ttl) == ("--base" in more)
    assert "model:gpt-4 a pk:Model" in ttl
    if "--title" in more:
        assert "A &amp; B" in (tmp_path / "out" / "graph.html").read_text("utf-8")


def test_build_names_its_files_in_full(place, tmp_path):
    deep = tmp_path / ("a-long-name-" * 8) / "out"
    text = told(f"build page.txt -o {deep}", place)
    assert f"{deep}/graph.ttl" in text.replace("\n", "")


def test_build_as_json(place, tmp_path):
    found = json.loads(told(f"build page.txt -o {tmp_path}/out --json", place))
    assert (found["papers"], found["rejected"]) == (1, 0) and found["entities"] > 1
    assert all(Path(path).is_file() for path in found["files"]) and len(found["files"]) == 8


def test_build_tells_the_first_record_it_rejected(place, tmp_path):
    lines = SAMPLE.read_text("utf-8").splitlines()[:2]
    (tmp_path / "a.jsonl").write_text("\n".join([lines[0], "{no json", lines[1]]), "utf-8")
    text = told("build a.jsonl -o out", tmp_path)
    assert "1 rejected" in text and "first rejected: a.jsonl:2: invalid JSON" in text


def test_build_reads_standard_input(place, tmp_path):
    told(f"build - -o {tmp_path}/out", place, given=PAGE)
    told(f"build page.txt -o {tmp_path}/file", place)
    for name in ("graph.ttl", "evidence.ttl", "mentions.jsonl"):
        piped = (tmp_path / "out" / name).read_bytes()
        assert piped == (tmp_path / "file" / name).read_bytes() and b"GPT-4" in piped


def test_build_reads_from_a_pipe(place, tmp_path):
    script = f"gzip -c page.txt | '{PROGRAM}' build - -o {tmp_path}/out"
    done = subprocess.run(
        script, shell=True, cwd=place, env=PLAIN, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and (tmp_path / "out" / "graph.ttl").is_file()


def test_extract_writes_a_line_a_mention(place, tmp_path):
    text = told(f"extract page.txt -o {tmp_path}/m.jsonl", place)
    lines = [json.loads(x) for x in (tmp_path / "m.jsonl").read_text("utf-8").splitlines()]
    assert text == f"{len(lines)} mentions in 1 papers, 0 records rejected\n"
    assert {"GPT-4", "MMLU"} <= {line["text"] for line in lines}
    assert set(lines[0]) == {
        *("paper", "start", "end", "text", "type", "role", "entity", "variant", "confidence")
    }


def test_a_catalogue_of_ones_own_is_used_by_every_command_that_extracts(place, tmp_path):
    told(f"build page.txt --catalog robots.csv -o {tmp_path}/out", place)
    assert "oak" in told(f"shared {tmp_path}/out --type robots --min 1", place)
    told(f"extract page.txt --catalog robots.csv -o {tmp_path}/m.jsonl", place)
    lines = [json.loads(x) for x in (tmp_path / "m.jsonl").read_text("utf-8").splitlines()]
    assert [line["entity"] for line in lines if line["type"] == "Robot"][:1] == [
        f"{small().base}robot/oak"
    ]
    plain = json.loads(told("evaluate gold.jsonl --json", place))
    assert json.loads(told("evaluate gold.jsonl --catalog robots.csv --json", place)) == plain


def test_what_review_writes_can_be_answered_and_given_to_the_next_build(place, tmp_path):
    """An open question changes nothing; without its question mark it does."""
    text = told(f"review S -o {tmp_path}/open.csv --limit 3", place)
    assert text.startswith(f"{tmp_path}/open.csv: 3 questions")
    told(f"build page.txt -o {tmp_path}/plain", place)
    told(f"build page.txt -o {tmp_path}/open --corrections {tmp_path}/open.csv", place)
    plain, unsettled = (tmp_path / name / "graph.ttl" for name in ("plain", "open"))
    assert plain.read_bytes() == unsettled.read_bytes()
    header = (tmp_path / "open.csv").read_text("utf-8").splitlines()[0]
    rows = [header, "ignore,model/gpt-4,,,,,", "ignore,entity/kite,,,,,"]
    (tmp_path / "mine.csv").write_text("\n".join(rows), "utf-8")
    settled = told(f"build page.txt -o {tmp_path}/mine --corrections {tmp_path}/mine.csv", place)
    assert "corrections that nothing answers to: lines 3" in settled
    assert "model:gpt-4" not in (tmp_path / "mine" / "graph.ttl").read_text("utf-8")


def test_what_suggest_writes_is_a_catalogue(place, tmp_path):
    told(f"catalog suggest S --min 1 -o {tmp_path}/mine.csv", place)
    assert "knows nothing" in told("ground Books3", place, env=TERMINAL)
    assert "dataset/books3" in told(f"ground Books3 --catalog {tmp_path}/mine.csv", place)


@pytest.mark.parametrize("to", [*FORMATS, "csv"])
def test_export_writes_every_format(to, place, tmp_path):
    out = tmp_path / "out"
    assert told(f"export graph --to {to} -o {out}", place) == f"{out} written\n"
    assert (len(list(out.iterdir())) == 3) if to == "csv" else (out.stat().st_size > 500)


def test_evaluate_prints_figures_and_mistakes(place):
    text = told("evaluate gold.jsonl", place)
    assert re.match(r"1 paper\n.*figure.*precision.*recall.*F1", text)
    assert re.search(r"\n *Organization.*\t0\.000.*\t0\n", text) and "role accuracy " in text
    listed = told("evaluate gold.jsonl --errors", place)
    assert listed.startswith(text)
    assert "missed oak  Method\n• oaks … with GPT-4 MMLU is no «oak»." in listed


def test_evaluate_of_gold_mentions_prints_linking_alone(place):
    text = told("evaluate gold.jsonl --gold-mentions --errors", place)
    assert re.search(r"link \(B³\)\t.*\t1\.000\t", text) and "role" not in text
    assert text.endswith("no mistakes\n")


def test_evaluate_as_json(place):
    scores = json.loads(told("evaluate gold.jsonl --json", place))
    assert set(scores) == {
        *("mention", "span", "type", "entity", "role", "link", "papers", "introduces")
    }
    assert set(scores["type"]) == set(TYPES) and set(scores["link"]) == set("prf")
    both = json.loads(told("evaluate gold.jsonl --json --errors", place))
    assert {k: v for k, v in both.items() if k != "errors"} == scores
    assert {"error": "missed", "text": "oak", "start": 38}.items() <= both["errors"][-1].items()


def test_demo_builds_the_sample_and_its_advice_works(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["paperkg/__main__.py"])
    text = told("demo", tmp_path)
    built = tmp_path / "outputs" / "sample"
    assert (built / "graph.ttl").read_bytes() == (sample()[1] / "graph.ttl").read_bytes()
    assert str(built / "graph.html") in text.replace("\n", "")
    advice = re.findall(r"^  .*paperkg ((?:shared|show|query) .+)$", text, re.MULTILINE)
    assert len(advice) == 3
    for command in advice:
        assert len(told(command, tmp_path).splitlines()) > 2


BAD = {
    "missing file": ("build absent.txt -o {out}", "absent.txt: No such file"),
    "empty file": ("build empty.txt -o {out}", "empty.txt: empty"),
    "binary file": ("build binary.bin -o {out}", "binary.bin: not text"),
    "broken gzip": ("build broken.gz -o {out}", "broken.gz: broken gzip data"),
    "no paper": ("build nothing.jsonl -o {out}", "nothing.jsonl:1: no paper in it"),
    "unknown source format": ("build page.txt --from pdf -o {out}", "no format is called pdf"),
    "folder is a file": ("build page.txt -o empty.txt", "empty.txt: File exists"),
    "folder unwritable": ("build page.txt -o /proc/nowhere", "/proc/nowhere"),
    "no base": ("build page.txt -o {out} --base kites", "kites: not a base IRI"),
    "base with a space": ("build page.txt -o {out} --base 'http://a b/'", "not a base IRI"),
    "no pipeline": ("build page.txt -o {out} --pipeline kites", "kites: no spaCy pipeline"),
    "no catalogue": ("build page.txt -o {out} --catalog absent.csv", "absent.csv: No such file"),
    "bad catalogue": (
        "build page.txt -o {out} --catalog robots.csv --catalog no-robots.csv",
        "no-robots.csv:2: needs a name and a type",
    ),
    "extract: bad catalogue": (
        "extract page.txt -o {out} --catalog page.txt",
        "page.txt:1: no `type` and `name` columns",
    ),
    "evaluate: bad catalogue": (
        "evaluate gold.jsonl --catalog no-robots.csv",
        "no-robots.csv:2: needs a name and a type",
    ),
    "no such benchmark": ("leaderboard graph Elm", "nothing is called 'Elm'"),
    "no result": ("leaderboard graph RiverMouth", "no result is reported on RiverMouth"),
    "no corrections": ("build page.txt -o {out} --corrections absent.csv", "absent.csv: No such"),
    "bad corrections": (
        "build page.txt -o {out} --corrections robots.csv",
        "robots.csv:1: needs the columns",
    ),
    "bad row of a catalogue": ("catalog check no-robots.csv", "catalogue: 1 fault; mend the rows"),
    "review: unwritable": ("review S -o no-graph", "no-graph: Is a directory"),
    "no service": ("catalog enrich -o {out} --service kites", "kites: no such service"),
    "no address": ("catalog enrich -o {out} --url ror=kites", "kites: no address of a service"),
    "extract: missing file": ("extract absent.txt -o {out}", "absent.txt: No such file"),
    "extract: unwritable": ("extract page.txt -o no-graph", "no-graph: Is a directory"),
    "export: unknown format": ("export graph --to pdf -o {out}", "no format is called pdf"),
    "export: unwritable": ("export graph --to turtle -o empty.txt/x", "empty.txt/x: "),
    "export: csv into a file": ("export graph --to csv -o empty.txt", "empty.txt"),
    "no graph": ("stats absent", "absent: no graph there; make one with"),
    "folder without graph": ("stats no-graph", "no-graph: no graph there"),
    "no graph's file": ("stats page.txt", "page.txt: not a Turtle"),
    "broken Turtle": ("stats broken.ttl", "broken.ttl: "),
    "broken Turtle, queried": ("query broken.ttl 'ASK {{}}'", "broken.ttl: "),
    "broken Turtle, validated": ("validate broken.ttl", "broken.ttl: "),
    "binary Turtle": ("validate binary.ttl", "binary.ttl: "),
    "wrong query": ("query graph 'SELEC ?x'", "query: error at 1:"),
    "wrong query's file": ("query graph --file wrong.rq", "query: error at 2:"),
    "missing query's file": ("query graph --file absent.rq", "absent.rq"),
    "binary query's file": ("query graph --file binary.bin", "binary.bin"),
    "unknown query": ("query graph --named kites", "no query is called kites; there are about"),
    "unknown bound name": ("query graph --named about --bind entity=Elm", "'Elm'"),
    "unknown type": ("shared graph --type Tree", "no type is called Tree; choose one of"),
    "unknown name": ("show graph Elm", "nothing is called 'Elm'"),
    "unknown paper": ("similar graph Elm", "no paper is called 'Elm'"),
    "empty name": ("show graph ''", "nothing is called ''"),
    "evaluate: missing file": ("evaluate absent.jsonl", "absent.jsonl: No such file"),
    "evaluate: empty": ("evaluate empty.txt", "empty.txt: no paper in it"),
    "evaluate: not JSON": ("evaluate broken.jsonl", "broken.jsonl:2: invalid JSON"),
    "evaluate: no mentions": ("evaluate no-mentions.jsonl", "no-mentions.jsonl:1: paper: no ment"),
    "evaluate: outside": (
        "evaluate gold-outside.jsonl",
        "gold-outside.jsonl:1: mention 3: offsets",
    ),
    "evaluate: type": ("evaluate gold-type.jsonl", "gold-type.jsonl:1: mention 3: no type is"),
    "evaluate: results": (
        "evaluate gold.jsonl --results gold.jsonl",
        "gold.jsonl:1: paper: no res",
    ),
    "evaluate: no pipeline": ("evaluate gold.jsonl --pipeline kites", "kites: no spaCy pipeline"),
    "not conform": ("validate not-conform.ttl", "not-conform.ttl: 2 violations"),
}


@pytest.mark.parametrize(("command", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_told_in_one_line(command, message, place, tmp_path):
    status, _, err = run(command.format(out=tmp_path / "out"), place)
    assert status == 1 and message in err
    assert err.startswith("paperkg: ") and err.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["empty file", "broken Turtle", "unknown name", "wrong query"])
def test_a_process_tells_it_in_one_line_too(name, place, tmp_path):
    command, message = BAD[name]
    status, out, err = run_alone(command.format(out=tmp_path / "out"), place)
    assert (status, out) == (1, "") and message in err
    assert err.startswith("paperkg: ") and err.count("\n") == 1 and "\x1b" not in err


@pytest.mark.parametrize(
    "command", ["--help", "stats graph", "show graph Oak", "build page.txt -o {out}"]
)
def test_output_is_plain_where_there_is_no_terminal(command, place, tmp_path):
    status, out, err = run_alone(command.format(out=tmp_path / "out"), place)
    assert (status, err) == (0, "") and out and "\x1b" not in out


@pytest.mark.parametrize(
    "command",
    [
        "",
        "kites",
        "build",
        "build page.txt",
        "build page.txt -o out --min-confidence 2",
        "build page.txt -o out --kites",
        "query graph",
        "query graph 'ASK {}' --named about",
        "query graph 'ASK {}' --format kites",
        "query graph 'ASK {}' --bind kites",
        "shared graph",
        "shared graph --type Model --min 0",
        "similar graph Oak --limit 0",
        "review graph --limit 0",
        "catalog enrich",
        "catalog enrich -o out --url kites",
        "show graph",
        "evaluate",
        "evaluate gold.jsonl --gold-mentions --results gold.jsonl",
        "evaluate gold.jsonl --min-confidence 2",
    ],
)
def test_wrong_usage_is_told_with_status_2(command, place):
    status, out, err = run(command, place)
    assert status == 2 and "Usage: paperkg" in out + err
    assert not (place / "out").exists()


def test_remedies_can_be_followed(place):
    """Where a message names a command, that command is no wrong usage."""
    _, _, err = run("query graph 'SELEC ?x'", place)
    (advice,) = re.findall(r"`paperkg ([^`]*)`", err)
    assert run(advice.replace("GRAPH", "graph"), place)[0] == 0


@pytest.mark.parametrize(
    "command",
    [
        "query {s} 'SELECT * {{ ?s ?p ?o }}' --format csv",
        "shared {s} --type Model --json",
        "show {s} ImageNet",
        "--help",
    ],
)
@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_a_reader_may_stop_early(command, reader, place):
    script = f"'{PROGRAM}' {command.format(s=sample()[1])} | {reader}"
    done = subprocess.run(
        script, shell=True, cwd=place, env=PLAIN, capture_output=True, text=True, check=False
    )
    assert done.stderr == "" and (done.stdout.count("\n") == 1) == (reader == "head -1")


def test_every_type_can_be_asked_for(place):
    for type_ in TYPES:
        assert told(f"shared S --type {type_.lower()} --min 1", place).count("\n") > 2
