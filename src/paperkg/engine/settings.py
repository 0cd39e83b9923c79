"""What a graph is built with, besides its papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from paperkg.catalog import own_entries
from paperkg.engine.archive import Archive
from paperkg.engine.finding import Extractor
from paperkg.errors import PaperKGError
from paperkg.graph import BASE
from paperkg.link import read_corrections

__all__ = ["Settings", "check_base", "default_title"]


@dataclass(frozen=True)
class Settings:
    """What a graph is built with, besides its papers; a graph that grows keeps them."""

    sources: tuple[str, ...] = ()
    base: str = BASE
    title: str = ""
    pipeline: str = ""
    catalog: tuple[str, ...] = ()
    corrections: str = ""
    min_confidence: float = 0.0

    @classmethod
    def of(cls, archive: Archive) -> Settings:
        """The settings that an archive was made with."""
        kept: dict[str, Any] = archive.setting("build") or {}
        given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in kept.items()}
        return cls(**given)

    @property
    def extractor(self) -> Extractor:
        """What decides what is found in a paper."""
        return Extractor(self.pipeline, self.catalog, self.min_confidence)

    def check(self) -> None:
        """Tell faults before the papers are read, which may take long."""
        check_base(self.base)
        own_entries(self.catalog)
        read_corrections(self.corrections)


def check_base(base: str) -> None:
    """Raise PaperKGError unless papers and entities can stand below a base IRI."""
    try:
        fits = NamedNode(f"{base}paper").value and base.endswith("/") and "#" not in base
    except ValueError:
        fits = False
    if not fits or not urlsplit(base).netloc:
        raise PaperKGError(f"{base}: not a base IRI; give one such as {BASE}, with its last slash")


def default_title(sources: Sequence[str]) -> str:
    """A title for the page: the name of the source, or how many there are."""
    if len(sources) > 1:
        return f"{len(sources)} sources"
    return Path(sources[0]).name.split(".")[0] if sources[0] != "-" else "Papers"
