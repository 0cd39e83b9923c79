"""Which format a client gets."""

from __future__ import annotations

import pytest

from paperkg.web.accept import best

OFFERED = ("application/json", "text/csv", "text/html")


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, text/html", "text/html"),
        ("TEXT/HTML", "text/html"),
        ("text/*;q=0.2, application/json;q=0.1", "text/csv"),
        ("*/*, application/json;q=0", "text/csv"),
        ("image/png", ""),
        ("text/html;q=x", ""),
        ("text/html;level=1;q=0.3, text/csv;q=0.2", "text/html"),
        (",;,", "application/json"),
    ],
)
def test_the_best_liked_format_is_found(accept: str, found: str) -> None:
    assert best(accept, OFFERED) == found
