"""A user's own names in a text, in place of what the recogniser makes of them."""

from __future__ import annotations

import pytest

from paperkg.errors import PaperKGError
from paperkg.extract import blank_pipeline, extract, load_pipeline
from paperkg.records import Paper

ROWS = "type,name,aliases,context\n"


@pytest.fixture
def read(tmp_path):
    """A function from catalogue rows, a title and an abstract to the mentions found."""

    def found(rows: str, title: str, abstract: str):
        (tmp_path / "own.csv").write_text(ROWS + rows, "utf-8")
        paper = Paper("p", title, abstract)
        [document] = extract([paper], catalog=[str(tmp_path / "own.csv")])
        return document.mentions

    return found


def named(mentions, type_):
    """The texts of the mentions of a type."""
    return [m.text for m in mentions if m.type == type_]


def test_every_spelling_of_a_users_name_is_found(read):
    text = "We ride the STROLL BOT 2 uphill. A stroll-bot-2 is slow, but two Marchers are slower."
    mentions = read("Robot,Stroll-Bot 2,Marcher\n", "Marcher Goes Uphill", text)
    names = ["Marcher", "STROLL BOT 2", "stroll-bot-2", "Marchers"]
    assert named(mentions, "Robot") == names
    robots = [m for m in mentions if m.type == "Robot"]
    assert {m.confidence for m in robots} == {1.0} and {m.key for m in robots[1:3]} == {
        "strollbot2"
    }
    assert {m.role for m in robots[1:3]} == {"uses"}


def test_a_users_type_takes_the_place_of_another(read):
    text = "We train BERT on ImageNet."
    mentions = read("Chip,BERT\n", "Slow Chips", text)
    assert named(mentions, "Chip") == ["BERT"] and named(mentions, "Model") == []
    assert [m.text for m in mentions] == ["BERT", "ImageNet"]


def test_the_longest_name_wins(read):
    text = "We drive Strollbot, Strollbot Mini and Strollbot."
    mentions = read("Robot,Strollbot\nToy,Strollbot Mini\n", "On Driving", text)
    assert named(mentions, "Robot") == ["Strollbot", "Strollbot"]
    assert named(mentions, "Toy") == ["Strollbot Mini"]


def test_a_name_inside_a_longer_one_stays_part_of_it(read):
    text = "We evaluate on Strollbot-Bench and MMLU-Pro. Strollbot walks."
    mentions = read("Robot,Strollbot\nRobot,MMLU\n", "Benchmarks for Walkers", text)
    assert named(mentions, "Robot") == ["Strollbot"]
    assert named(mentions, "Benchmark") == ["Strollbot-Bench", "MMLU-Pro"]


def test_a_name_that_needs_context_is_only_given_its_type(read):
    text = "We fine-tune Claude and GPT-4. The Claude Lorrain painting hangs in the Adam room."
    before = read("Robot,Unheard Of\n", "Painters", text)
    mentions = read("Robot,Claude,,yes\nRobot,Adam,,yes\n", "Painters", text)
    assert "Claude" in named(before, "Model") and named(before, "Robot") == []
    assert "Claude" in named(mentions, "Robot") and "Claude" not in named(mentions, "Model")
    assert [(m.start, m.end) for m in mentions] == [(m.start, m.end) for m in before]


def test_an_acronym_and_its_full_name_stay_one(read):
    text = "We introduce the Swift Walking Model (SWM), a new model. SWM outruns GPT-4."
    for rows in ("Robot,Swift Walking Model\n", "Robot,SWM\n"):
        robots = [m for m in read(rows, "Outrun", text) if m.type == "Robot"]
        assert {m.text for m in robots} == {"Swift Walking Model", "SWM"}
        assert {m.key for m in robots} == {"swm"} and {m.confidence for m in robots} == {1.0}


def test_an_edited_file_counts_at_once(read):
    title, text = "A Walk", "We use Strollbot and Ambler."
    assert named(read("Robot,Strollbot\n", title, text), "Robot") == ["Strollbot"]
    assert named(read("Robot,Ambler\n", title, text), "Robot") == ["Ambler"]
    [plain] = extract([Paper("p", title, text)])
    assert named(plain.mentions, "Robot") == []


def test_the_component_stands_behind_the_recogniser_and_survives_the_disk(tmp_path):
    (tmp_path / "own.csv").write_text(ROWS + "Robot,Strollbot\n", "utf-8")
    nlp = load_pipeline(catalog=str(tmp_path / "own.csv"))
    at = nlp.pipe_names.index("paperkg_recognizer")
    assert nlp.pipe_names[at + 1] == "paperkg_own_names"
    nlp.to_disk(tmp_path / "saved")
    doc = load_pipeline(str(tmp_path / "saved"))("We use Strollbot and GPT-4.")
    assert ("Strollbot", "Robot") in [(e.text, e.label_) for e in doc.ents]
    assert [s.text for s in doc.spans["gazetteer"]] == ["GPT-4"]
    assert "paperkg_own_names" not in load_pipeline().pipe_names


def test_a_pipeline_without_the_recogniser_is_told(tmp_path):
    (tmp_path / "own.csv").write_text(ROWS + "Robot,Strollbot\n", "utf-8")
    nlp = blank_pipeline()
    nlp.remove_pipe("paperkg_recognizer")
    nlp.to_disk(tmp_path / "other")
    with pytest.raises(PaperKGError, match="other: no paperkg_recognizer there"):
        load_pipeline(str(tmp_path / "other"), str(tmp_path / "own.csv"))
