"""Catalogue names in a text."""

import pytest

from paperkg.catalog import Catalog, Entry
from paperkg.extract.gazetteer import Gazetteer


def found(nlp, text, gazetteer=None):
    """The matches in a text, by the shipped catalogue or by another."""
    gazetteer = gazetteer or nlp.get_pipe("paperkg_gazetteer")
    doc = gazetteer(nlp.make_doc(text))
    return list(doc.spans["gazetteer"])


def texts(nlp, text, gazetteer=None):
    return [span.text for span in found(nlp, text, gazetteer)]


@pytest.mark.parametrize(
    "spelling",
    ["GPT-4", "GPT 4", "GPT4", "GPT–4", "GPT‑4", "gpt-4", "Gpt-4", "GPT_4", "GPT - 4"],
)
def test_an_alias_is_found_in_all_its_spellings(nlp, spelling):
    [match] = found(nlp, f"We ask {spelling}, twice.")
    assert (match.text, match.label_, match.kb_id_) == (spelling, "Model", "gpt4")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Many ResNets, GPTs and Qwen2.5-VLs.", ["ResNets", "GPTs", "Qwen2.5-VLs"]),
        ("GPT-4's view of MMLU’s tasks", ["GPT-4", "MMLU"]),
        ("GPT-4-based and ImageNet-pretrained", ["GPT-4", "ImageNet"]),
        ("(MMLU), “GSM8K”; MMLU/GSM8K.", ["MMLU", "GSM8K", "MMLU", "GSM8K"]),
        ("claude 3.5 sonnet and mixtral 8x7b", ["claude 3.5 sonnet", "mixtral 8x7b"]),
        ("by hugging face", ["hugging face"]),
    ],
)
def test_names_are_found_in_the_flow_of_a_text(nlp, text, names):
    assert texts(nlp, text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("GPT-3.5 is no GPT-3.", ["GPT-3.5", "GPT-3"]),
        ("GPT-4.1, GPT-4o mini, GPT-4o, GPT-4", ["GPT-4.1", "GPT-4o mini", "GPT-4o", "GPT-4"]),
        ("Llama 3.1 or Llama 3.", ["Llama 3.1", "Llama 3"]),
        ("MMLU-Pro but MMLU", ["MMLU-Pro", "MMLU"]),
        ("BIG-Bench Hard in BIG-bench", ["BIG-Bench Hard", "BIG-bench"]),
        ("SWE-bench Verified and SWE-bench", ["SWE-bench Verified", "SWE-bench"]),
        ("macro-F1 and F1", ["macro-F1", "F1"]),
        ("xMMLU, preGPT-4 and MMLUx", []),
    ],
)
def test_the_longest_name_wins_and_no_part_of_a_word_counts(nlp, text, names):
    assert texts(nlp, text) == names


def test_no_shorter_version_is_found_in_one_that_the_catalogue_lacks(nlp):
    kites = [Entry("model/kite-3", "Model", "Kite-3"), Entry("model/kite-x", "Model", "Kite-X")]
    small = Gazetteer(Catalog(kites))
    text = "Kite-3.5, Kite-3, Kite 3.5.1, Kite-X.5, Kite-30 and kite-3."
    assert texts(nlp, text, small) == ["Kite-3", "kite-3"]


@pytest.mark.parametrize(
    "text",
    [
        "adam and sam clip the bloom of a llama",
        "the whisper of a falcon near the mamba",
        "a squad meets under glue",
        "we meta-learn to opt for the lime",
        "find the lamb and the lion",
    ],
)
def test_lower_case_words_are_no_names(nlp, text):
    assert texts(nlp, text) == []


def test_names_that_are_words_are_left_to_the_context(nlp):
    proofs = {s.text: s.id_ for s in found(nlp, "Adam, SAM and Claude meet GPT-4, F1 and gpt-3.")}
    assert proofs.pop("GPT-4") == "sure"
    assert proofs.pop("F1") == proofs.pop("gpt-3") == "likely"
    assert proofs == {"Adam": "context", "SAM": "context", "Claude": "context"}


def test_a_name_of_two_types_says_so(nlp):
    kites = [Entry("model/kite", "Model", "KiteX"), Entry("method/kite", "Method", "KITE-X")]
    [match] = found(nlp, "We use Kite-X.", Gazetteer(Catalog(kites)))
    assert set(match.label_.split("|")) == {"Model", "Method"}


def test_a_name_does_not_reach_over_a_line_end(nlp):
    assert texts(nlp, "All About GPT\n4 kites fly") == ["GPT"]
