"""Identifiers in one spelling, and keys that do not depend on a paper's place."""

import pytest

from paperkg.sources.keys import canonical_id, is_global, paper_key


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1812.06145", "arxiv:1812.06145"),
        ("2403.01234v2", "arxiv:2403.01234"),
        ("arXiv:2403.01234v12", "arxiv:2403.01234"),
        ("arxiv:2509.11534", "arxiv:2509.11534"),
        ("cs/0112017", "arxiv:cs/0112017"),
        ("math.GT/0309136v1", "arxiv:math/0309136"),
        ("https://arxiv.org/abs/2403.01234v1", "arxiv:2403.01234"),
        ("http://arxiv.org/pdf/2403.01234.pdf", "arxiv:2403.01234"),
        ("https://huggingface.co/papers/2403.01234", "arxiv:2403.01234"),
        ("10.48550/arXiv.2403.01234", "arxiv:2403.01234"),
        ("10.1234/Abc.5", "doi:10.1234/abc.5"),
        ("https://doi.org/10.1234/Abc.5", "doi:10.1234/abc.5"),
        ("DOI:10.1234/abc.5", "doi:10.1234/abc.5"),
        ("colm2024:0UK8c2kg7c", "colm2024:0UK8c2kg7c"),
        ("page:01", "page:01"),
        ("2413.01234", "2413.01234"),
        ("", ""),
    ],
)
def test_identifiers_come_in_one_spelling(given, expected):
    assert canonical_id(given) == expected
    assert canonical_id(expected) == expected


def test_global_identifiers_are_kept_as_keys():
    assert paper_key("2403.01234v3", "T", "A") == "arxiv:2403.01234"
    assert paper_key("colm2024:0UK8c2kg7c", "T", "A") == "colm2024:0UK8c2kg7c"
    assert paper_key("https://openalex.org/W1", "T", "A") == "https://openalex.org/W1"


@pytest.mark.parametrize("local", ["", "page:01", "page2:17", "17", "no: id", "row-3"])
def test_other_papers_are_named_by_their_text(local):
    assert not is_global(local)
    assert paper_key(local, "Lazy Kites", "We fly.") == "lazy-kites-db6e5217"


def test_white_space_does_not_change_a_key_but_words_do():
    key = paper_key("", "Lazy Kites", "We fly.")
    assert paper_key("", " Lazy  Kites", "We\nfly. ") == key
    assert paper_key("", "Lazy Kites", "We fall.") != key


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Über naïve Wörter: 50\\% \\ie more?", "uber-naive-worter-50-ie-more"),
        ("紙飛行機", "paper"),
        ("\ud800", "paper"),
        ("a" * 90, "a" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_slugs_are_short_ascii(title, slug):
    assert paper_key("", title, "x").rpartition("-")[0] == slug
