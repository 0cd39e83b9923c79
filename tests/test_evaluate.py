"""Evaluating: the figures against the guidelines' scorer, the mistakes, and faulty gold files."""

from __future__ import annotations

import gzip
import json
import math
import random
from dataclasses import asdict, replace
from types import ModuleType

import pytest

import paperkg
from paperkg.evaluate import compare, mistakes, read_gold, score
from paperkg.records import ROLES, TYPES, Mention, Result

TITLE = "Reed: a model of rivers"
ABSTRACT = (
    "We introduce Reed, a model that tells rivers from brooks. On BrookBench it beats GPT-4 by "
    "7.5 points of accuracy, and GPT-4 itself was no fan of rain. Our code lies under a stone."
)
TEXT = f"{TITLE}\n{ABSTRACT}"


def named(text: str, type_: str, role: str, nth: int = 0, canonical: str = "") -> dict:
    """An annotation of the nth place where the invented paper says something."""
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(text, start + 1)
    place = {"start": start, "end": start + len(text), "text": text}
    return place | {"type": type_, "canonical": canonical or text, "role": role}


NUMBER = {k: v for k, v in named("7.5", "", "").items() if k in ("start", "end", "text")} | {
    "kind": "gain", "system": "reed", "benchmark": "BrookBench", "metric": "Accuracy"
}  # fmt: skip
PAPER = {
    "id": "river",
    "title": TITLE,
    "abstract": ABSTRACT,
    "mentions": [
        named("Reed", "Model", "introduces"),
        named("Reed", "Model", "introduces", 1),
        named("BrookBench", "Benchmark", "uses"),
        named("GPT-4", "Model", "uses"),
        named("GPT-4", "Model", "uses", 1),
        named("accuracy", "Metric", "uses"),
    ],
    "disputed": [{"start": TEXT.index("code"), "end": TEXT.index("code") + 4}],
}


def found(annotation: dict, **changes: object) -> Mention:
    """What an extractor and linker that make no mistake say of an annotation, then changed."""
    entity = f"{annotation['type']}/{annotation['canonical']}".lower()
    place = (annotation[k] for k in ("start", "end", "text", "type", "role"))
    return replace(Mention("river", *place, 1.0, entity=entity), **changes)


@pytest.fixture
def written(tmp_path):
    """Writes records, one a line, and gives the file's path."""

    def write(*records: object, name: str = "gold.jsonl") -> str:
        lines = (r if isinstance(r, str) else json.dumps(r) for r in records)
        (tmp_path / name).write_text("\n".join(lines) + "\n", "utf-8")
        return str(tmp_path / name)

    return write


@pytest.fixture
def gold(written):
    return read_gold(written(PAPER))


def scorer(shared, *, settled: bool = False) -> ModuleType:
    """The guidelines' scorer; settled, its ties go as ours do and not as Python's sets fall."""
    source = (shared / "gold" / "score.py").read_text("utf-8")
    if settled:
        loose = " in g.keys() & p.keys():"
        assert source.count(loose) == 2
        source = source.replace(loose, " in sorted(g.keys() & p.keys(), reverse=True):")
    module = ModuleType("gold_score")
    exec(compile(source, "score.py", "exec"), module.__dict__)
    return module


def assert_same(ours: dict, theirs: dict) -> None:
    """Every figure of theirs is in ours, and equal."""
    for name, value in theirs.items():
        if isinstance(value, dict):
            assert_same(ours[name], value)
        else:
            assert math.isclose(ours[name], value, rel_tol=0, abs_tol=1e-12), name


@pytest.fixture(scope="module")
def train(shared):
    """Annotated papers, as they are read and as they stand in the file, by id."""
    path = shared / "gold" / "train.jsonl"
    lines = path.read_text("utf-8").splitlines()
    return read_gold(str(path)), {p["id"]: p for p in map(json.loads, lines)}


def corrupted(papers: list[dict], rng: random.Random, *, ties: bool) -> list[Mention]:
    """The gold mentions with mistakes of every kind, at random.

    Without `ties`, all mentions of a name in a paper share their entity and role.
    """
    out = []
    for paper in papers:
        names: dict[tuple[str, str], tuple[str, str]] = {}
        text = f"{paper['title']}\n{paper['abstract']}"
        for m in paper["mentions"]:
            if ties or (m["type"], m["canonical"]) not in names:
                entity = rng.choice([m["canonical"].lower(), m["canonical"][:2], f"x{len(names)}"])
                role = m["role"] if rng.random() < 0.7 else rng.choice(ROLES)
                names[m["type"], m["canonical"]] = entity, role
            entity, role = names[m["type"], m["canonical"]]
            place = (m["start"], m["end"], m["text"], m["type"])
            good = Mention(paper["id"], *place, role, 1.0, entity=entity)
            luck = rng.random()
            if luck < 0.1:
                continue
            if luck < 0.2:
                out.append(replace(good, end=good.end + rng.choice((-1, 1, 9))))
            elif luck < 0.3:
                out.append(replace(good, type=rng.choice((*TYPES, "Tree")), entity="oak"))
                if not ties and out[-1].type == m["type"]:
                    out.pop()
            elif luck < 0.4:
                out += [replace(good, entity="moss"), good]
            else:
                out.append(good)
        for _ in range(rng.randrange(4)):
            at = rng.randrange(len(text) - 5)
            out.append(Mention(paper["id"], at, at + 5, "", rng.choice(TYPES), "uses", 1.0))
    return rng.sample(out, len(out)) if ties else out


