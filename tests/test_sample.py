"""The bundled sample: landmark papers, told in words of our own."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from graph.invented import sample

import paperkg
from paperkg.records import Paper
from paperkg.resources import SAMPLE
from paperkg.sources.keys import is_global


@pytest.fixture(scope="module")
def papers():
    found = list(paperkg.read([str(SAMPLE)]))
    assert [each for each in found if not isinstance(each, Paper)] == []
    return found


def test_there_are_at_least_eighty_from_2012_to_2026(papers):
    assert len(papers) >= 80
    years = Counter(int(paper.date[:4]) for paper in papers)
    assert min(years) == 2012 and max(years) <= 2026 and len(years) > 10
    assert all(re.fullmatch(r"\d{4}-\d\d(-\d\d)?", paper.date) for paper in papers)


def test_every_paper_has_an_id_that_names_it_everywhere(papers):
    assert all(is_global(paper.id) and paper.key == paper.id for paper in papers)
    assert len({paper.id for paper in papers}) == len({p.title for p in papers}) == len(papers)
    for paper in papers:
        if match := re.fullmatch(r"arxiv:(\d\d)(\d\d)\.\d{4,5}", paper.id):
            assert paper.url == f"https://arxiv.org/abs/{paper.id.removeprefix('arxiv:')}"
            assert abs(int(paper.date[2:4]) - int(match[1])) <= 1
            assert 1 <= int(match[2]) <= 12


def test_abstracts_are_short_and_plain(papers):
    for paper in papers:
        assert 200 <= len(paper.abstract) <= 1_200, paper.id
        assert paper.text.isprintable() or paper.text.count("\n") == 1
        assert paper.abstract.endswith((".", "!", "?")) and paper.categories


def test_every_paper_links_to_an_entity():
    build, _ = sample()
    linked = {link.paper for link in build.kg.links}
    assert [paper.title for paper in build.kg.papers if paper.id not in linked] == []
    assert build.rejected == []


def test_it_has_something_to_show():
    kg = sample()[0].kg
    assert len(paperkg.shared(kg, "Benchmark")) > 10 and len(paperkg.shared(kg, "Model")) > 10
    titles = paperkg.shared(kg, "Benchmark").set_index("entity")["titles"]
    assert len(titles["ImageNet"]) > 5
    types = {entity.type for entity in kg.entities}
    assert types == {"Model", "Dataset", "Benchmark", "Organization", "Metric", "Method"}
