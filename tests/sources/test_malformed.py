"""A hundred ways to be broken: each is told in one line, or costs no more than its record."""

import bz2
import gzip
import io
import json
import lzma
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd

from paperkg.errors import PaperKGError
from paperkg.records import Paper
from paperkg.sources import Rejected, read

from .invented import abstract, page, titles

KITE = {"title": "Kites", "abstract": "They fly."}
OTHER = {"title": "Lanterns", "abstract": "They glow."}
LINES = "".join(
    json.dumps({"title": title, "abstract": abstract(title)}) + "\n" for title in titles(400)
).encode()
NOISE = random.Random(1).randbytes(300_000)
PACKINGS = {
    "gzip": gzip.compress,
    "zstd": zstd.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}


def line(**fields):
    return json.dumps(KITE | fields)


def index(positions):
    return json.dumps({"display_name": "Kites", "abstract_inverted_index": positions})


def bib(fields="title = {Kites}, abstract = {They fly.}", key="k"):
    return f"@misc{{{key}, {fields}}}\n"


def ris(*tags):
    return "".join(f"{tag}\n" for tag in ("TY  - JOUR", *tags, "ER  - "))


def xml(inside, before=""):
    start = f"<?xml version='1.0'?>\n{before}<collection id='k'><volume id='1'>\n"
    return f"{start}{inside}</volume></collection>\n"


def parquet(**columns):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


NONE = pa.array([], pa.string())
TABLE = parquet(title=["Kites"] * 900, abstract=[f"They fly {n}." for n in range(900)])
PAPER = "<paper id='1'><title>Kites</title><abstract>They fly.</abstract></paper>\n"
LOL = '<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n'
OUTSIDE = "<!DOCTYPE c [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n"

