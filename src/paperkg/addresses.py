"""Web addresses in a text: whole though a line end broke them, and without what follows them."""

from __future__ import annotations

import re

__all__ = ["addresses", "hub_id", "is_repository"]

ADDRESS = re.compile(
    r"""(?:https?://|\bwww\.|\b(?:github|gitlab|huggingface)\.(?:com|co)/)[^\s<>"{}|\\^`]+""",
    re.IGNORECASE,
)
BROKEN = re.compile(r"(https?://)\s+(?=\w)|((?:github|gitlab)\.com/[\w.-]+/)\s+(?=\w)", re.ASCII)
AFTER = ".,;:!?)]'*”’"
REPOSITORY = re.compile(r"https://(?:www\.)?(github|gitlab)\.com/([\w.-]+/[\w.-]*\w)", re.ASCII)
HUB = re.compile(
    r"https://(?:www\.)?(?:huggingface\.co|hf\.co)/((?:datasets/|spaces/)?[\w.-]+/[\w.-]*\w)",
    re.ASCII,
)


def addresses(text: str) -> tuple[str, ...]:
    """The addresses in a text, each once, in their order and with their scheme."""
    whole = BROKEN.sub(r"\1\2", text)
    found = (match.rstrip(AFTER).removesuffix(".git") for match in ADDRESS.findall(whole))
    return tuple(dict.fromkeys(with_scheme(a) for a in found if "." in a))


def with_scheme(address: str) -> str:
    """An address with its scheme; the code and model hosts all have the secure one."""
    bare = re.sub(r"^https?://", "", address, flags=re.IGNORECASE)
    known = re.match(r"(?:www\.)?(?:github|gitlab|huggingface)\.(?:com|co)/", bare, re.IGNORECASE)
    return f"https://{bare}" if known or bare == address else address


def is_repository(address: str) -> bool:
    """Whether an address is that of a repository on GitHub or GitLab, or of a place in one."""
    return bool(REPOSITORY.match(address))


def hub_id(address: str) -> str:
    """The id of what lies at an address: `github:owner/name`, `huggingface:datasets/owner/name`.

    An empty string where it is no such place, a collection or a user's own page.
    """
    if match := REPOSITORY.match(address):
        return f"{match[1]}:{match[2]}"
    match = HUB.match(address)
    if match and not match[1].startswith(("collections/", "papers/", "blog/", "docs/", "docs")):
        return f"huggingface:{match[1]}"
    return ""
