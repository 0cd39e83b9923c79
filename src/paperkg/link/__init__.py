"""Mentions to entities: which names are one thing, and which paper has what to do with it."""

from paperkg.link.candidates import Candidate, ground
from paperkg.link.corrections import Corrections, read_corrections
from paperkg.link.introductions import with_artifacts, with_tasks
from paperkg.link.linker import Linked, link

__all__ = [
    "Candidate",
    "Corrections",
    "Linked",
    "ground",
    "link",
    "read_corrections",
    "with_artifacts",
    "with_tasks",
]
