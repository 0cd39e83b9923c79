"""Hugging Face: the daily papers of its Hub, day by day, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from paperkg.fetch.question import Cursor, Page, Question, shifted
from paperkg.fetch.web import Web, listed

__all__ = ["NEEDS", "OVERLAP", "PAUSE", "TAKES", "URL", "headers", "page", "record"]

URL = "https://huggingface.co"
PAUSE = 0.7
OVERLAP = 7
TAKES: frozenset[str] = frozenset()
NEEDS = frozenset({"since", "limit"})
FIRST = "2023-05-01"
"""The month of the first daily papers."""
SIZE = 100


def headers(api_key: str) -> Mapping[str, str]:
    """The header that carries a token of the Hub."""
    return {"Authorization": f"Bearer {api_key}"} if api_key else {}


def page(web: Web, question: Question, cursor: Cursor | None) -> Page:
    """A page of the papers of a day, the latest day first.

    A day ends with a page that is empty, or that is the page before once more.
    """
    at = cursor or {"day": question.until, "p": 0, "first": None}
    items = web.get(
        "api/daily_papers",
        lambda data: listed(json.loads(data)),
        date=at["day"],
        limit=SIZE,
        p=at["p"],
    )
    first = identifier(items[0]) if items else None
    if first is not None and first != at["first"]:
        return Page(items, 0, {"day": at["day"], "p": at["p"] + 1, "first": first})
    before = shifted(at["day"], -1)
    more = before >= max(question.since, FIRST)
    return Page([], 0, {"day": before, "p": 0, "first": None} if more else None)


def identifier(item: Any) -> str:
    """The arXiv id of a daily paper, or what stands in its place."""
    return str(item.get("paper", item).get("id")) if isinstance(item, dict) else str(item)


def record(item: Mapping[str, Any]) -> dict[str, object]:
    """The fields of a daily paper; hidden authors are left out."""
    paper = item.get("paper", item)
    authors = [each for each in paper.get("authors") or () if not each.get("hidden")]
    return {
        "id": f"arxiv:{paper['id']}",
        "title": paper.get("title") or item.get("title"),
        "abstract": paper.get("summary") or item.get("summary"),
        "authors": [each["name"] for each in authors],
        "date": (paper.get("publishedAt") or "")[:10],
        "url": f"https://huggingface.co/papers/{paper['id']}",
        "code": paper.get("githubRepo") or "",
    }