@pytest.mark.parametrize("ties", [False, True], ids=["untouched", "ties settled"])
def test_figures_are_the_scorers_on_200_corrupted_predictions(ties, shared, train):
    theirs = scorer(shared, settled=ties)
    papers, raw = train
    rng = random.Random(20)
    seen = set()
    for _ in range(200):
        some = rng.sample(papers, 12)
        records = [dict(raw[p.paper.id]) for p in some]
        for i, record in enumerate(records):
            at = rng.randrange(200)
            record["disputed"] = [{"start": at, "end": at + rng.randrange(1, 300)}]
            some[i] = replace(some[i], disputed=((at, record["disputed"][0]["end"]),))
        mentions = corrupted(records, rng, ties=ties)
        expected, errors = theirs.score(records, [asdict(m) for m in mentions])
        compared = compare(some, mentions)
        ours = score(compared)
        assert_same(ours, expected)
        rows = mistakes(compared)
        both = rows["error"].isin(["type", "span"]).sum()
        assert len(rows) + both == len(errors)
        seen.add(ours["link"]["f"])
    assert len(seen) > 150


@pytest.mark.parametrize("settled", [False, True], ids=["untouched", "ties settled"])
def test_figures_are_the_scorers_on_what_the_pipeline_finds(settled, shared):
    path = shared / "gold" / "page-dev.jsonl"
    papers = read_gold(str(path))
    kg = paperkg.assemble([p.paper for p in papers])
    theirs = scorer(shared, settled=settled)
    expected, _ = theirs.score(theirs.read(path), [asdict(m) for m in kg.mentions])
    if not settled:
        expected = {name: expected[name] for name in ("mention", "span", "type", "papers")}
    assert expected["mention"]["predicted"] > 50
    assert_same(paperkg.evaluate(path).scores, expected)


def test_linking_of_gold_mentions_is_measured_alone(shared):
    done = paperkg.evaluate(shared / "gold" / "train.jsonl", gold_mentions=True)
    assert done.scores["mention"]["f"] == done.scores["role"] == 1
    assert 0.975 < done.scores["link"]["f"] < 1
    assert set(done.errors["error"]) == {"split", "joined"}


def test_results_of_a_second_file_are_measured(shared):
    folder = shared / "gold"
    scores = paperkg.evaluate(
        folder / "page-dev.jsonl", results=folder / "results-page-dev.jsonl"
    ).scores["results"]
    assert scores["number"]["gold"] == scores["tuple"]["gold"] == 7
    assert 0 < scores["tuple"]["f"] <= scores["number"]["f"] <= 1


def test_perfect_mentions_score_1(gold):
    scores = score(compare(gold, map(found, PAPER["mentions"])))
    for name in ("mention", "span", "entity", "introduces", "link"):
        assert scores[name]["p"] == scores[name]["r"] == scores[name]["f"] == 1
    assert (scores["role"], scores["papers"], scores["entity"]["gold"]) == (1, 1, 4)
    assert scores["type"]["Dataset"]["f"] == 0 and "results" not in scores


def test_nothing_found_scores_0(gold):
    scores = score(compare(gold, []))
    assert scores["mention"] == {"p": 0, "r": 0, "f": 0, "gold": 6, "predicted": 0}
    assert scores["link"]["f"] == scores["role"] == scores["introduces"]["f"] == 0


def test_introductions_are_told_from_uses(gold):
    mentions = [found(m, role="introduces") for m in PAPER["mentions"] if m["type"] == "Model"]
    scores = score(compare(gold, mentions))
    assert scores["introduces"] == {"p": 0.5, "r": 1, "f": 2 / 3, "gold": 1, "predicted": 2}


