"""Ids from public services, of which a local stand-in speaks the formats."""

import csv
import json
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from urllib.parse import parse_qs, urlsplit

import pytest

from paperkg.catalog import load_catalog
from paperkg.curate import enrich
from paperkg.curate.enrich import Enriched, catalog_enrich
from paperkg.errors import PaperKGError


def item(id_, label, class_, *aliases, rank="normal"):
    """A Wikidata item as wbgetentities gives it."""
    value = {"value": {"entity-type": "item", "id": class_}, "type": "wikibase-entityid"}
    claim = {"mainsnak": {"snaktype": "value", "property": "P31", "datavalue": value}, "rank": rank}
    names = [{"language": "en", "value": alias} for alias in aliases]
    return {
        "type": "item",
        "id": id_,
        "labels": {"en": {"language": "en", "value": label}},
        "aliases": {"en": names} if names else [],
        "claims": {"P31": [{"mainsnak": {"snaktype": "somevalue"}, "rank": "normal"}, claim]},
    }


def organization(id_, *names, status="active"):
    """An organization as ROR gives it: its label, then its acronyms."""
    types = [["ror_display", "label"], *(["acronym"] for _ in names[1:])]
    listed = [{"value": n, "types": t, "lang": "en"} for n, t in zip(names, types, strict=True)]
    return {"id": f"https://ror.org/{id_}", "names": listed, "status": status}


class World:
    """What the stand-in knows, what goes wrong there, and what it was asked."""

    def __init__(self):
        self.items, self.organizations, self.datasets, self.handles = [], [], [], {}
        self.faults, self.asked, self.agents = [], [], set()

    def answer(self, path, query):
        """The answer to a request, or None where nothing is."""
        if path == "/w/api.php" and query["action"] == "wbsearchentities":
            return {"search": [h for i in self.items for h in hits(i, query["search"])]}
        if path == "/w/api.php":
            ids = query["ids"].split("|")
            return {"entities": {i["id"]: i for i in self.items if i["id"] in ids}, "success": 1}
        if path == "/organizations":
            return {"number_of_results": 1, "items": self.organizations, "meta": {}}
        if path == "/api/datasets":
            return [{"_id": "1", "id": id_, "private": False} for id_ in self.datasets]
        return self.handles.get(path.removeprefix("/api/organizations/").removesuffix("/overview"))


def hits(it, search):
    """An item as wbsearchentities lists it, if a name of it begins like the search."""
    names = [it["labels"]["en"]["value"]]
    names += [n["value"] for n in it["aliases"]["en"]] if it["aliases"] else []
    found = next((n for n in names if n.lower().startswith(search.lower())), None)
    match = {"type": "label", "language": "en", "text": found}
    return [{"id": it["id"], "label": names[0], "match": match}] if found else []


@pytest.fixture
def world():
    return World()


@pytest.fixture
def urls(world):
    """The addresses of the stand-in."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            world.asked.append(self.path)
            world.agents.add(self.headers["User-Agent"])
            status, headers, data = world.faults.pop(0) if world.faults else (200, {}, None)
            if data is None:
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                answer = world.answer(parts.path, query)
                status = 404 if answer is None and status == 200 else status
                data = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield dict.fromkeys(enrich.SERVICES, f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def slept(monkeypatch):
    """The waits, none of which is waited."""
    waits = []
    monkeypatch.setattr(enrich, "sleep", waits.append)
    return waits


@pytest.fixture
def run(tmp_path, urls, slept):
    """A run over some rows of a user's file, which come before the shipped ones."""

    def call(*rows, **options):
        own = tmp_path / "own.csv"
        own.write_text("\n".join(["type,name,aliases", *rows]) + "\n", "utf-8")
        options = {"limit": len(rows), "catalog": str(own), "urls": urls, "pause": 0, **options}
        return catalog_enrich(tmp_path / "ids.csv", **options)

    return call


def rows(folder):
    """What was written, without the header."""
    with (folder / "ids.csv").open(encoding="utf-8", newline="") as stream:
        header, *found = csv.reader(stream)
    assert header == ["type", "name", "wikidata", "ror", "huggingface"]
    return found


def test_every_service_gives_its_id_and_the_file_is_a_catalogue(run, world, tmp_path):
    world.items = [
        item("Q11", "Kitewing Lab", "Q31855"),
        item("Q12", "Kitewing Labels", "Q31855"),
        item("Q13", "KiteNet-X", "Q115305900", "Kitenet X"),
    ]
    world.organizations = [organization("0zkzkzk11", "Kitewing Lab", "KWL")]
    world.datasets = ["kites/kiteset_x", "kites/kiteset-xl"]
    world.handles = {"kitewing-lab": {"name": "Kitewing-Lab", "fullname": "Kitewing Lab"}}
    done = run("Organization,Kitewing Lab,", "Dataset,KiteSet X,", "Model,Kitenet X,")
    assert done == Enriched(asked=6, found=5, unclear=0)
    assert rows(tmp_path) == [
        ["Organization", "Kitewing Lab", "Q11", "0zkzkzk11", "Kitewing-Lab"],
        ["Dataset", "KiteSet X", "", "", "kites/kiteset_x"],
        ["Model", "Kitenet X", "Q13", "", ""],
    ]
    both = load_catalog(own=str(tmp_path / "ids.csv"))
    assert both.entries["organization/kitewing-lab"].same_as == (
        "http://www.wikidata.org/entity/Q11",
        "https://huggingface.co/Kitewing-Lab",
        "https://ror.org/0zkzkzk11",
    )
    assert all(agent.startswith("PaperKG/") for agent in world.agents)


