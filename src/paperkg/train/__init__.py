"""Training a pipeline on papers that its users have annotated."""

from paperkg.train.annotations import Annotated, Labelled, read_annotations

__all__ = ["Annotated", "Labelled", "read_annotations"]
