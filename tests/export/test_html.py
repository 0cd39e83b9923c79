"""The explorer page: what it holds, and how it behaves in a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from paperkg.export.html import render
from paperkg.graph.kg import KnowledgeGraph
from paperkg.records import ROLES, TYPES, Entity, Link, Mention, Paper

HOSTILE = "<img src=x onerror=alert(1)></script><script>window.harmed=true</script>"
ENTITIES = (
    Entity("benchmark/hilltop", "Benchmark", "HillTop"),
    Entity("metric/accuracy", "Metric", "accuracy"),
    Entity(
        "model/ferngrove-2",
        "Model",
        "Ferngrove 2",
        aliases=("Férngrove-2", "Fern II"),
        family="model/ferngrove",
        maker="organization/moss-lab",
        same_as=("https://example.org/ferngrove", "javascript:alert(1)"),
    ),
    Entity("model/ferngrove", "Model", "Ferngrove"),
    Entity("model/ferngrove-2-9b", "Model", "Ferngrove 2 9B", variant_of="model/ferngrove-2"),
    Entity("organization/moss-lab", "Organization", "Moss Lab"),
)
PAPERS = (
    Paper(
        "a",
        "Walking uphill",
        "We climb with Ferngrove 2 9B. It reaches 61 accuracy on HillTop.",
        key="walk:1",
        date="2031-04-02",
        url="https://example.org/walk",
    ),
    Paper("b", "Roots 🌳🌳 and branches", "🌲𝔸🌲 Nobody grew Ferngrove 2 before us.", key="walk:2"),
    Paper("c", f"{HOSTILE} HillTop", "A short text.", key="bad/<k>", url="javascript:alert(1)"),
    Paper("d", "Long " * 1_000, "This one reads accuracy off a chart.", key="walk:4"),
    Paper("e", "Silence", "Nothing is named.", key="walk:5"),
)
ROLE_OF = {("b", "model/ferngrove-2"): "introduces", ("d", "metric/accuracy"): "mentions"}
NAMES = {
    "Ferngrove 2": "model/ferngrove-2",
    "accuracy": "metric/accuracy",
    "HillTop": "benchmark/hilltop",
}


def graph() -> KnowledgeGraph:
    """Five invented papers, three of whose entities are shared by two papers."""
    mentions = [m for paper in PAPERS for m in mentions_in(paper)]
    pairs = sorted({(m.paper, m.entity, m.role) for m in mentions})
    links = tuple(Link(paper, entity, role, 1, 0.9) for paper, entity, role in pairs)
    return KnowledgeGraph(
        PAPERS, tuple(sorted(ENTITIES, key=lambda e: e.id)), links, tuple(mentions)
    )


def own_types() -> KnowledgeGraph:
    """The same with two types of a user's own, one of them named like a style of the page."""
    types = {"benchmark/hilltop": "Robot", "metric/accuracy": "Title"}
    entities = tuple(replace(e, type=types.get(e.id, e.type)) for e in ENTITIES)
    return replace(graph(), entities=entities)


def mentions_in(paper: Paper) -> Iterator[Mention]:
    """A mention for every name in the paper, with its sentence."""
    for name, entity in NAMES.items():
        for hit in re.finditer(re.escape(name), paper.text):
            line = max(
                paper.text.rfind(". ", 0, hit.start()) + 2,
                paper.text.rfind("\n", 0, hit.start()) + 1,
                0,
            )
            ends = [i for i in (paper.text.find(s, hit.end()) for s in (". ", "\n")) if i >= 0]
            sentence = (0 if line == 1 else line, min(ends, default=len(paper.text)))
            role = ROLE_OF.get((paper.id, entity), ROLES[1])
            yield Mention(
                paper.id, *hit.span(), hit[0], "", role, 0.9, sentence=sentence, entity=entity
            )


