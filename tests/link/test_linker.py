"""Which names are one thing, across papers."""

import random

import pytest

from paperkg.catalog import load_catalog
from paperkg.link import link
from paperkg.names import name_key
from paperkg.records import Mention, Result


def mention(text, type_="Model", *, paper="a", role="uses", start=0, key="", confidence=0.9):
    """A mention as the pipeline gives it, with the key of its name."""
    end = start + len(text)
    return Mention(paper, start, end, text, type_, role, confidence, key=key or name_key(text))


def linked(*mentions, results=()):
    return link(mentions, load_catalog(), results)


def target(text, type_="Model"):
    """Entity and variant of one name that stands alone in its paper."""
    [found] = linked(mention(text, type_)).mentions
    return found.entity, found.variant


def entities(*mentions):
    return {e.id: e for e in linked(*mentions).entities}


@pytest.mark.parametrize(
    ("names", "id_"),
    [
        (["GPT-4", "GPT4", "gpt 4", "gpt-4-0613", "GPT-4s"], "model/gpt-4"),
        (["GPT-4o mini", "GPT-4o-mini", "gpt-4o-mini-2024-07-18"], "model/gpt-4o-mini"),
        (["Llama 2", "LLaMA-2-13B-chat", "Llama 2 (7B)", "llama2"], "model/llama-2"),
        (["Qwen2.5-VL", "Qwen2.5-VL-7B-Instruct-AWQ"], "model/qwen2.5-vl"),
        (["LLaVA-1.5", "LLaVA-v1.5-13B", "LLaVA v1.5"], "model/llava-1.5"),
        (["ViT", "ViTs", "ViT-B/16", "Vision Transformer"], "model/vit"),
        (["FLAN-T5-large", "Flan-T5-XXL", "FLAN T5"], "model/flan-t5"),
        (["ResNet", "ResNet-50", "ResNet101", "ResNets"], "model/resnet"),
        (["Mixtral", "Mixtral 8x7B", "Mixtral-8x7B-Instruct"], "model/mixtral"),
        (["Claude-3.5-Sonnet", "Claude 3.5 Sonnet"], "model/claude-3.5-sonnet"),
    ],
)
def test_spellings_and_sizes_of_a_model_meet(names, id_):
    assert {name: target(name)[0] for name in names} == dict.fromkeys(names, id_)


@pytest.mark.parametrize(
    ("type_", "names", "id_"),
    [
        ("Benchmark", ["MMLU", "mmlu", "Massive Multitask Language Understanding"], "mmlu"),
        ("Benchmark", ["COCO", "MS-COCO", "MS COCO"], "coco"),
        ("Benchmark", ["τ-bench", "$\\tau$-bench", "tau-bench"], "tau-bench"),
        ("Benchmark", ["AIME 2024", "AIME24"], "aime-2024"),
        ("Benchmark", ["LibriSpeech", "LibriSpeech test-clean"], "librispeech"),
        ("Organization", ["Hugging Face", "HuggingFace"], "hugging-face"),
        ("Metric", ["F1", "f1", "F$_1$"], "f1"),
        ("Metric", ["accuracy", "Accuracy", "accuracies"], "accuracy"),
        ("Method", ["LoRA", "Low-Rank Adaptation"], "lora"),
    ],
)
def test_spellings_of_other_things_meet(type_, names, id_):
    expected = f"{type_.lower()}/{id_}"
    assert {name: target(name, type_)[0] for name in names} == dict.fromkeys(names, expected)


@pytest.mark.parametrize(
    ("type_", "one", "other"),
    [
        ("Model", "GPT-4", "GPT-4o"),
        ("Model", "GPT-4o", "GPT-4o mini"),
        ("Model", "GPT-3", "GPT-3.5"),
        ("Model", "Llama 2", "Llama 3"),
        ("Model", "Llama 3", "Llama 3.1"),
        ("Model", "Llama", "Llama 2-7B"),
        ("Model", "T5", "FLAN-T5"),
        ("Model", "SAM", "SAM 2"),
        ("Model", "Qwen2.5", "Qwen2.5-VL"),
        ("Model", "KiteLM", "KiteLM 2"),
        ("Benchmark", "MMLU", "MMLU-Pro"),
        ("Benchmark", "SWE-bench", "SWE-bench Verified"),
        ("Benchmark", "HumanEval", "HumanEval+"),
        ("Benchmark", "AIME 2024", "AIME 2025"),
        ("Benchmark", "BIG-bench", "BIG-Bench Hard"),
        ("Metric", "pass@1", "pass@10"),
        ("Metric", "F1", "macro-F1"),
    ],
)
def test_different_things_stay_apart(type_, one, other):
    assert target(one, type_)[0] != target(other, type_)[0]