def test_a_thing_of_another_class_or_of_two_names_is_not_it(run, world, tmp_path):
    world.items = [
        item("Q21", "Kitefish", "Q16521"),
        item("Q22", "Kitefish", "Q115305900", rank="deprecated"),
        item("Q23", "Kitebird", "Q115305900"),
        item("Q24", "Kitebird", "Q7397"),
    ]
    done = run("Model,Kitefish,", "Model,Kitebird,", services=["wikidata"])
    assert (done, rows(tmp_path)) == (Enriched(2, 0, 1), [])


def test_a_name_goes_before_an_alias_and_an_alias_is_asked_for_too(run, world, tmp_path):
    world.items = [
        item("Q31", "Kite Lab North", "Q31855"),
        item("Q32", "Knots of Tail", "Q31855", "KLN"),
        item("Q33", "Society of Kites", "Q31855"),
    ]
    given = ["Organization,Kite Lab North,KLN", "Organization,SoKites,Society of Kites"]
    assert run(*given, services=["wikidata"]) == Enriched(2, 2, 0)
    assert [row[2] for row in rows(tmp_path)] == ["Q31", "Q33"]


def test_what_is_ambiguous_is_counted(run, world, tmp_path):
    world.organizations = [
        organization("0zkzkzk11", "Kite University"),
        organization("01bj3aw27", "Kite University"),
        organization("02nr0ka47", "Kite Institute of Tails", "KIT-X"),
        organization("03yrm5c26", "Kite Guild", status="withdrawn"),
    ]
    names = "Kite University", "KIT-X", "Kite Guild"
    done = run(*(f"Organization,{name}," for name in names), services=["ror"])
    assert (done, rows(tmp_path)) == (Enriched(3, 0, 2), [])
    world.datasets = ["a/kitesky", "b/kitesky"]
    assert run("Dataset,Kitesky,", services=["huggingface"]) == Enriched(1, 0, 1)
    world.datasets = ["a/kitesea", *(f"b/{n}" for n in range(99))]
    assert run("Dataset,Kitesea,", services=["huggingface"]) == Enriched(1, 0, 1)
    world.handles = {"kiteclub": {"name": "kiteclub", "fullname": "Some Friends"}}
    assert run("Organization,Kiteclub,", services=["huggingface"]) == Enriched(1, 0, 1)


def test_an_id_that_two_rows_would_share_is_certain_for_neither(run, world, tmp_path):
    world.items = [item("Q41", "Kitemaker", "Q4830453", "Kitesmith")]
    given = ["Organization,Kitemaker,", "Organization,Kitesmith,"]
    assert run(*given, services=["wikidata"]) == Enriched(2, 0, 2)
    assert rows(tmp_path) == []


def test_the_id_of_a_service_is_never_any_text(run, world, tmp_path):
    world.datasets = ["=cmd()/kiteset_x"]
    assert run("Dataset,KiteSet X,", services=["huggingface"]) == Enriched(1, 0, 1)
    assert rows(tmp_path) == []


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        ((429, {"Retry-After": "7"}, b""), 7),
        ((429, {"Retry-After": "99999"}, b""), enrich.LONGEST_WAIT),
        ((503, {"Retry-After": "soon"}, b""), 1),
        ((500, {}, b"<h1>Oops</h1>"), 1),
        ((200, {}, b'{"search": ['), 1),
        ((200, {}, b'{"error": {"code": "ratelimited"}}'), 1),
        ((200, {"Content-Length": "999"}, b"{}"), 1),
    ],
)
def test_a_service_that_fails_once_is_asked_again(run, world, slept, tmp_path, fault, wait):
    world.items = [item("Q11", "Kitewing Lab", "Q31855")]
    world.faults = [fault]
    assert run("Organization,Kitewing Lab,", services=["wikidata"], pause=0.5).found == 1
    assert slept == [wait, 0.5, 0.5]
    assert len(world.asked) == 3


def test_a_wait_may_be_told_as_a_date():
    assert 50 < enrich.told_wait(formatdate(time() + 60, usegmt=True)) <= 60
    assert enrich.told_wait(formatdate(time() - 60, usegmt=True)) == 0


