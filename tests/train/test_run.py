"""People's own annotations teach a pipeline new names and types."""

import json

import pytest
import spacy
from typer.testing import CliRunner

import paperkg
from paperkg.cli import app
from paperkg.extract import load_pipeline
from paperkg.train import read_annotations

pytest.importorskip("onnx", reason="needs onnx: pip install 'paperkg[train]'")
pytest.importorskip("torch", reason="needs PyTorch: pip install 'paperkg[train]'")

ROBOTS = ["Spotter", "Walkabout", "Rovercat", "Gripling", "Hoverly", "Tumbler", "Stacko", "Liftbot"]
FIELDS = ["farms", "mines", "harbours"]


def annotated(robot, field):
    """An invented paper about a robot, with its annotations."""
    title = f"Robots in {field}"
    abstract = f"We send the robot {robot} to {field}. The robot {robot} runs GPT-4 on board."
    text = f"{title}\n{abstract}"
    mentions, at = [], 0
    for name, type_ in ((robot, "Robot"), (robot, "Robot"), ("GPT-4", "Model")):
        at = text.index(name, at)
        mentions.append({"start": at, "end": at + len(name), "type": type_})
        at += 1
    id_ = f"{robot}-{field}"
    return {"id": id_, "title": title, "abstract": abstract, "mentions": mentions}


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    file = tmp_path_factory.mktemp("annotated") / "robots.jsonl"
    lines = (json.dumps(annotated(robot, field)) for robot in ROBOTS for field in FIELDS)
    file.write_text("\n".join(lines), "utf-8")
    return file


@pytest.fixture(scope="module")
def training(papers, tmp_path_factory):
    return paperkg.train(papers, tmp_path_factory.mktemp("out") / "robots", epochs=12)


def test_a_new_type_is_learned_and_the_old_ones_are_kept(training):
    assert training.types[-1] == "Robot" and "Model" in training.types
    assert (training.papers, training.held_out) == (24, 5)
    assert training.before < 0.8 < training.after
    paper = paperkg.Paper("p", "Robots at sea", "The robot Swimmo runs GPT-4 on deck.")
    [found] = paperkg.extract([paper], pipeline=str(training.folder))
    assert {(m.text, m.type) for m in found.mentions} == {("Swimmo", "Robot"), ("GPT-4", "Model")}


def test_the_shipped_pipeline_stays_as_it_was(training):
    assert "Robot" not in load_pipeline().get_pipe("paperkg_recognizer").kinds


def run(*words):
    done = CliRunner().invoke(app, ["train", *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_says_what_it_did(papers, tmp_path):
    status, told, _ = run(papers, "-o", tmp_path / "robots", "--epochs", "1", "--json")
    assert status == 0
    figures = json.loads(told)
    assert figures["papers"] == 24 and 0 <= figures["before"] <= 1
    assert len(read_annotations(papers)) == 24


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"id": "a", "title": "b", "abstract": "c", "mentions": []}', "1 annotated paper; give"),
        ("no annotations", "not a known format"),
    ],
)
def test_bad_input_is_one_line(content, told, tmp_path):
    (tmp_path / "bad.jsonl").write_text(content, "utf-8")
    status, _, error = run(tmp_path / "bad.jsonl", "-o", tmp_path / "out")
    assert status == 1 and told in error and error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_paper_given_twice_is_told(papers, tmp_path):
    status, _, error = run(papers, papers, "-o", tmp_path / "out")
    assert status == 1 and "has the text of an earlier paper" in error


def test_a_folder_with_something_in_it_is_left_alone(papers, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    status, _, error = run(papers, "-o", tmp_path)
    assert status == 1 and "not empty" in error
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_way_is_told(papers, tmp_path):
    (tmp_path / "taken").write_text("mine", "utf-8")
    status, _, error = run(papers, "-o", tmp_path / "taken")
    assert status == 1 and "not empty" in error and error.count("\n") == 1


def test_a_pipeline_without_the_recogniser_is_told(papers, tmp_path):
    spacy.blank("en").to_disk(tmp_path / "blank")
    status, _, error = run(papers, "-o", tmp_path / "out", "--pipeline", tmp_path / "blank")
    assert status == 1 and "paperkg_recognizer" in error and error.count("\n") == 1
