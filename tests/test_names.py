"""Spellings that are one name, plurals, and names as parts of an IRI."""

import random

import pytest
from pyoxigraph import NamedNode

from paperkg.names import name_key, normalize, slug

IRI = "https://w3id.org/paperkg/model/"


@pytest.mark.parametrize(
    "spellings",
    [
        ["GPT-4", "gpt-4", "GPT 4", "GPT4", "GPT–4", "GPT‑4", "GPT\u00a04", "GPT_4", " GPT-4, "],
        ["LLaVA-v1.5", "LLaVA v1.5", "llava 1.5", "LLaVA-1.5", "llava_v1.5"],
        ["BIG-bench Hard", "Big-Bench-Hard", "`BIG-Bench Hard'", "“BIG-bench” Hard"],
        ["$\\tau$-bench", "τ-bench", "\\tau-Bench", "$\\tau$ Bench"],
        ["μ-Net", "$\\mu$-Net", "\u00b5Net"],
        ["$\\mathbf{FIND}$", "\\textsc{Find}", "FIND", "**FIND**"],
        ["F$_1$", "F_1", "F1", "f1"],
        ["ＧＰＴ", "GPT"],
    ],
)
def test_spellings_of_one_name_meet(spellings):
    assert len({normalize(s) for s in spellings}) == 1
    assert len({name_key(s) for s in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT-4", "GPT-4o"),
        ("Llama 2", "Llama 3"),
        ("Llama 3.1", "Llama 31"),
        ("MMLU", "MMLU-Pro"),
        ("pass@1", "pass@10"),
        ("C", "C++"),
        ("HumanEval", "HumanEval+"),
        ("τ-bench", "μ-bench"),
        ("V-JEPA", "JEPA"),
        ("wav2vec", "wa2vec"),
        ("C#", "C"),
    ],
)
def test_different_names_stay_apart(one, other):
    assert normalize(one) != normalize(other)
    assert slug(one) != slug(other)


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("GPTs", "GPT"),
        ("ViTs", "ViT"),
        ("GPT-4s", "GPT-4"),
        ("success rates", "success rate"),
        ("Success Rates", "success rate"),
        ("accuracies", "accuracy"),
        ("perplexities", "perplexity"),
        ("word error rates", "word error rate"),
        ("Graph Attention Networks", "Graph Attention Network"),
    ],
)
def test_a_plural_is_the_name_itself(plural, singular):
    assert name_key(plural) == name_key(singular)


@pytest.mark.parametrize(
    "name",
    ["Atlas", "MARS", "LAS", "Hermes", "NeurIPS", "Transformers", "bias", "GAUSS", "gas", "loss"],
)
def test_a_name_that_ends_in_s_keeps_it(name):
    assert name_key(name) == name.lower()


def test_every_character_gives_a_legal_iri():
    for first in range(0, 0x110000, 256):
        block = [chr(c) for c in range(first, first + 256) if not 0xD800 <= c < 0xE000]
        NamedNode(IRI + slug(f"a{''.join(block)}b"))


def test_hostile_names_give_one_safe_part_of_an_iri():
    rng = random.Random(7)
    pools = [
        "abXY019 -_./+@:;,<>\"{}|^`\\%#?&'()[]=!~*$\t\n",
        "".join(map(chr, range(0x300))),
        "τπμéßİıǅ中文한글ひعربΣς\u200b\u200d\u202e\u2028\ufeff\ufffe\U0001f999\U0001fa81\x00",
    ]
    for _ in range(5000):
        name = "".join(rng.choices(rng.choice(pools), k=rng.randint(0, 14)))
        part = slug(name)
        assert NamedNode(IRI + part).value == IRI + part
        assert part and not set(part) & set('/?#&<>"{}|\\^` \t\n'), (name, part)
        assert part.strip(".-") == part, (name, part)
        assert "%" in part or slug(part) == part, (name, part)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("GPT-4o mini", "gpt-4o-mini"),
        ("pass@1", "pass@1"),
        ("C++", "c++"),
        ("ViT-B/16", "vit-b-16"),
        ("Qwen2.5-VL", "qwen2.5-vl"),
        ("$\\tau$-bench", "τ-bench"),
        ("AT&T <Labs>", "at-t-labs"),
        ("../../etc", "etc"),
        ("...", "unnamed"),
        ("", "unnamed"),
        ("日本語モデル", "日本語モデル"),
    ],
)
def test_slugs_stay_readable(name, part):
    assert slug(name) == part
