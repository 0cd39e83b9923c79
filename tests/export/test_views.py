"""The pages of views: what they hold, and how they behave in a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from graph.invented import HOSTILE as NASTY
from graph.invented import of_papers, sample, small, with_own_type, written
from typer.testing import CliRunner

import paperkg
from paperkg.cli import app
from paperkg.errors import PaperKGError
from paperkg.explore import VIEWS
from paperkg.export.views import render_view
from paperkg.export.views.labels import LEVELS, Label, legible
from paperkg.records import Paper

HOSTILE = "<img src=x onerror=alert(1)></script><script>window.harmed=true</script>"


def hostile() -> paperkg.KnowledgeGraph:
    """The small graph with names and titles that a careless page would run."""
    kg = small()
    papers = tuple(replace(p, title=f"{HOSTILE} {p.id}", url="javascript:alert(1)")
                   for p in kg.papers)  # fmt: skip
    entities = tuple(replace(e, name=f'{HOSTILE}"{e.id}') for e in kg.entities)
    return replace(kg, papers=papers, entities=entities)


def data_of(page: str) -> Any:
    """The JSON that a page carries."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("kind", VIEWS)
def test_a_page_stands_alone_and_is_the_same_each_time(kind: str) -> None:
    page = render_view(small(), kind)
    assert page == render_view(small(), kind)
    assert "default-src 'none'; script-src 'sha256-" in page and "unsafe" not in page
    assert "--model: #" in page and "@media (prefers-color-scheme: dark)" in page
    assert not re.search(r'(?:src|href)="(?!#|data:)', page) and " style=" not in page


@pytest.mark.parametrize("kind", VIEWS)
def test_hostile_names_stay_text(kind: str) -> None:
    page = render_view(hostile(), kind, title=HOSTILE)
    assert "<img" not in page and "<script>window" not in page
    assert any(HOSTILE in item["name"] for item in data_of(page)["items"])


@pytest.mark.parametrize("kind", VIEWS)
def test_a_users_own_type_has_its_colour(kind: str) -> None:
    page = render_view(with_own_type(), kind, types=["Robot", "Model"])
    assert 'id="glyph-own-1"' in page


def test_an_empty_graph_has_pages_that_say_so() -> None:
    page = render_view(of_papers(), "papers")
    assert "Nothing here is shared" in page and "const drawing" not in page
    assert "belongs to a family" in render_view(of_papers(), "families")
    assert "No paper names a benchmark" in render_view(of_papers(), "matrix")


def test_a_cut_is_told() -> None:
    kg = sample()[0].kg
    assert re.search(
        r"Cut to the \d+ most shared of \d+ papers", render_view(kg, "papers", limit=20)
    )
    assert "Cut to the 30 most shared of" in render_view(kg, "matrix")
    assert "Cut to the 5 most named of" in render_view(kg, "timeline", limit=5)
    assert "Cut to the 4 most named of" in render_view(kg, "families", limit=4)


def test_the_matrix_shows_the_number_of_a_result() -> None:
    page = render_view(small(), "matrix")
    assert "<b>61.5</b>" in page
    assert "Fern 2 climbs: uses HillTop · 61.5 accuracy" in page


def test_a_few_stray_months_do_not_stretch_the_timeline() -> None:
    papers = [Paper(f"n{i}", "New", "", key=f"n:{i}", date="2025-03-01") for i in range(99)]
    old = Paper("old", "Old", "", key="o:1", date="1998-01-01")
    page = render_view(of_papers(old, *papers), "timeline")
    assert "The first column holds all until Mar 2025: 100 papers." in page
    assert "Jan 1998 to Mar 2025" in page


def test_shown_labels_never_overlap_at_their_level() -> None:
    labels = [Label("a name", x * 30.0, y * 30.0, 6.0) for x in range(6) for y in range(6)]
    shown = legible(labels)
    at = [sum(level in levels for levels in shown) for level in range(len(LEVELS))]
    assert at == sorted(at) and at[0] >= 1 and at[-1] == len(labels)


