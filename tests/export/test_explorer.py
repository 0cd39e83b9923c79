"""The explorer page in a real browser, by both renderers: no request, no error, no dialog."""

from __future__ import annotations

import csv
import io
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from paperkg.export.html import render
from paperkg.graph.kg import KnowledgeGraph
from paperkg.records import ROLES, Result, Statement, Task, TaskLink

from .test_html import HOSTILE, PAPERS, graph, own_types


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
        software = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
        started = play.chromium.launch(executable_path=path, args=["--no-sandbox", *software])
        yield started
        started.close()


Open = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
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

    def opened(address: str = "", kg: KnowledgeGraph | None = None, nodes: int = 600) -> Any:
        monkeypatch.setattr(import_module("paperkg.export.explorer.data"), "CANVAS_NODES", nodes)
        file.write_bytes(render(kg or graph(), title="Trees and hills").encode())
        page = context.new_page()
        seen(page)
        page.goto(file.as_uri() + address)
        until(page, "window.paperkgReady === true")
        return page

    yield opened
    context.close()
    assert troubles == []


def until(page: Any, true: str, seconds: float = 20) -> None:
    """Waits until something is so; the page's policy lets no script of its own look for it."""
    end = time.monotonic() + seconds
    while not page.evaluate(true):
        assert time.monotonic() < end, true
        page.wait_for_timeout(20)


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
    until(page, "document.querySelector('#panel h2').innerText.startsWith('What')")


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


BOTH = pytest.mark.parametrize("nodes", [600, 0], ids=["vis", "sigma"])


def reports() -> KnowledgeGraph:
    """The same with results, statements, tasks, years and addresses."""
    papers = [replace(p, date=f"203{i}-04-02") for i, p in enumerate(PAPERS)]
    papers[2] = replace(papers[2], title=f"=cmd {HOSTILE} HillTop", pages=("javascript:alert(2)",))
    papers[0] = replace(
        papers[0], code="https://example.org/code", pages=("https://example.org/more",)
    )
    at = papers[0].text.index("61")
    score = Result(
        "a", at, at + 2, "61", "61", "score",
        "model/ferngrove-2-9b", "benchmark/hilltop", "metric/accuracy",
    )  # fmt: skip
    gain = replace(score, kind="gain", paper="c", start=0, end=4, text="=cmd", value="4")
    said = Statement("c", 0, 4, "outperforms", "model/ferngrove-2", "model/ferngrove")
    return replace(
        graph(),
        papers=tuple(papers),
        results=(score, gain),
        statements=(said,),
        tasks=(Task("task/climbing", f"climbing {HOSTILE}"),),
        task_links=(TaskLink("a", "task/climbing", 0, 7), TaskLink("c", "task/climbing", 0, 7)),
    )


@BOTH
def test_both_renderers_draw_and_answer_clicks(open_page: Open, nodes: int) -> None:
    page = open_page(nodes=nodes)
    shows(page, "#status", "3 of 3 entities")
    assert page.locator("#graph canvas").count() >= 1
    page.mouse.move(*place_of(page, "benchmark/hilltop"))
    page.wait_for_selector("#graph.pointing")
    page.mouse.click(*place_of(page, "benchmark/hilltop"))
    shows(page, "#panel h2", "HillTop")
    page.click("#theme")
    page.uncheck("#types input[value=Metric]")
    shows(page, "#status", "2 of 3 entities")
    page.focus("#graph")
    before = place_of(page, "benchmark/hilltop")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert place_of(page, "benchmark/hilltop")[0] == pytest.approx(before[0] - 60, abs=1)
    page.keyboard.press("Escape")
    shows(page, "#panel h2", "What these papers")


@BOTH
def test_focus_shows_the_neighbourhood_alone(open_page: Open, nodes: int) -> None:
    page = open_page("#metric/accuracy", nodes=nodes)
    shows(page, "#status", "3 of 3 entities")
    page.keyboard.press("f")
    assert page.get_attribute("#only", "aria-pressed") == "true"
    shows(page, "#status", "2 of 5 papers")
    page.click("#only")
    shows(page, "#status", "5 of 5 papers")


@BOTH
def test_path_between_two_things_is_listed_and_has_an_address(open_page: Open, nodes: int) -> None:
    page = open_page("#paper/walk:4", nodes=nodes)
    page.click("#path")
    page.keyboard.type("nobody")
    shows(page, "#goals", "Nothing by that name")
    page.fill("#goal", "roots")
    page.keyboard.press("Enter")
    shows(page, "#panel .kicker", "Path")
    shows(page, "#panel .lead", "4 steps, the shortest way over what the filters show")
    steps = page.locator("#panel .steps > li > a").all_inner_texts()
    assert [step.split("\n")[0][:10] for step in steps] == [
        "Long Long ", "accuracy", "Walking up", "Ferngrove ", "Roots 🌳🌳 a",
    ]  # fmt: skip
    assert page.evaluate("location.hash") == "#path=paper/walk:4,paper/walk:2"
    page = open_page("#path=paper/walk:4,paper/walk:2", nodes=nodes)
    shows(page, "#panel .kicker", "Path")
    page.uncheck("#roles input[value=uses]")
    shows(page, "#panel .lead", "in the whole graph")


