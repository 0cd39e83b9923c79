"""Annotated papers as people have them: JSON Lines, a DocBin, or what annotation programs write."""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from paperkg.errors import PaperKGError
from paperkg.evaluate.gold import (
    FaultError,
    Object,
    json_lines,
    json_value,
    no_half_pair,
    numbered,
    one_of,
    shown,
    span,
    take,
    told_at,
)
from paperkg.files import read_bytes, utf8_only
from paperkg.records import ROLES, TYPES, Paper

__all__ = ["Annotated", "Labelled", "read_annotations"]

ANSWERS = ("accept", "reject", "ignore")
"""What an annotator can say of a text in Prodigy."""
TYPE = re.compile(r"[A-Z][A-Za-z]{1,39}")
"""The names that a type can have."""
UNKNOWN = (
    "not a known format of annotated papers; give JSON Lines of PaperKG or Prodigy, "
    "JSON or JSON-MIN of Label Studio, or a DocBin of spaCy"
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """An annotated span of `Paper.text`; role and canonical are "" where nobody gave them."""

    start: int
    end: int
    type: str
    role: str = ""
    canonical: str = ""


@dataclass(frozen=True, slots=True)
class Annotated:
    """A paper with its annotations, in the order of the text; none overlaps another."""

    paper: Paper
    mentions: tuple[Labelled, ...]


Records = Iterator[tuple[str, Callable[[], Annotated | None]]]
"""The records of a file: where each stands, and what reads it; None is one not accepted."""


def read_annotations(path: str | Path) -> list[Annotated]:
    r"""The annotated papers of a file, gzipped or not, in a format recognised by its content.

    - JSON Lines of PaperKG: `id`, `title`, `abstract` and `mentions`, each with `start`, `end`,
      `type` and perhaps `role` and `canonical`.
    - JSON Lines of Prodigy: `text` and `spans`, as far as they were accepted.
    - JSON and JSON-MIN of Label Studio: of each task the first annotation not cancelled.
    - DocBin of spaCy: the `ents` of each Doc.

    Offsets count code points. The first line of a single text is the title, the rest the
    abstract; a text of one line is an abstract. Labels in any case name the known types; others
    are types of their own.

    Raises PaperKGError, naming the file and the place in it, where a record is not so, two
    papers have one id, or no paper was accepted.
    """
    name = shown(str(path))
    papers: dict[str, Annotated] = {}
    for place, read in records(read_bytes(str(path)), name):
        with told_at(place):
            annotated = read()
            if annotated is None:
                continue
            id_ = annotated.paper.id
            if id_ in papers:
                raise FaultError(f"{id_} is the id of an earlier paper; keep one of the two")
            papers[id_] = annotated
    if not papers:
        raise PaperKGError(f"{name}: no accepted paper in it; accept one or more")
    return list(papers.values())


def records(data: bytes, name: str) -> Records:
    """The records of a file's bytes."""
    start = data.removeprefix(BOM_UTF8).lstrip()[:2]
    if not start:
        raise PaperKGError(f"{name}: empty; give a file with annotated papers")
    if start[:1] == b"{":
        return from_lines(text_lines(data, name), name)
    if start[:1] == b"[":
        return from_tasks("".join(text_lines(data, name)), name)
    if start[:1] == b"x" and int.from_bytes(start) % 31 == 0:  # RFC 1950: a zlib stream
        return from_docs(data, name)
    raise PaperKGError(f"{name}: {UNKNOWN}")


def text_lines(data: bytes, name: str) -> Iterator[str]:
    """The lines of a UTF-8 file's bytes."""
    return utf8_only(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", "surrogateescape"), name)


def from_lines(lines: Iterable[str], name: str) -> Records:
    """The records of JSON Lines."""
    for place, record in json_lines(lines, name):
        yield place, partial(from_line, record, place.rpartition(":")[2])


def from_line(record: Object, line: str) -> Annotated | None:
    """The paper of a line, PaperKG's or Prodigy's."""
    if record.keys() & {"title", "abstract", "mentions"}:
        return from_paper(record)
    if "text" in record and record.keys() & {"spans", "answer"}:
        return from_prodigy(record, line)
    raise FaultError(UNKNOWN)


def from_paper(record: Object) -> Annotated:
    """A paper as PaperKG has it."""
    id_, title, abstract = (take(record, key, str) for key in ("id", "title", "abstract"))
    paper = Paper(id_, title, abstract)
    no_half_pair(paper.text)
    mentions = numbered(take(record, "mentions", list), "mention")
    return in_order(paper, (mention(each, paper.text, what) for what, each in mentions))


def mention(record: Object, text: str, what: str) -> Labelled:
    """A mention as PaperKG has it; role and canonical may be missing, null or empty."""
    start, end = span(record, text, what)
    return Labelled(
        start,
        end,
        type_name(take(record, "type", str, what), what),
        one_of(record, "role", ROLES, what) if given(record, "role") else "",
        take(record, "canonical", str, what) if given(record, "canonical") else "",
    )


def given(record: Object, name: str) -> bool:
    """Whether an object says something under a name."""
    return record.get(name) not in (None, "")


def from_prodigy(record: Object, line: str) -> Annotated | None:
    """A text as Prodigy has it; it goes by its hash, or by its line where it has none."""
    answer = record.get("answer", "accept")
    if answer not in ANSWERS:
        raise FaultError(f"no answer is called {answer}; choose one of {', '.join(ANSWERS)}")
    if answer != "accept":
        return None
    id_ = record.get("_task_hash", record.get("_input_hash", line))
    text, spans = take(record, "text", str), take(record, "spans", list, default=[])
    return from_text(str(id_), text, numbered(spans, "span"))


def from_tasks(text: str, name: str) -> Records:
    """The records of a JSON list of Label Studio's tasks."""
    with told_at(name):
        tasks = list(numbered(json_value(text), "task"))
        if tasks and not any(task.keys() & {"annotations", "label"} for _, task in tasks):
            raise FaultError(UNKNOWN)
    for number, (_, task) in enumerate(tasks, 1):
        id_ = str(task.get("id", number))
        read = from_task if "annotations" in task else from_short_task
        yield f"{name}: task {id_}", partial(read, task, id_)


def from_task(task: Object, id_: str) -> Annotated | None:
    """A task of Label Studio's JSON: its first annotation that was not cancelled."""
    for what, annotation in numbered(take(task, "annotations", list, "task"), "annotation"):
        if annotation.get("was_cancelled"):
            continue
        results = numbered(take(annotation, "result", list, what), "result")
        spans = (
            (which, one_label(take(result, "value", dict, which), which))
            for which, result in results
            if result.get("type") == "labels"
        )
        return from_text(id_, text_of(take(task, "data", dict, "task")), spans)
    return None


def from_short_task(task: Object, id_: str) -> Annotated:
    """A task of Label Studio's JSON-MIN, which leaves out the label where nothing is labelled."""
    labels = numbered(take(task, "label", list, "task", default=[]), "label")
    spans = ((what, one_label(each, what)) for what, each in labels)
    return from_text(id_, take(task, "text", str, "task"), spans)


def text_of(data: Object) -> str:
    """The text of a task: what is called so, or the only one there is."""
    texts = [value for value in data.values() if isinstance(value, str)]
    if "text" in data or not texts:
        return take(data, "text", str, "data")
    if len(texts) > 1:
        raise FaultError(f'data: {len(texts)} texts; call the one that was labelled "text"')
    return texts[0]


def one_label(value: Object, what: str) -> Object:
    """A labelled span of Label Studio, with its label as Prodigy has it."""
    labels = take(value, "labels", list, what)
    if len(labels) != 1:
        raise FaultError(f"{what}: {len(labels)} labels; give each span one")
    return value | {"label": labels[0]}


def from_docs(data: bytes, name: str) -> Records:
    """The records of a DocBin."""
    try:
        docs = list(DocBin().from_bytes(data).get_docs(Vocab()))
    except Exception as error:  # spaCy checks nothing, so that anything may be raised
        raise PaperKGError(
            f"{name}: a DocBin of spaCy that cannot be read; write it again with DocBin.to_disk"
        ) from error
    for number, doc in enumerate(docs, 1):
        yield f"{name}: doc {number}", partial(from_doc, doc, str(number))


def from_doc(doc: Doc, id_: str) -> Annotated:
    """A Doc; it goes by its number."""
    spans: list[dict[str, Any]] = [
        {"start": ent.start_char, "end": ent.end_char, "label": ent.label_} for ent in doc.ents
    ]
    return from_text(id_, doc.text, numbered(spans, "ent"))


def from_text(id_: str, text: str, spans: Iterable[tuple[str, Object]]) -> Annotated:
    """A paper from one text and the labelled spans of it, each with what to call it."""
    no_half_pair(text)
    title, line_end, abstract = text.partition("\n")
    shift = 0
    if not line_end:  # `Paper.text` then begins with a line end that this text does not have
        title, abstract, shift = "", text, 1
    mentions = []
    for what, each in spans:
        start, end = span(each, text, what, "the text")
        label = type_name(take(each, "label", str, what), what)
        mentions.append(Labelled(start + shift, end + shift, label))
    return in_order(Paper(id_, title, abstract), mentions)


def type_name(label: str, what: str) -> str:
    """The type that a label names: one of ours in any case, or one of its own."""
    if (known := label.capitalize()) in TYPES:
        return known
    if not TYPE.fullmatch(label):
        raise FaultError(
            f'{what}: "{label}" cannot be a type; call it one capitalised word of 2 to 40 '
            "letters, such as Robot"
        )
    return known if label.isupper() else label


def in_order(paper: Paper, mentions: Iterable[Labelled]) -> Annotated:
    """A paper with its mentions in the order of the text; raises FaultError where two overlap."""
    ordered = sorted(mentions, key=lambda each: (each.start, each.end))
    for one, other in pairwise(ordered):
        if other.start < one.end:
            first, second = (paper.text[each.start : each.end] for each in (one, other))
            raise FaultError(f'"{first}" and "{second}" overlap; keep one of the two')
    return Annotated(paper, tuple(ordered))