def test_a_size_is_a_variant_of_its_release():
    table = entities(mention("Llama-2-13B-chat"), mention("Kite-7B", start=50))
    llama, kite = table["model/llama-2/13b-chat"], table["entity/kite/7b"]
    assert (llama.name, llama.variant_of) == ("Llama-2-13B-chat", "model/llama-2")
    assert (kite.name, kite.variant_of) == ("Kite-7B", "entity/kite")
    assert {"model/llama-2", "entity/kite"} <= set(table)
    assert target("Llama 2") == ("model/llama-2", None)


def test_a_model_brings_its_family_and_their_makers():
    table = entities(mention("Llama 3.1 70B Instruct"))
    release = table["model/llama-3.1"]
    assert (release.family, release.maker) == ("model/llama", "organization/meta")
    assert {"model/llama", "organization/meta"} <= set(table)


def test_a_release_that_the_catalogue_lacks_joins_its_family():
    table = entities(mention("Llama 97"), mention("KiteLM 97", start=50))
    assert table["entity/llama97"].family == "model/llama"
    assert table["entity/kitelm97"].family == ""
    assert "model/llama" in table


def test_a_new_name_is_one_thing_in_all_papers_that_spell_it_alike():
    table = entities(
        mention("Kite-RAG", "Method", paper="a"),
        mention("KiteRAG", "Method", paper="b", role="introduces"),
        mention("KITE RAG", "Method", paper="c"),
        mention("KiteRAG", "Model", paper="c", start=50),
    )
    [kite] = table.values()
    assert (kite.id, kite.type, kite.name) == ("entity/kiterag", "Method", "KiteRAG")
    assert set(kite.aliases) == {"Kite-RAG", "KITE RAG"}


def test_an_acronym_and_its_full_name_are_one_thing():
    full = mention("Quiet Kite Search", "Method", key="qks")
    short = mention("QKS", "Method", start=30, key="qks")
    found = linked(full, short)
    assert {m.entity for m in found.mentions} == {"entity/quietkitesearch"}
    assert [(k.entity, k.mentions) for k in found.links] == [("entity/quietkitesearch", 2)]
    names = {found.entities[0].name, *found.entities[0].aliases}
    assert names == {"QKS", "Quiet Kite Search"}


@pytest.mark.parametrize(
    ("type_", "acronym", "own", "other"),
    [
        (
            "Benchmark",
            "MMLU",
            "Massive Multitask Language Understanding",
            "Many Moods of Lanterns at Uxbridge",
        ),
        ("Method", "RAG", "Retrieval-Augmented Generation", "Random Apple Grid"),
        ("Method", "DPO", "Direct Preference Optimization", "Daily Pigeon Order"),
    ],
)
def test_an_acronym_spelled_out_as_something_else_stays_apart(type_, acronym, own, other):
    key = name_key(acronym)
    known = f"{type_.lower()}/{key}"
    found = linked(
        mention(own, type_, paper="a", key=key),
        mention(acronym, type_, paper="a", start=90, key=key),
        mention(other, type_, paper="b", key=key),
        mention(acronym, type_, paper="b", start=90, key=key),
        mention(acronym, type_, paper="c"),
    )
    ids = {(m.paper, m.text): m.entity for m in found.mentions}
    assert ids["a", own] == ids["a", acronym] == ids["c", acronym] == known
    assert ids["b", other] == ids["b", acronym] != known


@pytest.mark.parametrize(
    ("name", "type_", "id_"),
    [
        ("ImageNet", "Dataset", "benchmark/imagenet"),
        ("ImageNet", "Benchmark", "benchmark/imagenet"),
        ("LoRA", "Model", "method/lora"),
        ("GPT-4", "Organization", "model/gpt-4"),
    ],
)
def test_a_known_name_keeps_its_entity_where_a_paper_sees_another_type(name, type_, id_):
    assert target(name, type_)[0] == id_


