"""The folder of a build: its archive, and its files, which it takes all at once or none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from paperkg.engine.archive import NAME, Archive
from paperkg.engine.written import PARTS
from paperkg.errors import PaperKGError
from paperkg.graph.store import STORE

__all__ = ["all_or_none", "kept"]

FOLDERS = (PARTS, STORE)
"""What a build writes that are folders."""


@contextmanager
def kept(output: Path, *, new: bool = True) -> Iterator[Archive]:
    """The archive of a folder; a new one that could not even be filled goes again.

    Raises PaperKGError where the folder cannot be written or, unless it may be `new`, has none.
    """
    path = output / NAME
    if not new and not path.is_file():
        raise PaperKGError(
            f"{output}: no {NAME} there; make one with `paperkg build SOURCE -o DIR`"
        )
    try:
        output.mkdir(parents=True, exist_ok=True)
        if path.exists():
            path.touch()
    except OSError as error:
        raise PaperKGError(f"{output}: {error.strerror}; choose another folder") from error
    archive = Archive(path, new=new)
    with archive:
        for left in output.glob(".part-*"):  # of a build that was killed
            shutil.rmtree(left, ignore_errors=True)
        try:
            yield archive
        except PaperKGError:
            if archive.fresh and not archive.count("finds"):
                archive.discard()
            raise


@contextmanager
def all_or_none(output: Path) -> Iterator[Path]:
    """A folder to write into, whose files move to the output when the block ends well."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        stage = Path(mkdtemp(prefix=".part-", dir=output))
    except OSError as error:
        raise PaperKGError(f"{output}: {error.strerror}; choose another folder") from error
    try:
        yield stage
        for path in stage.iterdir():
            if (output / path.name).is_dir() and path.name not in FOLDERS:
                raise PaperKGError(f"{output / path.name}: a folder is in the way; move it")
        (output / "rejected.jsonl").unlink(missing_ok=True)
        for name in FOLDERS:
            shutil.rmtree(output / name, ignore_errors=True)
        for path in sorted(stage.iterdir()):
            path.replace(output / path.name)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