@pytest.mark.parametrize("kind", VIEWS)
def test_the_command_writes_a_page_and_a_network(kind: str, tmp_path: Path) -> None:
    folder = str(written(small(), tmp_path / "graph"))
    for name in ("view.html", "view.graphml"):
        arguments = ["view", folder, "--kind", kind, "-o", str(tmp_path / name)]
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0 and "written" in done.output
    graph = nx.read_graphml(tmp_path / "view.graphml")
    assert len(graph) == len(paperkg.network_view(small(), kind))
    assert (tmp_path / "view.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_network_holds_any_text(tmp_path: Path) -> None:
    papers = [Paper(str(i), text, "", key=f"k:{i}") for i, text in enumerate(NASTY.values())]
    paperkg.view(of_papers(*papers), "papers", tmp_path / "nasty.graphml")
    assert len(nx.read_graphml(tmp_path / "nasty.graphml")) == len(papers)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PaperKGError, match=r"end it in \.html or \.graphml"):
        paperkg.view(small(), "papers", tmp_path / "view.png")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium; without one the tests are left out, or fail where it is required."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for found in map(shutil.which, names) if found), None)
    if path is None:
        if os.environ.get("PAPERKG_REQUIRE_BROWSER") == "1":
            pytest.fail("no Chromium here")
        pytest.skip("no Chromium here")
    sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every view of the sample and of the hostile graph."""
    folder = tmp_path_factory.mktemp("views")
    for kind in VIEWS:
        paperkg.view(sample()[0].kg, kind, folder / f"{kind}.html")
        paperkg.view(hostile(), kind, folder / f"hostile-{kind}.html")
    return folder


def opened(browser: Any, path: Path, width: int = 1440) -> tuple[Any, list[str]]:
    """A page in a window so wide, and what it complains of or asks the network for."""
    page = browser.new_page(viewport={"width": width, "height": 844})
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(("file:", "data:"))
            else told.append(request.url))  # fmt: skip
    page.goto(path.as_uri())
    return page, told


@pytest.mark.parametrize("kind", VIEWS)
def test_a_page_runs_quietly_and_fits_a_phone(browser: Any, pages: Path, kind: str) -> None:
    for width in (1440, 390):
        page, told = opened(browser, pages / f"{kind}.html", width)
        assert told == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.close()


@pytest.mark.parametrize("kind", VIEWS)
def test_hostile_names_do_no_harm_in_a_browser(browser: Any, pages: Path, kind: str) -> None:
    page, told = opened(browser, pages / f"hostile-{kind}.html")
    page.fill("#query", "img")
    page.press("#query", "Enter")
    assert HOSTILE in page.inner_text("#details h2")
    assert told == [] and page.evaluate("window.harmed") is None
    assert page.locator("#details a, main img").count() == 0
    page.close()


def test_a_search_finds_and_opens(browser: Any, pages: Path) -> None:
    page, told = opened(browser, pages / "families.html")
    before = page.locator(".tree:visible").count()
    page.fill("#query", "gpt-3")
    assert 0 < page.locator(".tree:visible").count() < before
    page.press("#query", "Enter")
    assert "GPT-3" in page.inner_text("#details h2")
    page.keyboard.press("Escape")
    assert page.locator(".tree:visible").count() == before and told == []
    page.close()


def test_light_or_dark_is_chosen_once_for_all_views(browser: Any, pages: Path) -> None:
    page, told = opened(browser, pages / "families.html")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("#theme")
    dark = page.evaluate(ground)
    page.goto((pages / "matrix.html").as_uri())
    assert page.evaluate(ground) == dark != light and told == []
    page.click("#theme")
    assert page.evaluate(ground) == light
    page.close()


def test_names_in_a_drawing_do_not_cover_each_other(browser: Any, pages: Path) -> None:
    for width in (1440, 390):
        page, _ = opened(browser, pages / "entities.html", width)
        boxes = page.evaluate(
            "[...document.querySelectorAll('.name')]"
            ".filter(n => getComputedStyle(n).display !== 'none')"
            ".map(n => n.getBoundingClientRect()).map(b => [b.x, b.y + 2, b.right, b.bottom - 2])"
        )
        assert len(boxes) > 3
        for i, (left, top, right, bottom) in enumerate(boxes):
            for x, y, r, b in boxes[i + 1 :]:
                assert right <= x or r <= left or bottom <= y or b <= top
        page.close()


def test_a_view_runs_in_a_notebooks_frame(browser: Any, tmp_path: Path) -> None:
    frame = paperkg.OpenedGraph(hostile()).view("matrix")._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<meta charset=utf-8>{frame}", "utf-8")
    page, told = opened(browser, tmp_path / "notebook.html")
    inside = page.frame_locator("iframe")
    inside.locator("tbody th button").first.click()
    assert HOSTILE in inside.locator("#details h2").inner_text() and told == []
    page.close()


def test_a_kind_can_be_switched_off_and_an_item_opened_by_a_click(
    browser: Any, pages: Path
) -> None:
    page, told = opened(browser, pages / "entities.html")
    page.uncheck("[data-group=Metric]")
    assert page.locator(".node[data-g=Metric]:visible").count() == 0
    page.locator(".node[data-g=Model] use").first.click(force=True)
    assert page.is_visible("#details h2") and page.locator(".node.open").count() == 1
    assert page.locator(".tie.lit").count() > 0 and told == []
    page.close()
