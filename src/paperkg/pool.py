"""Work in several processes, with the answers in the order of the work."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any, TypeVar

from paperkg.errors import PaperKGError

__all__ = ["batched", "mapped"]

AHEAD = 8
"""So many pieces of work a process may be ahead of what is taken: a long one holds up no others."""
Work = TypeVar("Work")
Answer = TypeVar("Answer")


def mapped(
    function: Callable[[Work], Answer],
    work: Iterable[Work],
    processes: int,
    start: Callable[..., object],
    *given: Any,
    ahead: int = AHEAD,
) -> Iterator[Answer]:
    """What a function makes of each piece of work, in order; work is taken as it is needed.

    Each process first calls `start` with what is `given`; so does this one, where it is the only
    one. Each may be so many pieces of work `ahead`. Raises PaperKGError where a process dies.
    """
    if processes == 1:
        start(*given)
        yield from map(function, work)
        return
    pieces = iter(work)
    try:
        with ProcessPoolExecutor(processes, initializer=start, initargs=given) as workers:
            first = islice(pieces, ahead * processes)
            waiting = deque(workers.submit(function, w) for w in first)
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(workers.submit(function, w) for w in islice(pieces, 1))
    except BrokenProcessPool as error:
        fault = "a process died; is there enough memory? Use fewer with -j, and run it again"
        raise PaperKGError(fault) from error


def batched(items: Iterable[Work], size: int) -> Iterator[list[Work]]:
    """Lists of so many items, and a last one of what is left."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
