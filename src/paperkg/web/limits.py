"""What one query may cost, and the sizes that requests and answers may have."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ANSWER_BYTES", "QUERY_BYTES", "Limits"]

QUERY_BYTES = 64 * 1024
"""A longer query is refused."""

ANSWER_BYTES = 64 * 1024 * 1024
"""A query whose answer would be larger is refused."""


@dataclass(frozen=True)
class Limits:
    """Seconds, rows and megabytes that a query may take, and how many run at a time."""

    timeout: float = 20.0
    rows: int = 10_000
    memory: int = 2048
    workers: int = 2
