"""A papers page saved as text."""

import json
from pathlib import Path

import pytest

from paperkg.records import Paper
from paperkg.sources import Rejected, page, read
from paperkg.sources.record import Raw, Where

from .invented import abstract, titles
from .invented import page as invented_page

SHARED = Path(__file__).parents[3] / "shared"
REAL = SHARED / "corpus" / "hf-papers-page.txt"
GOLD = SHARED / "gold" / "page-dev.jsonl"
real_page = pytest.mark.skipif(not REAL.exists(), reason=f"no {REAL}")

A, B = abstract("kites"), abstract("lanterns")


def found(text):
    return list(page.read(text.splitlines(keepends=True), Where.of("page.txt")))


def shown(text):
    return [(each.fields["title"], each.fields["abstract"]) for each in found(text)]


@real_page
def test_the_real_page_has_68_papers():
    papers = list(read([str(REAL)]))
    assert all(isinstance(paper, Paper) for paper in papers)
    assert [paper.id for paper in papers] == [f"page:{n:02}" for n in range(1, 69)]
    assert len({paper.key for paper in papers}) == 68
    assert min(len(paper.abstract) for paper in papers) > 1000
    assert {paper.source for paper in papers} == {"hf-papers-page.txt"}


@real_page
@pytest.mark.skipif(not GOLD.exists(), reason=f"no {GOLD}")
def test_the_real_page_agrees_with_the_gold():
    papers = {paper.id: paper for paper in read([str(REAL)])}
    gold = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
    assert len(gold) == 23
    for each in gold:
        paper = papers[each["id"]]
        assert (paper.title, paper.abstract) == (each["title"], each["abstract"])


@real_page
def test_the_real_page_may_have_windows_line_ends(tmp_path):
    copy = tmp_path / REAL.name
    copy.write_bytes(b"\xef\xbb\xbf" + REAL.read_bytes().replace(b"\n", b"\r\n"))
    assert list(read([str(copy)])) == list(read([str(REAL)]))


@pytest.mark.parametrize(
    "title",
    [
        '"Kites Fly": On ~Lazy~ Birds',
        "\\ie 50\\% More: Kites?",
        "MUSE",
        "[Re] Kites & Lanterns",
        "Marian 3",
        "AlphaDec 12",
        "3D Kites",
    ],
)
def test_titles_stay_as_they_are(title):
    assert shown(f"{title}\n\n{A}\n") == [(title, A)]


FURNITURE = """new

Get trending papers in your email inbox!

Subscribe

byAK and the research community

Mar 13

Submitted by
kite-fan

▲ Upvote

128

·

4 authors

Published on Mar 12, 2025

GitHub 1.2k

arXiv Page

"""


def test_furniture_may_stand_anywhere():
    text = (
        f"{FURNITURE}Kites\n\nUpvote 3\n\n{A}\n\n\n\n{FURNITURE}Lanterns\n\nAbstract\n\n{B}\n\n12"
    )
    assert shown(text) == [("Kites", A), ("Lanterns", B)]


def test_blank_lines_may_be_missing_or_many():
    assert shown(f"Kites\n{A}\nLanterns\n{B}") == [("Kites", A), ("Lanterns", B)]
    assert shown(f"\n\n\nKites\n \n\t\n\n{A}\n\n\n\nLanterns\n\xa0\n{B}") == [
        ("Kites", A),
        ("Lanterns", B),
    ]


def test_wrapped_paragraphs_are_joined():
    wrapped = A.replace(". ", ".\n")
    assert shown(f"Kites\n\n{wrapped}\n") == [("Kites", A)]


def test_an_orphan_is_rejected_with_its_line():
    first, second = found(f"Kites\n\n{A}\n\n{B}\n")
    assert isinstance(first, Raw)
    assert isinstance(second, Rejected)
    assert (second.line, second.reason) == (5, "a long paragraph without a title")
    assert second.excerpt.startswith("We look at lanterns")


def test_ids_grow_wider_with_the_page():
    assert [each.fields["id"] for each in found(invented_page(3))] == [
        "page:01",
        "page:02",
        "page:03",
    ]
    ids = [each.fields["id"] for each in found(invented_page(120))]
    assert (ids[0], ids[-1], len(ids)) == ("page:001", "page:120", 120)


def test_a_page_is_recognised_and_other_prose_is_not():
    assert page.recognises(FURNITURE + invented_page(2))
    assert page.recognises(f"Kites\n\n{A}\n\n{B}")
    assert not page.recognises("\n\n".join(titles(50)))
    assert not page.recognises(f"Kites\n\n{A}\n\n{B}\n\n{A}\n\n{B}")
    assert not page.recognises("")
