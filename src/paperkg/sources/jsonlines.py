"""The jsonl format: JSON Lines, an object a line; an array of objects; what services answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from paperkg.errors import PaperKGError
from paperkg.files import LINE_LENGTH, UNDECODED
from paperkg.sources.record import Raw, Rejected, Where

__all__ = ["about", "by_line", "name", "read", "recognises"]

name = "jsonl"
about = (
    "JSON Lines or a JSON array, of objects with title and abstract or as arXiv's metadata"
    " snapshot, OpenAlex and Semantic Scholar have them"
)

START = re.compile(r'\s*(?:\{\s*["}]|\[\s*[{\]])')
WHOLE = re.compile(r"\s*(?:\[|\{\s*$)")
"""A first line by which a file is an array, or has objects over several lines."""

ANSWERS = ("results", "data")
"""Where the answer of a service has its records."""

PIECE = 1 << 16
VALUE_LENGTH = LINE_LENGTH
"""The most characters of one value."""
SPACE = re.compile(r"\s*")


def recognises(head: str) -> bool:
    """Whether a file begins as JSON does, or most of its lines do."""
    lines = [line for line in head.splitlines() if line.strip()]
    objects = sum(START.match(line) is not None for line in lines)
    return START.match(head) is not None or 0 < len(lines) <= 2 * objects


def read(stream: Iterable[str], where: Where) -> Iterator[Raw | Rejected]:
    """The objects of a file, line by line, or one by one where they are not a line each.

    Raises PaperKGError, naming the line, where an array or an object over lines is broken.
    """
    lines = iter(stream)
    blank: list[str] = []
    for line in lines:
        if line.strip():
            yield from _read(blank, line, lines, where)
            return
        blank.append(line)


def _read(
    blank: list[str], first: str, lines: Iterator[str], where: Where
) -> Iterator[Raw | Rejected]:
    """The objects of a file by its first line that is not blank."""
    if WHOLE.match(first):
        next_line = next(lines, "")
        rest = chain(blank, [first, next_line], lines)
        if not next_line.strip() or not _is_json(first):
            yield from _one_by_one(rest, where)
            return
        lines = chain([next_line], lines)  # an array on a line of its own among objects
    yield from by_line(chain(blank, [first], lines), where)


def by_line(lines: Iterable[str], where: Where) -> Iterator[Raw | Rejected]:
    """The object on each line that is not blank."""
    number, inside = 0, False
    for line in lines:
        number += not inside
        went_on, inside = inside, len(line) >= LINE_LENGTH and not line.endswith("\n")
        if went_on or not line.strip():
            continue
        if inside:
            yield where.reject(number, f"longer than {LINE_LENGTH:,} characters", line[:1000])
        elif not line.isascii() and UNDECODED.search(line):
            yield where.reject(number, "not UTF-8 text; save it as UTF-8", line)
        else:
            yield from _line(number, line, where)


def _line(number: int, line: str, where: Where) -> Iterator[Raw | Rejected]:
    """The object on a line, or those in the answer that it is."""
    try:
        value = json.loads(line.rstrip("\n"))
    except (ValueError, RecursionError) as error:
        yield where.reject(number, _reason(error), line)
        return
    answer = _answer(value)
    if answer is None:
        yield _record(number, value, where)
    else:
        yield from (_record(number, each, where) for each in answer)


def _one_by_one(lines: Iterable[str], where: Where) -> Iterator[Raw | Rejected]:
    """The objects of a file that is one array, or objects over lines."""
    number = 0
    for value in _Values(lines, where):
        answer = _answer(value)
        for each in [value] if answer is None else answer:
            number += 1
            yield _record(number, each, where)


class _Values:
    """The values in a stream of lines, taken in as far as needed for one after the other."""

    def __init__(self, lines: Iterable[str], where: Where) -> None:
        self.lines = _pieces(lines, where)
        self.where = where
        self.held, self.place, self.above = "", 0, 1
        self.decode = json.JSONDecoder().raw_decode

    def __iter__(self) -> Iterator[object]:
        if self._next() != "[":
            while self._next():
                yield self._value()
            return
        self.place += 1
        mark = self._next()
        while mark != "]":
            yield self._value()
            if (mark := self._next()) not in ("]", ","):
                raise self._fault("Expecting ',' delimiter", self.place)
            self.place += mark == ","
            self._next()
        self.place += 1
        if self._next():
            raise self._fault("Extra data", self.place)

    def _next(self) -> str:
        """The next character that is not white space, or "" at the end."""
        while True:
            match = SPACE.match(self.held, self.place)
            self.place = match.end() if match else self.place
            if self.place < len(self.held) or not self._more(PIECE):
                return self.held[self.place : self.place + 1]

    def _value(self) -> object:
        """The next value, for which twice as much is taken in until it is whole."""
        while True:
            try:
                value, end = self.decode(self.held, self.place)
            except (ValueError, RecursionError) as error:
                size = len(self.held) - self.place
                if size < VALUE_LENGTH and self._more(max(size, PIECE)):
                    continue
                at = error.pos if isinstance(error, json.JSONDecodeError) else self.place
                raise self._fault(_told(error), at) from error
            if end < len(self.held) or not self._more(PIECE):
                self.place = end
                return value

    def _more(self, size: int) -> bool:
        """Takes in so many more characters, and lets go of those done; whether there are more."""
        self.above += self.held.count("\n", 0, self.place)
        kept = [self.held[self.place :]]
        self.held, self.place, before = "", 0, len(kept[0])
        while size > 0 and (line := next(self.lines, "")):
            kept.append(line)
            size -= len(line)
        self.held = "".join(kept)
        return len(self.held) > before

    def _fault(self, reason: str, at: int) -> PaperKGError:
        """What is wrong, and where."""
        line = self.above + self.held.count("\n", 0, at)
        column = at - self.held.rfind("\n", 0, at)
        return PaperKGError(
            f"{self.where.name}:{line}: invalid JSON: {reason} at column {column};"
            " mend it or give one object a line"
        )


def _pieces(lines: Iterable[str], where: Where) -> Iterator[str]:
    """The lines, or pieces of lines that are too long."""
    for number, line in enumerate(lines, 1):
        if not line.isascii() and UNDECODED.search(line):
            raise PaperKGError(f"{where.name}:{number}: not UTF-8 text; save it as UTF-8")
        yield line


def _answer(value: object) -> list[object] | None:
    """The records in what a service answered, or None where the value is none such."""
    if isinstance(value, dict) and "title" not in value:
        for field in ANSWERS:
            if isinstance(records := value.get(field), list):
                return records
    return None


def _record(number: int, value: object, where: Where) -> Raw | Rejected:
    """A JSON value as a record, which only an object can be."""
    if isinstance(value, dict):
        return Raw(number, value)
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = ""
    return where.reject(number, "not a JSON object", text)


def _is_json(line: str) -> bool:
    """Whether a line is a JSON value by itself."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _reason(error: ValueError | RecursionError) -> str:
    """What is wrong with a line of JSON, in a few words."""
    place = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
    return f"invalid JSON: {_told(error)}{place}".removesuffix(": ")


def _told(error: ValueError | RecursionError) -> str:
    """What is wrong with a piece of JSON, in few words."""
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return "nested too deep" if isinstance(error, RecursionError) else "a number too long"
