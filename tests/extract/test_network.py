"""The shipped network, token by token."""

import numpy as np
import pytest

from paperkg.extract.lexicon import Lexicon
from paperkg.extract.network import GRAMS, MARKS, Network, Numbers, grams_of, heard, mark_ids

TEXTS = ["Kites", "fly", ".", "KITES", "fall", "."]
LEXICON = Lexicon({"kites": 64, "fly": 20, "rare": 9})


@pytest.fixture(scope="module")
def network(nlp):
    """The shipped network."""
    return nlp.get_pipe("paperkg_recognizer").network


def marks(texts):
    return [["gap=TrueTrue", f"n={i % 3}"] for i in range(len(texts))]


@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_each_token_has_a_probability_for_each_label(network, size):
    texts = TEXTS[:size]
    probabilities = network(texts, marks(texts))
    assert probabilities.shape == (size, len(network.labels))
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_what_was_read_before_changes_nothing(network):
    first = network(TEXTS, marks(TEXTS))
    for k in range(50):
        other = [f"word{k}", "fly", f"Name{k}"]
        network(other, marks(other))
    assert (network(TEXTS, marks(TEXTS)) == first).all()


def test_a_token_hears_of_the_other_places_of_its_word(network):
    far = ["Kites", *["fly"] * 40, "kites", "fall"]
    changed = [*far[:-1], "benchmark"]
    apart = abs(network(far, marks(far))[0] - network(changed, marks(changed))[0]).max()
    assert apart > 0


def test_a_token_hears_the_mean_and_the_maximum_of_its_words_places():
    numbers = Numbers()(["Kites", "fly", "FLY", ".", "kites", "fly", "."])
    assert numbers.tolist() == [0, 1, 1, -1, 0, 1, -1]
    place, share, row = heard(numbers)
    assert [sorted(set(of_word)) for of_word in place.tolist()] == [[0, 4], [1, 2, 5]]
    third = 1 / 3
    assert np.allclose(share, [[0.5, 0, 0, 0, 0.5, 0, 0], [0, third, third, 0, 0, third, 0]])
    assert row.tolist() == [7, 8, 8, 3, 7, 8, 6]


def test_where_no_word_stands_twice_each_token_hears_of_itself():
    for texts in (["Kites", "fly", ".", "."], ["kites"]):
        place, share, row = heard(Numbers()(texts))
        assert place.tolist() == [[0]] and row.tolist() == list(range(len(texts)))
        assert share.tolist() == [[1.0] + [0.0] * (len(texts) - 1)]


def test_a_network_is_the_same_after_a_round_trip(network):
    data = network.to_bytes()
    again = Network.from_bytes(data)
    assert again.to_bytes() == data
    assert (again.labels, again.scale) == (network.labels, network.scale)
    assert (again(TEXTS, marks(TEXTS)) == network(TEXTS, marks(TEXTS))).all()


def test_the_word_list_knows_words_in_any_case_and_how_common_they_are():
    assert LEXICON.id("Kites") == LEXICON.id("kites") == 1
    assert LEXICON.id("unseen") == 0
    assert (LEXICON.step("KITES"), LEXICON.step("rare"), LEXICON.step("unseen")) == (6, 0, 0)
    again = Lexicon.from_bytes(LEXICON.to_bytes())
    assert [again.id(w) for w in ("kites", "fly", "rare")] == [1, 2, 3]
    assert again.to_bytes() == LEXICON.to_bytes()


def test_rows_are_in_the_tables_whatever_the_text():
    for text in ("GPT", "x" * 500, "τ", "\ud800", "中文", "😀"):
        assert all(0 <= row < GRAMS for row in grams_of(text, LEXICON))
    ids, starts = mark_ids([["a", "b"], ["a"]])
    assert starts.tolist() == [0, 2] and ids[0] == ids[2] and (ids < MARKS).all()
