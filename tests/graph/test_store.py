"""Stores on disk: a file that is loaded in pieces says what it says as a whole."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from paperkg.errors import PaperKGError
from paperkg.graph import store
from paperkg.graph.store import fill_store, pieces

from .invented import small, written


def read(data):
    """Every triple of a document."""
    return [quad.triple for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)]


@pytest.mark.parametrize("size", [1, 7, 100, 1_000, 100_000])
def test_the_pieces_of_a_file_say_what_it_says(tmp_path, monkeypatch, size):
    monkeypatch.setattr(store, "PIECE", size)
    file = written(small(), tmp_path) / "graph.ttl"
    found = list(pieces(file))
    assert [t for piece in found for t in read(piece)] == read(file.read_bytes())
    assert (len(found) > 1) == (size < 100_000)


def test_a_store_that_cannot_be_copied_is_told(tmp_path):
    with pytest.raises(PaperKGError, match="is there enough room"):
        store.change_store(tmp_path / "none", tmp_path / "new", b"", b"")


def test_a_store_holds_graph_and_evidence(tmp_path):
    folder = written(small(), tmp_path)
    files = [folder / "graph.ttl", folder / "evidence.ttl"]
    fill_store(files, tmp_path / "store", own=True)
    expected = {t for file in files for t in read(file.read_bytes())}
    assert len(ox.Store.read_only(str(tmp_path / "store"))) == len(expected)
