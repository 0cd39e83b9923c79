"""What a fetch keeps on disk: the papers so far in `OUTPUT.part`, and its state beside them.

The part is plain JSON Lines. A page's papers are written to it first and the state after them, so
that whatever cuts a fetch off, the state tells how much of the part is whole.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from backports.zstd import ZstdFile

from paperkg.errors import PaperKGError
from paperkg.fetch.question import Cursor
from paperkg.files import open_text, write_whole
from paperkg.records import Paper
from paperkg.sources.record import Raw, Where, to_paper

__all__ = ["State", "Store"]


@dataclass
class State:
    """How far a fetch is.

    `asked` is the question but for its days, `since` to `until` the days that the file will have,
    `begin` the first day of the present round and `cursor` the place in it; `papers`, `size` (in
    bytes) and `before` count what the part has and what the file had; `left_out` counts the
    records of the round that are no papers, by reason.
    """

    asked: dict[str, Any]
    since: str
    until: str
    limit: int
    begin: str
    cursor: Cursor | None = None
    total: int = 0
    papers: int = 0
    size: int = 0
    before: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    ended: bool = False
    done: bool = False


class Store:
    """The three files of a fetch: `OUTPUT`, `OUTPUT.part` and `OUTPUT.state.json`."""

    def __init__(self, output: str | os.PathLike[str]) -> None:
        self.output = Path(output)
        self.part = Path(f"{self.output}.part")
        self.path = Path(f"{self.output}.state.json")

    def load(self) -> State | None:
        """The state that an earlier run left, or None.

        Raises PaperKGError where it cannot be read, or where a file is there that has no state.
        """
        try:
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            if self.output.exists():
                raise PaperKGError(
                    f"{self.output}: there already, and not from `fetch`; choose another -o"
                ) from None
            return None
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8 text"
            raise PaperKGError(f"{self.path}: {reason}; check that it can be read") from error
        try:
            state = State(**json.loads(text))
            state.left_out = Counter(dict(state.left_out))
            state.asked = dict(state.asked)
        except (TypeError, ValueError, RecursionError) as error:
            raise PaperKGError(
                f"{self.path}: broken; delete it and {self.output} to fetch everything again"
            ) from error
        return state

    def save(self, state: State) -> None:
        """Write the state, whole or not at all."""
        with write_whole(self.path) as stream:
            cast(IO[str], stream).write(json.dumps(vars(state), ensure_ascii=False, indent=1))

    def holds(self, state: State) -> bool:
        """Whether what the state tells of is there: the file, or so much of the part."""
        if state.done:
            return self.output.exists()
        return state.size == 0 or (self.part.exists() and self.part.stat().st_size >= state.size)

    def reopen(self, state: State) -> None:
        """Make a part of a file that is done, for more papers."""
        with open_text(str(self.output)) as lines, write_whole(self.part) as stream:
            for line in lines:
                cast(IO[str], stream).write(line)
        state.size = self.part.stat().st_size
        state.before = state.papers

    @contextmanager
    def appending(self, state: State) -> Iterator[IO[bytes]]:
        """The part, cut where the state says that it is whole, to append to.

        Raises PaperKGError where another process writes it, or it cannot be written.
        """
        try:
            self.part.parent.mkdir(parents=True, exist_ok=True)
            with self.part.open("a+b") as stream:
                if not _locked(stream) or stream.seek(0, os.SEEK_END) < state.size:
                    raise PaperKGError(f"{self.part}: another fetch writes it; wait for its end")
                stream.truncate(state.size)
                yield stream
        except OSError as error:
            raise PaperKGError(f"{self.part}: {error.strerror or error}; cannot write") from error

    def keys(self) -> set[str]:
        """The keys of the papers in the part."""
        where = Where.of(str(self.part))
        with open_text(str(self.part)) as lines:
            papers = (to_paper(Raw(n, json.loads(line)), n, where) for n, line in enumerate(lines))
            try:
                return {paper.key for paper in papers if isinstance(paper, Paper)}
            except (AttributeError, ValueError) as error:
                raise PaperKGError(
                    f"{self.part}: a line that is no paper; delete it and {self.path}"
                ) from error

    def finish(self, state: State) -> None:
        """Give the papers their file, compressed as its name says, and drop the part."""
        state.done = True
        with (
            self.part.open("rb") as papers,
            write_whole(self.output, "wb") as stream,
            _packed(cast(IO[bytes], stream), self.output.suffix) as packed,
        ):
            shutil.copyfileobj(papers, packed, 1 << 20)
        self.save(state)
        self.part.unlink(missing_ok=True)

    def drop(self) -> None:
        """Leave no trace of a fetch that found nothing."""
        for path in (self.part, self.path):
            path.unlink(missing_ok=True)


def _locked(stream: IO[bytes]) -> bool:
    """Whether a file is ours alone until it is closed, where the system knows such locks."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _packed(stream: IO[bytes], suffix: str) -> Iterator[IO[bytes]]:
    """A stream that compresses into another, the same bytes each time."""
    if suffix == ".gz":
        with gzip.GzipFile("", "wb", 6, stream, mtime=0) as packed:
            yield cast(IO[bytes], packed)
    elif suffix == ".zst":
        with ZstdFile(stream, "wb", level=6) as packed:
            yield cast(IO[bytes], packed)
    else:
        yield stream
