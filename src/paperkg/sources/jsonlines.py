"""The jsonl format: JSON Lines, a JSON object a line; and a single JSON array of such objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from paperkg.errors import PaperKGError
from paperkg.files import UNDECODED
from paperkg.sources.record import Raw, Rejected, Where

__all__ = ["about", "name", "read", "recognises"]

name = "jsonl"
about = "JSON Lines, an object with title and abstract a line, or a JSON array of them"

START = re.compile(r'\s*(?:\{\s*["}]|\[\s*[{\]])')
WHOLE = re.compile(r"\s*(?:\[|\{\s*$)")
"""A first line by which the whole file is one JSON value: an array, or an object over lines."""


def recognises(head: str) -> bool:
    """Whether a file begins as JSON does, or most of its lines do."""
    lines = [line for line in head.splitlines() if line.strip()]
    objects = sum(START.match(line) is not None for line in lines)
    return START.match(head) is not None or 0 < len(lines) <= 2 * objects


def read(stream: Iterable[str], where: Where) -> Iterator[Raw | Rejected]:
    """The objects of a file, line by line, or one by one where the file is an array.

    Raises PaperKGError, naming the line, where an array is broken.
    """
    lines = iter(stream)
    blank: list[str] = []
    for line in lines:
        if line.strip():
            rest = chain(blank, [line], lines)
            yield from _whole(rest, line, where) if WHOLE.match(line) else _by_line(rest, where)
            return
        blank.append(line)


def _by_line(lines: Iterable[str], where: Where) -> Iterator[Raw | Rejected]:
    """The object on each line that is not blank."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if UNDECODED.search(line):
            yield where.reject(number, "not UTF-8 text; save it as UTF-8", line)
            continue
        try:
            value = json.loads(line.rstrip("\n"))
        except (ValueError, RecursionError) as error:
            yield where.reject(number, _reason(error), line)
        else:
            yield _record(number, value, where, line)


def _whole(lines: Iterable[str], first: str, where: Where) -> Iterator[Raw | Rejected]:
    """The objects of a file that is one array or one object."""
    held = list(lines)
    try:
        value = json.loads("".join(held))
    except (ValueError, RecursionError) as error:
        if _is_json(first):  # an array on a line of its own among objects
            yield from _by_line(held, where)
            return
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise PaperKGError(
            f"{where.name}{line}: {_reason(error)}; mend it or give one object a line"
        ) from error
    values = value if isinstance(value, list) else [value]
    for number, each in enumerate(values, 1):
        yield _record(number, each, where, json.dumps(each))


def _record(number: int, value: object, where: Where, text: str) -> Raw | Rejected:
    """A JSON value as a record, which only an object can be."""
    if isinstance(value, dict):
        return Raw(number, value)
    return where.reject(number, "not a JSON object", text)


def _is_json(line: str) -> bool:
    """Whether a line is a JSON value by itself."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _reason(error: ValueError | RecursionError) -> str:
    """What is wrong with a piece of JSON, in a few words."""
    if isinstance(error, json.JSONDecodeError):
        return f"invalid JSON: {error.msg} at column {error.colno}"
    return "invalid JSON: nested too deep" if isinstance(error, RecursionError) else "invalid JSON"
