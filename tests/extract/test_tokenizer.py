"""Tokens that names begin and end on, and where sentences start."""

import json

import pytest


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("GPT-4-based agents", "GPT-4"),
        ("ImageNet-pretrained ViTs", "ImageNet"),
        ("CLIP-style training", "CLIP"),
        ("both Llama-2/3 models", "Llama-2"),
        ("a method (FIND).", "FIND"),
        ("several models~(InstructGPT, GPT-3)", "InstructGPT"),
        ("several models~(InstructGPT, GPT-3)", "GPT-3"),
        ("a gain of +9.4% on it", "9.4"),
        ("a gain of +9.4% on it", "+9.4%"),
        ("it has GPT-4's answers", "GPT-4"),
        ("it has GPT-4’s answers", "GPT-4"),
        ("\\texttt{MMLU}-like", "MMLU"),
        ("on $\\tau$-bench.", "$\\tau$-bench"),
        ("F$_1$ and pass@1.", "F$_1$"),
        ("F$_1$ and pass@1.", "pass@1"),
        ("we beat GPT-3.5.", "GPT-3.5"),
        ("we beat GPT-4.Our next", "GPT-4"),
        ("MMLU/GSM8K/MATH", "GSM8K"),
        ("“MMLU”—hard", "MMLU"),
        ("from 3.2–7.9 points", "7.9"),
        ("$72.5\\%$ here", "72.5\\%"),
        ("1,200 papers", "1,200"),
        ("cites A,B and C", "B"),
        ("e.g.,MMLU", "MMLU"),
    ],
)
def test_names_and_numbers_fall_on_token_boundaries(nlp, text, name):
    start = text.index(name)
    span = nlp.make_doc(text).char_span(start, start + len(name))
    assert span is not None and span.text == name


def test_numbers_and_addresses_stay_whole(nlp):
    text = (
        "See https://kites.org/a-b_c?d=1.5, www.kites.org (github.com/kite/GPT-4): 1,200.5 of 3.5."
    )
    tokens = [t.text for t in nlp.make_doc(text)]
    assert tokens[1] == "https://kites.org/a-b_c?d=1.5"
    assert {"www.kites.org", "github.com/kite/GPT-4", "1,200.5", "3.5"} <= set(tokens)
    assert tokens[-1] == "."


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "  two  spaces \t and\ttabs \n\n lines \r\n",
        "zero\u200bwidth \ufeff bom \u00a0 hard \u2028 line",
        "🪁🪁 👩\u200d👩\u200d👧 e\u0301 नमस्ते عنوان 日本語GPT-4は",
        "control \x00\x07\x1b[31m chars\x7f",
        "((((....----____$$$$\\\\\\\\''''",
        "a'b's 's s' 's.",
    ],
)
def test_a_text_is_reproduced_exactly(nlp, text):
    doc = nlp(text)
    assert doc.text == text
    assert "".join(s.text_with_ws for s in doc.sents) == text


def test_gold_names_fall_on_token_boundaries(nlp, shared):
    total = kept = 0
    for line in (shared / "gold" / "train.jsonl").read_text("utf-8").splitlines():
        paper = json.loads(line)
        doc = nlp.make_doc(f"{paper['title']}\n{paper['abstract']}")
        for mention in paper["mentions"]:
            total += 1
            kept += doc.char_span(mention["start"], mention["end"]) is not None
    assert total > 10_000
    assert kept / total >= 0.995


@pytest.mark.parametrize(
    ("abstract", "sentences"),
    [
        ("We fly. We fall.", ["We fly.", "We fall."]),
        ("Do we fly? Yes! We do.", ["Do we fly?", "Yes!", "We do."]),
        ("Use kites, e.g. Delta ones, i.e. Light ones.", 1),
        ("Kite et al. Flew one vs. GPT-4 cf. Sec. 3 of it.", 1),
        ("We gain 3.5 points. 7 kites fly.", ["We gain 3.5 points.", "7 kites fly."]),
        ("We beat GPT-3.5. GPT-4 wins.", ["We beat GPT-3.5.", "GPT-4 wins."]),
        ("Kites fly (e.g., Delta). Ours do not.", ["Kites fly (e.g., Delta).", "Ours do not."]),
        ("A no. of kites etc. are at kites.org and fly.", 1),
        ("We fly... and land.", 1),
    ],
)
def test_sentences_start_where_a_reader_sees_them(nlp, abstract, sentences):
    title, *found = [s.text.strip() for s in nlp(f"On Kites. A Study\n{abstract}").sents][-20:]
    assert title == "On Kites."
    assert found[0] == "A Study"
    assert found[1:] == (sentences if isinstance(sentences, list) else [abstract])
