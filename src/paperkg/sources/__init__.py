"""Papers from files: a saved papers page, JSON Lines, tables, plain or gzipped."""

from __future__ import annotations

from paperkg.sources.keys import paper_key
from paperkg.sources.reader import formats, read
from paperkg.sources.record import Rejected

__all__ = ["Rejected", "formats", "paper_key", "read"]
