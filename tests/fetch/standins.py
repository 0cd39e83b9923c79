"""Local stand-ins that speak the formats of the services, over invented papers."""

import json
import re
import socket
import struct
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

HOSTILE = (
    '=cmd|"/c calc" </title><script>alert(1)</script> ]]> &amp; <b>\\n {{7*7}} \u2028 %s',
    "' OR 1=1 --",
)
"""A title and the name of an author that must stay data."""


def paper(number, day, **more):
    """An invented paper."""
    return {
        "id": f"{day[2:4]}{day[5:7]}.{number:05d}",
        "title": f"Paper {number}: counting oaks",
        "abstract": f"We count the leaves of oak {number}, and nobody counts those of a pine.",
        "authors": [f"Ada Oak{number}", "Ben Elm"],
        "day": day,
        "category": "cs.CL",
        **more,
    }


def atom(papers, total, start):
    """A feed of arXiv."""
    entries = "".join(
        f"""<entry>
    <id>http://arxiv.org/abs/{p["id"]}v2</id>
    <updated>2026-12-01T08:00:00Z</updated>
    <published>{p["day"]}T17:59:58Z</published>
    <title>{escape(p["title"]).replace(": ", ":" + chr(10) + "  ")}</title>
    <summary>  {escape(p["abstract"])}
</summary>
    {"".join(f"<author><name>{escape(name)}</name></author>" for name in p["authors"])}
    <arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">9 pages. Code:
      {p.get("code", "on request")}.</arxiv:comment>
    <link href="http://arxiv.org/abs/{p["id"]}v2" rel="alternate" type="text/html"/>
    <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="{p["category"]}"/>
    <category term="{p["category"]}" scheme="http://arxiv.org/schemas/atom"/>
  </entry>"""
        for p in papers
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title type="html">ArXiv Query</title>
  <id>http://arxiv.org/api/1</id>
  <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">{total}</opensearch:totalResults>
  <opensearch:startIndex xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">{start}</opensearch:startIndex>
  {entries}
</feed>""".encode()


def inverted(text):
    """An abstract as OpenAlex gives it."""
    index = {}
    for place, word in enumerate(text.split()):
        index.setdefault(word, []).append(place)
    return index


class World:
    """What the stand-ins know, how many papers a page has, what goes wrong, and what was asked.

    `faults` are consumed one a request: a status with headers and a body, a name of a fault on
    the way (`cut`, `reset`), or None; `stop_at` is the request that gets no answer at all.
    """

    def __init__(self):
        self.papers = [paper(n, f"2026-01-{31 - n:02d}") for n in range(1, 8)]
        self.page = 3
        self.faults, self.asked, self.headers = [], [], []
        self.stop_at, self.stopped, self.release = 0, threading.Event(), threading.Event()

    def between(self, first, last):
        """The papers of some days, the newest first."""
        found = [p for p in self.papers if first <= p["day"] <= last]
        return sorted(found, key=lambda p: (p["day"], p["id"]), reverse=True)

    def answer(self, path, query):
        """The body of an answer."""
        known = {
            "/query": self.arxiv,
            "/api/daily_papers": self.huggingface,
            "/works": self.openalex,
            "/graph/v1/paper/search/bulk": self.semanticscholar,
        }
        answer = known[path](query)
        return answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    def arxiv(self, query):
        asked = query["search_query"]
        days = re.search(r"submittedDate:\[(\d{8})0000 TO (\d{8})2359\]", asked).groups()
        first, last = (f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in days)
        wanted = re.findall(r"cat:([\w.-]+)", asked)
        found = [p for p in self.between(first, last) if not wanted or p["category"] in wanted]
        start = int(query["start"])
        size = min(self.page, int(query["max_results"]))
        return atom(found[start : start + size], len(found), start)

    def huggingface(self, query):
        found = self.between(query["date"], query["date"])
        start = int(query["p"]) * self.page
        return [
            {
                "paper": {
                    "id": p["id"],
                    "authors": [{"_id": "0", "name": n, "hidden": False} for n in p["authors"]]
                    + [{"_id": "1", "name": "Not Shown", "hidden": True}],
                    "publishedAt": f"{p['day']}T00:00:00.000Z",
                    "title": p["title"],
                    "summary": p["abstract"],
                    "upvotes": 3,
                    "githubRepo": p.get("code"),
                },
                "publishedAt": f"{p['day']}T09:00:00.000Z",
                "title": p["title"],
                "numComments": 1,
            }
            for p in found[start : start + self.page]
        ]

    def openalex(self, query):
        filters = dict(part.split(":", 1) for part in query["filter"].split(","))
        found = self.between(
            filters.get("from_publication_date", "0001-01-01"), filters["to_publication_date"]
        )
        size = min(self.page, int(query["per_page"]))
        if "cursor" in query:
            start = 0 if query["cursor"] == "*" else int(query["cursor"].removeprefix("after-"))
        else:
            start = (int(query["page"]) - 1) * int(query["per_page"])
            size = int(query["per_page"])
        more = start + size < len(found)
        return {
            "meta": {
                "count": len(found),
                "per_page": size,
                "next_cursor": f"after-{start + size}" if more and "cursor" in query else None,
            },
            "results": [
                {
                    "id": f"https://openalex.org/W{p['id'].replace('.', '')}",
                    "doi": p.get("doi"),
                    "title": p["title"],
                    "abstract_inverted_index": inverted(p["abstract"]) if p["abstract"] else None,
                    "publication_date": p["day"],
                    "authorships": [
                        {"author": {"id": "A1", "display_name": n}, "raw_author_name": n}
                        for n in p["authors"]
                    ],
                    "topics": [{"id": "T1", "display_name": "Forest Measurement"}],
                    "locations": [{"landing_page_url": page} for page in p.get("pages", [None])],
                }
                for p in found[start : start + size]
            ],
        }

    def semanticscholar(self, query):
        found = self.between(*query["publicationDateOrYear"].split(":"))
        start = int(query.get("token", "T0")[1:])
        after = start + self.page
        return {
            "total": len(found),
            "data": [
                {
                    "paperId": f"{int(p['id'].replace('.', '')):040x}",
                    "externalIds": p.get("ids", {"ArXiv": p["id"], "CorpusId": 7}),
                    "url": f"https://www.semanticscholar.org/paper/{p['id']}",
                    "title": p["title"],
                    "abstract": p["abstract"],
                    "year": int(p["day"][:4]),
                    "publicationDate": p["day"],
                    "fieldsOfStudy": ["Computer Science"],
                    "authors": [{"authorId": "1", "name": n} for n in p["authors"]],
                }
                for p in found[start:after]
            ],
            **({"token": f"T{after}"} if after < len(found) else {}),
        }


@contextmanager
def serving(world):
    """The address at which a world answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            world.asked.append(query)
            world.headers.append(dict(self.headers))
            if len(world.asked) == world.stop_at:
                world.stopped.set()
                world.release.wait(30)
                return
            fault = world.faults.pop(0) if world.faults else None
            if isinstance(fault, tuple):
                self.reply(*fault)
            elif fault:
                self.break_off(world.answer(parts.path, query), fault)
            else:
                self.reply(200, {}, world.answer(parts.path, query))

        def reply(self, status, headers, data):
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def break_off(self, data, fault):
            self.reply(200, {"Content-Length": str(len(data))}, data[: len(data) // 2])
            self.wfile.flush()
            if fault == "reset":
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        world.release.set()
        server.shutdown()
        thread.join()
        server.server_close()
