"""A build: the same files each time, all of them or none."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from graph.invented import OTHER_BASE, document, in_process, proof, sample

import paperkg
from paperkg.engine import rendering
from paperkg.errors import PaperKGError
from paperkg.graph import KnowledgeGraph
from paperkg.records import Paper
from paperkg.resources import SAMPLE

FILES = [
    "archive.sqlite",
    "entities.csv",
    "evidence.ttl",
    "graph.html",
    "graph.ttl",
    "links.csv",
    "mentions.jsonl",
    "papers.csv",
    "results.jsonl",
]
PAPERS = [
    {
        "id": "walk:1",
        "title": "Counting leaves with GPT-4",
        "abstract": "We ask GPT-4 how many leaves an oak has, and it is wrong. On MMLU it does "
        "better than on our oaks, by 12.5 points of accuracy. Nobody has counted the needles of "
        "a pine.",
    },
    {
        "id": "walk:2",
        "title": "🌲 Leaves, again: \"C:\\temp\" and all",
        "abstract": "🌲 Trees are older than BERT and than Llama-2-13B. We train both on a garden "
        "diary, with ImageNet for the pictures, and then test them on MMLU and a rainy day.",
    },
    {
        "title": "A garden without names",
        "abstract": "Nothing in this one is called anything. It was written on a bench, in the "
        "sun, by somebody who had left every book at home and did not mind it in the least.",
    },
]  # fmt: skip


def source(folder: Path, *more: str, papers=PAPERS) -> str:
    """A file with the invented papers, and other lines."""
    path = folder / "garden.jsonl"
    path.write_text("".join(json.dumps(p) + "\n" for p in papers) + "".join(more), "utf-8")
    return str(path)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def outputs(folder: Path) -> dict[str, bytes]:
    """Every file of a build but the archive that it goes on from."""
    return {name: data for name, data in contents(folder).items() if name != "archive.sqlite"}


def test_a_build_writes_its_files_and_says_so(tmp_path):
    done = paperkg.build([source(tmp_path)], tmp_path / "a" / "b")
    assert sorted(contents(tmp_path / "a" / "b")) == FILES
    assert sorted(path.name for path in done.files) == FILES[1:]
    assert all(path.is_file() and path.stat().st_size for path in done.files)
    assert [p.title for p in done.kg.papers] == [
        "A garden without names",
        PAPERS[0]["title"],
        PAPERS[1]["title"],
    ]
    assert len(paperkg.validate(tmp_path / "a" / "b")) == 0


def test_names_are_found_and_shared(tmp_path):
    kg = paperkg.build([source(tmp_path)], tmp_path / "out").kg
    (row,) = paperkg.shared(kg, "Benchmark").itertuples()
    assert row.entity == "MMLU" and set(row.titles) == {PAPERS[0]["title"], PAPERS[1]["title"]}
    (llama,) = [m for m in kg.mentions if m.text == "Llama-2-13B"]
    assert llama.entity == "model/llama-2" and llama.variant.startswith("model/llama-2/")
    texts = {p.id: p.text for p in kg.papers}
    assert all(texts[m.paper][m.start : m.end] == m.text for m in kg.mentions)


def test_bad_records_are_kept_aside_until_the_next_clean_build(tmp_path):
    out = tmp_path / "out"
    done = paperkg.build([source(tmp_path, "{no json\n", '{"title": "Elm"}\n')], out)
    assert len(done.kg.papers) == 3 and sorted(contents(out)) == sorted([*FILES, "rejected.jsonl"])
    lines = [json.loads(line) for line in (out / "rejected.jsonl").read_text("utf-8").splitlines()]
    assert [line["line"] for line in lines] == [4, 5]
    assert "invalid JSON" in lines[0]["reason"] and lines[1]["reason"] == "no abstract"
    assert lines[1]["excerpt"] == "Elm"
    paperkg.build([source(tmp_path)], out)
    assert sorted(contents(out)) == FILES


@pytest.mark.parametrize("broken", ["render", "entity_rows", "paper_blocks", "result_lines"])
def test_an_error_while_writing_leaves_the_earlier_build(broken, tmp_path, monkeypatch):
    out = tmp_path / "out"
    paperkg.build([source(tmp_path, "{no json\n")], out)
    before = outputs(out)

    def fail(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rendering, broken, fail)
    with pytest.raises((PaperKGError, OSError), match="No space left"):
        paperkg.build([source(tmp_path, papers=[PAPERS[0] | {"title": "New"}])], out)
    assert outputs(out) == before
    assert not list(out.glob(".part-*"))


def test_a_full_disk_is_told_in_one_line(tmp_path, monkeypatch):
    def fail(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(PaperKGError, match="No space left on device"):
        paperkg.build([source(tmp_path)], tmp_path / "out")


def test_a_file_that_cannot_be_replaced_leaves_the_earlier_build(tmp_path):
    out = tmp_path / "out"
    paperkg.build([source(tmp_path)], out)
    (out / "graph.ttl").unlink()
    (out / "graph.ttl").mkdir()
    before = outputs(out)
    with pytest.raises(PaperKGError, match=r"graph\.ttl"):
        paperkg.build([source(tmp_path, papers=PAPERS[:1])], out)
    assert outputs(out) == before and not list(out.glob(".part-*"))


def test_a_useless_source_leaves_no_folder(tmp_path):
    (tmp_path / "empty.txt").touch()
    with pytest.raises(PaperKGError, match=r"empty\.txt: empty"):
        paperkg.build([str(tmp_path / "empty.txt")], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/nowhere", "closed"])
def test_a_folder_that_cannot_be_written_is_told(place, tmp_path):
    (tmp_path / "file").write_text("A file, not a folder.")
    (tmp_path / "closed").mkdir(mode=0o500)
    if place == "closed" and os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    with pytest.raises(PaperKGError) as caught:
        paperkg.build([source(tmp_path)], tmp_path / place)
    assert place in str(caught.value) and "; choose another folder" in str(caught.value)
    assert (tmp_path / "file").read_text() == "A file, not a folder."


def test_no_source_at_all_is_told(tmp_path):
    with pytest.raises(PaperKGError):
        paperkg.build([], tmp_path / "out")


BUILT = """
import sys, hashlib, json
from pathlib import Path
import paperkg
out = Path(sys.argv[2])
paperkg.build([sys.argv[1]], out, title="Landmark papers")
files = [p for p in out.iterdir() if p.suffix != ".sqlite"]
print(json.dumps({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}))
"""


def test_every_process_builds_the_same_bytes(tmp_path):
    _, folder = sample()
    here = {name: hashlib.sha256(data).hexdigest() for name, data in outputs(folder).items()}
    for seed in (1, 2):
        out = str(tmp_path / str(seed))
        assert json.loads(in_process(seed, BUILT, str(SAMPLE), out)) == here


def test_papers_in_another_order_give_the_same_graph(tmp_path):
    _, folder = sample()
    lines = SAMPLE.read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "reversed.jsonl").write_text("".join(reversed(lines)), "utf-8")
    paperkg.build([str(tmp_path / "reversed.jsonl")], tmp_path / "out")
    for name in ("graph.ttl", "evidence.ttl"):
        assert (tmp_path / "out" / name).read_bytes() == (folder / name).read_bytes()


def test_iris_do_not_depend_on_the_other_papers(tmp_path):
    alone = paperkg.build([source(tmp_path, papers=PAPERS[:1])], tmp_path / "alone").kg
    whole = paperkg.build([source(tmp_path)], tmp_path / "whole").kg
    assert {m for m in whole.mentions if m.paper == "walk:1"} == set(alone.mentions)
    assert {e.id for e in alone.entities} < {e.id for e in whole.entities}


def papers() -> list[Paper]:
    """The invented papers, read."""
    return [Paper(str(n), p["title"], p["abstract"], key=str(n)) for n, p in enumerate(PAPERS)]


@pytest.mark.parametrize("least", [0.0, 0.5, 0.9, 1.0])
def test_less_certain_mentions_are_left_out(least):
    everything = paperkg.assemble(sample_papers())
    kg = paperkg.assemble(sample_papers(), min_confidence=least)
    assert {(m.paper, m.start) for m in kg.mentions} == {
        (m.paper, m.start) for m in everything.mentions if m.confidence >= least
    }
    assert all(link.confidence >= least for link in kg.links)
    linked = {m.entity for m in kg.mentions}
    assert {link.entity for link in kg.links} == linked


def test_a_result_whose_names_are_all_left_out_is_left_out_too():
    kg = paperkg.assemble(sample_papers(), min_confidence=1.0)
    assert [r for r in kg.results if not (r.system or r.benchmark or r.metric)] == []


def sample_papers() -> list[Paper]:
    """Forty papers of the sample."""
    return [p for p in paperkg.read([str(SAMPLE)]) if isinstance(p, Paper)][:40]


@pytest.mark.parametrize(
    "base",
    [
        "",
        "example.org/",
        "https://example.org/kg",
        "https://example.org/a b/",
        'https://example.org/"/',
        "https://example.org/<x>/",
        "://",
    ],
)
def test_a_base_that_is_no_iri_is_told(base):
    with pytest.raises(PaperKGError, match="not a base IRI; give one such as"):
        build_in_memory(base)


@pytest.mark.parametrize("base", [OTHER_BASE, "https://example.org/kg#", "http://example.org/ü/"])
def test_a_base_is_used_or_refused(base):
    try:
        text = build_in_memory(base)
    except PaperKGError as error:
        assert "not a base IRI" in str(error) and "#" in base
    else:
        assert f"@prefix model: <{base}model/> ." in text and f"<{base}paper/" in text


def build_in_memory(base: str) -> str:
    """The Turtle of the invented papers, graph and evidence, below a base."""
    kg: KnowledgeGraph = paperkg.assemble(papers(), base=base)
    return document(kg) + proof(kg)


def test_progress_is_told_and_ends(tmp_path):
    seen: list[tuple[str, int, int]] = []
    paperkg.build([source(tmp_path)], tmp_path / "out", progress=lambda *s: seen.append(s))
    assert list(dict.fromkeys(s for s, _, _ in seen)) == [
        "Reading",
        "Extracting",
        "Linking",
        "Writing",
    ]
    assert ("Extracting", 3, 3) in seen


WALKS = [
    {
        "id": "stairs:1",
        "title": "Strollbot Climbs",
        "abstract": "We introduce the Swift Walking Model (SWM) for Strollbot. On stairs SWM is "
        "12.5% faster than a goat, and GPT-4 describes the route to it from above the stairs.",
    },
    {
        "id": "stairs:2",
        "title": "A Survey of Stairs",
        "abstract": "We compare strollbot 2, the Segment Anything Model (SAM) and BERT on MMLU. "
        "All of them are slow, and on some stairs none of them arrives before the afternoon.",
    },
]
ROBOTS = """type,name,aliases,maker
Robot,Strollbot,Strollbot 2|Swift Walking Model,Strollworks
Robot,SAM,,
Organization,Strollworks,,
Model,GPT-4,Oakspeaker,
"""


@pytest.fixture
def walks(tmp_path):
    """Two invented papers built with a catalogue of robots, and the folder of the build."""
    (tmp_path / "robots.csv").write_text(ROBOTS, "utf-8")
    path = source(tmp_path, papers=WALKS)
    catalog = [str(tmp_path / "robots.csv")]
    return paperkg.build([path], tmp_path / "out", catalog=catalog).kg, tmp_path / "out"


def test_a_users_names_are_linked_to_the_users_entities(walks):
    kg, _ = walks
    entities = {e.id: e for e in kg.entities}
    robot = entities["robot/strollbot"]
    assert (robot.type, robot.name, robot.maker) == (
        *("Robot", "Strollbot", "organization/strollworks"),
    )
    texts = {m.text for m in kg.mentions if m.entity == "robot/strollbot"}
    assert texts == {"Strollbot", "Swift Walking Model", "SWM", "strollbot 2"}
    assert {m.text for m in kg.mentions if m.entity == "robot/sam"} == {
        *("SAM", "Segment Anything Model"),
    }
    assert "model/sam" not in entities and entities["model/gpt-4"].maker == "organization/openai"


def test_a_graph_with_a_users_type_comes_back_and_conforms(walks):
    kg, folder = walks
    again = paperkg.read_graph(folder)
    assert again.types == (*kg.types[:6], "Robot")
    assert set(again.entities) == set(kg.entities)
    assert {(m.text, m.type) for m in again.mentions} == {(m.text, m.type) for m in kg.mentions}
    assert len(paperkg.validate(folder)) == 0
    (row,) = paperkg.shared(again, "Robot").itertuples()
    assert (row.entity, row.papers) == ("Strollbot", 2)
    figures = paperkg.stats(again).iloc[-1]
    assert (figures["type"], figures["entities"], figures["shared"]) == ("Robot", 2, 1)
    assert figures["in text"] == sum(m.type == "Robot" for m in kg.mentions) > 5
    assert paperkg.show(again, "swm").kind == "Robot"


def test_a_faulty_catalogue_leaves_no_folder(tmp_path):
    (tmp_path / "robots.csv").write_text("type,name\nrobot,Spot\n", "utf-8")
    with pytest.raises(PaperKGError, match=r"robots\.csv:2: needs a name and a type"):
        paperkg.build([source(tmp_path)], tmp_path / "out", catalog=str(tmp_path / "robots.csv"))
    assert not (tmp_path / "out").exists()
