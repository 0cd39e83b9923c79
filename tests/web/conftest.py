"""One served graph, and one browser, for all tests of the web."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from tests.web.serving import Served, graph, serving


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The invented papers, served."""
    with serving(graph(), tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium; without one the tests are left out, or fail where it is required."""
    required = os.environ.get("PAPERKG_REQUIRE_BROWSER") == "1"
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next(filter(None, map(shutil.which, names)), None)
    if not path:
        leave_out = pytest.fail if required else pytest.skip
        leave_out("no Chromium on this machine: browser tests left out")
    if not required:
        pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with import_module("playwright.sync_api").sync_playwright() as play:
        started = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()
