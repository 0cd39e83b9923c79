"""From probabilities to names: the best spans, and what is made of them."""

import numpy as np

from paperkg.extract.recognizer import Reading, best_spans, label_names


def spans(*pairs):
    begin, inside = (np.array(column, dtype=np.float32) for column in zip(*pairs, strict=True))
    return best_spans(begin, inside)


def test_the_best_spans_follow_the_probabilities():
    no, start, on = (0.0, 0.0), (0.9, 0.05), (0.05, 0.9)
    assert spans(no, no) == []
    assert spans(start, on, on, no, start) == [(0, 3), (4, 5)]
    assert spans(start, start, on) == [(0, 1), (1, 3)]
    assert spans(no, start, no, start) == [(1, 2), (3, 4)]


def test_a_name_cannot_continue_what_did_not_begin():
    assert spans((0.0, 0.0), (0.01, 0.98), (0.0, 0.0)) in ([], [(1, 2)])
    assert spans((0.4, 0.0), (0.0, 0.9)) == [(0, 2)]


def test_types_that_share_a_probability_do_not_lose_the_name():
    labels = label_names(["Model", "Method"])
    assert labels == ["O", "B-Model", "I-Model", "B-Method", "I-Method"]
    reading = Reading(np.array([[0.4, 0.35, 0, 0.25, 0]], dtype=np.float32))
    assert reading.spans == [(0, 1)]
    assert np.allclose(reading.types(0, 1), [0.35, 0.25])


def test_a_claimed_span_takes_the_place_of_those_that_it_crosses():
    reading = Reading(np.zeros((6, 3), dtype=np.float32))
    reading.add(0, 2)
    reading.add(3, 5)
    reading.claim(1, 4)
    assert reading.spans == [(1, 4)] and reading.free(0, 1) and reading.free(4, 6)
    reading.claim(2, 3)
    assert reading.spans == [(1, 4)]
