"""Papers from any source: format recognised, duplicates dropped, bad records passed over."""

import gzip
import io
import json
import random

import pytest

from paperkg.errors import PaperKGError
from paperkg.records import Paper
from paperkg.sources import Rejected, formats, read

from .invented import abstract, page, titles


def records(count, **more):
    return [{"title": title, "abstract": abstract(title), **more} for title in titles(count)]


def json_lines(objects):
    return "".join(json.dumps(each) + "\n" for each in objects)


def written(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def papers(*sources, **options):
    return [each for each in read(sources, **options) if isinstance(each, Paper)]


def as_csv(objects):
    return "title;abstract\n" + "".join(f'{o["title"]};"{o["abstract"]}"\n' for o in objects)


def as_html(objects):
    return "<html>" + "".join(f"<h3>{o['title']}</h3><p>{o['abstract']}</p>" for o in objects)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    "text",
    [
        page(5),
        page(5).replace("\n", "\r\n"),
        json_lines(records(5)),
        json.dumps(records(5)),
        as_csv(records(5)),
        as_html(records(5)),
    ],
)
def test_every_format_gives_the_same_papers(tmp_path, text, pack):
    found = papers(written(tmp_path / "any", pack(text.encode())))
    assert [paper.title for paper in found] == titles(5)
    assert [paper.abstract for paper in found] == [abstract(title) for title in titles(5)]
    assert [paper.key for paper in found] == [
        paper.key for paper in papers(written(tmp_path / "page", page(5)))
    ]
    assert {paper.source for paper in found} == {"any"}


def test_standard_input_is_a_source(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json_lines(records(2)).encode())))
    assert [(paper.id, paper.source) for paper in papers("-")] == [
        ("stdin:1", "stdin"),
        ("stdin:2", "stdin"),
    ]


def test_keys_do_not_depend_on_the_order(tmp_path):
    forward = papers(written(tmp_path / "a.jsonl", json_lines(records(100))))
    backward = papers(written(tmp_path / "b.jsonl", json_lines(records(100)[::-1])))
    assert len({paper.key for paper in forward}) == 100
    assert [paper.key for paper in forward] == [paper.key for paper in backward][::-1]


def test_the_same_paper_twice_is_a_duplicate(tmp_path):
    one = written(tmp_path / "a.jsonl", json_lines(records(2)))
    two = written(tmp_path / "b.txt", page(3))
    *_, first, second, third = read([one, two])
    assert first == Rejected(two, 1, "duplicate of a:1", titles(1)[0])
    assert isinstance(second, Rejected) and second.line == 5
    assert isinstance(third, Paper) and third.id == "page:03"


def test_versions_of_an_arxiv_paper_are_duplicates(tmp_path):
    both = [{**r, "id": i} for r, i in zip(records(2), ["2403.01234", "2403.01234v2"], strict=True)]
    first, second = read([written(tmp_path / "a", json_lines(both))])
    assert isinstance(first, Paper) and first.key == first.id == "arxiv:2403.01234"
    assert isinstance(second, Rejected) and second.reason == "duplicate of arxiv:2403.01234"


def test_pages_read_together_have_ids_of_their_own(tmp_path):
    parts = page(9).split("\n\n")
    sources = [
        written(tmp_path / f"{n}.txt", "\n\n".join(parts[n * 6 : n * 6 + 6])) for n in range(3)
    ]
    assert [paper.id for paper in papers(*sources)] == [
        f"{prefix}:{n:02}" for prefix in ("page", "page2", "page3") for n in (1, 2, 3)
    ]


def test_row_numbers_may_repeat(tmp_path):
    both = [{**r, "id": 7} for r in records(2)]
    assert [p.id for p in papers(written(tmp_path / "a", json_lines(both)))] == ["7", "7-2"]


def test_ids_of_annotated_papers_stay(tmp_path):
    ids = ["arxiv:2509.11534", "page:01", "colm2024:0UK8c2kg7c"]
    lines = [{**r, "id": i, "mentions": []} for r, i in zip(records(3), ids, strict=True)]
    found = papers(written(tmp_path / "gold.jsonl", json_lines(lines)))
    assert [paper.id for paper in found] == ids
    assert [paper.key == paper.id for paper in found] == [True, False, True]


def test_a_directory_gives_its_files_in_order_and_passes_over_others(tmp_path):
    written(tmp_path / "b.jsonl", json_lines(records(2)[1:]))
    written(tmp_path / "a.txt", page(1))
    written(tmp_path / "c.bin", b"\0\1\2")
    written(tmp_path / ".hidden", page(3))
    (tmp_path / "d").mkdir()
    first, second, third = read([str(tmp_path)])
    assert isinstance(first, Paper) and first.source == "a.txt"
    assert isinstance(second, Paper) and second.source == "b.jsonl"
    assert isinstance(third, Rejected)
    assert (third.source, third.line) == (str(tmp_path / "c.bin"), 0)
    assert third.reason.startswith("not text")


