"""Papers in, mentions out; and the extractor as a spaCy pipeline like any other."""

import json
import random
import subprocess
import sys

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from paperkg.errors import PaperKGError
from paperkg.extract import blank_pipeline, extract, load_pipeline, mentions_of
from paperkg.records import ROLES, TYPES, Paper
from paperkg.resources import PIPELINE

COMPONENTS = [
    "paperkg_sentences",
    "paperkg_gazetteer",
    "paperkg_patterns",
    "paperkg_recognizer",
    "paperkg_roles",
    "paperkg_results",
]
KITES = Paper(
    id="kites",
    title="KiteBench: Can Language Models Fly?",
    abstract=(
        "We present KiteBench, a benchmark of 1,200 paper kites for language models. We test "
        "GPT-4o, Claude 3.5 Sonnet and Llama-3.1-70B-Instruct on it. GPT-4o reaches 61.2% "
        "accuracy on KiteBench, but only 12.5% on MMLU-Pro. Code is on GitHub."
    ),
)
KNOTS = Paper(
    id="knots",
    title="Tying Knots in Small Models",
    abstract=(
        "We propose Quiet Knot Tuning (QKT), a framework that ties the weights of BERT and "
        "RoBERTa. QKT improves F1 by 4.8% on SQuAD, as measured by researchers at Google."
    ),
)


def found(*papers):
    return [(e.paper.id, e.mentions, e.results) for e in extract(papers)]


def names(abstract, title="A Look at Kites"):
    [(_, mentions, _)] = found(Paper("p", title, abstract))
    return {m.text: m.type for m in mentions}


def summary(doc):
    """All that the pipeline says of a document."""
    return (
        [(e.text, e.label_, e.id_, e._.role, e._.confidence) for e in doc.ents],
        [
            (s.text, s.label_, s._.system, list(s._.benchmarks), s._.metric)
            for s in doc.spans["results"]
        ],
        [s.text for s in doc.sents],
        {
            name: [(s.start, s.end, s.label_, s.id_, s.kb_id_) for s in group]
            for name, group in doc.spans.items()
        },
    )


def test_a_paper_gives_its_names_with_type_role_and_place():
    [(_, mentions, results)] = found(KITES)
    assert {(m.text, m.type, m.role) for m in mentions} >= {
        ("KiteBench", "Benchmark", "introduces"),
        ("GPT-4o", "Model", "uses"),
        ("Claude 3.5 Sonnet", "Model", "uses"),
        ("Llama-3.1-70B-Instruct", "Model", "uses"),
        ("accuracy", "Metric", "uses"),
        ("MMLU-Pro", "Benchmark", "uses"),
    }
    for m in mentions:
        start, end = m.sentence
        assert KITES.text[m.start : m.end] == m.text
        assert start <= m.start < m.end <= end
        assert (m.paper, m.entity, m.variant) == ("kites", "", None)
        assert m.type in TYPES and m.role in ROLES and 0 < m.confidence <= 1
    assert "61.2%" in [r.text for r in results]
    assert "1,200" not in [r.text for r in results]


def test_every_occurrence_of_a_name_counts_with_the_same_type_and_role():
    [(_, mentions, _)] = found(KITES)
    kites = [m for m in mentions if m.text == "KiteBench"]
    assert len(kites) == KITES.text.count("KiteBench") == 3
    assert len({(m.key, m.type, m.role) for m in kites}) == 1
    river = Paper(
        id="river",
        title="A Study",
        abstract="We present Quiet River, a model that listens. Quiet River hears much, and Quiet "
        "River sings. Rivers like Quiet River run.",
    )
    [(_, mentions, _)] = found(river)
    assert [m.text for m in mentions] == ["Quiet River"] * 4


def test_an_acronym_and_its_full_name_have_one_key():
    [(_, mentions, _)] = found(KNOTS)
    keys = {m.text: m.key for m in mentions}
    assert keys["Quiet Knot Tuning"] == keys["QKT"] == "qkt"


