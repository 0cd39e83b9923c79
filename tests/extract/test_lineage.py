"""What abstracts say of two names: based on, outperforms."""

import pytest

from paperkg.extract.lineage import stated


def said(nlp, abstract, title="KiteNet: Flying"):
    doc = nlp(f"{title}\n{abstract}")
    return [(s.relation, s.subject, s.target, s.benchmark) for s in stated(doc)]


@pytest.mark.parametrize(
    ("abstract", "statement"),
    [
        ("We propose KiteNet, a model. KiteNet outperforms GPT-4 by 3% on MMLU.",
         ("outperforms", "kitenet", "gpt4", "mmlu")),
        ("We propose KiteNet, a model. Our model surpasses existing ones such as BERT.",
         ("outperforms", "kitenet", "bert", "")),
        ("We present KiteNet, a model fine-tuned from Qwen2.5-7B.",
         ("basedOn", "kitenet", "qwen2.57b", "")),
        ("We introduce KiteNet, a new model built on top of the pretrained BERT.",
         ("basedOn", "kitenet", "bert", "")),
    ],
)  # fmt: skip
def test_a_statement_names_both_and_where(nlp, abstract, statement):
    assert said(nlp, abstract) == [statement]


def test_every_name_of_a_list_is_outperformed(nlp):
    text = "We propose KiteNet, a model. KiteNet outperforms BERT, GPT-4 and Llama 2."
    assert [target for _, _, target, _ in said(nlp, text)] == ["bert", "gpt4", "llama2"]


@pytest.mark.parametrize(
    "abstract",
    [
        "We propose KiteNet, a model. KiteNet is outperformed by GPT-4.",
        "We propose KiteNet, a model. It outperforms ViT-based models on ImageNet.",
        "GPT-4 is a model. Evaluation of KiteNet is based on GPT-4.",
        "We compare KiteNet with BERT on GLUE.",
    ],
)
def test_other_sentences_state_nothing(nlp, abstract):
    assert said(nlp, abstract) == []
