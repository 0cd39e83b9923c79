"""How well the shipped pipeline reads a real page of papers, by the project's own scorer."""

from dataclasses import asdict
from importlib.util import module_from_spec, spec_from_file_location

import pytest

import paperkg


@pytest.fixture(scope="module")
def page(shared):
    """The graph of the real page: 68 papers."""
    papers = list(paperkg.read([str(shared / "corpus" / "hf-papers-page.txt")]))
    assert len(papers) == 68
    return paperkg.assemble(papers)


@pytest.fixture(scope="module")
def scores(shared, page):
    spec = spec_from_file_location("gold_score", shared / "gold" / "score.py")
    scorer = module_from_spec(spec)
    spec.loader.exec_module(scorer)
    gold = scorer.read(shared / "gold" / "page-dev.jsonl")
    found, _ = scorer.score(gold, [asdict(m) for m in page.mentions])
    assert found["mention"]["gold"] > 80
    return found


def test_names_are_found_with_their_types(scores):
    assert scores["mention"]["f"] >= 0.70


def test_roles_are_right(scores):
    assert scores["role"] >= 0.75


def test_names_lead_to_the_right_entities(scores):
    assert scores["link"]["f"] >= 0.90


def test_every_mention_is_the_text_at_its_place(page):
    texts = {p.id: p.text for p in page.papers}
    assert len(page.mentions) > 150
    for mention in page.mentions:
        text = texts[mention.paper]
        start, end = mention.sentence
        assert text[mention.start : mention.end] == mention.text == mention.text.strip()
        assert start <= mention.start < mention.end <= end
        assert 0 < mention.confidence <= 1


def test_everything_that_is_pointed_to_is_there(page):
    ids = {e.id for e in page.entities}
    pointed = {m.entity for m in page.mentions} | {m.variant for m in page.mentions}
    pointed |= {link.entity for link in page.links}
    pointed |= {e.family for e in page.entities} | {e.maker for e in page.entities}
    pointed |= {e.variant_of for e in page.entities}
    pointed |= {i for r in page.results for i in (r.system, r.benchmark, r.metric)}
    assert pointed - {None, ""} <= ids
    assert len(ids) == len(page.entities)
