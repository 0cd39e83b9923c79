"""Mentions to entities: which names are one thing, and which paper has what to do with it."""

from paperkg.link.linker import Linked, link

__all__ = ["Linked", "link"]
