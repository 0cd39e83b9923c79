"""Records of services become papers, whatever the service calls its fields."""

import pytest

from paperkg.records import Paper
from paperkg.sources.record import Raw, Rejected, Where, to_paper

WHERE = Where.of("works.jsonl")
ARXIV = {
    "id": "0704.0001",
    "submitter": "Ada Kite",
    "authors": "Ada Kite, Bo Lant\\'ern Jr",
    "title": "Kites that\n  Fly",
    "journal-ref": None,
    "doi": "10.1000/other",
    "categories": "cs.CL cs.LG",
    "abstract": "  They fly\nhigh up.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Kite", "Ada", ""], ["Lant\\'ern", "Bo", "Jr"]],
}
OPENALEX = {
    "id": "https://openalex.org/W123",
    "doi": "https://doi.org/10.1000/Kites",
    "display_name": "Kites",
    "publication_date": "2024-03-01",
    "ids": {"openalex": "https://openalex.org/W123"},
    "authorships": [{"author": {"display_name": "Ada Kite"}}, {"author": None}],
    "topics": [{"display_name": "Flight"}],
    "primary_location": {"landing_page_url": "https://example.org/kites"},
    "abstract_inverted_index": {"They": [0], "high": [2, 4], "fly": [1], "and": [3]},
}
SCHOLAR = {
    "paperId": "abc",
    "corpusid": 77,
    "externalIds": {"DOI": "10.1000/K", "ACL": "P18-1001", "ArXiv": None},
    "title": "Kites",
    "abstract": "They fly.",
    "authors": [{"authorId": "1", "name": "Ada Kite"}],
    "year": 2024,
    "publicationDate": None,
    "s2FieldsOfStudy": [{"category": "Physics"}, {"category": "Physics"}],
    "url": "https://example.org/77",
}


def made(record, **changes):
    return to_paper(Raw(1, {**record, **changes}), 1, WHERE)


def test_the_arxiv_snapshot_gives_the_first_version_and_unwrapped_text():
    paper = made(ARXIV)
    assert (paper.id, paper.title, paper.abstract) == (
        "arxiv:0704.0001",
        "Kites that Fly",
        "They fly high up.",
    )
    assert (paper.date, paper.categories) == ("2007-04-02", ("cs.CL", "cs.LG"))
    assert paper.authors == ("Ada Kite", "Bo Lantérn Jr")


def test_openalex_words_are_put_in_order():
    paper = made(OPENALEX)
    assert (paper.title, paper.abstract) == ("Kites", "They fly high and high")
    assert (paper.id, paper.date, paper.authors) == (
        "doi:10.1000/kites",
        "2024-03-01",
        ("Ada Kite",),
    )
    assert (paper.categories, paper.url) == (("Flight",), "https://example.org/kites")


def test_openalex_papers_on_arxiv_have_its_id_and_those_without_doi_their_own():
    there = {"landing_page_url": "http://arxiv.org/abs/2403.01234"}
    assert made(OPENALEX, locations=[there]).id == "arxiv:2403.01234"
    assert made(OPENALEX, doi=None).id == "openalex:W123"


def test_tables_may_hold_parts_as_json_or_pairs():
    assert made(OPENALEX, abstract_inverted_index='{"Up": [0]}').abstract == "Up"
    assert made(OPENALEX, abstract_inverted_index=[("Up", [0])]).abstract == "Up"


@pytest.mark.parametrize(
    ("index", "reason"),
    [
        ({"a": [-1]}, "the inverted abstract has a word at position -1"),
        ({"a": [10**12]}, "the inverted abstract has a word at position 1000000000000"),
        ({"a": [0, 0]}, "the inverted abstract has two words at position 0"),
        ({"a": ["0"]}, "the inverted abstract has a word at position '0'"),
        ({"a": [True]}, "the inverted abstract has a word at position True"),
        ({"a": 0}, "no abstract"),
        ({}, "no abstract"),
        (None, "no abstract"),
    ],
)
def test_a_broken_inverted_abstract_is_rejected(index, reason):
    rejected = made(OPENALEX, abstract_inverted_index=index)
    assert isinstance(rejected, Rejected) and rejected.reason == reason


@pytest.mark.parametrize(
    ("outside", "expected"),
    [
        ({"ArXiv": "2403.01234", "DOI": "10.1000/K"}, "arxiv:2403.01234"),
        ({"DOI": "10.1000/K", "ACL": "P18-1001"}, "doi:10.1000/k"),
        ({"ACL": "P18-1001"}, "acl:P18-1001"),
        ({"CorpusId": 77}, "CorpusId:77"),
        (None, "CorpusId:77"),
    ],
)
def test_semantic_scholar_papers_have_the_id_that_most_share(outside, expected):
    assert made(SCHOLAR, externalIds=outside).id == expected


def test_semantic_scholar_records_are_read_and_need_an_abstract():
    paper = made(SCHOLAR)
    assert isinstance(paper, Paper)
    assert (paper.authors, paper.date, paper.categories) == (("Ada Kite",), "2024", ("Physics",))
    assert made(SCHOLAR, abstract=None).reason == "no abstract"


@pytest.mark.parametrize("record", [ARXIV, OPENALEX, SCHOLAR])
@pytest.mark.parametrize("junk", [5, "x", [1], {"a": 1}, [[None]], True])
def test_fields_of_another_kind_cost_no_more_than_the_record(record, junk):
    for field in record:
        assert isinstance(made(record, **{field: junk}), Paper | Rejected)
