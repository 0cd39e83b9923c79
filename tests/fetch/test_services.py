"""Every service: its pages become the same plain records, whatever it calls them."""

import json

import pytest

import paperkg
from fetch.standins import HOSTILE, atom, paper
from paperkg.errors import PaperKGError
from paperkg.fetch import SERVICES, arxiv, openalex

ALL = sorted(SERVICES)


@pytest.mark.parametrize("service", ALL)
def test_pages_follow_each_other_to_the_last_paper(run, world, records, tmp_path, service):
    done = run(service)
    assert (done.papers, done.new, done.left_out) == (7, 7, {})
    assert len({r["id"] for r in records()}) == 7
    assert [r["title"] for r in records()] == [p["title"] for p in world.papers]
    assert records()[0]["authors"] == ["Ada Oak1", "Ben Elm"]
    assert records()[0]["date"] == "2026-01-30"
    assert [p.name for p in sorted(tmp_path.iterdir())] == [
        "papers.jsonl",
        "papers.jsonl.state.json",
    ]
    papers = list(paperkg.read([str(tmp_path / "papers.jsonl")]))
    assert [p.abstract for p in papers] == [p["abstract"] for p in world.papers]


@pytest.mark.parametrize("service", ALL)
def test_text_of_a_service_stays_data(run, world, records, tmp_path, service):
    title, author = HOSTILE
    world.papers = [paper(1, "2026-01-20", title=title, authors=[author])]
    run(service)
    (read,) = paperkg.read([str(tmp_path / "papers.jsonl")])
    assert read.title == (" ".join(title.split()) if service == "arxiv" else title)
    assert read.authors == (author,)


@pytest.mark.parametrize("service", ALL)
def test_papers_without_abstract_are_counted_and_left_out(run, world, records, service):
    world.papers[1]["abstract"] = ""
    done = run(service)
    assert (done.papers, done.left_out) == (6, {"no abstract": 1})
    assert len(records()) == 6


@pytest.mark.parametrize("service", ALL)
def test_days_bound_what_is_fetched(run, records, service):
    run(service, since="2026-01-26", until="2026-01-28")
    assert [r["date"] for r in records()] == ["2026-01-28", "2026-01-27", "2026-01-26"]


@pytest.mark.parametrize("service", ALL)
def test_nothing_found_is_told_and_leaves_no_file(run, tmp_path, service):
    with pytest.raises(PaperKGError, match=f"{service}: no paper found; ask for more"):
        run(service, since="2025-12", until="2025-12")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("service", ALL)
def test_a_record_of_another_form_does_not_stop_the_others(run, world, slept, service, monkeypatch):
    real, met = SERVICES[service].record, []

    def record(item):
        met.append(item)
        return real(item if len(met) > 1 else None)

    monkeypatch.setattr(SERVICES[service], "record", record)
    done = run(service)
    assert (done.papers, done.left_out) == (6, {"not in the service's form": 1})
    assert not any(slept)


def test_arxiv_is_asked_for_categories_and_words_and_gives_code(run, world, records):
    world.papers[0]["code"] = "https://github.com/oak-lab/leaves"
    world.papers[1]["category"] = "cs.LG"
    world.papers[2]["category"] = "math.CO"
    run(categories=["cs.CL", "cs.LG"], query="ti:oaks OR ti:elms", until="2026-01-31")
    assert world.asked[0]["search_query"] == (
        "(ti:oaks OR ti:elms) AND (cat:cs.CL OR cat:cs.LG) AND "
        "submittedDate:[202601010000 TO 202601312359]"
    )
    assert len(records()) == 6
    assert records()[0] == {
        "id": "arxiv:2601.00001",
        "title": "Paper 1: counting oaks",
        "abstract": world.papers[0]["abstract"],
        "authors": ["Ada Oak1", "Ben Elm"],
        "date": "2026-01-30",
        "categories": ["cs.CL"],
        "url": "https://arxiv.org/abs/2601.00001",
        "code": "https://github.com/oak-lab/leaves",
    }


def test_arxiv_is_asked_in_windows_where_there_are_many_papers(run, world, records, monkeypatch):
    monkeypatch.setattr(arxiv, "MOST", 3)
    run()
    assert [r["id"] for r in records()] == [f"arxiv:{p['id']}" for p in world.papers]
    assert max(int(asked["start"]) for asked in world.asked) < 3


def test_arxiv_tells_what_is_wrong_with_a_question(run, world):
    entry = atom([paper(1, "2026-01-30", abstract="malformed query")], 1, 0)
    feed = entry.replace(b"arxiv.org/abs/2601.00001v2", b"arxiv.org/api/errors#malformed", 1)
    world.faults = [(200, {}, feed)]
    with pytest.raises(PaperKGError, match="arxiv: malformed query; check what is asked for"):
        run()


