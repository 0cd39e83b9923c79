"""The pages: every IRI of the graph has one, hostile text does no harm, search finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat
from tests.graph.invented import document
from tests.web.serving import NASTY, Served, graph

from paperkg.graph import BASE

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def iris() -> set[str]:
    """The IRIs of all that the graph says something about, without their fragments."""
    triples = pyoxigraph.parse(document(graph()), RdfFormat.TURTLE)
    return {t.subject.value.partition("#")[0] for t in triples}


def test_every_iri_has_a_page_and_data(served: Served) -> None:
    assert len(iris()) > 25
    for iri in sorted(iris()):
        path = iri.removeprefix(BASE)
        page = served.client.get(f"/{path}", headers={"Accept": BROWSER})
        assert page.status_code == 200 and "<h1>" in page.text, path
        data = served.client.get(f"/{path}", headers={"Accept": "application/n-triples"})
        subjects = {t.subject.value for t in pyoxigraph.parse(data.content, RdfFormat.N_TRIPLES)}
        assert iri in subjects, path


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples;q=0.9, text/html;q=0.1", "application/n-triples"),
        (BROWSER, "text/html"),
        ("*/*", "text/html"),
    ],
)
def test_an_iri_is_served_as_the_client_likes_it(served: Served, accept: str, type_: str) -> None:
    answer = served.client.get("/model/fern-2", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(type_)
    assert answer.headers["vary"].lower().startswith("accept")


def test_a_picture_of_an_entity_is_not_to_be_had(served: Served) -> None:
    assert served.client.get("/model/oak", headers={"Accept": "image/png"}).status_code == 406


def test_data_of_a_paper_holds_its_results_and_mentions(served: Served) -> None:
    data = served.client.get("/paper/walk:1?format=ntriples").text
    assert "#result=" in data and "#mention=" in data and "nif-core#isString" in data


def test_an_entity_page_shows_facts_results_and_papers_with_their_sentences(
    served: Served,
) -> None:
    page = served.client.get("/model/fern-2").text
    assert 'href="/organization/moss-lab">Moss Lab</a>' in page
    assert 'href="/model/fern">Fern</a>' in page and 'href="/model/fern-2/9b"' in page
    assert "Introduced by" in page and 'href="/paper/walk:1">Fern 2 climbs</a>' in page
    assert re.search(r"<blockquote>.*<mark class=\"model\">Fern 2</mark>", page)
    assert "61.5" in page and 'href="/benchmark/hilltop">HillTop</a>' in page
    assert "outperformed by" in page and 'href="/model/oak">Oak</a> on ' in page
    assert 'href="/explore/model/fern-2"' in page


def test_a_variant_shows_the_papers_that_name_it(served: Served) -> None:
    page = served.client.get("/model/fern-2/9b").text
    assert 'href="/paper/walk:2"' in page and 'href="/paper/walk:1"' not in page


def test_a_paper_page_links_its_abstract_results_and_nearest_papers(served: Served) -> None:
    page = served.client.get("/paper/walk:1").text
    assert 'class="mention model" href="/model/fern-2">Fern 2</a>' in page
    assert re.search(r'<tr id="result=\d+,\d+">.*61.5', page)
    assert 'href="/task/slope-climbing"' in page and "Oak: slow and sure</a>" in page


def test_a_task_page_shows_its_papers_and_relatives(served: Served) -> None:
    page = served.client.get("/task/slope-climbing").text
    assert "hill climbing" in page and 'href="/task/gardening"' in page
    assert 'href="/paper/walk:1"' in page and 'href="/benchmark/hilltop"' in page


def test_what_is_unknown_is_a_page_with_a_search_box(served: Served) -> None:
    page = served.client.get("/model/<script>alert(1)</script>", headers={"Accept": BROWSER})
    assert page.status_code == 404 and 'name="q"' in page.text and "<script>alert" not in page.text
    plain = served.client.get("/model/none", headers={"Accept": "text/turtle"})
    assert plain.status_code == 404 and plain.text.count("\n") == 1
    assert served.client.get("/explore/model/none").status_code == 404


def test_every_answer_has_a_strict_policy_and_no_cookie(served: Served) -> None:
    for path in ("/", "/sparql", "/model/oak", "/none", "/search?q=x", "/explore/model/oak",
                 "/-/style.css", "/find?q=x"):  # fmt: skip
        answer = served.client.get(path, headers={"Accept": BROWSER})
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe-inline" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers


def test_search_completes_names_spellings_and_titles(served: Served) -> None:
    def found(text: str) -> list[str]:
        rows = served.client.get("/search", params={"q": text}).json()
        return [row["iri"].removeprefix(BASE) for row in rows]

    assert found("fern-2")[0] == found("FERN 2")[0] == found("fern2")[0] == "model/fern-2"
    assert found("fern ii")[0] == "model/fern-2"
    assert found("slow and")[0] == "paper/walk:2"
    assert found("sure oak") == ["paper/walk:2"]
    assert found("hill climb") == ["task/slope-climbing"]
    assert found("") == found("zzz") == found("?!") == []
    assert 'href="/model/fern-2"' in served.client.get("/find?q=fern").text


def test_the_start_is_the_explorer_or_figures_for_a_large_graph(served: Served) -> None:
    assert 'id="graph"' in served.client.get("/").text
    held = served.app.state.explorer
    served.app.state.explorer = ""
    try:
        page = served.client.get("/").text
    finally:
        served.app.state.explorer = held
    assert "<b>15</b>" in page and 'href="/benchmark/hilltop">HillTop</a>' in page


def test_the_neighbourhood_holds_the_papers_of_an_entity_and_what_they_name(
    served: Served,
) -> None:
    page = served.client.get("/explore/benchmark/hilltop").text
    assert "Around HillTop" in page and "Oak: slow and sure" in page and "RiverMouth" in page
    assert "Cutting leaves" not in page


@pytest.fixture
def tab(served: Served, browser: Any) -> Iterator[Any]:
    """A tab of a browser; in the end no error, dialog or request elsewhere may have happened."""
    troubles: list[str] = []
    context = browser.new_context(base_url=served.url)
    found = context.new_page()
    found.on("console", lambda m: troubles.append(f"{m.type}: {m.text}"))
    found.on("pageerror", lambda error: troubles.append(str(error)))
    found.on("dialog", lambda dialog: (troubles.append("dialog"), dialog.dismiss()))
    found.on("request", lambda r: None if local(r.url, served) else troubles.append(r.url))
    yield found
    context.close()
    assert troubles == []


def local(url: str, served: Served) -> bool:
    """Whether a request stays on the server or in the page."""
    return url.startswith((served.url, "data:", "blob:"))


def test_search_and_editor_work_in_a_browser(tab: Any) -> None:
    expect = import_module("playwright.sync_api").expect
    tab.goto("/model/oak")
    tab.keyboard.press("/")
    tab.keyboard.type("hilltop")
    expect(tab.locator("#hits li .name").first).to_have_text("HillTop")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    expect(tab.locator("h1")).to_have_text("HillTop")
    tab.click("nav a:has-text('SPARQL')")
    tab.fill("#sparql", "SELECT ?x { ?x a pk:Organization }")
    tab.keyboard.press("Control+Enter")
    expect(tab.locator("tbody tr")).to_have_count(2)
    tab.click("tbody a >> nth=0")
    expect(tab.locator("h1")).to_have_text(re.compile("Bark|Moss Lab"))


def test_light_or_dark_is_chosen_once_for_all_pages(tab: Any) -> None:
    """The pages and the explorer keep the choice, and no script of theirs breaks the policy."""
    ground = "getComputedStyle(document.body).backgroundColor"
    tab.goto("/model/oak")
    light = tab.evaluate(ground)
    tab.click("#theme")
    dark = tab.evaluate(ground)
    assert dark != light
    for path in ("/sparql", "/"):
        tab.goto(path)
        assert tab.evaluate(ground) == dark
    tab.click("#theme")
    tab.goto("/find?q=oak")
    assert tab.evaluate(ground) == light


def test_hostile_titles_do_no_harm_in_a_browser(served: Served, tab: Any) -> None:
    rows = served.client.get("/search", params={"q": "onerror"}).json()
    assert rows[0]["name"] == NASTY
    tab.goto(rows[0]["href"])
    assert "<img" in tab.inner_text("h1")
    tab.fill("#query", "onerror")
    tab.wait_for_selector("#hits li")
    tab.goto("/sparql?query=SELECT * { ?p dcterms:title ?t }")
    tab.wait_for_selector("tbody tr")
    assert tab.evaluate("window.harmed") is None
    assert tab.locator("img").count() == 0


def test_pages_fit_a_phone(served: Served, browser: Any) -> None:
    context = browser.new_context(base_url=served.url, viewport={"width": 360, "height": 700})
    page = context.new_page()
    for path in ("/model/fern-2", "/paper/walk:1", "/sparql", "/find?q=fern", "/none"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    context.close()
