"""The SPARQL 1.1 Protocol at `/sparql`: three ways to ask, eight formats, an editor for people.

A query past its limits of time, memory or size is answered with status 500, which the protocol
has for queries that a service refuses to carry out: to ask again would not help. Status 503 with
Retry-After means that all workers were busy.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from paperkg.explore.queries import named_queries, named_query
from paperkg.web.accept import best
from paperkg.web.limits import QUERY_BYTES
from paperkg.web.pages import href, page
from paperkg.web.workers import Answer, BusyError, Job

__all__ = ["sparql"]

SOLUTION_TYPES = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
TRIPLE_TYPES = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "application/rdf+xml": "rdfxml",
    "application/xml": "rdfxml",
    "text/plain": "ntriples",
}
TYPES = tuple(dict.fromkeys([*SOLUTION_TYPES, *TRIPLE_TYPES]))
NAMED_FORMATS = frozenset([*SOLUTION_TYPES.values(), *TRIPLE_TYPES.values()])
SHOWN = 1_000
"""So many rows are shown in the editor page."""

BODY_BYTES = 4 * QUERY_BYTES
"""A form may take more than its query: letters are percent-encoded in it."""

OTHER = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r'|<[^<>"{}|^`\\\x00-\x20]*>'
    r"|#[^\n]*",
    re.DOTALL,
)
"""What holds words that are no words of SPARQL: strings, IRIs, comments."""

SERVICE = re.compile(r"(?<![\w?$:.-])SERVICE\b(?![:.-])", re.IGNORECASE)
UPDATE = re.compile(
    r"\s*(?:(?:PREFIX\s+\S*:|BASE)\s*)*(INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD|WITH)\b",
    re.IGNORECASE,
)
READ_ONLY = "this endpoint answers queries; it takes no updates"


class RefusedError(Exception):
    """A request that is not carried out: its HTTP status, and one line that says why."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status, self.line = status, line


class Asked(NamedTuple):
    """What a request asks: the query, a format by name, and whether it is for people."""

    query: str
    format: str
    for_people: bool


async def sparql(request: Request) -> Response:
    """Answer a request at `/sparql`."""
    try:
        asked = wish(request, await parameters(request))
        if not asked.query:
            return introduction(request, asked)
        check(asked.query)
        answer = await request.app.state.pool.ask(job(request, asked))
    except RefusedError as refused:
        return told(request, refused.status, refused.line)
    except BusyError:
        return told(request, 503, "all query workers are busy; try again in a moment")
    return answered(request, asked, answer)


async def parameters(request: Request) -> dict[str, list[str]]:
    """The parameters of a request; raises RefusedError for one that the protocol does not know."""
    given = parse_qs(request.url.query, keep_blank_values=True, errors="replace")
    if request.method == "POST":
        type_ = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if type_ == "application/sparql-update":
            raise RefusedError(403, READ_ONLY)
        if type_ not in ("application/x-www-form-urlencoded", "application/sparql-query"):
            raise RefusedError(415, "send a form (application/x-www-form-urlencoded) or "
                               "application/sparql-query")  # fmt: skip
        text = await body(request)
        if type_ == "application/sparql-query":
            given.setdefault("query", []).append(text)
        else:
            for name, values in parse_qs(text, keep_blank_values=True, errors="replace").items():
                given.setdefault(name, []).extend(values)
        if "query" not in given and "update" not in given:
            raise RefusedError(400, "no query: give it as the parameter `query`")
    return given


async def body(request: Request) -> str:
    """The body as text; raises RefusedError where it is too large or not UTF-8."""
    read = bytearray()
    async for piece in request.stream():
        read += piece
        if len(read) > BODY_BYTES:
            raise RefusedError(413, f"the query is longer than {QUERY_BYTES // 1024} KB")
    try:
        return read.decode()
    except UnicodeDecodeError:
        raise RefusedError(400, "the query is not UTF-8") from None


def wish(request: Request, given: dict[str, list[str]]) -> Asked:
    """What some parameters ask; raises RefusedError where they ask for what is not done here."""
    if "update" in given:
        raise RefusedError(403, READ_ONLY)
    if len(given.get("query", [])) > 1:
        raise RefusedError(400, "more than one query: give one")
    for name in ("default-graph-uri", "named-graph-uri"):
        # rdflib's store names the blank node of its own graph here, which means nothing
        if any(":" in value and not value.startswith("_:") for value in given.get(name, [])):
            raise RefusedError(400, f"{name}: there is one graph here, and no other is loaded")
    query = given.get("query", [""])[0]
    if len(query.encode("utf-8", "replace")) > QUERY_BYTES:
        raise RefusedError(413, f"the query is longer than {QUERY_BYTES // 1024} KB")
    format_ = given.get("format", [""])[0]
    if format_ and format_ not in NAMED_FORMATS:
        raise RefusedError(400, f"format: one of {', '.join(sorted(NAMED_FORMATS))}")
    example = given.get("example", [""])[0]
    return Asked(query, format_, not format_ and likes_pages(request) and not example)


def likes_pages(request: Request) -> bool:
    """Whether a request comes from a browser."""
    accept = request.headers.get("accept", "")
    return request.method != "POST" and best(accept, (*TYPES, "text/html")) == "text/html"


def check(query: str) -> None:
    """Refuse, in words that help, what a worker would refuse in others."""
    plain = OTHER.sub(" _ ", query)
    if UPDATE.match(plain.replace(" _ ", "")):
        raise RefusedError(403, READ_ONLY)
    if SERVICE.search(plain):
        raise RefusedError(400, "SERVICE is refused: this endpoint asks no other one")


