"""A fetch as a whole: cut off and gone on with, brought up to date, and what it refuses."""

import gzip
import json
import os
import signal
import subprocess
import sys
from functools import partial

import pytest
from backports import zstd
from typer.testing import CliRunner

from fetch.standins import paper
from paperkg.cli import app
from paperkg.errors import PaperKGError

SCRIPT = """
import sys
from paperkg.fetch import fetch
fetch("{service}", sys.argv[1], url=sys.argv[2], since="2026-01", until="2026-01", pause=0,
      **{options})
"""
SERVICES = {
    "arxiv": {"categories": ["cs.CL"]},
    "huggingface": {},
    "openalex": {"query": "oaks", "api_key": "K"},
    "semanticscholar": {"query": "oaks"},
}


@pytest.mark.parametrize("service", SERVICES)
def test_a_killed_fetch_goes_on_and_ends_in_the_same_bytes(run, world, url, tmp_path, service):
    run(service, name="whole.jsonl", until="2026-01")
    needed = len(world.asked)
    world.asked.clear()
    world.stop_at = needed - 1 if needed < 5 else 6
    script = SCRIPT.format(service=service, options=SERVICES[service])
    child = subprocess.Popen([sys.executable, "-c", script, tmp_path / "papers.jsonl", url])
    assert world.stopped.wait(60)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not (tmp_path / "papers.jsonl").exists()
    with (tmp_path / "papers.jsonl.part").open("ab") as part:
        part.write(b'{"id": "arxiv:2601.00007", "tit')
    world.release.set()
    assert run(service, until="2026-01").papers == 7
    assert len(world.asked) == needed + 1
    whole = (tmp_path / "whole.jsonl").read_bytes()
    assert (tmp_path / "papers.jsonl").read_bytes() == whole
    assert not (tmp_path / "papers.jsonl.part").exists()


def test_ctrl_c_is_told_and_gone_on_with(world, url, tmp_path):
    world.stop_at = 2
    command = [sys.executable, "-m", "paperkg", "fetch", "arxiv", "--category", "cs.CL", "--url",
               url, "--since", "2026-01", "--until", "2026-01", "--pause", "0",
               "-o", str(tmp_path / "papers.jsonl")]  # fmt: skip
    heed = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    # what runs in the background is told to take no notice, and would tell its children so
    child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed)
    assert world.stopped.wait(60)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate()
    assert (child.returncode, err) == (
        130,
        "paperkg: stopped; run the same command again to go on\n",
    )
    world.release.set()
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {
        "file": str(tmp_path / "papers.jsonl"),
        "papers": 7,
        "new": 7,
        "left_out": {},
        "since": "2026-01-01",
        "until": "2026-01-31",
    }


def test_a_file_that_was_written_but_not_noted_as_done_is_finished(run, world, tmp_path):
    run()
    state = json.loads((tmp_path / "papers.jsonl.state.json").read_text())
    whole = (tmp_path / "papers.jsonl").read_bytes()
    (tmp_path / "papers.jsonl.part").write_bytes(whole)
    (tmp_path / "papers.jsonl.state.json").write_text(json.dumps(state | {"done": False}))
    world.asked.clear()
    assert run().papers == 7
    assert world.asked == []
    assert (tmp_path / "papers.jsonl").read_bytes() == whole


def test_a_complete_file_is_not_fetched_again(run, world, tmp_path):
    run()
    before = (tmp_path / "papers.jsonl").stat().st_mtime_ns
    world.asked.clear()
    done = run()
    assert (done.papers, done.new, world.asked) == (7, 0, [])
    assert run(until="2026-01-15").new == 0
    assert (tmp_path / "papers.jsonl").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("papers.jsonl", bytes),
        ("papers.jsonl.gz", gzip.decompress),
        ("papers.jsonl.zst", zstd.decompress),
    ],
)
def test_a_later_day_appends_only_what_is_new(run, world, today, tmp_path, name, plain):
    run(name=name)
    before = plain((tmp_path / name).read_bytes())
    world.asked.clear()
    today("2026-02-10")
    world.papers += [paper(8, "2026-01-29"), paper(9, "2026-02-09")]
    done = run(name=name)
    assert (done.papers, done.new, done.until) == (9, 2, "2026-02-10")
    assert "[202601250000 TO 202602102359]" in world.asked[0]["search_query"]
    after = plain((tmp_path / name).read_bytes())
    assert after.startswith(before)
    added = [json.loads(line)["id"] for line in after[len(before) :].splitlines()]
    assert added == ["arxiv:2602.00009", "arxiv:2601.00008"]


def test_a_fetch_cut_off_days_ago_is_finished_and_brought_up_to_date(run, world, today, records):
    world.faults = [None, *[(500, {}, b"")] * 7]
    with pytest.raises(PaperKGError):
        run()
    today("2026-02-10")
    world.papers.append(paper(9, "2026-02-09"))
    assert run().papers == 8
    assert records()[-1]["id"] == "arxiv:2602.00009"


