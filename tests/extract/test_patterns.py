"""Names that only their paper tells."""

import pytest


def pairs(nlp, text):
    doc = nlp(text)
    return [(doc[a:b].text, doc[c:d].text) for a, b, c, d in doc.user_data["acronyms"]]


def marked(nlp, group, text):
    doc = nlp(text)
    return [(s.text, s.label_) for s in doc.spans[group]]


@pytest.mark.parametrize(
    ("full", "acronym"),
    [
        ("Function INterpretation and Description", "FIND"),
        ("Quiet Kite Search", "QKS"),
        ("reinforcement learning from human feedback", "RLHF"),
        ("Contrastive Language-Image Pre-training", "CLIP"),
        ("Chain-of-Thought", "CoT"),
        ("Low-Rank Adaptation", "LoRA"),
        ("mean average precision", "mAP"),
        ("3D Gaussian Splatting", "3DGS"),
        ("structural similarity index measure", "SSIM"),
        ("Graph Attention Networks", "GATs"),
        ("Kite Auto-Encoder", "KAEs"),
    ],
)
def test_full_name_and_acronym_are_paired_both_ways(nlp, full, acronym):
    for opening, closing in ("()", "[]"):
        text = f"On Kites\nWe build on {full} {opening}{acronym}{closing} here."
        assert pairs(nlp, text) == [(full, acronym)]
    assert pairs(nlp, f"On Kites\nWe build on {full} ({acronym}; Kite et al., 2021).") == [
        (full, acronym)
    ]
    if not acronym.endswith("s"):
        text = f"On Kites\nWe build on {acronym} ({full}) here."
        assert pairs(nlp, text) == [(full, acronym)]


@pytest.mark.parametrize(
    "text",
    [
        "Kites (see Table 3) fly.",
        "Our accuracy (ACC) rises.",
        "Quiet Kite Search (and more) works.",
        "Quiet Kite Search (XYZ) works.",
        "We fly kites. Search (WFKS) ends.",
        "a (b) (C) (",
        "Kites ) fly ( high",
    ],
)
def test_other_brackets_are_no_pairs(nlp, text):
    assert pairs(nlp, f"On Kites\n{text}") == []


@pytest.mark.parametrize(
    ("abstract", "name"),
    [
        ("We introduce KiteBench, a benchmark of kites.", "KiteBench"),
        ("This paper presents the Quiet Lantern Corpus, a dataset.", "Quiet Lantern Corpus"),
        ("Here is a method called KITE-7B that flies.", "KITE-7B"),
        ("A model, dubbed Lan-TERN, is trained.", "Lan-TERN"),
        ("In this work, a strategy which we term KnotTune is tried.", "KnotTune"),
    ],
)
def test_names_after_words_of_introduction_are_marked(nlp, abstract, name):
    assert (name, "introduced") in marked(nlp, "introduced", f"On Kites\n{abstract}")


@pytest.mark.parametrize(
    "abstract",
    ["We evaluate it on KiteBench.", "It is better than KiteNet.", "KiteNet was there before."],
)
def test_other_names_are_not(nlp, abstract):
    assert marked(nlp, "introduced", f"On Kites\n{abstract}") == []


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("KiteBench: Can Models Fly?", ["KiteBench"]),
        ("KITE-7B: A Small Model", ["KITE-7B"]),
        ("Lantern: Light for Everyone", ["Lantern"]),
        ("To Fly or Not to Fly: Kites in Practice", []),
        ("Kites for the Masses: A View from Above", []),
        ("What Is KITE?: An Answer", []),
        ("Can Models Fly? Ask KiteBench", []),
        (": An Odd Title", []),
    ],
)
def test_the_short_head_of_a_title_may_be_a_name(nlp, title, names):
    assert marked(nlp, "introduced", f"{title}\nKites fly.") == [(n, "title") for n in names]


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("LanternBench", "Benchmark"),
        ("KnotQA", "Benchmark"),
        ("KnotBERT", "Model"),
        ("Knot-7B", "Model"),
        ("Knot 1.5B", "Model"),
        ("Quiet Lantern Corpus", "Dataset"),
        ("KnotScore", "Metric"),
        ("KnotLoRA", "Method"),
    ],
)
def test_an_ending_or_a_size_speaks_for_a_type(nlp, name, type_):
    assert (name, type_) in marked(nlp, "shaped", f"On Kites\nWe look at {name} again.")


def test_generic_acronyms_are_no_names(nlp):
    text = "On Kites\nAn LLM, MLLMs, a CNN, GPUs, QA and NLP meet KnotNet and Big Knot."
    assert [name for name, _ in marked(nlp, "chunks", text)] == ["Kites", "KnotNet", "Big Knot"]