def test_nothing_joins_what_is_apart(open_page: Open) -> None:
    page = open_page("#path=paper/walk:5,metric/accuracy")
    shows(page, "#panel .lead", "Nothing here joins them")


def test_years_narrow_what_is_shown(open_page: Open) -> None:
    page = open_page(kg=reports())
    page.select_option("#until", "2031")
    shows(page, "#status", "2 of 5 papers")
    page.select_option("#from", "2033")
    shows(page, "#status", "1 of 5 papers")
    assert page.input_value("#until") == "2033"


def test_entity_tells_results_and_what_is_said(open_page: Open) -> None:
    page = open_page("#model/ferngrove-2", kg=reports())
    text = page.inner_text("#panel")
    for part in ("Results", "by accuracy on HillTop", "Gains and speed-ups", "Outperforms"):
        assert part in text
    assert page.locator("#panel .result b").all_inner_texts() == ["61", "=cmd"]
    assert "Walking uphill" in text and "javascript" not in page.inner_html("#panel .results")
    page = open_page("#benchmark/hilltop", kg=reports())
    assert page.locator("#panel .result .word").first.inner_text() == "Ferngrove 2 9B"


def test_paper_tells_tasks_results_and_addresses(open_page: Open) -> None:
    page = open_page("#paper/walk:1", kg=reports())
    outside = page.locator("#panel a.outer").all_inner_texts()
    assert outside == ["example.org/walk", "example.org/code", "example.org/more"]
    shows(page, "#panel .facts", "climbing <img")
    page = open_page("#paper/bad%2F%3Ck%3E", kg=reports())
    shows(page, "#panel", "outperforms")
    assert page.locator("#panel img, #panel a.outer").count() == 0
    assert page.evaluate("window.harmed") is None


@BOTH
def test_a_task_leads_to_its_papers_and_has_an_address(open_page: Open, nodes: int) -> None:
    page = open_page("#paper/walk:1", kg=reports(), nodes=nodes)
    page.click("#panel .facts a[href^='#task=']")
    shows(page, "#panel .kicker", "Task")
    shows(page, "#panel .lead", "2 papers here work on it")
    assert page.locator("#panel h2").inner_text().startswith("climbing <img")
    assert page.locator("#panel .papers > li").count() == 2
    address = page.evaluate("location.hash")
    page.keyboard.press("Escape")
    page.click("#panel .chip.task")
    until(page, f"location.hash === {address!r}")
    assert page.evaluate("window.harmed") is None


@pytest.mark.parametrize(("nodes", "style"), [(600, "dashed"), (0, "solid")])
def test_the_legend_shows_what_is_only_mentioned_as_the_renderer_can(
    open_page: Open, nodes: int, style: str
) -> None:
    page = open_page(nodes=nodes)
    line = "getComputedStyle(document.querySelector('.stroke.mentions'))"
    assert page.evaluate(f"{line}.borderTopStyle") == style
    assert (float(page.evaluate(f"{line}.opacity")) < 0.5) == (style == "solid")


def saved(page: Any, kind: str) -> bytes:
    """The file that a button of the menu hands over."""
    page.click("#save summary")
    with page.expect_download() as waiting:
        page.click(f"#save-{kind}")
    return Path(waiting.value.path()).read_bytes()


@BOTH
def test_view_is_saved_as_picture_drawing_and_table(open_page: Open, nodes: int) -> None:
    page = open_page(kg=reports(), nodes=nodes)
    png = saved(page, "png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    drawing = ElementTree.fromstring(saved(page, "svg"))
    space = "{http://www.w3.org/2000/svg}"
    shapes = drawing.findall(f"{space}polygon") + drawing.findall(f"{space}circle")
    assert len(shapes) == 8 and len(drawing.findall(f"{space}path")) == len(graph().links)
    assert "HillTop" in [text.text for text in drawing.findall(f"{space}text")]
    rows = list(csv.DictReader(io.StringIO(saved(page, "csv").decode())))
    assert len(rows) == len(graph().links) + 1
    assert {row["role"] for row in rows} == {*ROLES, ""}
    assert [r["title"] for r in rows if r["paper"] == "bad/<k>"] == [f"'=cmd {HOSTILE} HillTop"]


NO_WEBGL = """{
  const real = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind === "webgl2" ? null : real.call(this, kind, ...rest);
  };
}"""


def test_a_large_graph_without_webgl_can_still_be_read(open_page: Open) -> None:
    page = open_page(nodes=0)
    page.context.add_init_script(NO_WEBGL)
    page.reload()
    shows(page, "#graph", "offers no WebGL")
    page.fill("#query", "hilltop")
    page.keyboard.press("Enter")
    shows(page, "#panel h2", "HillTop")
    page.keyboard.press("f")
    page.click("#theme")
    page.click("#closer")
    page.click("#save summary")
    assert page.is_disabled("#save-svg") and page.is_enabled("#save-csv")


TASK = f"#task={quote(f'climbing {HOSTILE}')}"
AXE = Path(__file__).parent / "axe-core" / "axe.min.js"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "address",
    ["", "#model/ferngrove-2", "#paper/walk:1", "#path=paper/walk:4,paper/walk:2", TASK],
)
def test_nothing_serious_stands_in_the_way_of_a_reader(
    open_page: Open, address: str, width: int, scheme: str
) -> None:
    page = open_page(address, kg=reports())
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    bad = [v for v in found if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in bad] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
