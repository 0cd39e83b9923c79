"""A real page of 68 papers, saved as text: the graph of it, checked against a reader's answers."""

from __future__ import annotations

import atexit
import hashlib
import json
import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from graph.invented import in_process

import paperkg
from paperkg.records import Paper

SHARED = {
    ("Benchmark", "BIG-bench"): {
        "PaLM 2 Technical Report",
        "Beyond the Imitation Game: Quantifying and extrapolating the capabilities of language "
        "models",
        "Are Emergent Abilities of Large Language Models a Mirage?",
    },
    ("Model", "GPT-4"): {
        "Guess & Sketch: Language Model Guided Transpilation",
        "Do Language Models Know When They're Hallucinating References?",
        "Octopus v4: Graph of language models",
        "Struc-Bench: Are Large Language Models Really Good at Generating Complex Structured Data?",
        "Evaluating Language Models for Mathematics through Interactions",
        "INSTRUCTEVAL: Towards Holistic Evaluation of Instruction-Tuned Large Language Models",
    },
    ("Model", "Llama 2"): {
        "Eliciting Personality Traits in Large Language Models",
        "MUSCLE: A Model Update Strategy for Compatible LLM Evolution",
        "Successor Heads: Recurring, Interpretable Attention Heads In The Wild",
        "Revisiting the Superficial Alignment Hypothesis",
        "Quantifying Language Models' Sensitivity to Spurious Features in Prompt Design or: How I "
        "learned to start worrying about prompt formatting",
    },
    ("Model", "Llama 3"): {
        "Measuring and Benchmarking Large Language Models' Capabilities to Generate Persuasive "
        "Language",
        "Revisiting the Superficial Alignment Hypothesis",
        "Octopus v4: Graph of language models",
    },
    ("Model", "ChatGPT"): {
        '"Kelly is a Warm Person, Joseph is a Role Model": Gender Biases in LLM-Generated '
        "Reference Letters",
        "Evaluating Language Models for Mathematics through Interactions",
    },
    ("Model", "Pythia"): {
        "Characterizing Mechanisms for Factual Recall in Language Models",
        "Successor Heads: Recurring, Interpretable Attention Heads In The Wild",
        "Model Editing with Canonical Examples",
    },
    ("Model", "PaLM 2"): {
        "PaLM 2 Technical Report",
        "LLM Augmented LLMs: Expanding Capabilities through Composition",
    },
}
"""Which papers name what in any spelling, as a person found who read the page."""

TITLES = {
    3: "Guess & Sketch: Language Model Guided Transpilation",
    8: "Do Language Models Know When They're Hallucinating References?",
    10: "Language Models (Mostly) Know What They Know",
    32: '"Kelly is a Warm Person, Joseph is a Role Model": Gender Biases in LLM-Generated '
    "Reference Letters",
    54: "Large Content And Behavior Models To Understand, Simulate, And Optimize Content And "
    "Behavior",
    61: "Recoding latent sentence representations -- Dynamic gradient-based activation "
    "modification in RNNs",
}
PIECES = {
    9: r"88\% of the time",
    39: "language models~(InstructGPT, ChatGPT, and GPT-4)",
    46: r"13\% on tasks",
    55: r"inappropriate evaluation, \ie benchmark leakage",
}
"""What abstracts hold that a careless reader would change."""

BUILT = """
import sys, hashlib, json
from pathlib import Path
import paperkg
out = Path(sys.argv[2])
paperkg.build([sys.argv[1]], out)
print(json.dumps({p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in out.iterdir()}))
"""


@pytest.fixture
def page(shared):
    return Path(shared) / "corpus" / "hf-papers-page.txt"


@pytest.fixture
def built(page):
    return built_once(page)


@cache
def built_once(page: Path) -> tuple[paperkg.Build, Path]:
    """The build of the page and its folder, made once whatever the scope of `shared`."""
    out = Path(mkdtemp(prefix="paperkg-page-"))
    atexit.register(shutil.rmtree, out, ignore_errors=True)
    return paperkg.build([str(page)], out), out


def hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def test_there_are_68_papers_in_the_order_of_the_page(page, built):
    done, _ = built
    assert [p.id for p in done.kg.papers] == [f"page:{n:02}" for n in range(1, 69)]
    assert done.rejected == [] and len({p.key for p in done.kg.papers}) == 68
    text = page.read_text("utf-8")
    places = [text.index(f"\n{p.title}\n") for p in done.kg.papers]
    assert places == sorted(places)


