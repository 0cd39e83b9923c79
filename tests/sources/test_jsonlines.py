"""JSON Lines, and a JSON array."""

import json

import pytest

from paperkg.errors import PaperKGError
from paperkg.sources import Rejected, jsonlines
from paperkg.sources.record import Raw, Where

KITE = {"id": "k", "title": "Kites", "abstract": "They fly.\nHigh  up."}
LINE = json.dumps(KITE)


def found(text):
    return list(jsonlines.read(text.splitlines(keepends=True), Where.of("papers.jsonl")))


def test_each_line_is_a_record_as_it_stands():
    assert found(f"{LINE}\n\n  {LINE}\n") == [Raw(1, KITE), Raw(3, KITE)]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_is_read_whole(indent):
    assert found("\n" + json.dumps([KITE, 5, KITE], indent=indent)) == [
        Raw(1, KITE),
        Rejected("papers.jsonl", 2, "not a JSON object", "5"),
        Raw(3, KITE),
    ]


def test_one_object_may_stand_over_several_lines():
    assert found(json.dumps(KITE, indent=1)) == [Raw(1, KITE)]


def test_a_broken_array_is_told_by_its_line():
    with pytest.raises(PaperKGError, match=r"papers\.jsonl:3: invalid JSON: .* at column 1; mend"):
        found(f"[\n{LINE}\n{LINE}]")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "invalid JSON: Expecting property name"),
        (LINE[:-5], "invalid JSON: Unterminated string"),
        (LINE + LINE, "invalid JSON: Extra data"),
        ('{"title": "a\tb"}', "invalid JSON: Invalid control character"),
        ("title", "invalid JSON: Expecting value"),
        ("null", "not a JSON object"),
        ('["Kites"]', "not a JSON object"),
        ('"Kites"', "not a JSON object"),
        ("NaN", "not a JSON object"),
        ('{"a":' * 100_000, "invalid JSON: nested too deep"),
        ('{"id": ' + "9" * 5000 + "}", "invalid JSON"),
        ('{"title": "caf\udce9"}', "not UTF-8 text; save it as UTF-8"),
    ],
)
def test_a_bad_line_is_rejected_and_the_rest_is_read(line, reason):
    first, bad, last = found(f"{LINE}\n{line}\n{LINE}")
    assert first == Raw(1, KITE) and last == Raw(3, KITE)
    assert isinstance(bad, Rejected)
    assert (bad.line, bad.reason[: len(reason)]) == (2, reason)
    assert len(bad.excerpt) <= 80


def test_a_bad_first_line_is_rejected_too():
    for line in ["[1, 2]", "}", "title"]:
        bad, good = found(f"{line}\n{LINE}")
        assert isinstance(bad, Rejected) and good == Raw(2, KITE)


def test_lines_are_read_one_at_a_time():
    taken = []

    def lines():
        for number in range(1000):
            taken.append(number)
            yield LINE

    records = jsonlines.read(lines(), Where.of("-"))
    next(records)
    assert len(taken) == 1


@pytest.mark.parametrize("head", [LINE, "\n [" + LINE, "[]", "broken\n" + LINE, '{\n "id": 1'])
def test_json_is_recognised(head):
    assert jsonlines.recognises(head)


@pytest.mark.parametrize("head", ["", "[Re] Kites", "{Kites}\n\nfly", "title,abstract\n", "<p>"])
def test_other_text_is_not_json(head):
    assert not jsonlines.recognises(head)
