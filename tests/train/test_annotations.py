"""Annotated papers, in every format that people have them in, and what is wrong with them."""

from __future__ import annotations

import gzip
import json

import pytest
import spacy
from spacy.tokens import DocBin

import paperkg
from paperkg.evaluate import read_gold
from paperkg.train import Annotated, Labelled, read_annotations

TITLE = "Reed: a model of rivers"
ABSTRACT = "On BrookBench the robot Otto 🦦 reads Reed."
TEXT = f"{TITLE}\n{ABSTRACT}"
NAMES = [("Reed", "Model"), ("BrookBench", "Benchmark"), ("Otto", "Robot")]


def place(name: str, text: str = TEXT) -> dict:
    """Where a text first says a name."""
    return {"start": text.index(name), "end": text.index(name) + len(name)}


def ours(**changes: object) -> dict:
    """The invented paper as PaperKG has it."""
    mentions = [place(name) | {"type": type_} for name, type_ in NAMES]
    paper = {"id": "river", "title": TITLE, "abstract": ABSTRACT, "mentions": mentions}
    return paper | changes


def prodigy(text: str = TEXT, **changes: object) -> dict:
    """The invented paper as Prodigy has it, of which only the abstract may be there."""
    spans = [place(name, text) | {"label": label.upper()} for name, label in NAMES]
    return {"text": text, "spans": spans, "_task_hash": -7, "answer": "accept"} | changes


def values() -> list[dict]:
    """The annotations of the invented paper as both of Label Studio's formats have them."""
    return [place(name) | {"text": name, "labels": [label]} for name, label in NAMES]


def task(*annotations: dict, **changes: object) -> dict:
    """A task of Label Studio, annotated without a mistake unless there are annotations."""
    results = [{"type": "labels", "to_name": "text", "value": value} for value in values()]
    right = {"result": [*results, {"type": "choices", "value": {"choices": ["good"]}}]}
    return {"id": 3, "data": {"text": TEXT}, "annotations": list(annotations) or [right]} | changes


@pytest.fixture
def read(tmp_path):
    """Reads records from JSON Lines, a list from JSON, and bytes and texts as they are."""

    def read(*records: dict | list | str | bytes, pack=bytes) -> list[Annotated]:
        lines = [
            r if isinstance(r, bytes) else (r if isinstance(r, str) else json.dumps(r)).encode()
            for r in records
        ]
        (tmp_path / "mine.data").write_bytes(pack(b"\n".join(lines)))
        return read_annotations(tmp_path / "mine.data")

    return read


def facts(annotated: Annotated) -> list[tuple[str, str]]:
    """What is annotated as what."""
    return [(annotated.paper.text[m.start : m.end], m.type) for m in annotated.mentions]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("id_", "written"),
    [
        ("river", ours()),
        ("-7", prodigy()),
        ("3", [task()]),
        ("3", json.dumps([{"id": 3, "text": TEXT, "label": values()}], indent=2)),
    ],
    ids=["PaperKG", "Prodigy", "Label Studio JSON", "Label Studio JSON-MIN"],
)
def test_all_formats_say_the_same_of_a_paper(read, id_, written, pack):
    (annotated,) = read(written, pack=pack)
    assert annotated.paper == paperkg.Paper(id_, TITLE, ABSTRACT)
    assert facts(annotated) == NAMES


def test_a_docbin_says_it_too(tmp_path):
    nlp = spacy.blank("en")
    docs = [nlp(TEXT), nlp(ABSTRACT)]
    for doc in docs:
        spans = [(place(name, doc.text), label) for name, label in NAMES]
        doc.ents = [doc.char_span(at["start"], at["end"], label) for at, label in spans]
    DocBin(docs=docs).to_disk(tmp_path / "mine.spacy")
    whole, abstract = read_annotations(str(tmp_path / "mine.spacy"))
    assert whole.paper == paperkg.Paper("1", TITLE, ABSTRACT)
    assert facts(whole) == NAMES
    assert abstract.paper == paperkg.Paper("2", "", ABSTRACT)
    assert facts(abstract) == [*NAMES[1:], NAMES[0]]


