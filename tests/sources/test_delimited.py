"""Tables as text."""

import csv
import io

import pytest

from paperkg.errors import PaperKGError
from paperkg.sources import Rejected, delimited
from paperkg.sources.record import Raw, Where


def found(text):
    return list(delimited.read(io.StringIO(text), Where.of("papers.csv")))


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_cells_may_hold_anything_when_quoted(delimiter):
    cells = ["1", 'Kites; "fly",\t| high', "They\nfly.\n\n  High  up."]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([["Id", " TITLE ", "Summary"], cells])
    assert delimited.recognises(text.getvalue())
    fields = dict(zip(["id", "title", "summary"], cells, strict=True))
    assert found(text.getvalue()) == [Raw(2, fields)]


def test_rows_are_named_by_the_line_they_begin_on():
    rows = found('\ntitle,abstract\nA,"x\ny"\n\n,,\nB,z\n')
    assert [row.line for row in rows] == [3, 7]


def test_short_rows_lack_fields_and_long_rows_are_rejected():
    short, long, padded = found("title,abstract,year\nA\nB,x, and y,2024\nC,x,2024,,\n")
    assert short == Raw(2, {"title": "A"})
    assert isinstance(long, Rejected) and long.line == 3
    assert long.reason == "4 cells for 3 columns; quote cells that hold the delimiter"
    assert isinstance(padded, Raw)


def test_an_open_quote_does_not_swallow_the_table():
    table = "title,abstract\n" + 'A,"open\n' + "B,x\n" * 300_000
    first, *rest = found(table)
    assert isinstance(first, Rejected)
    assert (first.line, first.reason[:11]) == (2, "invalid CSV")
    assert sum(isinstance(row, Raw) for row in rest) > 40_000


def test_a_table_without_header_is_told():
    with pytest.raises(PaperKGError, match=r"papers\.csv:1: no header row; name the columns"):
        found("Kites,They fly.\n")


def test_no_table_has_no_rows():
    assert found("") == found("\n \n") == found("title,abstract\n") == []


def test_prose_is_not_a_table():
    assert not delimited.recognises("")
    assert not delimited.recognises("We give, in this abstract, a title")
    assert not delimited.recognises("title\n\nabstract, of course")
    assert delimited.recognises('\n"title","abstract"\n')