USELESS = {
    # packing
    **{
        f"{name} cut off": (pack(LINES)[:-40], f"broken {name} data")
        for name, pack in PACKINGS.items()
    },
    **{
        f"{name} cut in half": (pack(NOISE)[:150_000], "broken|not text")
        for name, pack in PACKINGS.items()
    },
    **{f"{name} of nothing": (pack(b""), "empty") for name, pack in PACKINGS.items()},
    **{
        f"{name} with a tail": (pack(LINES) + b"tail", f"broken {name} data")
        for name, pack in PACKINGS.items()
        if name in ("gzip", "zstd")
    },
    **{
        f"{name} with a byte changed": (pack(LINES)[:-6] + b"xxxxxx", f"broken {name} data")
        for name, pack in PACKINGS.items()
    },
    "gzip, the mark alone": (b"\x1f\x8b", "broken gzip data"),
    "zstd, the mark alone": (b"\x28\xb5\x2f\xfd", "broken zstd data"),
    "zstd with a window too large": (
        b"\x28\xb5\x2f\xfd\x00\xff" + bytes(20),
        "broken zstd data|packed with a window",
    ),
    "a zip archive": (b"PK\3\4" + NOISE, "a zip archive; unpack it"),
    "packed twice": (gzip.compress(gzip.compress(LINES)), "not text"),
    # encodings
    "empty": (b"", "empty"),
    "white space": (b" \n\t\n", "empty"),
    "a byte-order mark": (b"\xef\xbb\xbf", "empty"),
    "UTF-16": (LINES.decode().encode("utf-16"), "UTF-16 text; save it as UTF-8"),
    "UTF-16, big end first": (b"\xfe\xff" + LINES.decode().encode("utf-16-be"), "UTF-16 text"),
    "UTF-16 without a mark": (LINES.decode().encode("utf-16-le"), "not text"),
    "UTF-32": (LINES.decode().encode("utf-32-be"), "not text"),
    "zero bytes": (bytes(5000), "not text"),
    "noise": (NOISE, "not text"),
    "an image": (b"\x89PNG\r\n\x1a\n" + NOISE, "not text"),
    "Latin-1 page": (b"caf\xe9\n\n" + page(2).encode(), "file:1: not UTF-8 text"),
    "Latin-1 table": (b"title,abstract\ncaf\xe9,x\n", "file:2: not UTF-8 text"),
    "Latin-1 XML": (xml(PAPER).replace("Kites", "Caf\xe9").encode("latin-1"), "file:3: not UTF-8"),
    "Latin-1 web page": (b"<html><p>caf\xe9</p></html>", "file:1: not UTF-8 text"),
    "Latin-1 JSON over lines": (b'[\n{"title": "caf\xe9"}\n]', "file:2: not UTF-8 text"),
    # JSON
    "an empty array": (b"[]", "no paper in it, read as jsonl; check"),
    "an open array": (f"[\n{line()},\n".encode(), "file:3: invalid JSON: Expecting value"),
    "an array without commas": (f"[{line()}\n{line()}]".encode(), "invalid JSON: Expecting ','"),
    "an array with a tail": (f"[\n{line()}\n]\n]".encode(), "file:4: invalid JSON: Extra data"),
    "an array of numbers": (b"[{}, 1, 2]", "no paper in it, read as jsonl: no title"),
    "a deep array": (b"[" * 100_000 + b"{", "no papers recognised"),
    "a deep object": (b'{"a":' * 100_000, "invalid JSON: nested too deep"),
    "deep objects over lines": (b'{\n"a":\n' * 100_000, "invalid JSON: nested too deep"),
    "an open string": (b'{"title": "Kites', "file:1: .*invalid JSON: Unterminated string"),
    "an object cut off": (b'{\n "title": "Kites",\n', "file:3: invalid JSON"),
    "single quotes": (b"{'title': 'Kites'}", "no papers recognised"),
    "a number for a title": (line(title=5).encode(), "the title is not text"),
    "a list for an abstract": (line(abstract=["They"]).encode(), "the abstract is not text"),
    "an answer without records": (b'{"results": []}', "no paper in it"),
    "an answer of numbers": (b'{"data": [1, 2]}', "not a JSON object"),
    "null for an abstract": (
        json.dumps({"paperId": "a", "title": "K", "abstract": None}).encode(),
        "no abstract",
    ),
    "other objects": (b'{"name": "Ada"}\n{"name": "Bo"}\n', "file:1: no paper in it.*no title"),
    # BibTeX
    "BibTeX never closed": (
        b"@misc{k,\n title = {Kites},\n abstract = {They",
        "file:1: .*broken BibTeX",
    ),
    "BibTeX without abstracts": (bib("title = {Kites}").encode(), "file:1: .*no abstract"),
    "BibTeX of strings": (b'@string{a = "b"}\n', "no paper in it, read as bibtex; check"),
    "BibTeX without commas": (
        b"@misc{k,\n title = {K} abstract = {They fly.}}",
        "file:1: .*broken BibTeX|no abstract",
    ),
    "BibTeX without a key": (b"@misc{,\n title {Kites}}", "broken BibTeX"),
    "Latin-1 BibTeX": (b"@misc{k,\n title = {caf\xe9}}", "file:1: .*not UTF-8 text"),
    "braces without end": (b"@misc{k,\n title = " + b"{" * 500_000, "file:1: .*close its braces"),
    # RIS
    "RIS without ER": (b"TY  - JOUR\nTI  - Kites\nAB  - They fly.\n", "file:1: .*no ER line"),
    "RIS without abstract": (ris("TI  - Kites").encode(), "file:1: .*no abstract"),
    "RIS without title": (ris("AB  - They fly.").encode(), "file:1: .*no title"),
    "RIS of one line": (b"TY  - JOUR", "file:1: .*no ER line"),
    "RIS that goes on": (
        b"TY  - JOUR\nAB  - " + b"They fly.\n" * 50_000,
        "file:1: .*end it with ER",
    ),
    # XML
    "an entity bomb": (xml(PAPER, LOL).encode(), "file:2: declares entities, which are refused"),
    "a bomb that is no anthology": (LOL.encode() + b"<lolz>&b;</lolz>", "no papers recognised"),
    "an outside entity": (xml(PAPER, OUTSIDE).encode(), "declares entities"),
    "an unknown entity": (xml(PAPER.replace("They", "&they;")).encode(), "file:3: broken XML"),
    "XML cut off": (xml(PAPER)[:-20].encode(), "broken XML"),
    "XML with a bare &": (xml(PAPER.replace("They", "R & D")).encode(), "file:3: broken XML"),
    "XML without papers": (xml("").encode(), "no paper in it, read as anthology"),
    "XML without abstracts": (xml("<paper><title>Kites</title></paper>").encode(), "no abstract"),
    "deep XML": (xml("<a>" * 200_000).encode(), "broken XML"),
    "other XML": (b"<?xml version='1.0'?><kites/>", "no papers recognised"),
    "a web page without papers": (b"<html><p>Hello</p></html>", "no paper in it, read as html"),
    "a deep web page": (b"<html>" + b"<div>" * 100_000, "broken HTML|no paper"),
    # tables
    "a table of its header": (b"title,abstract\n", "no paper in it, read as csv"),
    "a table without abstracts": (b"title,year\nKites,2024\n", "no papers recognised"),
    "a quote never closed": (b'title,abstract\n"Kites,They fly.\n', "file:2: .*no abstract"),
    "rows of too many cells": (b"title,abstract\nA,b,c,d\n", "file:2: .*4 cells for 2 columns"),
    "rows of too few cells": (b"title,abstract\nA\nB\n", "file:2: .*no abstract"),
    "a line without end": (b"title,abstract\n" + b"a" * (1 << 25), "file:2: a line without end"),
    # Parquet
    "Parquet, the mark alone": (b"PAR1", "broken Parquet"),
    "Parquet cut off": (TABLE[:-20], "broken Parquet"),
    "Parquet without its middle": (TABLE[:200] + TABLE[-200:], "broken Parquet"),
    "Parquet of zeros": (b"PAR1" + bytes(5000) + b"PAR1", "broken Parquet"),
    "Parquet with another footer": (TABLE[:-8] + b"\xff\xff\xff\x7fPAR1", "broken Parquet"),
    "Parquet with damaged data": (TABLE[:4] + bytes(300) + TABLE[304:], "broken Parquet"),
    "encrypted Parquet": (b"PARE" + TABLE[4:-4] + b"PARE", "broken Parquet"),
    "Parquet without a title": (parquet(abstract=["They fly."]), "without the column title; name"),
    "Parquet without an abstract": (parquet(title=["Kites"]), "without the column abstract; name"),
    "Parquet of numbers": (parquet(title=[1], abstract=[2]), "file:1: .*the title is not text"),
    "Parquet without rows": (parquet(title=NONE, abstract=NONE), "no paper in it, read as parquet"),
    "packed Parquet cut off": (gzip.compress(TABLE)[:-30], "broken gzip data"),
    # text
    "prose": (b"To do:\n- fly kites\n", "no papers recognised"),
    "a line of prose without end": (b"kites " * (1 << 22), "no papers|a line without end"),
}

