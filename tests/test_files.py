"""Reading files as streams, and writing them whole or not at all."""

import bz2
import gzip
import io
import lzma
from pathlib import Path

import pytest
from backports import zstd

from paperkg.errors import PaperKGError
from paperkg.files import open_text, read_bytes, read_text, write_whole


def lines(path: Path | str, **options: bool) -> list[str]:
    with open_text(str(path), **options) as stream:
        return list(stream)


PACKS = [bytes, gzip.compress, zstd.compress, bz2.compress, lzma.compress]


@pytest.mark.parametrize("pack", PACKS)
def test_text_comes_by_lines_without_mark_and_carriage_returns(tmp_path, pack):
    file = tmp_path / "any.name"
    file.write_bytes(pack("\ufeffüber\r\nzwei\rdrei\n\nvier".encode()))
    assert lines(file) == ["über\n", "zwei\n", "drei\n", "\n", "vier"]


@pytest.mark.parametrize("pack", PACKS)
def test_packed_parts_one_after_the_other_are_one_file(tmp_path, pack):
    file = tmp_path / "a"
    file.write_bytes(pack(b"a\n") + pack(b"b\n" * 200_000) + pack(b"c\n"))
    assert lines(file) == ["a\n", *["b\n"] * 200_000, "c\n"]


def test_a_line_without_end_is_told_before_it_fills_the_memory(tmp_path):
    file = tmp_path / "bomb.zst"
    file.write_bytes(zstd.compress(b"a" * (1 << 26)))
    with pytest.raises(PaperKGError, match=r"bomb\.zst:1: a line without end; check the file"):
        lines(file)


def test_only_line_ends_end_lines(tmp_path):
    file = tmp_path / "a"
    file.write_text("a\u2028b\x0cc\x85d\n", "utf-8")
    assert lines(file) == ["a\u2028b\x0cc\x85d\n"]


def test_text_is_streamed(tmp_path):
    file = tmp_path / "a.gz"
    file.write_bytes(gzip.compress(b"line\n" * 1_000_000)[:-100])  # the end is missing
    with open_text(str(file)) as stream:
        assert next(stream) == "line\n"
        with pytest.raises(PaperKGError, match=r"a\.gz: broken gzip data"):
            list(stream)


@pytest.mark.parametrize("read", [lines, read_text])
def test_text_that_is_not_utf8_is_named_by_line(tmp_path, read):
    file = tmp_path / "latin.txt"
    file.write_bytes(b"one\ntwo\ncaf\xe9\n")
    with pytest.raises(PaperKGError, match=r"latin\.txt:3: not UTF-8 text; save it as UTF-8"):
        read(str(file))


def test_bytes_that_are_not_utf8_can_be_let_through(tmp_path):
    file = tmp_path / "latin.txt"
    file.write_bytes(b"caf\xe9\n")
    assert lines(file, strict=False) == ["caf\udce9\n"]


@pytest.mark.parametrize("read", [lines, read_text, read_bytes])
@pytest.mark.parametrize("name", ["absent", ".", "a\0b"])
def test_what_cannot_be_opened_is_one_line(tmp_path, read, name):
    with pytest.raises(PaperKGError) as caught:
        read(f"{tmp_path}/{name}")
    assert "check the path" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("read", [lines, read_text, read_bytes])
@pytest.mark.parametrize("data", [b"\x1f\x8b", b"\x1f\x8bnonsense", gzip.compress(b"x") + b"tail"])
def test_broken_gzip_is_told(tmp_path, read, data):
    file = tmp_path / "b.gz"
    file.write_bytes(data)
    with pytest.raises(PaperKGError, match=r"b\.gz: broken gzip data"):
        read(str(file))


@pytest.mark.parametrize("data", [pack(b"a\nb\n") for pack in PACKS])
def test_standard_input_is_read_and_stays_open(monkeypatch, data):
    stdin = io.TextIOWrapper(io.BytesIO(data))
    monkeypatch.setattr("sys.stdin", stdin)
    assert lines("-") == ["a\n", "b\n"]
    assert not stdin.closed and not stdin.buffer.closed


def test_closed_standard_input_is_told(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(PaperKGError, match="standard input: closed"):
        lines("-")


def test_an_error_of_the_reader_passes_unchanged(tmp_path):
    file = tmp_path / "a"
    file.write_text("a\n")
    with pytest.raises(OSError, match="mine"), open_text(str(file)):
        raise OSError("mine")


def test_whole_file_appears_only_at_the_end(tmp_path):
    target = tmp_path / "new" / "file.txt"
    with write_whole(target) as stream:
        stream.write("ü\n")
        assert not target.exists()
    assert target.read_bytes() == "ü\n".encode()


def test_failed_write_leaves_what_was_there(tmp_path):
    target = tmp_path / "file.bin"
    target.write_bytes(b"old")
    with pytest.raises(KeyError), write_whole(target, "wb") as stream:
        stream.write(b"new")
        raise KeyError
    assert target.read_bytes() == b"old" and [p.name for p in tmp_path.iterdir()] == ["file.bin"]