def test_arxiv_feeds_with_entities_that_explode_are_broken_answers(run, world):
    bomb = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 50}">' for n in range(9))
    feed = f'<!DOCTYPE f [<!ENTITY e0 "oak">{bomb}]><feed xmlns="x">&e9;</feed>'.encode()
    world.faults = [(200, {}, feed)] * 7
    with pytest.raises(PaperKGError, match="a broken answer from"):
        run()


def test_an_empty_page_of_arxiv_before_the_end_is_asked_for_again(run, world):
    world.faults = [None, (200, {}, atom([], 7, 3))]
    assert run().papers == 7
    assert [asked["start"] for asked in world.asked] == ["0", "3", "3", "6"]


def test_hugging_face_leaves_out_hidden_authors_and_gives_code(run, world, records):
    world.papers = [paper(1, "2026-01-20", code="https://github.com/oak-lab/leaves")]
    run("huggingface")
    assert records()[0]["authors"] == ["Ada Oak1", "Ben Elm"]
    assert records()[0]["code"] == "https://github.com/oak-lab/leaves"
    assert records()[0]["url"] == "https://huggingface.co/papers/2601.00001"


def test_hugging_face_ends_a_day_whose_pages_repeat(run, world):
    everything = world.page = 100
    world.papers = [paper(n, "2026-01-20") for n in range(5)]
    real = world.huggingface
    world.huggingface = lambda query: real({**query, "p": 0})
    assert run("huggingface", until="2026-01-31").papers == 5
    assert len(world.asked) < everything


def test_openalex_prefers_the_arxiv_id_then_the_doi(run, world, records):
    arxiv_page = "http://arxiv.org/abs/2601.00001"
    world.papers[0] |= {"doi": "https://doi.org/10.1000/OAK", "pages": [arxiv_page]}
    world.papers[1] |= {"doi": "https://doi.org/10.1000/ELM"}
    run("openalex")
    assert [r["id"] for r in records()[:3]] == [
        "arxiv:2601.00001",
        "doi:10.1000/elm",
        "openalex:W260100003",
    ]


def test_openalex_gets_filters_key_and_address(run, world, url, tmp_path):
    run("openalex", filters=["has_abstract:true", "type:article"], email="me@example.org")
    assert world.asked[0]["filter"] == (
        "has_abstract:true,type:article,from_publication_date:2026-01-01,"
        "to_publication_date:2026-02-01"
    )
    assert [asked["cursor"] for asked in world.asked] == ["*", "after-3", "after-6"]
    assert world.headers[0]["Authorization"] == "Bearer K"
    assert world.headers[0]["From"] == "me@example.org"
    assert "Bearer" not in (tmp_path / "papers.jsonl.state.json").read_text()


def test_openalex_without_a_key_is_asked_in_windows(run, world, records, monkeypatch):
    monkeypatch.setattr(openalex, "SIZE", 2)
    monkeypatch.setattr(openalex, "MOST", 4)
    run("openalex", api_key="")
    assert [r["title"] for r in records()] == [p["title"] for p in world.papers]
    assert all("cursor" not in asked and int(asked["page"]) <= 2 for asked in world.asked)
    world.papers = [paper(n, "2026-01-20") for n in range(5)]
    with pytest.raises(PaperKGError, match="more than 4 works on 2026-01-20; narrow"):
        run("openalex", name="more.jsonl", api_key="")


def test_semantic_scholar_gets_fields_of_study_and_key(run, world, records):
    world.papers[1]["ids"] = {"DOI": "10.1000/ELM"}
    world.papers[2]["ids"] = {}
    run("semanticscholar", fields_of_study=["Computer Science", "Mathematics"], api_key="K")
    assert world.asked[0]["fieldsOfStudy"] == "Computer Science,Mathematics"
    assert world.asked[0]["publicationDateOrYear"] == "2026-01-01:2026-02-01"
    assert [asked.get("token") for asked in world.asked] == [None, "T3", "T6"]
    assert world.headers[0]["x-api-key"] == "K"
    assert [r["id"] for r in records()[:2]] == ["arxiv:2601.00001", "doi:10.1000/elm"]
    assert records()[2]["id"].startswith("S2:")


def test_lone_surrogates_and_controls_do_not_reach_the_file(run, world, records):
    world.papers = [paper(1, "2026-01-20", title="Oaks \ud800 and\x00 elms")]
    run("semanticscholar")
    assert records()[0]["title"] == "Oaks \ufffd and  elms"
    assert json.dumps(records()).isascii()
