"""The one error that users see: a line that names the file, the place in it and the remedy."""

from __future__ import annotations

__all__ = ["PaperKGError"]


class PaperKGError(Exception):
    """The input or the graph is at fault. Its text is one line, fit to show to a user."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))
