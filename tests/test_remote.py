"""Files at addresses: in memory, and on a web server of this machine."""

import gzip
import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import fsspec
import pytest

from paperkg.errors import PaperKGError
from paperkg.files import read_bytes
from paperkg.records import Paper
from paperkg.remote import is_address
from paperkg.sources import read


def lines(*names):
    return "".join(
        json.dumps({"title": name, "abstract": f"On {name}."}) + "\n" for name in names
    ).encode()


@pytest.fixture
def memory():
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pipe("/kites/b.jsonl.gz", gzip.compress(lines("B")))
    system.pipe("/kites/a.jsonl", lines("A"))
    system.pipe("/kites/.hidden", lines("H"))
    system.pipe("/kites/deep/c.jsonl", lines("C"))
    yield system
    system.store.clear()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Short(Quiet):
    """A server that promises more than it sends."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(lines("A"))


@pytest.fixture
def serve(tmp_path):
    servers = []

    def start(handler=Quiet):
        made = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(tmp_path)))
        threading.Thread(target=made.serve_forever, daemon=True).start()
        servers.append(made)
        return f"http://127.0.0.1:{made.server_port}"

    yield start
    for each in servers:
        each.shutdown()
        each.server_close()


def titles(*sources):
    return [each.title for each in read(sources) if isinstance(each, Paper)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("memory://kites/a.jsonl", ["A"]),
        ("memory://kites/b.jsonl.gz", ["B"]),
        ("memory://kites", ["A", "B"]),
        ("memory://kites/*.jsonl", ["A"]),
        ("memory://kites/**/*.jsonl", ["A", "C"]),
    ],
)
def test_addresses_folders_and_patterns_are_sources(memory, source, expected):
    assert titles(source) == expected


def test_papers_are_named_by_the_file_at_the_address(memory):
    (paper,) = read(["memory://kites/b.jsonl.gz"])
    assert (paper.id, paper.source) == ("b:1", "b.jsonl.gz")


def test_parquet_is_read_from_an_address(memory, tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table({"title": ["P"], "abstract": ["On P."]}), tmp_path / "p")
    memory.pipe("/kites/p.parquet", (tmp_path / "p").read_bytes())
    memory.pipe("/kites/p.parquet.gz", gzip.compress((tmp_path / "p").read_bytes()))
    assert titles("memory://kites/p.parquet") == titles("memory://kites/p.parquet.gz") == ["P"]


def test_a_web_server_is_read(serve, tmp_path):
    (tmp_path / "a.jsonl").write_bytes(lines(*map(str, range(3000))))
    (tmp_path / "b.gz").write_bytes(gzip.compress(lines("B")))
    base = serve()
    assert len(titles(f"{base}/a.jsonl?x=1")) == 3000
    assert titles(f"{base}/b.gz") == titles(f"{base}/*.gz") == ["B"]
    assert len(titles(f"{base}/")) == 3001
    assert read_bytes(f"{base}/b.gz") == lines("B")


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("memory://kites/absent.jsonl", "no such file; check the address"),
        ("memory://kites/*.csv", "no file there; check the path"),
        ("http://127.0.0.1:9/a.jsonl", "check the address and the network"),
        ("nowhere://a/b.jsonl", "check the address and the network"),
        ("nowhere://a/*.jsonl", "check the address and the network"),
    ],
)
def test_what_cannot_be_reached_is_told_in_one_line(memory, address, message):
    with pytest.raises(PaperKGError) as caught:
        titles(address)
    assert str(caught.value).startswith(f"{address}: ") and message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_broken_connection_are_told(serve):
    with pytest.raises(PaperKGError, match=r"absent: no such file; check the address"):
        titles(f"{serve()}/absent")
    with pytest.raises(PaperKGError, match=r"a\.jsonl: .*; check the address and the network"):
        titles(f"{serve(Short)}/a.jsonl")


def test_a_missing_driver_is_told_with_what_to_install(monkeypatch):
    def missing(*_, **__):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr("fsspec.core.url_to_fs", missing)
    with pytest.raises(PaperKGError, match=r"Install s3fs .*; pip install 'paperkg\[cloud\]'"):
        titles("s3://bucket/*.jsonl.zst")


@pytest.mark.parametrize("path", ["a", "-", "/a//b", "a:b", "c:\\x", "s3:/a", "", "über://x"])
def test_paths_are_not_addresses(path):
    assert not is_address(path)
