"""The SPARQL protocol: ways to ask, formats, what is refused, and what is bounded."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import httpx
import pyoxigraph
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, SPARQLWrapper
from tests.web.serving import LIMITS, NASTY, RUNAWAY, Served

from paperkg.explore import named_queries
from paperkg.graph import BASE
from paperkg.web import Limits
from paperkg.web.workers import Job, Worker

TITLES = "SELECT ?title { ?p a pk:Paper ; dcterms:title ?title } ORDER BY ?title"
MAKER = "SELECT ?x { <https://w3id.org/paperkg/model/oak> pk:developedBy ?x }"
FORM = "application/x-www-form-urlencoded"


def test_all_three_ways_to_ask_give_the_same(served: Served) -> None:
    client = served.client
    answers = [
        client.get("/sparql", params={"query": MAKER}),
        client.post("/sparql", data={"query": MAKER}),
        client.post("/sparql", content=MAKER, headers={"Content-Type": "application/sparql-query"}),
    ]
    assert {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
    bindings = answers[0].json()["results"]["bindings"]
    assert [b["x"]["value"] for b in bindings] == [f"{BASE}organization/bark"]


@pytest.mark.parametrize(
    ("accept", "format_"),
    [
        ("application/sparql-results+json", QueryResultsFormat.JSON),
        ("application/sparql-results+xml", QueryResultsFormat.XML),
        ("text/tab-separated-values", QueryResultsFormat.TSV),
    ],
)
def test_select_keeps_every_text_in_every_format(
    served: Served, accept: str, format_: QueryResultsFormat
) -> None:
    answer = served.ask(TITLES, accept)
    assert answer.headers["content-type"].startswith(accept)
    parsed = pyoxigraph.parse_query_results(answer.content, format_)
    titles = [row["title"].value for row in parsed]
    control = str.maketrans("\x0b\x0c\x08", "\ufffd" * 3) if "xml" in accept else {}
    direct = served.ask(TITLES, "application/json").json()["results"]["bindings"]
    assert titles == [b["title"]["value"].translate(control) for b in direct]
    assert NASTY in titles


def test_csv_has_values_and_ask_is_answered(served: Served) -> None:
    answer = served.ask(MAKER, "text/csv")
    assert answer.text == f"x\r\n{BASE}organization/bark\r\n"
    yes = {"json": '"boolean": true', "xml": "<boolean>true<", "csv": "true\r\n", "tsv": "true\n"}
    for name, text in yes.items():
        assert text in served.ask("ASK { ?s ?p ?o }", format=name).text


@pytest.mark.parametrize(
    ("accept", "format_"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", RdfFormat.RDF_XML),
    ],
)
def test_construct_and_describe_come_in_every_format(
    served: Served, accept: str, format_: RdfFormat
) -> None:
    for query in (
        "CONSTRUCT { ?e rdfs:label ?n } WHERE { ?e a pk:Model ; rdfs:label ?n }",
        f"DESCRIBE <{BASE}model/oak>",
    ):
        answer = served.ask(query, accept)
        assert answer.headers["content-type"].startswith(accept)
        assert len(list(pyoxigraph.parse(answer.content, format_))) >= 3


def test_a_format_for_the_other_kind_of_query_is_not_acceptable(served: Served) -> None:
    assert served.ask(MAKER, "text/turtle").status_code == 406
    assert served.ask(f"DESCRIBE <{BASE}model/oak>", "text/csv").status_code == 406


def test_browsers_get_the_editor_and_programs_the_service_description(served: Served) -> None:
    page = served.client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert "<textarea" in page.text and page.text.count("?example=") == len(named_queries())
    described = served.client.get("/sparql", headers={"Accept": "text/turtle"})
    triples = pyoxigraph.parse(described.content, RdfFormat.TURTLE, base_iri=served.url)
    assert any(t.object.value.endswith("#SPARQL11Query") for t in triples)


def test_every_example_runs_in_the_editor(served: Served) -> None:
    for name in named_queries():
        page = served.client.get("/sparql", params={"example": name})
        assert page.status_code == 200
        text = page.text.partition('spellcheck="false" autocapitalize="off">\n')[2]
        query = unescape(text.partition("</textarea>")[0])
        assert served.ask(query).status_code == 200, name


def test_the_editor_shows_answers_with_links_and_hostile_text_as_text(served: Served) -> None:
    query = "SELECT ?p ?title { ?p a pk:Paper ; dcterms:title ?title }"
    page = served.ask(query, "text/html").text
    assert 'href="/paper/walk:1"' in page and "Download" in page and "format=csv" in page
    assert "<img" not in page and "<script>window" not in page and "&lt;img src=x" in page


def test_updates_are_refused(served: Served) -> None:
    update = "INSERT DATA { <a:a> <a:b> <a:c> }"
    client = served.client
    prefixed = f"PREFIX x: <http://x/> # why\n{update}"
    sent = [
        client.post("/sparql", data={"update": update}),
        client.get("/sparql", params={"update": update}),
        client.get("/sparql", params={"query": update}),
        client.get("/sparql", params={"query": prefixed}),
        client.post(
            "/sparql", content=update, headers={"Content-Type": "application/sparql-update"}
        ),
    ]
    assert [a.status_code for a in sent] == [403] * len(sent)
    assert all(a.text.count("\n") == 1 for a in sent)
    assert not served.ask("ASK { <a:a> ?p ?o }").json()["boolean"]


def listener() -> tuple[socket.socket, list[str]]:
    """A port that notes who calls."""
    calls: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        try:
            while True:
                calls.append(str(listening.accept()[1]))
        except OSError:
            return

    threading.Thread(target=accept, daemon=True).start()
    return listening, calls


def test_no_query_reaches_the_network(served: Served) -> None:
    listening, calls = listener()
    place = f"<http://127.0.0.1:{listening.getsockname()[1]}/>"
    plain = served.ask(f"SELECT * {{ SERVICE {place} {{ ?s ?p ?o }} }}")
    assert plain.status_code == 400 and "SERVICE" in plain.text
    sly = "SELECT * { ?s a pk:Model FILTER('a'<'b') FILTER('a'<'>')"  # looks like an IRI and a text
    hidden = (
        f"{sly} SERVICE {place} {{ ?a ?p ?o }} FILTER('a'='a') }}",
        f"{sly} SERVICE SILENT {place} {{ ?s rdfs:label ?x }} FILTER('a'='a') }}",
        f"SELECT * FROM {place} {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED {place} {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    )
    for query in hidden:
        answer = served.ask(query)
        assert answer.status_code in (200, 400)
        assert "http://127" not in answer.text
    listening.close()
    assert calls == []
    assert served.ask("ASK { FILTER(CONTAINS('at your service', 'service')) }").json()["boolean"]


def test_other_graphs_are_refused(served: Served) -> None:
    for name in ("default-graph-uri", "named-graph-uri"):
        answer = served.client.get("/sparql", params={"query": MAKER, name: "http://x/"})
        assert answer.status_code == 400 and name in answer.text


@pytest.mark.parametrize(
    "query", ["SELECT", "", "SELECT * { ?s ?p }", "é", "SELECT * { <a ?p ?o }"]
)
def test_a_wrong_query_gets_one_plain_line(served: Served, query: str) -> None:
    answer = served.ask(query)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.count("\n") == 1 and len(answer.text) < 320
    page = served.ask(query, "text/html")
    assert page.status_code == 400 or not query
    assert "textarea" in page.text


def test_requests_are_bounded(served: Served) -> None:
    long = "SELECT * { ?s ?p ?o } #" + "x" * 66_000
    client = served.client
    with pytest.raises(HTTPError, match="413"):
        urlopen(f"{served.url}/sparql?{urlencode({'query': long})}")
    assert client.post("/sparql", data={"query": long}).status_code == 413
    assert client.post("/sparql", data={"query": long * 9}).status_code == 413
    two = client.get(f"/sparql?query={'ASK{}'}&query={'ASK{}'}")
    assert two.status_code == 400
    odd = client.post("/sparql", content="x", headers={"Content-Type": "text/html"})
    assert odd.status_code == 415
    assert client.post("/sparql", data={"q": "x"}).status_code == 400
    raw = {"Content-Type": "application/sparql-query"}
    assert client.post("/sparql", content=b"\xff", headers=raw).status_code == 400
    assert client.put("/sparql", content="x").status_code == 405


def test_head_options_and_other_sites(served: Served) -> None:
    head = served.client.head("/sparql", params={"query": MAKER})
    assert head.status_code == 200 and head.content == b""
    options = served.client.options("/sparql")
    assert options.status_code == 204 and "POST" in options.headers["access-control-allow-methods"]
    assert served.ask(MAKER).headers["access-control-allow-origin"] == "*"


def test_rows_beyond_the_limit_are_cut_and_told(served: Served) -> None:
    answer = served.ask("SELECT * { ?s ?p ?o }")
    assert len(answer.json()["results"]["bindings"]) == LIMITS.rows
    assert answer.headers["paperkg-cut"] == f"rows={LIMITS.rows}"
    triples = served.ask("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples")
    assert triples.text.count("\n") <= LIMITS.rows and "paperkg-cut" in triples.headers
    assert "cut at 100 rows" in served.ask("SELECT * { ?s ?p ?o }", "text/html").text
    assert "paperkg-cut" not in served.ask(f"SELECT * {{ ?s ?p ?o }} LIMIT {LIMITS.rows}").headers


def test_a_query_without_end_is_stopped_and_the_next_one_answered(served: Served) -> None:
    began = time.monotonic()
    answer = served.ask(RUNAWAY)
    assert answer.status_code == 500 and "longer than 1 seconds" in answer.text
    assert time.monotonic() - began < LIMITS.timeout + 1.5
    assert served.ask(MAKER).status_code == 200


def test_where_all_workers_are_busy_too_long_clients_are_told_when_to_come_back(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served.app.state.pool, "wait", 0.3)

    def ask(_: int) -> httpx.Response:
        return httpx.get(f"{served.url}/sparql", params={"query": RUNAWAY}, timeout=30)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))
    assert {a.status_code for a in answers} == {500, 503}
    assert all("retry-after" in a.headers for a in answers if a.status_code == 503)
    assert served.ask(MAKER).status_code == 200


def test_a_query_that_takes_too_much_memory_is_stopped(served: Served) -> None:
    store = served.app.state.pool.workers[0].store
    worker = Worker(store, Limits(timeout=20.0, memory=64))
    steps = " ".join(f"BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(26))
    large = f"SELECT (STRLEN(?a26) AS ?n) {{ BIND('1234567890' AS ?a0) {steps} }}"
    answer = worker.ask(Job(large, "json", "turtle"))
    assert answer.status == 500 and b"64 MB of memory" in answer.body
    assert worker.ask(Job(MAKER, "json", "turtle")).status == 200
    worker.end()


def test_a_worker_that_was_killed_is_replaced(served: Served) -> None:
    found = served.app.state.pool.workers[0]
    worker = Worker(found.store, found.limits)
    worker.start()
    worker.process.kill()
    worker.process.join()
    assert worker.ask(Job(MAKER, "json", "turtle")).status == 500
    assert worker.ask(Job(MAKER, "json", "turtle")).status == 200
    worker.end()


def test_fifty_clients_at_once_each_get_their_own_answer(served: Served) -> None:
    def ask(number: int) -> bool:
        query = f"SELECT ({number} AS ?n) (COUNT(*) AS ?all) {{ ?s a pk:Model }}"
        with httpx.Client(base_url=served.url, timeout=30) as client:
            answers = [client.post("/sparql", data={"query": query}) for _ in range(4)]
        rows = [a.json()["results"]["bindings"][0] for a in answers]
        return all((r["n"]["value"], r["all"]["value"]) == (str(number), "4") for r in rows)

    with ThreadPoolExecutor(50) as threads:
        assert all(threads.map(ask, range(50)))


def test_sparqlwrapper_is_served(served: Served) -> None:
    wrapper = SPARQLWrapper(f"{served.url}/sparql")
    wrapper.setQuery(f"PREFIX pk: <https://w3id.org/paperkg/ontology#> {MAKER}")
    wrapper.setReturnFormat(JSON)
    for method in ("GET", "POST"):
        wrapper.setMethod(method)
        found = wrapper.query().convert()
        assert found["results"]["bindings"][0]["x"]["value"] == f"{BASE}organization/bark"


def test_rdflibs_store_is_served(served: Served) -> None:
    for method in ("GET", "POST", "POST_FORM"):
        graph = Graph(SPARQLStore(f"{served.url}/sparql", method=method))
        rows = list(graph.query(f"PREFIX pk: <https://w3id.org/paperkg/ontology#> {MAKER}"))
        assert [str(row[0]) for row in rows] == [f"{BASE}organization/bark"]
        assert (None, None, None) in graph
