"""Papers to mentions: a spaCy pipeline with its components and its weights."""

from paperkg.extract.pipeline import blank_pipeline, extract, load_pipeline, mentions_of
from paperkg.extract.tasks import tasks_of

__all__ = ["blank_pipeline", "extract", "load_pipeline", "mentions_of", "tasks_of"]
