"""How good the extractor and the linker are on annotated papers, and where they go wrong."""

from typing import TYPE_CHECKING

from paperkg.lazy import lazy

if TYPE_CHECKING:
    from paperkg.evaluate.evaluate import Evaluation, evaluate
    from paperkg.evaluate.gold import GoldMention, GoldPaper, GoldResult, read_gold
    from paperkg.evaluate.mistakes import mistakes
    from paperkg.evaluate.scores import compare, score

__all__ = [
    "Evaluation",
    "GoldMention",
    "GoldPaper",
    "GoldResult",
    "compare",
    "evaluate",
    "mistakes",
    "read_gold",
    "score",
]

lazy(
    __name__,
    {
        "evaluate": "Evaluation evaluate",
        "gold": "GoldMention GoldPaper GoldResult read_gold",
        "mistakes": "mistakes",
        "scores": "compare score",
    },
)