def test_roles_and_canonical_names_are_kept_where_there_are_some(read):
    otto = place("Otto") | {"type": "Robot", "role": None}
    reed = place("Reed") | {"type": "Model", "role": "introduces", "canonical": "Reed 1"}
    (annotated,) = read(ours(mentions=[otto, reed]))
    assert annotated.mentions == (
        Labelled(0, 4, "Model", "introduces", "Reed 1"),
        Labelled(TEXT.index("Otto"), TEXT.index("Otto") + 4, "Robot", "", ""),
    )


def test_what_was_annotated_for_evaluation_can_be_trained_on(shared):
    papers = read_annotations(shared / "gold" / "page-dev.jsonl")
    gold = read_gold(str(shared / "gold" / "page-dev.jsonl"))
    assert [p.paper for p in papers] == [g.paper for g in gold]
    assert sum(len(p.mentions) for p in papers) == sum(len(g.mentions) for g in gold)


def test_a_text_of_one_line_is_an_abstract(read):
    (annotated,) = read(prodigy(ABSTRACT))
    assert annotated.paper == paperkg.Paper("-7", "", ABSTRACT)
    assert facts(annotated) == [*NAMES[1:], NAMES[0]]


def test_an_empty_first_line_is_an_empty_title(read):
    (annotated,) = read(prodigy(f"\n{ABSTRACT}"))
    assert annotated.paper == paperkg.Paper("-7", "", ABSTRACT)
    assert facts(annotated) == [*NAMES[1:], NAMES[0]]


def test_offsets_behind_an_emoji_count_it_once(read):
    at = {"start": TEXT.rindex("Reed"), "end": TEXT.rindex("Reed") + 4}
    (annotated,) = read(prodigy(spans=[at | {"label": "Model"}]))
    assert facts(annotated) == [("Reed", "Model")]


def test_only_what_prodigys_annotators_accepted_counts(read):
    papers = read(
        prodigy(answer="reject", spans="whatever"),
        prodigy(answer="ignore"),
        {"text": ABSTRACT, "spans": []},
        {"text": ABSTRACT, "answer": "accept", "_input_hash": 5},
    )
    assert [(p.paper.id, p.mentions) for p in papers] == [("3", ()), ("5", ())]


def test_the_first_annotation_that_was_not_cancelled_counts(read):
    cancelled = {"was_cancelled": True, "result": [{"type": "labels", "value": {}}]}
    first, second = (
        {"was_cancelled": False, "result": [{"type": "labels", "value": value}]}
        for value in values()[:2]
    )
    papers = read([task(cancelled, id=1), task(cancelled, first, second, id=2)])
    assert [(p.paper.id, facts(p)) for p in papers] == [("2", [("Reed", "Model")])]


def test_the_only_text_of_a_task_is_its_text_whatever_it_is_called(read):
    (annotated,) = read([task(data={"paper": TEXT, "year": 2024})])
    assert annotated.paper.title == TITLE


def test_tasks_without_a_label_are_papers_without_mentions(read):
    papers = read([{"id": 1, "text": TEXT, "label": values()}, {"id": 2, "text": TEXT}])
    assert [len(p.mentions) for p in papers] == [3, 0]


@pytest.mark.parametrize(
    ("label", "type_"),
    [
        ("MODEL", "Model"),
        ("model", "Model"),
        ("Dataset", "Dataset"),
        ("ROBOT", "Robot"),
        ("LossFunction", "LossFunction"),
    ],
)
def test_labels_name_types(read, label, type_):
    (annotated,) = read(prodigy(spans=[place("Reed") | {"label": label}]))
    assert facts(annotated) == [("Reed", type_)]


