"""Files in pieces: wherever a file is cut, its papers and rejected records are the same."""

import gzip
import json

import pytest
from sources.invented import abstract, titles

from paperkg.engine.pieces import Piece, counted, files_of, pieces_of, placed, read_piece
from paperkg.errors import PaperKGError
from paperkg.records import Paper
from paperkg.sources import read


def lines(count: int) -> str:
    """A file of objects a line, with blank lines, Windows' line ends and broken records."""
    papers = [json.dumps({"title": t, "abstract": abstract(t)}) for t in titles(count)]
    papers[2:2] = ["", "{broken", '{"title": "Élan 🪁"}', "  "]
    papers[7] += "\r"
    answer = [{"title": t, "abstract": abstract(t)} for t in ("Kites answered", "Maps answered")]
    return "\n".join([*papers, json.dumps({"results": answer})])


def records(path, size: int):
    """The papers and rejected records of a file that is cut into pieces of some size."""
    (file,) = files_of([str(path)], None)
    pieces = placed(map(counted, pieces_of(file, None, size)))
    return len(pieces), [each for p in pieces for _, _, each in read_piece(p, None)]


@pytest.mark.parametrize("size", [1, 97, 1000, 4096])
def test_pieces_give_what_the_whole_file_gives(tmp_path, size):
    path = tmp_path / "kites.jsonl"
    path.write_bytes(lines(12).encode())
    pieces, found = records(path, size)
    assert pieces > 1 and found == list(read([str(path)]))
    assert sum(isinstance(each, Paper) for each in found) == 14


def test_what_cannot_be_cut_stays_whole(tmp_path):
    packed, array = tmp_path / "kites.jsonl.gz", tmp_path / "array.json"
    packed.write_bytes(gzip.compress(lines(12).encode()))
    array.write_text(json.dumps([{"title": t, "abstract": abstract(t)} for t in titles(3)]))
    for path in (packed, array):
        assert records(path, 10) == (1, list(read([str(path)])))


def test_a_fault_of_a_file_is_told_when_it_is_read(tmp_path):
    file = Piece(0, 0, str(tmp_path / "none.jsonl"), named=True)
    assert list(pieces_of(file, None, 10)) == [file]
    with pytest.raises(PaperKGError, match=r"none\.jsonl"):
        list(read_piece(file, None))


def test_standard_input_is_refused():
    with pytest.raises(PaperKGError, match="standard input"):
        files_of(["-"], None)
