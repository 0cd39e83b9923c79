"""Training on people's own annotated papers: from a pipeline to a pipeline that knows more."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import spacy

from paperkg.errors import PaperKGError
from paperkg.extract.pipeline import load_pipeline, mentions_of
from paperkg.extract.recognizer import label_names
from paperkg.records import TYPES
from paperkg.resources import PIPELINE
from paperkg.train.annotations import Annotated, read_annotations

if TYPE_CHECKING:
    from spacy.language import Language

    from paperkg.extract.network import Network
    from paperkg.train.learn import Report

__all__ = ["Training", "train"]

RECOGNIZER = "paperkg_recognizer"
LEAST = 10
"""Fewer annotated papers than these teach nothing that could be measured."""
HELD_OUT = 5
"""One paper in so many is kept apart to measure on, and learned from only in the end."""
RATE = 1e-3
BATCH = 4
"""Small, as people annotate tens of papers rather than thousands."""


@dataclass(frozen=True, slots=True)
class Training:
    """What a training made: papers learned from, and F1 of mentions on papers held out.

    `before` is the pipeline that it began with, `after` the same taught the other papers; the
    pipeline in `folder` has learned from all of them. `types` are the types that it finds.
    """

    papers: int
    held_out: int
    before: float
    after: float
    types: tuple[str, ...]
    folder: Path


def train(
    sources: str | Path | Iterable[str | Path],
    output: str | Path,
    *,
    pipeline: str = "",
    epochs: int = 8,
    report: Report | None = None,
) -> Training:
    """Teach a pipeline the names in annotated papers, and write it into a folder of its own.

    Sources are as `train.read_annotations` reads them; types that the pipeline does not know are
    learned. Roles and results stay as they were. Needs PyTorch: `pip install 'paperkg[train]'`.

    Raises PaperKGError where PyTorch is missing, a source is at fault, there are too few papers,
    or the folder cannot be written.
    """
    need_torch()
    listed = [sources] if isinstance(sources, str | Path) else list(sources)
    papers = one_each(listed)
    if len(papers) < LEAST:
        told = f"{len(papers)} annotated paper{'s' * (len(papers) != 1)}"
        raise PaperKGError(f"{told}; give {LEAST} or more")
    if RECOGNIZER not in load_pipeline(pipeline).pipe_names:
        raise PaperKGError(f"{pipeline}: no {RECOGNIZER} in it to teach; choose another pipeline")
    folder = Path(output)
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise PaperKGError(f"{folder}: not empty; choose a new folder for the pipeline")
    seen = [paper for i, paper in enumerate(papers) if i % HELD_OUT]
    unseen = papers[::HELD_OUT]
    nlp = spacy.load(pipeline or PIPELINE)
    before = mention_f1(nlp, unseen)
    teach(nlp, seen, epochs, report)
    after = mention_f1(nlp, unseen)
    nlp = spacy.load(pipeline or PIPELINE)
    teach(nlp, papers, epochs, report)
    write_pipeline(nlp, folder)
    kinds = tuple(nlp.get_pipe(RECOGNIZER).kinds)  # type: ignore[attr-defined]
    return Training(len(papers), len(unseen), before, after, kinds, folder)


def need_torch() -> None:
    """Raise PaperKGError where PyTorch, or what goes with it, is not installed."""
    try:
        import onnx  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise PaperKGError("training needs PyTorch; pip install 'paperkg[train]'") from error


def one_each(sources: list[str | Path]) -> list[Annotated]:
    """The annotated papers of all sources, sorted; none of them twice."""
    papers: dict[str, Annotated] = {}
    for source in sources:
        for annotated in read_annotations(source):
            text = annotated.paper.text
            if text in papers:
                id_ = annotated.paper.id
                raise PaperKGError(f"{source}: {id_} has the text of an earlier paper; keep one")
            papers[text] = annotated
    return [papers[text] for text in sorted(papers)]


def teach(nlp: Language, papers: list[Annotated], epochs: int, report: Report | None) -> None:
    """Teach a pipeline's recogniser the mentions of annotated papers."""
    from paperkg.train.learn import Recipe, encoded, fit, prepared, token_labels
    from paperkg.train.network import Tagger, WordTable

    recognizer: Any = nlp.get_pipe(RECOGNIZER)
    network: Network = recognizer.network
    known = [*recognizer.kinds]
    new = {m.type for paper in papers for m in paper.mentions} - {*known}
    labels = label_names([*known, *sorted(new, key=in_order)])
    tagger = Tagger(len(network.lexicon), len(labels))
    tagger.take(network)
    table = WordTable(network.lexicon)
    docs = prepared(nlp, (annotated.paper.text for annotated in papers))
    examples = [
        (
            encoded(doc, table),
            token_labels(doc, ((m.start, m.end, m.type) for m in annotated.mentions), labels),
        )
        for annotated, doc in zip(papers, docs, strict=True)
        if len(doc)
    ]
    fit(tagger, table, examples, Recipe(epochs, rate=RATE, batch=BATCH), report)
    taught = tagger.export(labels, network.lexicon)
    taught.scale = network.scale
    recognizer.load(taught)


def in_order(type_: str) -> tuple[int, str]:
    """Where a type stands in a list: the known ones first, then the others by name."""
    return (TYPES.index(type_) if type_ in TYPES else len(TYPES), type_)


def mention_f1(nlp: Language, papers: list[Annotated]) -> float:
    """F1 of the mentions that a pipeline finds, by place and type."""
    right = found = expected = 0
    for annotated in papers:
        mentions = mentions_of(annotated.paper, nlp(annotated.paper.text))
        ours = {(m.start, m.end, m.type) for m in mentions}
        gold = {(m.start, m.end, m.type) for m in annotated.mentions}
        right, found, expected = right + len(ours & gold), found + len(ours), expected + len(gold)
    return 2 * right / (found + expected) if found + expected else 1.0


def write_pipeline(nlp: Language, folder: Path) -> None:
    """Write a pipeline into a folder, which takes it whole or not at all."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(mkdtemp(prefix=".part-", dir=folder.parent))
    except OSError as error:
        raise PaperKGError(f"{folder}: {error.strerror}; choose another folder") from error
    try:
        stage.chmod(0o755)
        nlp.to_disk(stage, exclude=["vocab"])
        stage.replace(folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
