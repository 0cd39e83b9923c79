"""Papers to mentions: a spaCy pipeline with its components and its weights."""

from typing import TYPE_CHECKING

from paperkg.lazy import lazy

if TYPE_CHECKING:
    from paperkg.extract.pipeline import blank_pipeline, extract, load_pipeline, mentions_of
    from paperkg.extract.tasks import tasks_of

__all__ = ["blank_pipeline", "extract", "load_pipeline", "mentions_of", "tasks_of"]

lazy(
    __name__,
    {
        "pipeline": "blank_pipeline extract load_pipeline mentions_of",
        "tasks": "tasks_of",
    },
)