@pytest.mark.parametrize(
    ("abstract", "name", "type_"),
    [
        ("We introduce LanternQA, a benchmark of questions about lamps.", "LanternQA", "Benchmark"),
        ("We present the Quiet Lamp Corpus, a corpus of text.", "Quiet Lamp Corpus", "Dataset"),
        ("We propose LampNet, a model that sees in the dark.", "LampNet", "Model"),
        ("We propose LampTune, a method to tune models faster.", "LampTune", "Method"),
    ],
)
def test_what_a_paper_presents_is_introduced(abstract, name, type_):
    [(_, mentions, _)] = found(Paper("p", "A Look at Lamps", abstract))
    assert (name, type_, "introduces") in {(m.text, m.type, m.role) for m in mentions}


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        (
            "We fine-tune LLaVA on ScienceQA with LoRA, and report BLEU and perplexity.",
            {"LLaVA": "Model", "ScienceQA": "Benchmark", "LoRA": "Method"}
            | {"BLEU": "Metric", "perplexity": "Metric"},
        ),
        (
            "OpenAI's GPT models are compared with Claude models and with OpenAI o3-mini.",
            {"OpenAI": "Organization", "GPT": "Model", "Claude": "Model", "o3-mini": "Model"},
        ),
        (
            "GPT-4-based agents and ImageNet-pretrained networks meet Llama-2/3 on τ-bench.",
            {"GPT-4": "Model", "ImageNet": "Benchmark", "Llama-2": "Model", "τ-bench": "Benchmark"},
        ),
        (
            "We train with Adam and segment with SAM; see https://github.com/kite/BERT for more.",
            {"Adam": "Method", "SAM": "Model"},
        ),
    ],
)
def test_known_names_are_found_as_they_stand(abstract, expected):
    types = names(abstract)
    assert set(types) == set(expected)
    loose = {"ImageNet": {"Benchmark", "Dataset"}}
    assert all(types[n] in loose.get(n, {expected[n]}) for n in expected), types


@pytest.mark.parametrize(
    "abstract",
    [
        "Large language models (LLMs) can plan, yet multimodal large language models (MLLMs) see "
        "poorly. We ask why a transformer forgets. Attention helps a little, and our model learns "
        "slowly. The MLLM and the LLM disagree.",
        "Transformers rule vision. We train a CNN and an RNN with reinforcement learning, and set "
        "diffusion models beside GANs. In-context learning, fine-tuning and knowledge "
        "distillation are studied on existing benchmarks and two corpora.",
        "Retrieval helps language models to answer. Our framework picks documents, and our dataset "
        "holds many questions. The Transformer decoder attends to them with self-attention. VLMs "
        "and LVLMs are left for later.",
        "This is a survey of deep learning for graphs. GNNs pass messages, and an MLP reads them. "
        "Neural networks overfit, as a synthetic dataset shows. Self-supervised pre-training "
        "improves quality and speed.",
        "Attention is costly. The attention mechanism of a Transformer is quadratic in length. Our "
        "approach makes it linear; an LSTM is faster, an agent is slower.",
    ],
)
def test_generic_phrases_are_no_names(abstract):
    assert names(abstract) == {}


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("", ""),
        ("   ", "\n\n"),
        ("", "We use BERT on GLUE."),
        ("BERT on GLUE", ""),
        ("🪁🪁", "👩\u200d👩\u200d👧🔥 🪁"),
        ("\x00", "a\x00b\x01 \x1b[31m GPT-4 \x7f\x85"),
        ("\u200b", "\ufeff\u200d\u2028\u2029"),
        ("عنوان", "نموذج GPT-4 \u202eعلى MMLU"),
        ("Long", f"{'kite' * 12 + ' '}" * 2050),
        ("Longer", "k" * 100_000),
        ("Digits", "1" * 100_000),
        ("Marks", "([{-.,%$\\'\"_^}])" * 60),
        ("(((", "(" * 500 + "FIND" + ")" * 500),
        (": : :", "% + - x . 5 % $ 5 \\ % − 5"),
    ],
)
def test_odd_texts_do_no_harm(title, abstract):
    paper = Paper("odd", title, abstract)
    [(_, mentions, results)] = found(paper)
    assert all(paper.text[x.start : x.end] == x.text for x in [*mentions, *results])
    text = paper.text
    assert ("BERT" in text) == ("BERT" in {m.text for m in mentions})
    assert ("GLUE" in text) == ("GLUE" in {m.text for m in mentions})


def test_papers_do_not_disturb_each_other(nlp):
    papers = [
        Paper(f"{n}", *pair)
        for n, pair in enumerate(
            [(p.title, p.abstract) for p in (KITES, KNOTS)] * 20
            + [("", ""), ("GPT-4 on MMLU", "It is QKT.")] * 5
        )
    ]
    alone = {p.id: mentions_of(p, nlp(p.text)) for p in papers}
    for seed, size in enumerate((1, 7, 1000)):
        random.Random(seed).shuffle(papers)
        docs = nlp.pipe((p.text for p in papers), batch_size=size)
        for paper, doc in zip(papers, docs, strict=True):
            assert mentions_of(paper, doc) == alone[paper.id]
    assert [e.paper for e in extract(papers)] == papers
    assert {e.paper.id: e.mentions for e in extract(iter(papers))} == alone


