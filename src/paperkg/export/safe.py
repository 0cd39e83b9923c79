"""What makes a page safe whatever a paper holds: JSON in a script, policy, printable text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

__all__ = ["as_json", "policy", "printable"]

UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def as_json(data: dict[str, Any]) -> str:
    """JSON that can stand inside a script element whatever its strings hold."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return UNSAFE.sub(lambda hit: f"\\u{ord(hit[0]):04x}", text)


def printable(text: str) -> str:
    """The text with lone surrogates replaced, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def policy(style: str, scripts: Iterable[str], *, images: str = "data:") -> str:
    """A page's content security policy: its own scripts and style by hash, and nothing else."""
    allowed = " ".join(map(_hash, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; "
        f"img-src {images}; base-uri 'none'; form-action 'none'"
    )


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