@pytest.mark.parametrize(
    ("faults", "told", "requests"),
    [
        ([(500, {}, b"")] * 9, r"ror: HTTP 500 .* from http://127\S+/organizations; .* kept", 5),
        ([(200, {}, b"<html>")] * 9, r"ror: an answer that is not the expected JSON from", 5),
        ([(403, {}, b"")], r"ror: HTTP 403 Forbidden from", 1),
        ([(200, {}, b'{"items": [{"id": 1}]}')], r"ror: an answer about 'Kite B' that has not", 1),
    ],
)
def test_a_service_that_fails_for_good_is_told(run, world, tmp_path, faults, told, requests):
    run("Organization,Kite A,", services=["ror"])
    world.faults, before = faults, (tmp_path / "ids.csv").read_bytes()
    world.asked.clear()
    with pytest.raises(PaperKGError, match=told):
        run("Organization,Kite B,", services=["ror"])
    assert len(world.asked) == requests
    assert (tmp_path / "ids.csv").read_bytes() == before


def test_an_answer_without_end_is_not_read(run, world, monkeypatch):
    monkeypatch.setattr(enrich, "MOST_BYTES", 1000)
    world.organizations = [organization("0zkzkzk11", "Kite A" + " " * 1000)]
    assert run("Organization,Kite A,", services=["ror"]) == Enriched(1, 0, 1)
    assert len(world.asked) == 1


def test_no_network_is_told_in_a_line(run, tmp_path):
    away = {"ror": "http://127.0.0.1:9"}
    with pytest.raises(PaperKGError, match=r"^ror: .*refused from http://127\S+; check the net"):
        run("Organization,Kite A,", services=["ror"], urls=away)
    assert not (tmp_path / "ids.csv").exists()


def test_a_run_that_was_cut_off_goes_on_and_ends_with_the_same_bytes(run, world, tmp_path):
    names = [f"Kite {letter}" for letter in "ABCDEF"]
    given = [f"Organization,{name}," for name in names]
    ids = "0zkzkzk11", "01bj3aw27", "02nr0ka47"
    world.organizations = [organization(i, n) for i, n in zip(ids, names[::2], strict=True)]
    output, journal = tmp_path / "ids.csv", tmp_path / "ids.csv.journal.jsonl"
    assert run(*given, services=["ror"]) == Enriched(6, 3, 0)
    whole = output.read_bytes(), journal.read_bytes()
    for cut in (0, 1, len(whole[1]) // 2, len(whole[1]) - 1):
        output.unlink()
        journal.write_bytes(whole[1][:cut])
        world.asked.clear()
        run(*given, services=["ror"])
        assert (output.read_bytes(), journal.read_bytes()) == whole
        assert len(world.asked) == 6 - whole[1][:cut].count(b"\n")


def test_what_was_learned_before_a_failure_is_kept_and_only_the_new_is_asked(run, world):
    given = [f"Organization,Kite {letter}," for letter in "ABC"]
    world.faults = [(200, {}, b'{"items": []}')] * 2 + [(500, {}, b"")] * 5
    with pytest.raises(PaperKGError, match="HTTP 500"):
        run(*given, services=["ror"])
    world.asked.clear()
    assert run(*given, services=["ror"]) == Enriched(1, 0, 0)
    assert len(world.asked) == 1
    assert run(*given, "Organization,Kite D,KD", services=["ror"]) == Enriched(1, 0, 0)


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{}",
        '{"service":"ror","url":"u","type":"T","names":["N"],"id":"=1","unclear":false}',
        '{"service":"ror","url":"u","type":"T","names":[[]],"id":"","unclear":false}',
        '{"service":"ror","url":"u","type":"T","names":["N"],"id":"","unclear":2}',
    ],
)
def test_a_line_of_the_journal_that_is_no_answer_is_told(run, tmp_path, line):
    (tmp_path / "ids.csv.journal.jsonl").write_text(line + "\n", "utf-8")
    with pytest.raises(PaperKGError, match=r"journal\.jsonl:1: no answer of a service"):
        run("Organization,Kite A,")


def test_rows_that_have_an_id_are_not_asked_for(run, world, tmp_path):
    (tmp_path / "has.csv").write_text("type,name,ror\nOrganization,Kite A,0zkzkzk11\n", "utf-8")
    run(limit=1, catalog=str(tmp_path / "has.csv"), services=["ror"], types=["Organization"])
    assert not any("Kite" in path for path in world.asked)


def test_progress_is_told_to_its_end(run):
    told = []
    run("Organization,Kite A,", services=["ror"], progress=lambda *state: told.append(state))
    assert told == [("asking", 0, 1), ("asking", 1, 1)]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"types": ["Robot"]}, r"Robot: no row of this type; types are Organization, Benchmark"),
        ({"services": ["orcid"]}, r"orcid: no such service; services are wikidata, ror"),
        ({"urls": {"orcid": "http://x"}}, r"orcid: no such service"),
        ({"urls": {"ror": "file:///etc"}}, r"file:///etc: no address of a service"),
        ({"limit": -1}, r"limit -1: give how many"),
        ({"pause": float("nan")}, r"pause nan: give seconds"),
    ],
)
def test_arguments_that_mean_nothing_are_told(run, options, told):
    with pytest.raises(PaperKGError, match=told):
        run("Organization,Kite A,", **options)