@pytest.mark.parametrize("label", ["robot", "Loss Function", "LOSS_FUNCTION", "R", "", "Roboter2"])
def test_a_label_that_cannot_be_a_type_is_told_with_the_remedy(read, label):
    with pytest.raises(paperkg.PaperKGError, match=r"data:1: span 1: .* one capital") as told:
        read(prodigy(spans=[place("Reed") | {"label": label}]))
    assert f'"{label}"' in str(told.value)


WRONG = {
    "empty": ([" \n"], "mine.data: empty; give"),
    "no JSON": (["Reed is a model"], "mine.data: not a known format"),
    "another object": ([ours(), {"text": TEXT, "entities": []}], "data:2: not a known format"),
    "another list": ([[prodigy()]], "mine.data: not a known format"),
    "a number in a list": ([[task(), 3]], "mine.data: task 2 is not a JSON object"),
    "broken line": ([ours(), '{"id": '], "data:2: invalid JSON"),
    "broken list": (['[\n{"id": 1},\n{]'], "mine.data: invalid JSON: .* at line 3, column 2"),
    "not UTF-8": ([ours(), b'{"id": "\xe9"}'], "data:2: not UTF-8"),
    "half a character": ([prodigy('"\ud83e Reed BrookBench Otto')], "data:1: half a surrogate"),
    "broken DocBin": ([DocBin().to_bytes()[:-9]], "mine.data: a DocBin of spaCy that cannot be"),
    "DocBin of nothing": ([DocBin().to_bytes()], "mine.data: no accepted paper"),
    "list of nothing": (["[]"], "mine.data: no accepted paper"),
    "nothing accepted": ([prodigy(answer="reject")], "mine.data: no accepted paper"),
    "all cancelled": ([[task({"was_cancelled": True})]], "mine.data: no accepted paper"),
    "id twice": ([ours(), ours()], "data:2: river is the id of an earlier paper; keep one"),
    "no mentions": ([{k: v for k, v in ours().items() if k != "mentions"}], "data:1: .*mentions"),
    "unknown role": (
        [ours(mentions=[place("Reed") | {"type": "Model", "role": "likes"}])],
        "data:1: mention 1: no role is called likes; choose one of introduces, uses, mentions",
    ),
    "unknown answer": ([prodigy(answer="maybe")], "data:1: no answer is called maybe; choose"),
    "span outside": (
        [prodigy(spans=[{"start": 0, "end": 999, "label": "MODEL"}])],
        "data:1: span 1: offsets 0 to 999 lie outside .* count code points in the text",
    ),
    "span shifted": (
        [[{"id": 8, "text": TEXT, "label": [place("eed:") | {"text": "Reed", "labels": ["A"]}]}]],
        'mine.data: task 8: label 1: the text at 1 to 5 is "eed:", not "Reed"',
    ),
    "overlap": (
        [prodigy(spans=[place(name) | {"label": "MODEL"} for name in ("model of", "a model")])],
        'data:1: "a model" and "model of" overlap; keep one of the two',
    ),
    "two labels": (
        [[{"id": 8, "text": TEXT, "label": [place("Reed") | {"labels": ["A", "B"]}]}]],
        "task 8: label 1: 2 labels; give each span one",
    ),
    "two texts": ([[task(data={"a": TEXT, "b": TEXT})]], 'task 3: data: 2 texts; .* "text"'),
    "no text": ([[task(data={"image": 4})]], "task 3: data: no text; give it a text"),
}


@pytest.mark.parametrize(("written", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_one_line_with_its_place(read, written, message):
    with pytest.raises(paperkg.PaperKGError, match=message) as caught:
        read(*written)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_only_called_a_docbin_is_told(tmp_path):
    (tmp_path / "mine.spacy").write_bytes(b"\x93NUMPY\x01\x00 something else")
    with pytest.raises(paperkg.PaperKGError, match=r"mine\.spacy: not a known format"):
        read_annotations(tmp_path / "mine.spacy")
