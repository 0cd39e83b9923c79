"""What the tests of fetching share: a stand-in, no waits, a fixed day, and a short call."""

import json
import sys

import pytest

from fetch.standins import World, serving
from paperkg.fetch import fetch, web

ENGINE = sys.modules[fetch.__module__]
ENOUGH = {
    "arxiv": {"categories": ["cs.CL"]},
    "huggingface": {},
    "openalex": {"query": "oaks", "api_key": "K"},
    "semanticscholar": {"query": "oaks"},
}


@pytest.fixture
def world():
    return World()


@pytest.fixture
def url(world):
    with serving(world) as address:
        yield address


@pytest.fixture
def slept(monkeypatch):
    """The waits, none of which is waited."""
    waits = []
    monkeypatch.setattr(web, "sleep", waits.append)
    return waits


@pytest.fixture
def today(monkeypatch):
    """Sets the day that it is."""

    def set_to(day):
        monkeypatch.setattr(ENGINE, "today", lambda: day)

    set_to("2026-02-01")
    return set_to


@pytest.fixture
def run(tmp_path, url, slept, today):
    """A fetch of the stand-in's papers of January."""

    def call(service="arxiv", name="papers.jsonl", **options):
        options = {"since": "2026-01", "url": url, "pause": 0, **ENOUGH.get(service, {}), **options}
        return fetch(service, tmp_path / name, **options)

    return call


@pytest.fixture
def records(tmp_path):
    """The records that a file has."""

    def read(name="papers.jsonl"):
        return [json.loads(line) for line in (tmp_path / name).read_text("utf-8").split("\n")[:-1]]

    return read
