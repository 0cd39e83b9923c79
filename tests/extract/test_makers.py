"""Who made what, as abstracts say it."""

import pytest

from paperkg.extract.makers import made


def said(nlp, abstract, title="Flying kites"):
    doc = nlp(f"{title}\n{abstract}")
    names = {ent.id_: ent.text for ent in doc.ents}
    return [(names[s.subject], names[s.target]) for s in made(doc)]


@pytest.mark.parametrize(
    ("abstract", "makers"),
    [
        ("We evaluate OpenAI's GPT-4 on kites.", [("GPT-4", "OpenAI")]),
        ("We evaluate Google's recent Gemini 1.5 Pro model.", [("Gemini 1.5 Pro", "Google")]),
        ("Models such as OpenAI o3-mini and Claude 3 Opus fly.", [("o3-mini", "OpenAI")]),
        ("We test GPT-4 (OpenAI) on kites.", [("GPT-4", "OpenAI")]),
        ("GPT-4, developed by OpenAI, flies kites.", [("GPT-4", "OpenAI")]),
    ],
)
def test_the_maker_stands_beside_the_name(nlp, abstract, makers):
    assert said(nlp, abstract) == makers


@pytest.mark.parametrize(
    "abstract",
    [
        "We download BERT from Hugging Face and GPT-4 is tested.",
        "OpenAI and Google train models such as LLaMA on MMLU.",
        "GPT-4 was evaluated at Stanford University.",
    ],
)
def test_a_name_in_the_same_sentence_is_not_made_by_it(nlp, abstract):
    assert said(nlp, abstract) == []
