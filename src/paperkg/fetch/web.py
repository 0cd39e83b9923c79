"""How all services are asked: with pauses, again where a request fails, and never half an answer.

The services' own Python clients are not used, as none of them can do what a fetch of hours needs.
`arxiv` takes a cut-off feed for a whole one (its parser recovers) and knows neither time limits
nor Retry-After; `pyalex` has the service's address built in and mounts no retries unless asked,
none of them for an answer that breaks off; `semanticscholar` takes an HTTP 502 for the last page,
and cannot begin at a token; `huggingface_hub` asks for daily papers without any retry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from time import sleep
from typing import TYPE_CHECKING, Any, TypeVar

from paperkg.errors import PaperKGError
from paperkg.sources.record import excerpt

if TYPE_CHECKING:
    import requests

__all__ = ["MISREAD", "RefusedError", "Web", "listed", "require"]

T = TypeVar("T")

AGENT = "PaperKG/0.1 (+https://w3id.org/paperkg/)"
TRIES = 7
LONGEST_PAUSE = 60.0
LONGEST_TOLD = 600.0
"""Seconds: the longest pause of our own, and the longest that a service may ask for."""
TIMEOUT = (10.0, 120.0)
"""Seconds to connect, and between two pieces of an answer."""
MOST_BYTES = 256 << 20
PIECE = 1 << 16
MISREAD = (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError, SyntaxError)
"""What it raises to read an answer, or a paper in it, that has not the service's form."""


class RefusedError(PaperKGError):
    """The service will not answer this question, however often it is asked."""


class TroubleError(Exception):
    """A request failed that may succeed later; `told` are the seconds that the service asks for."""

    def __init__(self, reason: str, told: float = 0.0) -> None:
        super().__init__(reason)
        self.told = told


def require() -> None:
    """Raise PaperKGError where the packages that fetching needs are missing."""
    if not find_spec("requests"):
        raise PaperKGError("fetch: needs more packages; install them: pip install 'paperkg[fetch]'")


class Web:
    """A service as it is asked. `key` are the headers of a key, which no redirection gets."""

    def __init__(
        self, name: str, url: str, pause: float, key: Mapping[str, str], email: str = ""
    ) -> None:
        import requests

        self.name, self.url, self.pause = name, url, pause
        self.keyed = bool(key)
        self.session = requests.Session()
        self.session.headers.update({"User-Agent": AGENT, **key})
        if email:
            self.session.headers["From"] = email
        self.session.auth = lambda request: request  # or a .netrc replaces the key
        self.used = False

    def get(self, path: str, read: Callable[[bytes], T], **params: str | int) -> T:
        """What `read` makes of the answer to a request; what it cannot read is asked for again.

        Raises RefusedError where the service refuses, and PaperKGError where it fails for long.
        """
        import requests

        for attempt in range(TRIES):
            told = 0.0
            try:
                return read(self._body(path, params))
            except TroubleError as error:
                reason, told = str(error), error.told
            except requests.RequestException as error:
                reason = _reason(error)
            except MISREAD:
                reason = "a broken answer"
            if told > LONGEST_TOLD:
                reason += f", to be asked again in {told / 60:,.0f} minutes"
                break
            if attempt < TRIES - 1:
                sleep(max(told, min(2.0 ** (attempt + 1), LONGEST_PAUSE)))
        raise PaperKGError(
            f"{self.name}: {reason} from {self.url}/{path}; check the network; "
            "run the same command again to go on, what was fetched is kept"
        )

    def _body(self, path: str, params: Mapping[str, str | int]) -> bytes:
        """The body of an answer that is whole; raises TroubleError where the service is busy."""
        if self.used:
            sleep(self.pause)
        self.used = True
        url = f"{self.url}/{path}"
        with self.session.get(
            url, params=params, timeout=TIMEOUT, stream=True, allow_redirects=not self.keyed
        ) as response:
            if response.status_code == 429 or response.status_code >= 500:
                raise TroubleError(f"HTTP {response.status_code}", _told(response))
            data = bytearray()
            for piece in response.iter_content(PIECE):
                data += piece
                if len(data) > MOST_BYTES:
                    raise TroubleError("an answer without end")
            if response.status_code != 200:
                raise RefusedError(_refusal(self.name, response.status_code, bytes(data)))
            return bytes(data)


def _refusal(name: str, status: int, data: bytes) -> str:
    """What a refused request comes to, with the service's own words where it has some."""
    try:
        answer = json.loads(data)
        words = str(answer.get("message") or answer.get("error") or "")
    except MISREAD:
        words = ""
    remedy = "give --api-key" if status in (401, 403) else "check what is asked for"
    return f"{name}: HTTP {status}" + (f", {excerpt(words)}" if words else "") + f"; {remedy}"


def _told(response: requests.Response) -> float:
    """The seconds that a Retry-After asks for, in seconds or as a date; 0 where it says none."""
    from urllib3.exceptions import InvalidHeader
    from urllib3.util import Retry

    try:
        return Retry().parse_retry_after(response.headers.get("Retry-After", ""))
    except (InvalidHeader, ValueError, OverflowError):
        return 0.0


def _reason(error: requests.RequestException) -> str:
    """What went wrong on the way, in a few words."""
    import requests

    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "no trusted connection"
    if isinstance(error, requests.ConnectionError) and "Max retries" in str(error):
        return "no connection"
    return "an answer that broke off"


def listed(answer: Any) -> list[Any]:
    """A JSON value that must be a list; raises TypeError where it is none."""
    if not isinstance(answer, list):
        raise TypeError
    return answer
