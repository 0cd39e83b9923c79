"""Files at addresses such as `s3://bucket/papers.jsonl.zst` and `https://…`, by way of fsspec."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

from paperkg.errors import PaperKGError

__all__ = ["is_address", "list_address", "open_address"]

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+(?:::[a-z][a-z0-9+.-]+)*://", re.IGNORECASE)
WEB = ("http://", "https://")
CONNECT, SILENCE = 30, 60
"""After so many seconds without a connection, or without a byte, a web server is given up."""


def is_address(path: str) -> bool:
    """Whether a path is an address rather than the name of a file on this machine."""
    return ADDRESS.match(path) is not None


def open_address(address: str) -> IO[bytes]:
    """The bytes at an address; one can go back in them where the service lets one.

    Raises PaperKGError where there is none, it cannot be reached, or a package is missing.
    """
    with _told(address):
        system, path = _system(address)
        stream = system.open(path, "rb")
    return cast(IO[bytes], _Driven(stream, address))


def list_address(address: str) -> list[str] | None:
    """The addresses of the files in a folder or of a pattern, sorted; None for a single file.

    Raises PaperKGError where it cannot be reached, or a package is missing.
    """
    web = address.startswith(WEB)
    pattern = bool(re.search(r"[*\[]", address)) if web else glob.has_magic(address)
    with _told(address):
        system, path = _system(address)
        if pattern and not (not web and system.isfile(path)):
            found = system.glob(path, detail=True)
        elif address.endswith("/") if web else system.isdir(path):
            found = {each["name"]: each for each in system.ls(path, detail=True)}
        else:
            return None
        names = [name for name, each in found.items() if each["type"] == "file"]
        whole = [str(system.unstrip_protocol(name)) for name in names]
    return sorted(name for name in whole if not name.rsplit("/", 1)[-1].startswith((".", "?")))


class _Driven:
    """An open file of a service's driver, as the io module wants one."""

    def __init__(self, stream: Any, address: str) -> None:
        self.stream, self.address = stream, address

    def seekable(self) -> bool:
        """Whether one can go back; a web server that does not tell a file's size cannot."""
        return bool(self.stream.seekable()) and getattr(self.stream, "size", None) is not None

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer."""
        with _told(self.address):
            data = self.stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int) -> int:
        """Go to a place."""
        return int(self.stream.seek(offset, whence))

    def tell(self) -> int:
        """The place."""
        return int(self.stream.tell())

    def close(self) -> None:
        """Let go of the file."""
        self.stream.close()


def _system(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it."""
    import fsspec

    options = {}
    if address.startswith(WEB):
        from aiohttp import ClientTimeout

        limit = ClientTimeout(total=None, sock_connect=CONNECT, sock_read=SILENCE)
        options["client_kwargs"] = {"timeout": limit}
    return cast(tuple[Any, str], fsspec.core.url_to_fs(address, **options))


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Turns whatever a driver raises, of its own kinds too, into a PaperKGError."""
    try:
        yield
    except PaperKGError:
        raise
    except ImportError as error:
        raise PaperKGError(f"{address}: {error}; pip install 'paperkg[cloud]'") from error
    except Exception as error:  # every driver has errors of its own, which share no base
        cause = error.__cause__ or error  # of a file that is not found, the server may be missing
        if isinstance(error, FileNotFoundError) and _absent(cause):
            raise PaperKGError(f"{address}: no such file; check the address") from error
        reason = str(cause)[:300] or type(cause).__name__
        raise PaperKGError(f"{address}: {reason}; check the address and the network") from error


def _absent(error: BaseException) -> bool:
    """Whether an error says that there is no such file, rather than that one cannot ask."""
    return isinstance(error, FileNotFoundError) or getattr(error, "status", 0) in (404, 410)