def test_results_need_their_numbers_kinds_and_the_entities_of_their_names(written):
    paper = read_gold(written(PAPER | {"results": [NUMBER]}))
    mentions = [found(m) for m in PAPER["mentions"]]
    ids = {
        m["canonical"].lower(): f.entity for m, f in zip(PAPER["mentions"], mentions, strict=True)
    }
    whose = (ids[NUMBER[place].lower()] for place in ("system", "benchmark", "metric"))
    right = Result("river", NUMBER["start"], NUMBER["end"], "7.5", "7.5", "gain", *whose)

    def figures(*results: Result) -> tuple[float, float]:
        scores = score(compare(paper, mentions), results)["results"]
        return scores["number"]["f"], scores["tuple"]["f"]

    assert figures(right) == (1, 1)
    assert figures(replace(right, metric=None)) == (1, 0)
    assert figures(replace(right, kind="score")) == (0, 0)
    assert figures(right, replace(right, start=3)) == (2 / 3, 2 / 3)
    assert figures(replace(right, paper="brook")) == (0, 0)


def test_numbers_of_papers_without_annotated_results_do_not_count(written):
    papers = read_gold(written(PAPER | {"results": []}, PAPER | {"id": "brook"}))
    numbers = [Result(p, 0, 4, "Reed", "1", "gain") for p in ("river", "brook")]
    assert score(compare(papers, []), numbers)["results"]["number"]["predicted"] == 1


def test_mistakes_are_told_in_context_and_the_commonest_come_first(gold):
    reed, _, bench, gpt, gpt_again, accuracy = map(found, PAPER["mentions"])
    fan = named("fan of rain", "Method", "uses")
    code = named("code", "Method", "uses")
    read = [
        replace(reed, type="Method"),
        replace(bench, end=bench.end - 5, text="Brook"),
        *(found(fan), found(code)),
        accuracy,
    ]
    rows = mistakes(compare(gold, read)).to_dict("records")
    columns = ("error", "times", "expected", "got", "text", "read")
    assert [tuple(row[name] for name in columns) for row in rows] == [
        ("missed", 2, "Model", "", "GPT-4", ""),
        ("missed", 2, "Model", "", "GPT-4", ""),
        ("missed", 1, "Model", "", "Reed", ""),
        ("wrong", 1, "", "Method", "fan of rain", "fan of rain"),
        ("type", 1, "Model", "Method", "Reed", "Reed"),
        ("span", 1, "Benchmark", "Benchmark", "BrookBench", "Brook"),
    ]  # fmt: skip
    assert [r["start"] for r in rows[:2]] == [gpt.start, gpt_again.start]
    assert (
        rows[0]["context"]
        == "… brooks. On BrookBench it beats «GPT-4» by 7.5 points of accuracy, …"
    )
    assert rows[4]["context"] == "«Reed»: a model of rivers …"
    assert {r["paper"] for r in rows} == {"river"}


def test_mistakes_do_not_depend_on_the_order_of_what_was_found(gold):
    read = [found(m, type="Method") for m in PAPER["mentions"]]
    assert mistakes(compare(gold, read)).equals(mistakes(compare(gold, read[::-1])))


def test_mistakes_in_linking_tell_names_split_from_names_joined(written):
    papers = read_gold(written(*(PAPER | {"id": id_} for id_ in "abc")))
    strays = {
        ("b", "GPT-4"): "model/gpt",
        ("c", "accuracy"): "model/reed",
        **dict.fromkeys([(id_, "BrookBench") for id_ in "abc"], "model/gpt-4"),
    }
    read = [replace(found(m), paper=id_) for id_ in "abc" for m in PAPER["mentions"]]
    read = [replace(m, entity=strays.get((m.paper, m.text), m.entity)) for m in read]
    rows = mistakes(compare(papers, read), linking=True)
    assert rows[["error", "times", "expected", "got", "text", "paper"]].values.tolist() == [
        ["joined", 2, "GPT-4", "BrookBench", "GPT-4", "a"],
        ["joined", 2, "GPT-4", "BrookBench", "GPT-4", "c"],
        ["split", 1, "metric/accuracy", "model/reed", "accuracy", "c"],
        ["split", 1, "model/gpt-4", "model/gpt", "GPT-4", "b"],
    ]


def test_the_library_extracts_links_and_scores(written):
    done = paperkg.evaluate(written(PAPER | {"results": [NUMBER]}))
    assert done.scores["mention"]["gold"] == 6 and done.scores["mention"]["f"] > 0.5
    assert set(done.scores["results"]) == {"number", "tuple"}
    missed = done.errors["error"].isin(["missed", "type", "span"]).sum()
    right = done.scores["mention"]["r"] * 6
    assert round(right) + missed == 6


def test_gold_mentions_reach_the_linker_as_they_are(written):
    odd = PAPER | {"mentions": [named("Our code", "Organization", "introduces")]}
    done = paperkg.evaluate(written(odd), gold_mentions=True)
    assert done.scores["type"]["Organization"]["f"] == done.scores["introduces"]["f"] == 1
    assert done.errors.empty


