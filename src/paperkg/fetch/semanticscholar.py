"""Semantic Scholar: bulk search of its Academic Graph, as JSON with tokens for the next page.

Format: api.semanticscholar.org/api-docs/graph, "Paper bulk search".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from paperkg.fetch.question import Cursor, Page, Question
from paperkg.fetch.web import Web, listed
from paperkg.sources.services import our_fields

__all__ = ["NEEDS", "OVERLAP", "PAUSE", "TAKES", "URL", "headers", "page", "record"]

URL = "https://api.semanticscholar.org"
PAUSE = 1.0
OVERLAP = 30
TAKES = frozenset({"query", "fields_of_study"})
NEEDS = frozenset({"query", "fields_of_study"})
FIELDS = (
    "corpusId,externalIds,title,abstract,authors,publicationDate,year,s2FieldsOfStudy,"
    "fieldsOfStudy,url"
)


def headers(api_key: str) -> Mapping[str, str]:
    """The header that carries a key."""
    return {"x-api-key": api_key} if api_key else {}


def page(web: Web, question: Question, cursor: Cursor | None) -> Page:
    """A page of the papers published in the days of a question, the newest first."""
    params = {"publicationDateOrYear": f"{question.since}:{question.until}"}
    if question.query:
        params["query"] = question.query
    if question.fields_of_study:
        params["fieldsOfStudy"] = ",".join(question.fields_of_study)
    items, total, token = web.get(
        "graph/v1/paper/search/bulk",
        read,
        fields=FIELDS,
        sort="publicationDate:desc",
        **params,
        **(cursor or {}),
    )
    return Page(items, total, {"token": token} if token else None)


def read(data: bytes) -> tuple[list[Any], int, str]:
    """The papers of an answer, how many there are in all, and the next token or ""."""
    answer = json.loads(data)
    return listed(answer["data"]), int(answer["total"]), answer.get("token") or ""


def record(item: Mapping[str, Any]) -> dict[str, object]:
    """The fields of a paper, as `sources` reads those of Semantic Scholar."""
    return our_fields({name.lower(): value for name, value in item.items()})
