"""The command: it says where it serves, ends cleanly, and tells in one line what is wrong."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import httpx
import pytest
from tests.graph.invented import OTHER_BASE, document, small, written

import paperkg
from paperkg.web import Limits
from paperkg.web.serve import application
from paperkg.web.workers import CONTEXT


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose address is short enough for a socket's, which has room for some 100 bytes."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_ended_and_leaves_nothing(
    tmp_path: Path, short: Path, ending: signal.Signals
) -> None:
    folder = written(small(OTHER_BASE), tmp_path / "kg")
    command = [sys.executable, "-m", "paperkg", "serve", str(folder), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={"TMPDIR": str(short), "PYTHONUNBUFFERED": "1", "PYTHONPATH": ":".join(sys.path)},
    ) as process:  # fmt: skip
        assert process.stdout and process.stderr
        told = [process.stdout.readline() for _ in range(3)]
        assert all(line.startswith("Loading ") for line in told[:2])
        match = re.match(r"http://127\.0\.0\.1:\d+/", told[2])
        assert match, told
        page = httpx.get(f"{match[0]}model/oak", timeout=20)
        assert page.status_code == 200 and f"{OTHER_BASE}model/oak" in page.text
        assert any("paperkg-serve-" in p.name for p in short.iterdir())
        process.send_signal(ending)
        assert process.wait(15) == 0
        assert process.stderr.read() == ""
    assert not any("paperkg-serve-" in p.name for p in short.iterdir())


def test_a_single_file_of_triples_is_served_too(tmp_path: Path) -> None:
    file = tmp_path / "alone.ttl"
    file.write_text(document(small()), "utf-8")
    with application(file, Limits(workers=1), lambda _: None) as app:
        assert app.state.index.items["model/oak"].papers == 2
        assert "Oak" in app.state.page("model/oak")
        assert "Cutting leaves" in app.state.page("paper/walk%2F3")


def test_what_is_wrong_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(small(), tmp_path / "kg")
    with pytest.raises(paperkg.PaperKGError, match="no graph there"):
        paperkg.serve(tmp_path / "none")
    wrong = pytest.raises(paperkg.PaperKGError, match="--port")
    with socket.create_server(("127.0.0.1", 0)) as taken, wrong:
        paperkg.serve(folder, port=taken.getsockname()[1])
    broken = tmp_path / "broken.ttl"
    broken.write_text("<a:a> <b:b> .", "utf-8")
    empty = tmp_path / "empty.ttl"
    empty.write_text("", "utf-8")
    for file, line in ((broken, "broken.ttl: .*line 1"), (empty, "an empty graph")):
        with pytest.raises(paperkg.PaperKGError, match=line):
            paperkg.serve(file, port=0, report=lambda _: None)
    with monkeypatch.context() as patch, pytest.raises(paperkg.PaperKGError, match="TMPDIR"):
        patch.setattr(CONTEXT.Process, "start", Mock(side_effect=OSError("AF_UNIX path too long")))
        paperkg.serve(folder, port=0, report=lambda _: None)
    monkeypatch.setitem(sys.modules, "starlette", None)
    with pytest.raises(paperkg.PaperKGError, match=r"paperkg\[serve\]"):
        paperkg.serve(folder)