def test_titles_and_abstracts_stand_on_the_page_as_they_are(page, built):
    lines = {line.strip() for line in page.read_text("utf-8").splitlines()}
    papers = {p.id: p for p in built[0].kg.papers}
    for paper in papers.values():
        assert paper.title in lines and paper.abstract in lines
    for place, title in TITLES.items():
        assert papers[f"page:{place:02}"].title == title
    for place, piece in PIECES.items():
        assert piece in papers[f"page:{place:02}"].abstract
    asking = [p.title for p in papers.values() if p.title.endswith("?")]
    assert len(asking) == 4 and sum(":" in p.title for p in papers.values()) == 33


def test_nothing_of_the_furniture_is_a_paper(built):
    furniture = re.compile(r"(?i)get trending papers|subscribe|byAK|^new$|^Mar \d+$")
    for paper in built[0].kg.papers:
        assert not furniture.search(paper.title)
        assert not re.search(r"(?i)get trending papers|byAK", paper.abstract)


def test_the_graph_conforms(built):
    assert paperkg.validate(built[1]).to_dict("records") == []


def test_every_mention_stands_where_it_says(built):
    texts = {p.id: p.text for p in built[0].kg.papers}
    lines = (built[1] / "mentions.jsonl").read_text("utf-8").splitlines()
    assert len(lines) > 150
    for m in map(json.loads, lines):
        assert texts[m["paper"]][m["start"] : m["end"]] == m["text"]


@pytest.mark.parametrize(("type_", "name"), SHARED)
def test_papers_share_what_a_reader_says_they_share(type_, name, built):
    for kg in (built[0].kg, paperkg.read_graph(built[1])):
        titles = paperkg.shared(kg, type_).set_index("entity")["titles"]
        assert name in titles
        assert set(titles[name]) == SHARED[type_, name] and len(titles[name]) == len(
            SHARED[type_, name]
        )


def test_sparql_says_the_same(built):
    store = paperkg.open_store(built[1])
    for type_, name in (("models", "GPT-4"), ("benchmarks", "BIG-bench")):
        found = paperkg.query(store, paperkg.named_query(f"shared-{type_}"))
        (row,) = found[found.iloc[:, 0] == name].itertuples(index=False)
        expected = SHARED[type_[:-1].capitalize(), name]
        assert (row.papers, set(row.titles.split(" | "))) == (len(expected), expected)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("PaLM 2 Technical Report", "PaLM 2"),
        ("Dolma: an Open Corpus of Three Trillion Tokens", "Dolma"),
        ("CodeGen2: Lessons", "CodeGen2"),
        ("Beyond the Imitation Game", "BIG-bench"),
        ("II-Bench", "II-Bench"),
        ("Octopus v4", "Octopus v4"),
    ],
)
def test_a_paper_introduces_what_its_title_says(title, name, built):
    kg = built[0].kg
    shown = paperkg.show(kg, kg.paper_iri(paperkg.find_paper(kg, title)))
    introduced = {link["name"].rpartition(" (")[0] for link in shown.links.get("introduces", [])}
    assert name in introduced


def test_every_process_builds_the_same_bytes(page, built, tmp_path):
    here = hashes(built[1])
    assert json.loads(in_process(3, BUILT, str(page), str(tmp_path / "again"))) == here


def test_papers_in_another_order_give_the_same_graph(page, built, tmp_path):
    papers = [p for p in paperkg.read([str(page)]) if isinstance(p, Paper)]
    turned = "\n\n".join(f"{p.title}\n\n{p.abstract}" for p in reversed(papers))
    (tmp_path / "turned.txt").write_text(turned, "utf-8")
    done = paperkg.build([str(tmp_path / "turned.txt")], tmp_path / "out")
    assert done.kg.papers[0].title == papers[-1].title
    for name in ("graph.ttl", "evidence.ttl"):
        assert (tmp_path / "out" / name).read_bytes() == (built[1] / name).read_bytes()


def test_half_a_page_gives_the_same_papers_the_same_iris(page, built, tmp_path):
    papers = [p for p in paperkg.read([str(page)]) if isinstance(p, Paper)]
    half = "\n\n".join(f"{p.title}\n\n{p.abstract}" for p in papers[34:])
    (tmp_path / "half.txt").write_text(half, "utf-8")
    kg = paperkg.build([str(tmp_path / "half.txt")], tmp_path / "out").kg
    whole = built[0].kg
    assert {kg.paper_iri(p) for p in kg.papers} < {whole.paper_iri(p) for p in whole.papers}
    assert {e.id for e in kg.entities} < {e.id for e in whole.entities}
