"""Which names a drawing can show at which zoom, so that none covers another or a greater node."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

__all__ = ["LEVELS", "Label", "grown", "legible", "settle"]

LEVELS = (0.08, 0.11, 0.15, 0.2, 0.28, 0.4, 0.55, 0.75, 1.0, 1.4, 2.0, 2.8)
"""Pixels of the screen a unit of the drawing, from which on a set of names is shown."""
NARROW, WIDE = frozenset("iljtfrI.,:;'|!()[]- "), frozenset("mwMWGOQ@%&—…")
GAP = 4.0
"""So many pixels stay free around a name."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name at a place of the drawing, below a node of a radius, or around it where that is 0.

    `size` is that of its letters in pixels, whatever the zoom.
    """

    text: str
    x: float
    y: float
    radius: float = 0.0
    size: float = 12.0


Box = tuple[float, float, float, float]


def grown(zoom: float) -> float:
    """How much larger than in the drawing nodes are shown, so that they can be seen from afar."""
    return max(1.0, 0.45 / zoom)


def _width(text: str, size: float) -> float:
    """About how wide a text is on the screen, rather too wide than too narrow."""
    return size * 1.04 * sum(map(_share, text))


def _share(letter: str) -> float:
    """The width of a letter for its height."""
    if letter in NARROW:
        return 0.34
    if letter in WIDE:
        return 0.9
    if ord(letter) > 0x2E7F:
        return 1.1
    return 0.7 if letter.isupper() else 0.57


def legible(labels: Sequence[Label]) -> list[list[int]]:
    """For each label the numbers of the levels at which it is shown; earlier ones have priority."""
    found: list[list[int]] = [[] for _ in labels]
    for level, zoom in enumerate(LEVELS):
        nodes = [_node(label, zoom) for label in labels]
        shown: list[Box] = []
        for i, label in enumerate(labels):
            box = _box(label, zoom)
            own = not label.radius
            if _free(box, shown) and (own or _free(box, nodes[:i])):
                shown.append(box)
                found[i].append(level)
    return found


def settle(caption: Label, others: Sequence[Label], nodes: Sequence[Label], zoom: float) -> Label:
    """The caption as near to its place as it covers neither other captions nor, if so, nodes."""
    taken = [_box(other, zoom) for other in others]
    covered = [_node(node, zoom) for node in nodes]

    def cost(place: Label) -> float:
        box = _box(place, zoom)
        over = sum(not _free(box, [node]) for node in covered)
        away = math.hypot(place.x - caption.x, place.y - caption.y)
        return 1000 * (not _free(box, taken)) + 60 * over + away * zoom

    steps = [step * 12 / zoom for step in range(-7, 8)]
    places = [replace(caption, x=caption.x + x, y=caption.y + y) for x in steps for y in steps]
    return min(places, key=cost)


def _node(label: Label, zoom: float) -> Box:
    """The box of a label's node on the screen; nothing where it has none."""
    reach = label.radius * grown(zoom) * zoom * 0.8
    x, y = label.x * zoom, label.y * zoom
    return (x - reach, y - reach, x + reach, y + reach)


def _box(label: Label, zoom: float) -> Box:
    """The box of a label on the screen."""
    half = _width(label.text, label.size) / 2 + GAP
    middle = label.x * zoom
    top = label.y * zoom + label.radius * grown(zoom) * zoom
    if not label.radius:
        return (middle - half, top - label.size, middle + half, top + label.size)
    return (middle - half, top + 1, middle + half, top + label.size * 1.45)


def _free(box: Box, others: Iterable[Box]) -> bool:
    """Whether a box meets none of the others."""
    left, top, right, bottom = box
    return not any(left < r and x < right and top < b and y < bottom for x, y, r, b in others)
