"""The month in a date, however it is written."""

from __future__ import annotations

import re

__all__ = ["month"]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WORD = re.compile(r"[a-z]{3}|\d+", re.IGNORECASE)


def month(text: str) -> str:
    """The first month that a text names, as `01` to `12`, or ""."""
    for word in WORD.findall(text):
        if word.lower() in MONTHS:
            return f"{MONTHS.index(word.lower()) + 1:02}"
        if word.isdecimal() and 1 <= int(word[:3]) <= 12:
            return f"{int(word[:3]):02}"
    return ""