def data_of(page: str) -> Any:
    """The JSON that the page carries."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def test_same_graph_gives_same_page() -> None:
    assert render(graph(), title="Trees") == render(graph(), title="Trees")


def test_hostile_text_stays_text() -> None:
    page = render(graph(), title=HOSTILE)
    assert "<img" not in page.replace("data:image/svg+xml", "")
    assert "window.harmed=true</script>" not in page
    assert data_of(page)["papers"][2]["title"] == f"{HOSTILE} HillTop"


def test_lone_surrogates_can_be_written() -> None:
    kg = KnowledgeGraph((Paper("a", "Half \ud83d", "\udc00 rest", key="a"),), (), (), ())
    page = render(kg, title="Half \ud83d").encode()
    assert b"\\ud83d" in page


def test_nodes_have_whole_places_and_only_linked_entities() -> None:
    data = data_of(render(graph(), title="Trees"))
    assert len(data["nodes"]) == len(PAPERS) + 3
    assert all(isinstance(node[axis], int) for node in data["nodes"] for axis in "xy")
    assert len({(node["x"], node["y"]) for node in data["nodes"]}) == len(data["nodes"])


def test_a_users_types_get_styles_of_their_own_in_turn() -> None:
    data = data_of(render(own_types(), title="Trees"))
    assert data["types"] == [*TYPES, "Robot", "Title"]
    assert (data["styles"]["Robot"], data["styles"]["Title"]) == ("own-1", "own-2")
    many = [Entity(f"x/{n}", f"Kind{chr(65 + n)}", "X") for n in range(8)]
    page = render(KnowledgeGraph((), tuple(many), (), ()), title="Kinds")
    styles = data_of(page)["styles"]
    assert styles["KindA"] == styles["KindG"] == "own-1" and len(set(styles.values())) == 13
    for style in styles.values():
        assert page.count(f"--{style}: #") == 3 and f".glyph.{style} {{" in page
        assert style == "model" or re.search(rf'^  "?{style}"?: ', page, re.MULTILINE)


def test_empty_graph_renders() -> None:
    assert data_of(render(KnowledgeGraph((), (), (), ()), title="None"))["nodes"] == []


def chromium() -> str | None:
    """A Chromium on this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium; without one the tests are left out, or fail where it is required."""
    required = os.environ.get("PAPERKG_REQUIRE_BROWSER") == "1"
    path = chromium()
    if not path:
        leave_out = pytest.fail if required else pytest.skip
        leave_out("no Chromium on this machine: browser tests left out")
    if not required:
        pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    api = import_module("playwright.sync_api")
    with api.sync_playwright() as play:
        started = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


Open = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens the page from disk; in the end no request, error or dialog may have happened."""
    troubles: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    file = tmp_path / "graph.html"

    def seen(page: Any) -> None:
        page.on("console", lambda m: troubles.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: (troubles.append("dialog"), dialog.dismiss()))
        page.on("request", lambda r: note_request(r.url))

    def note_request(url: str) -> None:
        if url.split("#")[0] != file.as_uri() and not url.startswith(("data:", "blob:")):
            troubles.append(f"request: {url}")

    def opened(address: str = "", kg: KnowledgeGraph | None = None) -> Any:
        file.write_bytes(render(kg or graph(), title="Trees and hills").encode())
        page = context.new_page()
        seen(page)
        page.goto(file.as_uri() + address)
        page.wait_for_function("window.paperkgReady === true", timeout=20_000)
        return page

    yield opened
    context.close()
    assert troubles == []


COLOURS = """() => {
  const canvas = document.querySelector("#graph canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4) if (data[i + 3]) seen.add(data.slice(i, i + 3).join());
  return seen.size;
}"""


def shows(page: Any, place: str, text: str) -> None:
    """Wait until a place of the page holds a text."""
    from playwright.sync_api import expect

    expect(page.locator(place)).to_contain_text(text)


def place_of(page: Any, name: str) -> tuple[float, float]:
    """Where on the screen a node is drawn."""
    x, y = page.evaluate("(name) => window.paperkgPlaceOf(name)", name)
    return x, y


def test_page_draws_its_graph(open_page: Open) -> None:
    page = open_page()
    assert page.evaluate(COLOURS) > 10
    shows(page, "#status", "3 of 3 entities")
    shows(page, "#panel", "What these papers share")


