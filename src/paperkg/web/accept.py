"""Content negotiation: which of the formats that are offered a client likes best (RFC 9110)."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["best"]


def best(accept: str, offered: Sequence[str]) -> str:
    """The media type among those offered that an Accept header likes best, or "".

    Among equals the first one offered; without a header the first of all.
    """
    wanted = [part for part in map(range_, accept.split(",")) if part[0]]
    if not wanted:
        return offered[0] if offered else ""
    liked = [(quality(type_, wanted), -place, type_) for place, type_ in enumerate(offered)]
    score, _, found = max(liked, default=(0.0, 0, ""))
    return found if score > 0 else ""


def range_(part: str) -> tuple[str, float]:
    """A media range and how much it is liked."""
    type_, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return type_, max(0.0, min(1.0, float(parameter[2:])))
            except ValueError:
                return type_, 0.0
    return type_, 1.0


def quality(type_: str, wanted: list[tuple[str, float]]) -> float:
    """How much a type is liked: what the most specific range that matches says."""
    whole = type_.partition("/")[0] + "/*"
    for name in (type_, whole, "*/*"):
        found = [q for range_, q in wanted if range_ == name]
        if found:
            return max(found)
    return 0.0