def test_more_processes_find_the_same():
    papers = [
        Paper(f"{n}", p.title, f"{p.abstract} It is study {n}.")
        for n, p in enumerate([KITES, KNOTS] * 100)
    ]
    assert list(extract(iter(papers), processes=2)) == list(extract(papers))


def test_papers_are_read_as_they_are_asked_for():
    taken = []

    def papers():
        for n in range(1000):
            taken.append(n)
            yield Paper(f"{n}", "Kites", "They fly.")

    assert next(extract(papers())).paper.id == "0"
    assert len(taken) < 200


def test_spacy_opens_the_pipeline_in_a_fresh_process(tmp_path):
    program = (
        "import json, spacy\n"
        f"nlp = spacy.load({str(PIPELINE)!r})\n"
        f"doc = nlp({KITES.text!r})\n"
        "print(json.dumps([nlp.pipe_names, [[e.text, e.label_, e._.role] for e in doc.ents]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    components, ents = json.loads(done.stdout)
    [(_, mentions, _)] = found(KITES)
    assert components == COMPONENTS
    assert ents == [[m.text, m.type, m.role] for m in mentions]


def test_a_document_survives_bytes(nlp):
    for paper in (KITES, KNOTS):
        doc = nlp(paper.text)
        again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
        assert summary(again) == summary(doc)
        assert mentions_of(paper, again) == mentions_of(paper, doc)


def test_a_pipeline_survives_the_disk(nlp, tmp_path):
    nlp.to_disk(tmp_path / "saved")
    again = load_pipeline(str(tmp_path / "saved"))
    assert again.pipe_names == COMPONENTS
    assert summary(again(KITES.text)) == summary(nlp(KITES.text))


def test_a_pipeline_travels_as_bytes(nlp):
    again = blank_pipeline().from_bytes(nlp.to_bytes())
    assert summary(again(KITES.text)) == summary(nlp(KITES.text))


def test_people_may_add_their_own_component():
    @Language.component("shouting_kites")
    def shout(doc):
        doc.user_data["shouted"] = [e.text.upper() for e in doc.ents if e._.role == "introduces"]
        return doc

    nlp = spacy.load(PIPELINE)
    nlp.add_pipe("shouting_kites", after="paperkg_roles")
    assert nlp.pipe_names.index("shouting_kites") == COMPONENTS.index("paperkg_roles") + 1
    assert "KITEBENCH" in nlp(KITES.text).user_data["shouted"]


def test_without_its_later_components_the_pipeline_still_works():
    nlp = spacy.load(PIPELINE, exclude=["paperkg_roles", "paperkg_results"])
    doc = nlp(KITES.text)
    assert "KiteBench" in {e.text for e in doc.ents}
    assert {e._.role for e in doc.ents} == {"mentions"}
    assert "results" not in doc.spans


def test_a_blank_pipeline_finds_nothing_and_says_so_quietly():
    nlp = blank_pipeline()
    assert nlp.pipe_names == COMPONENTS
    doc = nlp(KITES.text)
    assert (doc.ents, len(doc.spans["results"])) == ((), 0)
    assert "MMLU-Pro" in {s.text for s in doc.spans["gazetteer"]}


def test_a_folder_that_holds_no_pipeline_is_told(tmp_path):
    with pytest.raises(PaperKGError, match="no spaCy pipeline there"):
        load_pipeline(str(tmp_path))


def test_a_mere_sign_is_no_name(nlp):
    doc = nlp("KiteArena: a benchmark\nWe test agents’ skills by agents’ own F1 and ROC’ scores.")
    assert "F1" in {ent.text for ent in doc.ents}
    assert all(any(map(str.isalnum, ent.text)) for ent in doc.ents)


def test_extraction_leaves_the_attributes_of_words_to_the_pipeline_of_users():
    """Extracting creates words without them in a vocabulary of its own."""
    paper = Paper(id="walk:9", title="Zwölftausend kites", abstract="We fly Kitebert2 seven times.")
    [document] = extract([paper])
    doc = load_pipeline()(paper.text)
    assert [m.text for m in document.mentions] == [ent.text for ent in doc.ents]
    assert [t.text for t in doc if t.like_num] == ["seven"]
    assert next(t for t in doc if t.text == "Kitebert2").shape_ == "Xxxxxd"