def test_a_word_that_is_also_a_name_needs_its_type():
    assert target("Apple", "Organization")[0] == "organization/apple"
    assert target("Meta", "Metric")[0] == "entity/meta"


def test_the_strongest_role_and_the_best_confidence_count():
    found = linked(
        mention("KiteLM", role="mentions", confidence=0.4),
        mention("KiteLM-7B", role="introduces", confidence=0.6, start=20),
        mention("KiteLM", role="uses", confidence=0.8, start=40),
        mention("KiteLM", role="mentions", confidence=0.5, paper="b"),
    )
    rows = [(k.paper, k.entity, k.role, k.mentions, k.confidence) for k in found.links]
    assert rows == [
        ("a", "entity/kitelm", "introduces", 3, 0.8),
        ("b", "entity/kitelm", "mentions", 1, 0.5),
    ]


CORPUS = [
    mention("KiteBench", "Benchmark", paper="1", role="introduces"),
    mention("Quiet Kite Search", "Method", paper="1", start=20, key="qks"),
    mention("QKS", "Method", paper="1", start=40, key="qks"),
    mention("GPT-4", paper="1", start=60),
    mention("Llama-2-13B", paper="1", start=80),
    mention("kite bench", "Dataset", paper="2"),
    mention("Kite-Bench", "Benchmark", paper="2", start=20),
    mention("gpt4", paper="2", start=40),
    mention("Knot", "Method", paper="2", start=60),
    mention("Llama 97", paper="2", start=80),
    mention("Knot", "Model", paper="3"),
    mention("Kite Bench", "Benchmark", paper="3", start=20),
    mention("LLaMA 2 13B", paper="3", start=40),
    mention("QKS", "Method", paper="3", start=60),
    mention("MMLU", "Benchmark", paper="3", start=80, key="mmlu"),
]
RESULTS = [
    Result("1", 100, 104, "74.8", "74.8", "score", "qks", "kitebench", None),
    Result("2", 100, 103, "12%", "12.0", "gain", "gpt4", None, None),
]


def test_the_order_of_papers_and_mentions_does_not_matter():
    first = linked(*CORPUS, results=RESULTS)
    for seed in range(20):
        mentions, results = CORPUS[:], RESULTS[:]
        random.Random(seed).shuffle(mentions)
        random.Random(seed).shuffle(results)
        assert linked(*mentions, results=results) == first


def test_ids_do_not_depend_on_the_rest_of_the_corpus():
    together = {(m.paper, m.start): (m.entity, m.variant) for m in linked(*CORPUS).mentions}
    for paper in "123":
        alone = linked(*(m for m in CORPUS if m.paper == paper)).mentions
        assert alone
        for found in alone:
            if found.entity == "entity/qks":  # who it is, only another paper tells
                continue
            assert together[found.paper, found.start] == (found.entity, found.variant)


def test_results_name_entities_of_their_own_paper():
    one, two = linked(*CORPUS, results=RESULTS).results
    assert (one.system, one.benchmark, one.metric) == (
        "entity/quietkitesearch",
        "entity/kitebench",
        None,
    )
    assert (two.system, two.benchmark) == ("model/gpt-4", None)
    nobody = Result("2", 0, 1, "1", "1.0", "score", "mmlu")
    assert linked(*CORPUS, results=[nobody]).results == []


def test_one_acronym_of_two_papers_may_be_two_things():
    found = linked(
        mention("Quiet Kite Search", "Method", paper="1", key="qks"),
        mention("QKS", "Method", paper="1", start=40, key="qks"),
        mention("Quick Knot Sorting", "Method", paper="2", key="qks"),
        mention("QKS", "Method", paper="2", start=40, key="qks"),
        mention("QKS", "Method", paper="3", key="qks"),
    )
    by_paper = {k.paper: k.entity for k in found.links}
    assert by_paper["1"] != by_paper["2"] and by_paper["3"] == "entity/qks"


def test_nothing_gives_nothing():
    found = linked()
    assert (found.mentions, found.entities, found.links, found.results) == ([], [], [], [])