def test_a_pattern_gives_the_files_that_match(tmp_path, monkeypatch):
    written(tmp_path / "a.txt", page(2))
    written(tmp_path / "b.csv", "")
    assert len(papers(f"{tmp_path}/*.txt")) == 2
    monkeypatch.chdir(tmp_path)
    assert len(papers("[a-z].txt")) == len(papers("./*.t?t")) == 2
    with pytest.raises(PaperKGError, match=r"\*\.json: no file there"):
        papers("*.json")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b" \n\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (gzip.compress(b"", mtime=0), "empty"),
        (b"PAR1\0\0\0\1", "broken Parquet"),
        (b"PK\3\4", "a zip archive; unpack it"),
        (bytes(range(128, 256)), "not text"),
        ("Kites".encode("utf-16"), "UTF-16 text; save it as UTF-8"),
        (b"To do:\n- fly kites\n", "no papers recognised"),
        (b"caf\xe9\n\n" + page(1).encode(), None),
        (b'{"title": "Kites"}\n', "no paper in it, read as jsonl: no abstract"),
        (b"[]", "no paper in it, read as jsonl"),
        (b"title,abstract\n", "no paper in it, read as csv"),
        (b"<html><p>Hello</p></html>", "no paper in it, read as html"),
        (gzip.compress(page(50).encode())[:-9], "broken gzip data"),
        (b"\x1f\x8b\x08", "broken gzip data"),
    ],
)
def test_a_useless_source_is_told_in_one_line(tmp_path, data, message):
    source = written(tmp_path / "file.x", data)
    with pytest.raises(PaperKGError) as caught:
        papers(source)
    assert str(caught.value).startswith(source)
    assert (message or "file.x:1: not UTF-8 text") in str(caught.value)
    assert "\n" not in str(caught.value) and "; " in str(caught.value)


def test_a_missing_file_is_told_by_its_name(tmp_path):
    with pytest.raises(PaperKGError, match=r"absent\.txt: No such file"):
        papers(str(tmp_path / "absent.txt"))
    with pytest.raises(PaperKGError, match="no file there"):
        papers(str(tmp_path))


def test_a_format_can_be_given(tmp_path):
    source = written(tmp_path / "a", "Notes. " * 90 + "\n\n" + page(1) + "\n\n" + "Notes. " * 90)
    with pytest.raises(PaperKGError, match="no papers recognised"):
        papers(source)
    assert len(papers(source, format="page")) == 1
    with pytest.raises(PaperKGError, match="no format is called pdf; choose one of jsonl, "):
        papers(source, format="pdf")
    names = {"page", "html", "jsonl", "csv", "anthology", "bibtex", "ris", "parquet"}
    assert set(formats()) == names


def test_one_source_may_be_given_as_text(tmp_path):
    assert len(list(read(written(tmp_path / "a", page(2))))) == 2


def test_bad_records_are_counted_and_good_ones_kept(tmp_path):
    lines = json_lines(records(3)).encode().splitlines(keepends=True)
    source = written(
        tmp_path / "a", lines[0] + b"{\n" + lines[1] + b'{"title": "\xe9"}\n[]\n' + lines[2]
    )
    found = list(read([source]))
    assert [type(each) for each in found] == [Paper, Rejected, Paper, Rejected, Rejected, Paper]
    assert [each.line for each in found if isinstance(each, Rejected)] == [2, 4, 5]
    assert [each.id for each in found if isinstance(each, Paper)] == ["a:1", "a:3", "a:6"]


def test_a_stray_zero_byte_costs_at_most_its_record(tmp_path):
    source = written(tmp_path / "a", json_lines(records(2)) + '{"title": "\0"}\n')
    assert len(papers(source)) == 2


@pytest.mark.parametrize("seed", range(60))
def test_damaged_files_never_crash(tmp_path, seed):
    chance = random.Random(seed)
    text = chance.choice(
        [
            page(4),
            json_lines(records(4)),
            json.dumps(records(4)),
            as_csv(records(4)),
            as_html(records(4)),
        ]
    )
    data = bytearray(text.encode())
    for _ in range(chance.choice([1, 5, 50])):
        place = chance.randrange(len(data))
        kind = chance.randrange(3)
        if kind == 0:
            data[place] = chance.choice(b"\x00\xff\n\r\"'<>{}[],;\\ \x1e\x85")
        elif kind == 1:
            del data[place : place + chance.randrange(200)]
        else:
            data[place:place] = data[: chance.randrange(300)]
    source = written(tmp_path / "a", bytes(data))
    try:
        found = list(read([source]))
    except PaperKGError as error:
        assert str(error).startswith(source)
    else:
        good = [each for each in found if isinstance(each, Paper)]
        assert good and len({paper.id for paper in good}) == len(good)
        assert all(paper.text.isprintable() or "\n" in paper.text for paper in good)
