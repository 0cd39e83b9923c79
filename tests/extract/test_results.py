"""Which numbers are results, and what they belong to."""

from decimal import Decimal

import pytest

from paperkg.extract.results import number_spans, value_of


def results(nlp, abstract, title="Small Steps in Flying"):
    """Text, system, benchmark and metric of every result."""
    doc = nlp(f"{title}\n{abstract}")
    return [
        (s.text, s._.system, "+".join(s._.benchmarks), s._.metric) for s in doc.spans["results"]
    ]


def kinds(nlp, abstract):
    doc = nlp(f"Small Steps in Flying\n{abstract}")
    return {s.text: s.label_ for s in doc.spans["results"]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("74.8", "74.8"),
        ("31%", "31.0"),
        ("+4.8%", "4.8"),
        ("-3.1%", "-3.1"),
        ("−0.5", "-0.5"),
        ("~90%", "90.0"),
        ("±0.3", "0.3"),
        ("1,200", "1200.0"),
        ("12,000,000.25", "12000000.25"),
        ("74.8\\%", "74.8"),
        ("2.3x", "2.3"),
        ("12×", "12.0"),
        ("1.2 dB", "1.2"),
        ("$-3.5", "-3.5"),
    ],
)
def test_a_number_has_a_decimal_value(text, value):
    assert value_of(text) == value
    assert str(Decimal(value_of(text))) == value


@pytest.mark.parametrize(
    ("abstract", "result"),
    [
        (
            "We present KiteNet, a model that reaches 74.8% accuracy on ImageNet.",
            ("74.8%", "kitenet", "imagenet", "accuracy"),
        ),
        (
            "We propose KiteNet, a network that improves accuracy on ImageNet by 3.2\\% over BERT.",
            ("3.2\\%", "kitenet", "imagenet", "accuracy"),
        ),
        (
            "GPT-4o reaches ~90% pass@1 on HumanEval.",
            ("~90%", "gpt4o", "humaneval", "pass@1"),
        ),
        (
            "On SQuAD, GPT-4 drops by -3.1% in accuracy.",
            ("-3.1%", "gpt4", "squad", "accuracy"),
        ),
        (
            "We obtain an FID of 2.35 on CelebA.",
            ("2.35", "", "celeba", "fid"),
        ),
    ],
)
def test_a_reported_number_is_a_result_of_what_it_is_about(nlp, abstract, result):
    assert results(nlp, abstract) == [result]


def test_each_number_of_a_sentence_keeps_its_own_system(nlp):
    abstract = "On MMLU, GPT-4 scores 86.4% accuracy while Llama 2 scores 68.9%."
    assert results(nlp, abstract) == [
        ("86.4%", "gpt4", "mmlu", "accuracy"),
        ("68.9%", "llama2", "mmlu", "accuracy"),
    ]


@pytest.mark.parametrize(
    ("abstract", "numbers"),
    [
        ("Accuracy on GSM8K rises from 3.2 to 7.9 points with GRPO.", ["3.2", "7.9"]),
        ("BERT gains 3.2–7.9% accuracy on GLUE.", ["3.2", "7.9%"]),
        ("Accuracy of 10.5-20.3% on ARC with BERT.", ["10.5", "20.3%"]),
    ],
)
def test_a_range_is_two_results_without_its_dash(nlp, abstract, numbers):
    assert [text for text, *_ in results(nlp, abstract)] == numbers


@pytest.mark.parametrize(
    "abstract",
    [
        "We evaluate GPT-4 on 57 tasks in 12 languages with 3-shot prompting in MMLU.",
        "KiteBench, a new benchmark, has 1,200 questions in 14 languages from 30 writers in 2023.",
        "We train BERT with 110 million parameters for 3 epochs on 64 GPUs, then test on GLUE.",
        "We test 12 models, including GPT-4, on 3 datasets from 2021 to 2023.",
        "Qwen2.5-VL-7B, Llama 3.1 and AIME 2024 are names that hold numbers, not 1 result.",
        "See https://kites.org/95.5 for BERT and its accuracy on GLUE.",
    ],
)
def test_other_numbers_are_no_results(nlp, abstract):
    assert results(nlp, abstract) == []


def test_a_number_about_nothing_named_is_no_result(nlp):
    assert (
        results(nlp, "Our best model is 74.8% right and gets 3.1% better with more string.") == []
    )


def test_scores_gains_and_speedups_are_told_apart(nlp):
    abstract = (
        "We propose KiteRAG, a method that retrieves kites. KiteRAG achieves 61.2% accuracy on "
        "HotpotQA. Our approach surpasses BM25 by 4.8% accuracy on HotpotQA. KiteRAG runs 2.3x "
        "faster than BM25."
    )
    assert kinds(nlp, abstract) == {"61.2%": "score", "4.8%": "gain", "2.3x": "speedup"}


def test_the_papers_own_system_counts_where_it_says_our_method(nlp):
    abstract = (
        "We propose KiteRAG, a method that retrieves kites. Our method achieves 61.2% accuracy on "
        "HotpotQA."
    )
    assert results(nlp, abstract, "KiteRAG: Kites on a String") == [
        ("61.2%", "kiterag", "hotpotqa", "accuracy")
    ]


def test_factors_in_words_and_in_latex_are_numbers_and_deviations_are_none(nlp):
    told = "KiteNet is $2\\times$ faster, by a factor of two, and reaches 91.2 ± 0.3% on GLUE."
    told += " It scores 80.1 \\pm 0.2 and 70.3 +/- 1.1; two models exist."
    doc = nlp(f"KiteNet: Flying\nWe propose KiteNet, a model. {told}")
    assert [span.text for span in number_spans(doc)] == ["2\\times", "two", "91.2", "80.1", "70.3"]
    assert [value_of(text) for text in ("2\\times", "two", "91.2")] == ["2.0", "2.0", "91.2"]