def test_another_since_or_limit_fetches_anew(run, records):
    run(limit=2)
    assert len(records()) == 2
    assert run(limit=2, until="2026-02").new == 0
    run(limit=4)
    assert len(records()) == 4
    run(since="2026-01-29")
    assert [r["date"] for r in records()] == ["2026-01-30", "2026-01-29"]


def test_a_place_that_a_service_has_forgotten_is_begun_again(run, world, records):
    world.faults = [None, *[(500, {}, b"")] * 7]
    with pytest.raises(PaperKGError):
        run("semanticscholar")
    world.faults = [(400, {}, b'{"error": "token expired"}')]
    assert run("semanticscholar").papers == 7
    assert [r["title"] for r in records()] == [p["title"] for p in world.papers]


def test_no_paper_comes_twice(run, world, records):
    world.papers.insert(1, {**world.papers[0], "title": "The same again"})
    assert run().papers == 7
    assert len({r["id"] for r in records()}) == 7


def test_files_are_compressed_as_their_name_says_always_to_the_same_bytes(run, tmp_path):
    run()
    plain = (tmp_path / "papers.jsonl").read_bytes()
    run(name="papers.jsonl.gz")
    run(name="other.jsonl.gz")
    packed = (tmp_path / "papers.jsonl.gz").read_bytes()
    assert gzip.decompress(packed) == plain
    assert packed == (tmp_path / "other.jsonl.gz").read_bytes()
    run(name="papers.jsonl.zst")
    assert zstd.decompress((tmp_path / "papers.jsonl.zst").read_bytes()) == plain


def test_files_of_others_are_left_alone(run, tmp_path):
    (tmp_path / "papers.jsonl").write_text("mine")
    with pytest.raises(PaperKGError, match="there already, and not from `fetch`"):
        run()
    run(name="other.jsonl")
    with pytest.raises(PaperKGError, match=r"from another question \(other categories\); choose"):
        run(name="other.jsonl", categories=["cs.LG"])
    (tmp_path / "other.jsonl.state.json").write_text("[1]")
    with pytest.raises(PaperKGError, match=r"other.jsonl.state.json: broken; delete it"):
        run(name="other.jsonl")


@pytest.mark.parametrize(
    ("service", "options", "told"),
    [
        ("pubmed", {}, "pubmed: no such service; services are arxiv, huggingface"),
        ("arxiv", {"categories": (), "since": ""}, "give --query or --category or --since"),
        ("arxiv", {"filters": ["a:b"]}, "arxiv: knows no --filter"),
        ("huggingface", {"since": ""}, "give --since or --limit"),
        ("semanticscholar", {"query": ""}, "give --query or --field-of-study"),
        ("arxiv", {"since": "yesterday"}, "yesterday: no date; write 2026-01-31"),
        ("arxiv", {"since": "2026-02-30"}, "2026-02-30: no date"),
        ("arxiv", {"since": "2026-01-20", "until": "2026-01-19"}, "later than 2026-01-19"),
        ("arxiv", {"limit": -1}, "limit -1"),
        ("arxiv", {"pause": float("nan")}, "pause nan"),
        ("arxiv", {"url": "localhost"}, "no address of a service"),
        ("arxiv", {"url": "http://[oak"}, "no address of a service"),
        ("openalex", {"filters": ["2026"]}, "2026: no filter; write it like has_abstract:true"),
        ("openalex", {"email": "a\nb@c"}, "no e-mail address"),
        ("openalex", {"api_key": "a\r\nX: y"}, "the API key has signs that no key has"),
    ],
)
def test_questions_that_mean_nothing_are_refused(run, world, service, options, told):
    with pytest.raises(PaperKGError, match=told):
        run(service, **options)
    assert world.asked == []


def test_the_command_prints_what_came(world, url, slept, tmp_path):
    world.papers[0]["abstract"] = ""
    output = tmp_path / "papers.jsonl"
    options = ["--url", url, "--since", "2026-01", "--until", "2026-01", "-o", str(output)]
    done = CliRunner().invoke(app, ["fetch", "huggingface", *options])
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"{output}: 6 papers, 6 new\nleft out: 1, no abstract\nuse it: ")


def test_two_fetches_do_not_write_one_file(run, world, tmp_path):
    fcntl = pytest.importorskip("fcntl")
    with (tmp_path / "papers.jsonl.part").open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(PaperKGError, match=r"papers.jsonl.part: another fetch writes it; wait"):
            run()
    assert world.asked == []
    assert run().papers == 7


@pytest.mark.skipif(os.name != "posix", reason="folders are writable otherwise")
def test_a_folder_in_the_way_is_told(run, tmp_path):
    (tmp_path / "papers.jsonl.part").mkdir()
    with pytest.raises(PaperKGError, match=r"papers.jsonl.part: Is a directory; cannot write"):
        run()


@pytest.mark.parametrize("service", SERVICES)
def test_help_has_an_example(service):
    told = CliRunner().invoke(app, ["fetch", service, "--help"]).output
    assert f"paperkg fetch {service} --" in told