BAD = {
    # a line of JSON among others
    "half an object": ("jsonl", '{"title": "Ki', "invalid JSON: Unterminated string"),
    "no JSON": ("jsonl", "Kites", "invalid JSON: Expecting value"),
    "a number": ("jsonl", "5", "not a JSON object"),
    "an array": ("jsonl", "[1]", "not a JSON object"),
    "two objects": ("jsonl", line() + line(), "invalid JSON: Extra data"),
    "too deep": ("jsonl", '{"a":' * 50_000, "invalid JSON: nested too deep"),
    "a number without end": ("jsonl", '{"id": ' + "9" * 9000 + "}", "invalid JSON"),
    "a line tab": ("jsonl", '{"title": "a\tb"}', "invalid JSON: Invalid control character"),
    "no title": ("jsonl", '{"abstract": "They fly."}', "no title"),
    "a title without letters": ("jsonl", line(title="\0?"), "no title"),
    "a title that is true": ("jsonl", line(title=True), "the title is not text"),
    "a huge title": ("jsonl", line(title="a" * 3000), "the title is longer than 2,000"),
    "a huge abstract": ("jsonl", line(abstract="a " * 10**6), "the abstract is longer than"),
    "a huge line": ("jsonl", '{"title": "' + "a" * (1 << 25) + '"}', "longer than 16,777,216"),
    "an id in a list": ("jsonl", line(id=["x"]), "the id is neither text"),
    "an id of a half": ("jsonl", line(id=0.5), "the id is neither text"),
    "a position below zero": ("jsonl", index({"They": [-1]}), "a word at position -1"),
    "a position far off": ("jsonl", index({"They": [10**12]}), "a word at position 10000"),
    "a position twice": ("jsonl", index({"They": [1], "fly": [1]}), "two words at position 1"),
    "a position of text": ("jsonl", index({"They": ["1"]}), "a word at position '1'"),
    "positions in no list": ("jsonl", index({"They": 1}), "no abstract"),
    "an index in a list": ("jsonl", index([["They", [1]]]), "no abstract"),
    # an entry among others
    "an open brace": ("bibtex", "@misc{b,\n title = {Kites", "broken BibTeX"),
    "an open quote": ("bibtex", '@misc{b,\n title = "Kites,\n}', "broken BibTeX"),
    "a brace too many": (
        "bibtex",
        "@misc{b,\n title = {Kites}},\n abstract = {Up.}}",
        "no abstract",
    ),
    "no equals sign": ("bibtex", "@misc{b,\n title {Kites}}", "broken BibTeX"),
    "no fields": ("bibtex", "@misc{b}", "no title"),
    "an unknown string": ("bibtex", "@misc{b,\n title = kites}", "no abstract"),
    # a record among others
    "no ER": ("ris", "TY  - JOUR\nTI  - K\nAB  - Up.", "no ER line ends it"),
    "no abstract": ("ris", ris("TI  - K").strip(), "no abstract"),
    "nothing in it": ("ris", ris().strip(), "no title"),
    # a row among others
    "a ragged row": ("csv", "A,b,c", "3 cells for 2 columns"),
    "a short row": ("csv", "A", "no abstract"),
    "an empty cell": ("csv", ",They fly.", "no title"),
    "a huge cell": ("csv", 'A,"' + "b " * 100_000 + '"', "the abstract is longer than"),
    # a paper among others
    "an empty element": ("anthology", PAPER.replace("Kites", "").strip(), "no title"),
    "an empty paper": ("anthology", "<paper/>", "no title"),
    "a huge element": (
        "anthology",
        PAPER.replace("They", "a " * 10**6).strip(),
        "the abstract is longer than",
    ),
}

