"""Long answers in windows of days, for services that give only so many papers to one question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from paperkg.fetch.question import Cursor, Page, shifted

__all__ = ["Window", "windowed"]


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `since` to `until`, both included, and how many papers of them are known."""

    since: str
    until: str
    start: int = 0

    @property
    def days(self) -> int:
        """How many days it has."""
        return (date.fromisoformat(self.until) - date.fromisoformat(self.since)).days + 1

    def later_half(self) -> Window:
        """The later half of its days."""
        return Window(shifted(self.since, self.days // 2), self.until)

    def before(self, first: str) -> Window | None:
        """The window before it, twice as long as far as there are days, or None at the first."""
        if self.since <= first:
            return None
        until = shifted(self.since, -1)
        available = Window(first, until).days
        return Window(shifted(until, 1 - min(2 * self.days, available)), until)


def windowed(
    ask: Callable[[Window], tuple[Sequence[Any], int]],
    whole: Window,
    cursor: Cursor | None,
    *,
    most: int,
    step: int = 0,
) -> Page:
    """A page of the `whole` window, the latest days first.

    `ask` gives a page of a window and how many papers the window has; while there are more than
    `most`, a window is halved. The next page begins `step` papers later, or after those it gave.
    """
    window = Window(**cursor) if cursor else whole
    items, total = ask(window)
    known = 0 if cursor else total
    while total > most and window.days > 1 and not window.start:
        window = window.later_half()
        items, total = ask(window)
    after = window.start + (step or len(items))
    following = replace(window, start=after) if after < total else window.before(whole.since)
    return Page(items, known, asdict(following) if following else None)