def test_search_finds_without_accents_and_opens(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("/")
    page.keyboard.type("FÉRNgrôve2")
    shows(page, "#hits li[aria-selected=true] span", "Ferngrove 2")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    shows(page, "#panel h2", "Ferngrove 2")
    assert page.evaluate("location.hash") == "#model/ferngrove-2"
    page.go_back()
    page.wait_for_function("document.querySelector('#panel h2').innerText.startsWith('What')")


def test_escape_clears_the_search(open_page: Open) -> None:
    page = open_page()
    page.fill("#query", "hill")
    assert page.is_visible("#hits")
    page.keyboard.press("Escape")
    assert page.input_value("#query") == ""
    assert not page.is_visible("#hits")


def test_click_on_node_shows_evidence(open_page: Open) -> None:
    page = open_page()
    page.mouse.click(*place_of(page, "benchmark/hilltop"))
    page.wait_for_selector("#panel mark")
    shows(page, "#panel h2", "HillTop")
    quotes = page.locator("#panel blockquote").all_inner_texts()
    assert "It reaches 61 accuracy on HillTop" in [quote.rstrip(".") for quote in quotes]
    assert set(page.locator("#panel mark").all_inner_texts()) == {"HillTop"}


def test_offsets_count_code_points(open_page: Open) -> None:
    page = open_page("#model/ferngrove-2")
    assert page.locator("#panel mark").all_inner_texts() == ["Ferngrove 2", "Ferngrove 2"]
    shows(page, "#panel", "🌲𝔸🌲 Nobody grew Ferngrove 2")


def test_entity_details(open_page: Open) -> None:
    page = open_page("#model/ferngrove-2")
    text = page.inner_text("#panel")
    for part in (
        "Fern II",
        "Moss Lab",
        "Ferngrove 2 9B",
        "Introduced by 1 paper",
        "Used by 1 paper",
    ):
        assert part in text
    outside = page.locator("#panel a.outer")
    assert outside.count() == 1
    assert outside.get_attribute("rel") == "noopener noreferrer"


def test_deep_link_to_paper_and_variant(open_page: Open) -> None:
    page = open_page("#paper/walk:1")
    shows(page, "#panel h2", "Walking uphill")
    assert page.locator("#panel .abstract a").all_inner_texts() == [
        "Ferngrove 2",
        "accuracy",
        "HillTop",
    ]
    shows(page, "#panel", "Nearest papers")
    page = open_page("#model/ferngrove-2-9b")
    shows(page, "#panel h2", "Ferngrove 2")


def test_filter_and_minimum_hide(open_page: Open) -> None:
    page = open_page()
    page.uncheck("#types input[value=Metric]")
    shows(page, "#status", "2 of 3 entities")
    page.uncheck("#roles input[value=uses]")
    shows(page, "#status", "1 of 3 entities")
    page.locator("#minimum").press("ArrowRight")
    shows(page, "#status", "0 of 3 entities")


def test_a_users_types_are_drawn_and_filtered(open_page: Open) -> None:
    page = open_page(kg=own_types())
    assert page.locator("#types .filter span").all_inner_texts() == [
        *("Model", "Robot", "Title", "Paper"),
    ]
    shape = page.locator("#types .glyph.own-1")
    assert shape.get_attribute("class") == "glyph own-1"
    assert len(shape.locator("polygon").get_attribute("points").split()) == 10
    assert shape.evaluate("(svg) => getComputedStyle(svg).color") == "rgb(200, 50, 43)"
    page.uncheck("#types input[value=Robot]")
    shows(page, "#status", "2 of 3 entities")
    page.check("#types input[value=Robot]")
    page.mouse.click(*place_of(page, "benchmark/hilltop"))
    shows(page, "#panel .kicker", "Robot")
    assert page.locator("#panel mark.own-1").first.inner_text() == "HillTop"


def test_hostile_paper_does_no_harm(open_page: Open) -> None:
    page = open_page("#paper/bad%2F%3Ck%3E")
    shows(page, "#panel h2", "<img src=x")
    assert page.locator("#panel img").count() == 0
    assert page.locator("#panel a.outer").count() == 0
    assert page.evaluate("window.harmed") is None
    page = open_page("#paper/walk:4")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#panel h2").bounding_box()["height"] < 400