def job(request: Request, asked: Asked) -> Job:
    """The query with the formats that the client wants for either kind of answer."""
    if asked.for_people:
        return Job(asked.query, "json", "turtle")
    if asked.format:
        known = asked.format in SOLUTION_TYPES.values(), asked.format in TRIPLE_TYPES.values()
        return Job(asked.query, asked.format if known[0] else "", asked.format if known[1] else "")
    accept = request.headers.get("accept", "")
    solutions = SOLUTION_TYPES.get(best(accept, tuple(SOLUTION_TYPES)), "")
    triples = TRIPLE_TYPES.get(best(accept, tuple(TRIPLE_TYPES)), "")
    return Job(asked.query, solutions, triples)


def told(request: Request, status: int, line: str, query: str = "") -> Response:
    """An error: one line, or the editor with it."""
    headers = {"Retry-After": "5"} if status == 503 else {}
    if likes_pages(request):
        return editor(request, query or given_query(request), error=line, status=status,
                      headers=headers)  # fmt: skip
    return PlainTextResponse(line + "\n", status, headers)


def given_query(request: Request) -> str:
    """The query in an address, if it is no longer than may be."""
    query = str(request.query_params.get("query", ""))
    return query if len(query) <= QUERY_BYTES else ""


def answered(request: Request, asked: Asked, answer: Answer) -> Response:
    """A worker's answer as a response."""
    if asked.for_people:
        if answer.status != 200:
            return told(request, answer.status, answer.body.decode().strip(), asked.query)
        return editor(request, asked.query, answer=answer)
    headers = {"Vary": "Accept"}
    if answer.cut:
        headers["PaperKG-Cut"] = f"rows={request.app.state.limits.rows}"
    if asked.format:
        headers["Content-Disposition"] = f'attachment; filename="answer.{ENDINGS[asked.format]}"'
    return Response(answer.body, answer.status, headers, answer.type)


ENDINGS = {"ntriples": "nt", "turtle": "ttl", "rdfxml": "rdf"} | {
    name: name for name in ("json", "xml", "csv", "tsv", "jsonld")
}


def introduction(request: Request, asked: Asked) -> Response:
    """What is answered where no query is asked: the editor, or a service description."""
    example = request.query_params.get("example", "")
    if example or asked.for_people:
        if example and example not in named_queries():
            raise RefusedError(400, f"no query is called {example[:80]}")
        return editor(request, filled(request, example) if example else FIRST)
    if "query" in request.query_params:
        raise RefusedError(400, "the query is empty")
    return Response(description(request), media_type="text/turtle", headers={"Vary": "Accept"})


FIRST = """SELECT ?name ?papers {
  { SELECT ?entity (COUNT(?paper) AS ?papers) { ?paper pk:mentions ?entity } GROUP BY ?entity }
  ?entity a pk:Model ; rdfs:label ?name .
}
ORDER BY DESC(?papers) LIMIT 20
"""


def filled(request: Request, name: str) -> str:
    """A named query; what is to be bound in it is bound to what most papers name."""
    text = named_query(name)
    match = re.search(r"--bind (\w+)=", text)
    if not match:
        return text
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    most = request.app.state.index.most_shared(1)
    if match[1] == "task":
        found = most.pop("Task", [])
        value = json.dumps(found[0].name, ensure_ascii=False) if found else '"a task"'
    else:
        most.pop("Task", None)
        found = next(iter(most.values()), [])
        value = f"<{request.app.state.graph.base}{found[0].path}>" if found else "<>"
    return "\n".join([*lines, f"VALUES ?{match[1]} {{ {value} }}", ""])


def editor(
    request: Request, query: str, *, answer: Answer | None = None, error: str = "",
    status: int = 200, headers: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page with the query, the examples and, where there is one, the answer or the error."""
    state = request.app.state
    known = {"table": None, "boolean": None, "text": ""} | (understood(answer) if answer else {})
    text = page(
        "sparql", title="SPARQL", query=query, error=error, examples=examples(), known=known,
        cut=answer.cut if answer else False, limits=state.limits, shown=SHOWN,
        base=state.graph.base, link=urlencode({"query": query}), to=href, done=answer is not None,
    )  # fmt: skip
    return HTMLResponse(text, status, {"Vary": "Accept"} | (headers or {}))


@cache
def examples() -> list[tuple[str, str]]:
    """The named queries, with what they answer."""
    told = named_queries().items()
    bind = re.compile(r":? give it with --bind .*", re.IGNORECASE)
    return [(name, bind.sub("", line)) for name, line in told]


def understood(answer: Answer) -> dict[str, Any]:
    """What the editor page shows of an answer: a table, yes or no, or a text."""
    if not answer.type.startswith("application/sparql-results"):
        return {"text": answer.body.decode()[:200_000]}
    found = json.loads(answer.body)
    if "boolean" in found:
        return {"boolean": found["boolean"]}
    names, rows = found["head"]["vars"], found["results"]["bindings"]
    cells = [[row.get(name) for name in names] for row in rows[:SHOWN]]
    return {"table": {"names": names, "rows": cells, "count": len(rows)}}


def description(request: Request) -> str:
    """The service description, in Turtle."""
    state = request.app.state
    formats = (*SOLUTION_FORMATS, *TRIPLE_FORMATS)
    lines = " ,\n    ".join(f"<http://www.w3.org/ns/formats/{name}>" for name in formats)
    return DESCRIPTION.format(formats=lines, triples=len(state.graph.store), url=request.url.path)


SOLUTION_FORMATS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV",
                    "SPARQL_Results_TSV")  # fmt: skip
TRIPLE_FORMATS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
DESCRIPTION = """@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix void: <http://rdfs.org/ns/void#> .

<{url}> a sd:Service ;
  sd:endpoint <{url}> ;
  sd:supportedLanguage sd:SPARQL11Query ;
  sd:resultFormat {formats} ;
  sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ; void:triples {triples} ] ] .
"""
