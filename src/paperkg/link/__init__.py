"""Mentions to entities: which names are one thing, and which paper has what to do with it."""

from paperkg.link.candidates import Candidate, Grounder, ground
from paperkg.link.corrections import Corrections, read_corrections
from paperkg.link.linker import Linked, Linker, link
from paperkg.link.newcomers import Origin
from paperkg.link.within import Name, names_in

__all__ = [
    "Candidate",
    "Corrections",
    "Grounder",
    "Linked",
    "Linker",
    "Name",
    "Origin",
    "ground",
    "link",
    "names_in",
    "read_corrections",
]