def test_an_acronym_and_its_full_name_are_one_entity_in_gold_mentions(written):
    text = "We take the River Bed Corpus (RBC) and read it. RBC is wet."
    places = [(text.index("River"), "River Bed Corpus"), (text.index("RBC"), "RBC")]
    paper = {"id": "a", "title": "", "abstract": text, "mentions": [
        {"start": at + 1, "end": at + 1 + len(name), "text": name, "type": "Dataset",
         "canonical": "RBC", "role": "uses"} for at, name in places]}  # fmt: skip
    assert paperkg.evaluate(written(paper), gold_mentions=True).scores["entity"]["predicted"] == 1


def test_less_certain_mentions_can_be_left_out(written):
    path = written(PAPER)
    assert paperkg.evaluate(path, min_confidence=1.1).scores["mention"]["predicted"] == 0


@pytest.mark.parametrize("alone", [False, True])
def test_progress_is_told(alone, written):
    told = []
    paperkg.evaluate(written(PAPER), gold_mentions=alone, progress=lambda *a: told.append(a))
    assert ("Linking", 0, 0) in told and any(a[1:] == (1, 1) for a in told)


def test_a_gzipped_file_is_read(written, tmp_path):
    path = tmp_path / "gold.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(PAPER).encode()))
    assert read_gold(str(path)) == read_gold(written("", PAPER, ""))


def without(record: dict, name: str) -> dict:
    return {k: v for k, v in record.items() if k != name}


def changed(**changes: object) -> dict:
    """The invented paper with one mention, changed."""
    return PAPER | {"mentions": [PAPER["mentions"][0], PAPER["mentions"][1] | changes]}


FAULTS = {
    "not JSON": ('{"id": ', "invalid JSON"),
    "no object": ("[1]", "not a JSON object"),
    "no mentions": (without(PAPER, "mentions"), "paper: no mentions; give it a list"),
    "no title": (without(PAPER, "title"), "paper: no title"),
    "number for an id": (PAPER | {"id": 7}, "paper: id is not a text"),
    "the same id": (PAPER | {"id": "first"}, "first is the id of an earlier paper"),
    "mentions no list": (PAPER | {"mentions": {}}, "paper: mentions is not a list"),
    "mention no object": (PAPER | {"mentions": ["Reed"]}, "mention 1 is not a JSON object"),
    "end before start": (changed(end=0), "mention 2: offsets 37 to 0 lie outside"),
    "end outside": (changed(end=9999), "9999 lie outside the text of"),
    "start negative": (changed(start=-4), "mention 2: offsets -4"),
    "start true": (changed(start=True), "mention 2: start is not a whole number"),
    "another text": (changed(start=36), 'is " Reed", not "Reed"; count code points'),
    "unknown type": (changed(type="Tree"), "no type is called Tree; choose one of Model"),
    "unknown role": (changed(role="eats"), "no role is called eats; choose one of introduces"),
    "no canonical": (
        PAPER | {"mentions": [without(PAPER["mentions"][0], "canonical")]},
        "mention 1: no canonical",
    ),
    "disputed outside": (
        PAPER | {"disputed": [{"start": 1, "end": 9999}]},
        "disputed 1: offsets 1 to 9999 lie outside",
    ),
    "unknown kind": (
        PAPER | {"results": [NUMBER | {"kind": "loss"}]},
        "result 1: no kind is called loss; choose one of score",
    ),
    "half a character": (PAPER | {"title": "\ud83c"}, "half a surrogate pair"),
}


@pytest.mark.parametrize(("record", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_file_and_line(record, message, written):
    path = written(PAPER | {"id": "first"}, "", record)
    with pytest.raises(paperkg.PaperKGError) as told:
        paperkg.evaluate(path)
    assert str(told.value).startswith(f"{path}:3: ") and message in str(told.value)


def test_a_faulty_file_of_results_is_told_too(written):
    gold = written(PAPER)
    for record, message in (
        ({"id": "river", "results": [NUMBER | {"end": 9999}]}, ":1: result 1: offsets"),
        ({"id": "river"}, ":1: paper: no results"),
        ({"id": "brook", "results": []}, "none of the gold file's papers is in it"),
    ):
        path = written(record, name="results.jsonl")
        with pytest.raises(paperkg.PaperKGError) as told:
            paperkg.evaluate(gold, results=path)
        assert str(told.value).startswith(path) and message in str(told.value)
    with pytest.raises(paperkg.PaperKGError, match="leave out the results"):
        paperkg.evaluate(gold, results=written({}), gold_mentions=True)


@pytest.mark.parametrize(
    ("name", "message"), [("absent.jsonl", "No such file"), ("empty.jsonl", "no paper in it")]
)
def test_a_file_without_papers_is_told(name, message, tmp_path):
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(paperkg.PaperKGError, match=message):
        paperkg.evaluate(tmp_path / name)
