"""What the catalogue takes a name for, and the reasons that it gives."""

import pytest

from paperkg import ground
from paperkg.link.candidates import THRESHOLD


@pytest.mark.parametrize(
    ("name", "type_", "id_", "suffix", "reason"),
    [
        ("GPT-4", "Model", "model/gpt-4", "", "exact alias"),
        ("gpt 4", "Model", "model/gpt-4", "", "same but for case and punctuation"),
        ("GPT-4s", "Model", "model/gpt-4", "", "plural"),
        ("gpt-4-0613", "Model", "model/gpt-4", "0613", "then 0613"),
        ("LLaMA-2-13B-chat", "Model", "model/llama-2", "13B-chat", "then 13B-chat"),
        ("OpenAI GPT-4", "Model", "model/gpt-4", "", "after its maker"),
        ("Gemini-2-5-Pro", "Model", "model/gemini-2.5-pro", "", "version with a hyphen"),
        ("WMT'24", "Benchmark", "benchmark/wmt24", "", ""),
        ("ImageNet", "Dataset", "benchmark/imagenet", "", "read as a Dataset"),
    ],
)
def test_the_best_candidate_tells_why(name, type_, id_, suffix, reason):
    best = ground(name, type_)[0]
    assert (best.entry.id, best.suffix) == (id_, suffix)
    assert reason in best.reason and THRESHOLD <= best.score <= 1


def test_scores_fall_with_what_speaks_against_a_candidate():
    names = [("GPT-4", "Model"), ("gpt4", "Model"), ("gpt4", "Method"), ("gpt4-0613", "Model")]
    scores = [ground(*name)[0].score for name in names]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == len(scores)


def test_a_name_spelled_out_otherwise_is_no_longer_a_candidate():
    plain = ground("RAG", "Method")[0]
    same = ground("RAG", "Method", full_name="retrieval augmented generation")[0]
    other = ground("RAG", "Method", full_name="Random Apple Grid")[0]
    assert plain.entry.id == same.entry.id == other.entry.id == "method/rag"
    assert other.score < THRESHOLD <= same.score
    assert "spelled out as Random Apple Grid" in other.reason


def test_an_alias_spelled_out_otherwise_does_not_stand_for_a_common_word():
    assert ground("ACC", "Metric")[0].entry.id == "metric/accuracy"
    other = ground("ACC", "Metric", full_name="angular correlation coefficient")
    assert all(c.score < THRESHOLD for c in other)


def test_without_a_type_all_types_are_tried_and_unknown_names_have_no_candidates():
    assert ground("LoRA")[0].entry.id == "method/lora"
    assert ground("Quiet Kite Search 97") == []


def test_a_users_own_entry_comes_first(tmp_path):
    (tmp_path / "own.csv").write_text("type,name,aliases\nModel,Oakspeaker,GPT-4\n", "utf-8")
    found = ground("GPT-4", "Model", catalog=str(tmp_path / "own.csv"))
    assert [c.entry.id for c in found][:2] == ["model/oakspeaker", "model/gpt-4"]
