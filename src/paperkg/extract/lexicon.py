"""The words of abstracts, and how common each is: learned from unlabelled text."""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Mapping

__all__ = ["Lexicon"]

COMMON = 4
"""From this step on a word's step counts; below it a word is as good as unseen."""


class Lexicon:
    """Lower-case words with their steps: the whole logarithm, to base 2, of their count."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        steps = {word: int(math.log2(n)) for word, n in counts.items()}
        self.take(sorted(steps, key=lambda w: (-steps[w], w)), steps)

    def take(self, words: list[str], steps: dict[str, int]) -> None:
        """Take words, in the order of their ids from 1 on, and their steps."""
        self.words, self.steps = words, steps
        self.ids = {word: i for i, word in enumerate(words, 1)}

    def __len__(self) -> int:
        """The number of ids: one for each word, and 0 for all others."""
        return len(self.words) + 1

    def id(self, word: str) -> int:
        """The id of a word in any case; 0 where it is unknown."""
        return self.ids.get(word.lower(), 0)

    def step(self, word: str) -> int:
        """The step of a word in any case; 0 where it is rare or unknown."""
        step = self.steps.get(word.lower(), 0)
        return step if step >= COMMON else 0

    def to_bytes(self) -> bytes:
        """The words, a line for each step, compressed; the same bytes every time."""
        lines = defaultdict(list)
        for word in self.words:
            lines[self.steps[word]].append(word)
        text = "".join(f"{step} {' '.join(words)}\n" for step, words in lines.items())
        return gzip.compress(text.encode(), mtime=0)

    @classmethod
    def from_bytes(cls, data: bytes) -> Lexicon:
        """The words that `to_bytes` gave."""
        lexicon = cls({})
        parts = (line.split(" ") for line in gzip.decompress(data).decode().split("\n")[:-1])
        steps = {word: int(step) for step, *words in parts for word in words}
        lexicon.take(list(steps), steps)
        return lexicon
