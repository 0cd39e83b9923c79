"""A record's fields become a paper or a reason."""

import pytest

from paperkg.records import Paper
from paperkg.sources.record import Raw, Rejected, Where, clean, excerpt, to_paper

WHERE = Where.of("data/My kites (1).jsonl.gz")


def made(**fields):
    return to_paper(Raw(7, {"title": "Kites", "abstract": "They fly.", **fields}), 3, WHERE)


def test_a_paper_without_id_is_named_by_its_file_and_number():
    paper = made()
    assert isinstance(paper, Paper)
    assert (paper.id, paper.source, paper.url) == ("My-kites-1:3", "My kites (1).jsonl.gz", "")
    assert paper.key.startswith("kites-")


def test_other_names_of_fields_are_known():
    paper = to_paper(
        Raw(
            1,
            {
                "Title": "Kites",
                "abstract": None,
                "Summary": "They fly.",
                "published": "2024-03-01T10:00:00Z",
                "github": "github.com/kites/fly",
            },
        ),
        1,
        WHERE,
    )
    assert (paper.abstract, paper.date) == ("They fly.", "2024-03-01")
    assert paper.code == "https://github.com/kites/fly"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Ada Kite, Bo Lantern and Cy Gear", ("Ada Kite", "Bo Lantern", "Cy Gear")),
        ("Ada Kite, Bo Lantern, and Cy Gear", ("Ada Kite", "Bo Lantern", "Cy Gear")),
        ("Ada Kite (1, 2), Bo Lantern ((1) Here, (2) There)", ("Ada Kite", "Bo Lantern")),
        ("Sandy Anders", ("Sandy Anders",)),
        (["Ada  Kite", "", None, 5], ("Ada Kite",)),
        ([{"name": "Ada Kite"}, {"nome": "Bo"}], ("Ada Kite",)),
        (17, ()),
    ],
)
def test_authors_come_in_many_forms(given, expected):
    assert made(authors=given).authors == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("cs.CV cs.AI", ("cs.CV", "cs.AI")),
        ("cs.CV, 68T45; I.2", ("cs.CV", "68T45", "I.2")),
        (["Machine Learning", "cs.AI"], ("Machine Learning", "cs.AI")),
        ({}, ()),
    ],
)
def test_categories_come_in_many_forms(given, expected):
    assert made(categories=given).categories == expected


def test_years_may_be_numbers():
    assert made(year=2024).date == "2024"
    assert made(year=True).date == ""


def test_addresses_are_made_for_arxiv_papers_without_one():
    assert made(id="2403.01234v2").url == "https://arxiv.org/abs/2403.01234"
    assert made(id="2403.01234", url="https://example.org/x").url == "https://example.org/x"
    assert made(id="10.1234/x").url == "https://doi.org/10.1234/x"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", 'https://a"b', 5, ["x"]])
def test_what_is_no_address_is_left_out(url):
    assert made(url=url).url == ""


def test_ids_may_be_whole_numbers():
    assert (made(id=0).id, made(id=12).id) == ("0", "12")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": None}, "no title"),
        ({"title": " \n"}, "no title"),
        ({"title": "\x00?"}, "no title"),
        ({"abstract": ""}, "no abstract"),
        ({"abstract": ["They fly."]}, "the abstract is not text"),
        ({"title": 5}, "the title is not text"),
        ({"id": ["x"]}, "the id is neither text nor a whole number"),
        ({"id": 2403.0123}, "the id is neither text nor a whole number"),
        ({"id": True}, "the id is neither text nor a whole number"),
        ({"title": "a" * 2001}, "the title is longer than 2,000 characters"),
        ({"abstract": "a" * 50_001}, "the abstract is longer than 50,000 characters"),
        ({"id": "a" * 301}, "the id is longer than 300 characters"),
    ],
)
def test_broken_records_are_rejected_with_the_reason(fields, reason):
    rejected = made(**fields)
    assert isinstance(rejected, Rejected)
    assert (rejected.line, rejected.reason) == (7, reason)
    assert rejected.source == "data/My kites (1).jsonl.gz"
    assert len(rejected.excerpt) <= 80


def test_text_keeps_its_code_points():
    inside = "a  b\n c\te\u0301 \U0001f600\u00a0\u2028x"
    assert clean(f"\n {inside} ") == inside
    assert clean("a\x00b\r\nc\x7fd\x9fe\ud800f") == "a b \nc d e\ufffdf"


def test_excerpts_are_short_lines():
    assert excerpt("a\n b" + "c" * 500) == "a b" + "c" * 76 + "…"
