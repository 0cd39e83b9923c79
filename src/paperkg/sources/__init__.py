"""Papers from files and addresses: JSON Lines, tables, references, saved pages; packed or not."""

from __future__ import annotations

from paperkg.sources.keys import paper_key
from paperkg.sources.reader import formats, read
from paperkg.sources.record import Rejected

__all__ = ["Rejected", "formats", "paper_key", "read"]