AROUND = {
    "jsonl": f"{json.dumps(KITE)}\n%s\n{json.dumps(OTHER)}\n",
    "bibtex": bib() + "%s\n" + bib("title = {Lanterns}, abstract = {They glow.}", "l"),
    "ris": ris("TI  - Kites", "AB  - They fly.")
    + "%s\n"
    + ris("TI  - Lanterns", "AB  - They glow."),
    "csv": "title,abstract\nKites,They fly.\n%s\nLanterns,They glow.\n",
    "anthology": xml(
        PAPER + "%s\n" + PAPER.replace("Kites", "Lanterns").replace("They fly", "They glow")
    ),
}


def test_there_are_a_hundred():
    assert len(USELESS) + len(BAD) >= 100


@pytest.mark.parametrize("name", USELESS)
def test_a_useless_file_is_told_in_one_line(tmp_path, name):
    data, message = USELESS[name]
    source = tmp_path / "file"
    source.write_bytes(data)
    with pytest.raises(PaperKGError, match=message) as caught:
        list(read([str(source)]))
    told = str(caught.value)
    assert told.startswith(str(source)) and "; " in told
    assert "\n" not in told and len(told) < 700


@pytest.mark.parametrize("name", BAD)
def test_a_bad_record_is_rejected_and_the_others_are_read(tmp_path, name):
    form, record, reason = BAD[name]
    source = tmp_path / "file"
    source.write_text(AROUND[form] % record)
    found = list(read([str(source)]))
    rejected = [each for each in found if isinstance(each, Rejected)]
    papers = [each.title for each in found if isinstance(each, Paper)]
    assert papers == ["Kites", "Lanterns"]
    assert len(rejected) == 1 and reason in rejected[0].reason
    assert rejected[0].line > 0 and len(rejected[0].excerpt) <= 80


def test_a_directory_of_useless_files_is_told_in_one_line(tmp_path):
    names = ["noise", "an empty array", "Parquet cut off", "XML without papers", "gzip of nothing"]
    for number, name in enumerate(names):
        (tmp_path / f"{number}").write_bytes(USELESS[name][0])
    found = []
    with pytest.raises(PaperKGError, match=r"no paper in any file there: .*/0: not text; give"):
        found.extend(read([str(tmp_path)]))
    assert [each.source[-1] for each in found] == list("01234")


@pytest.mark.parametrize("source", ["absent", "absent/*.jsonl", "*", "[", "a\0b", ""])
def test_what_is_not_there_is_told_in_one_line(tmp_path, source):
    with pytest.raises(PaperKGError, match="; check the path") as caught:
        list(read([f"{tmp_path}/empty/{source}"]))
    assert "\n" not in str(caught.value)
