"""How names come apart into release and suffixes."""

import pytest

from paperkg.link.grammar import edition, family_stems, readings, traits, whole


@pytest.mark.parametrize(
    ("name", "release", "suffix"),
    [
        ("Llama-2-13B-chat", "Llama-2", "13B-chat"),
        ("Llama 3.1 70B Instruct", "Llama 3.1", "70B Instruct"),
        ("Llama 2 (7B)", "Llama 2", "7B"),
        ("Qwen2.5-VL-7B-Instruct-AWQ", "Qwen2.5-VL", "7B-Instruct-AWQ"),
        ("Qwen3-235B-A22B", "Qwen3", "235B-A22B"),
        ("gpt-4-0613", "gpt-4", "0613"),
        ("gpt-4-1106-preview", "gpt-4", "1106-preview"),
        ("gpt-4o-2024-08-06", "gpt-4o", "2024-08-06"),
        ("Claude-3.5-Sonnet-20241022", "Claude-3.5-Sonnet", "20241022"),
        ("ViT-B/16", "ViT", "B/16"),
        ("FLAN-T5-large", "FLAN-T5", "large"),
        ("BERT-base-uncased", "BERT", "base-uncased"),
        ("ResNet-50", "ResNet", "50"),
        ("ResNet50", "ResNet", "50"),
        ("EfficientNet-B7", "EfficientNet", "B7"),
        ("Swin-T", "Swin", "T"),
        ("Mixtral 8x7B", "Mixtral", "8x7B"),
        ("Gemma-3n-E4B", "Gemma-3n", "E4B"),
        ("Pythia 160M", "Pythia", "160M"),
    ],
)
def test_a_model_is_its_release_with_suffixes(name, release, suffix):
    first, *_, last = readings(name, "Model")
    assert (first.release, first.suffix) == (name, "")
    assert (last.release, last.suffix) == (release, suffix)


def test_suffixes_come_off_one_by_one():
    assert [r.release for r in readings("Llama-2-13B-chat-AWQ", "Model")] == [
        "Llama-2-13B-chat-AWQ",
        "Llama-2-13B-chat",
        "Llama-2-13B",
        "Llama-2",
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("GPT-4", "GPT-4o", "GPT-4o mini", "o3-mini", "Llama 3", "SAM 2", "WizardLM-2"),
        *("Gemini 1.5 Pro", "Claude 3.5 Sonnet", "CLIP-ViT", "SDXL", "7B", "Base", "Large", "MIT"),
    ],
)
def test_a_release_is_not_taken_apart(name):
    assert [r.release for r in readings(name, "Model")] == [name]


@pytest.mark.parametrize(
    ("name", "type_", "release"),
    [
        ("LibriSpeech test-clean", "Benchmark", "LibriSpeech"),
        ("SWE-bench Verified", "Benchmark", "SWE-bench Verified"),
        ("MMLU-Pro", "Benchmark", "MMLU-Pro"),
        ("AIME 2024", "Benchmark", "AIME 2024"),
        ("KiteTune-large", "Method", "KiteTune-large"),
        ("Kite-7B", "Dataset", "Kite-7B"),
        ("Kite Base", "Organization", "Kite Base"),
    ],
)
def test_other_types_have_their_own_suffixes_or_none(name, type_, release):
    assert readings(name, type_)[-1].release == release


@pytest.mark.parametrize(
    ("name", "family"),
    [
        *(("Llama 3.1", "Llama"), ("Qwen2.5", "Qwen"), ("GPT-4", "GPT"), ("SAM 2", "SAM")),
        *(("MiniMax-M2.5", "MiniMax"), ("Qwen4-Coder-Next", "Qwen"), ("Claude Opus 7", "Claude")),
        *(("BERT", ""), ("2024", ""), ("GPT-J", ""), ("CLIP-ViT", ""), ("o3-mini", "")),
    ],
)
def test_a_release_tells_its_family(name, family):
    assert (family in family_stems(name, "Model")) if family else not family_stems(name, "Model")


@pytest.mark.parametrize(
    ("suffix", "type_", "said"),
    [
        ("7B-Instruct-AWQ", "Model", {"size": "7B", "tuning": "Instruct", "quantization": "AWQ"}),
        ("7B-Instruct-v0.3", "Model", {"size": "7B", "tuning": "Instruct", "patch": "v0.3"}),
        ("0613", "Model", {"snapshot": "0613"}),
        ("2024-08-06", "Model", {"snapshot": "2024-08-06"}),
        ("235B-A22B", "Model", {"size": "235B A22B"}),
        ("B/16", "Model", {"size": "B/16"}),
        ("50", "Model", {"size": "50"}),
        ("base-uncased", "Model", {"size": "base", "tuning": "uncased"}),
        ("high", "Model", {"effort": "high"}),
        ("test-clean", "Benchmark", {"split": "test-clean"}),
        ("anything", "Organization", {}),
    ],
)
def test_suffixes_say_size_date_and_tuning(suffix, type_, said):
    assert dict(traits(suffix, type_)) == said


@pytest.mark.parametrize(
    ("name", "type_", "wholes"),
    [
        ("SWE-bench Verified", "Benchmark", ("SWE-bench",)),
        ("GPQA-Diamond", "Benchmark", ("GPQA",)),
        ("MMLU-Pro", "Benchmark", ()),
        ("macro-F1", "Metric", ("F1",)),
        ("macro-averaged F1", "Metric", ("F1",)),
        ("F1@5", "Metric", ("F1@k", "F1")),
        ("pass@10", "Metric", ("pass@k", "pass")),
        ("mAP@0.5", "Metric", ("mAP",)),
        ("accuracy", "Metric", ()),
    ],
)
def test_a_subset_or_a_variant_of_a_metric_tells_its_whole(name, type_, wholes):
    assert whole(name, type_) == wholes


@pytest.mark.parametrize(
    ("name", "stem", "year"),
    [
        *(("AIME24", "AIME", "2024"), ("AIME 2024", "AIME", "2024"), ("WMT'24", "WMT", "2024")),
        *(("SemEval-2016", "SemEval", "2016"), ("MOT20", "MOT", "2020")),
        *(("CIFAR-10", "", ""), ("2048", "", ""), ("ScanNet200", "", ""), ("Office-31", "", "")),
    ],
)
def test_an_edition_is_a_name_with_a_year(name, stem, year):
    assert edition(name) == (stem, year)
