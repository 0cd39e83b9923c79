"""Training a pipeline on papers that its users have annotated."""

from paperkg.train.annotations import Annotated, Labelled, read_annotations
from paperkg.train.run import Training, train

__all__ = ["Annotated", "Labelled", "Training", "read_annotations", "train"]
