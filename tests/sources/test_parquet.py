"""Parquet tables."""

import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from paperkg.errors import PaperKGError
from paperkg.records import Paper
from paperkg.sources import Rejected, read

COLUMNS = {
    "Title": ["Kites", "Lanterns"],
    "abstract": ["They fly.", "They glow."],
    "authors": [["Ada Kite"], None],
    "date": [datetime.date(2024, 3, 1), None],
    "embedding": [[0.5] * 3, None],
}


def written(path, columns=None, **options):
    pq.write_table(pa.table(columns or COLUMNS), path, **options)
    return str(path)


def test_columns_are_fields(tmp_path):
    first, second = read([written(tmp_path / "a")])
    assert (first.id, first.title, first.authors) == ("a:1", "Kites", ("Ada Kite",))
    assert (first.date, second.authors) == ("2024-03-01", ())


def test_the_columns_of_a_service_are_known(tmp_path):
    index = pa.array([[("They", [0]), ("fly.", [1])]], pa.map_(pa.string(), pa.list_(pa.int64())))
    (paper,) = read([written(tmp_path / "a", {"display_name": ["Kites"], "x": [1],
                                              "abstract_inverted_index": index})])  # fmt: skip
    assert paper.abstract == "They fly."


def test_rows_of_many_groups_are_read_in_order(tmp_path):
    columns = {"title": [f"Kite {n}" for n in range(2000)], "abstract": ["They fly."] * 2000}
    source = written(tmp_path / "a", columns, row_group_size=300)
    assert [paper.title for paper in read([source])] == columns["title"]


def test_text_that_is_not_utf8_costs_its_row(tmp_path):
    title = pa.array([b"Kites", b"caf\xe9"]).cast(pa.binary()).view(pa.string())
    good, bad = read([written(tmp_path / "a", {"title": title, "abstract": ["Up.", "Up."]})])
    assert isinstance(good, Paper) and isinstance(bad, Rejected)
    assert bad.line == 2


def test_a_table_without_title_is_told(tmp_path):
    source = written(tmp_path / "a", {"name": ["Kites"], "abstract": ["They fly."]})
    with pytest.raises(PaperKGError, match="Parquet without the column title; name one so"):
        list(read([source]))
