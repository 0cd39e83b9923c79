"""Ids of catalogue rows, asked of Wikidata, ROR and the Hugging Face Hub, into a catalogue file."""

from __future__ import annotations

import csv
import http.client
import json
import math
import os
import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import sleep, time
from typing import IO, Any, cast
from urllib.parse import quote, urlencode, urlsplit

from paperkg.catalog import ID_FORMS, SITES, Entry, file_names, load_catalog
from paperkg.errors import PaperKGError
from paperkg.files import write_whole
from paperkg.names import normalize, slug
from paperkg.progress import Progress, silent

__all__ = ["SERVICES", "URLS", "Enriched", "catalog_enrich"]

SERVICES = ("wikidata", "ror", "huggingface")
"""The services, each called like the column of its ids."""
URLS = {
    "wikidata": "https://www.wikidata.org",
    "ror": "https://api.ror.org/v2",
    "huggingface": "https://huggingface.co",
}
COLUMNS = ("type", "name", *SERVICES)
FORMS = {
    **{service: form for service, (form, _) in ID_FORMS.items()},
    "huggingface": re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII),
}
"""What ids may look like: no other text of a service gets into a file."""


def class_ids(ids: str) -> frozenset[str]:
    """The Wikidata classes of a list."""
    return frozenset(ids.split())


ORGANIZATIONS = class_ids(
    "Q43229 Q4830453 Q783794 Q6881511 Q891723 Q18388277 Q1058914 Q167037 Q161726 Q219577 Q658255 "
    "Q778575 Q270791 Q1589009 Q134161 Q210167 Q786820 Q3918 Q875538 Q902104 Q15936437 Q62078547 "
    "Q23002054 Q1371037 Q38723 Q189004 Q3354859 Q4671277 Q2385804 Q31855 Q7315155 Q483242 Q1664720 "
    "Q414147 Q955824 Q163740 Q157031 Q708676 Q79913 Q484652 Q327333 Q2659904 Q178706 Q16917"
)
DATASETS = class_ids("Q1172284 Q8513 Q593744 Q33002955 Q7094076 Q811525")
NETWORKS = class_ids("Q192776 Q17084460 Q1457734 Q85810444 Q18395344")
MODELS = class_ids("Q115305900 Q116777014 Q3621696 Q115215420 Q870780 Q7397 Q341 Q40056 Q166142")
CLASSES = {
    "Organization": ORGANIZATIONS,
    "Dataset": DATASETS,
    "Benchmark": DATASETS,
    "Model": MODELS | NETWORKS,
    "Method": NETWORKS | {"Q8366"},
}
"""The Wikidata classes of which things of a type are instances; other types are not asked for.

Companies, universities, institutes and agencies; data sets, databases, knowledge bases and
treebanks; language models, chatbots and software; neural networks; algorithms.
"""
HUB_TYPES = ("Dataset", "Benchmark", "Organization")

AGENT = "PaperKG/0.1 (+https://w3id.org/paperkg/; catalogue upkeep)"
TRIES = 5
LONGEST_WAIT = 120.0
TIMEOUT = 30.0
MOST_BYTES = 8 << 20
MOST_SURFACES = 3
MOST_HANDLES = 4
MOST_NAMESAKES = 20
LISTED = 100
BUSY = frozenset((429, 500, 502, 503, 504))
ABSENT = frozenset((401, 404))
"""What the Hub says of an organization that is not there, or not to be seen."""
QUERY_SIGN = re.compile(r'([+\-=&|><!(){}\[\]^"~*?:\\/])')
"""What has a meaning in a query of ROR unless escaped."""


@dataclass(frozen=True, slots=True)
class Enriched:
    """What a run did: the questions it put to services, and among all answers, its own and those
    of the journal, how many were an id for certain and how many were ambiguous.
    """

    asked: int
    found: int
    unclear: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service knows of a row: its id there, or nothing, or nothing for certain."""

    id: str = ""
    unclear: bool = False


Question = tuple[str, str, str, tuple[str, ...]]
"""A service, its address, a type, and the names of a row: what an answer depends on."""


class OversizeError(Exception):
    """An answer is longer than any that is of use."""


def catalog_enrich(
    output: str | os.PathLike[str],
    *,
    types: Sequence[str] = (),
    services: Sequence[str] = SERVICES,
    limit: int = 0,
    catalog: str | Sequence[str] = (),
    urls: Mapping[str, str] | None = None,
    pause: float = 1.0,
    progress: Progress = silent,
) -> Enriched:
    """Ask public services for the ids that catalogue rows lack, and write a catalogue file.

    The shipped catalogue's rows and those of the user's `catalog` files are asked for, of all
    `types` or the given ones; with a `limit`, the first so many that lack an id. An id is written
    where one thing alone bears the row's name (or, if none does, an alias), in the same normal
    form, and is of the row's type; ambiguous ones are counted only.

    `urls` are the addresses of services by name, where they are not the public ones; `pause` is
    the time between two requests in seconds. Answers are kept in `OUTPUT.journal.jsonl` as they
    come. A run that was cut off goes on from there, and later runs ask only what is new; delete
    the journal to ask everything again.

    Raises PaperKGError for arguments that mean nothing, where a service cannot be reached or does
    not answer as it should, and where files cannot be read or written.
    """
    entries = list(load_catalog(own=file_names(catalog)).entries.values())
    check_arguments(entries, types, services, limit, pause)
    web = Web(addresses(urls or {}), pause)
    rows = [
        (entry, lacking)
        for entry in entries
        if (not types or entry.type in types) and (lacking := lacks(entry, services))
    ][: limit or None]
    answers: dict[tuple[str, str], Answer] = {}
    asked = 0
    with open_journal(f"{os.fspath(output)}.journal.jsonl") as (known, keep):
        for done, (entry, lacking) in enumerate(rows):
            progress("asking", done, len(rows))
            for service in lacking:
                question = service, web.urls[service], entry.type, names_of(entry)
                if question not in known:
                    known[question] = ask(service, entry, web)
                    keep(question, known[question])
                    asked += 1
                answers[entry.id, service] = known[question]
        progress("asking", len(rows), len(rows))
    certain = without_shared(answers, entries)
    write_rows(output, [entry for entry, _ in rows], certain)
    found = sum(bool(answer.id) for answer in certain.values())
    return Enriched(asked, found, sum(answer.unclear for answer in certain.values()))


def check_arguments(
    entries: Iterable[Entry],
    types: Sequence[str],
    services: Sequence[str],
    limit: int,
    pause: float,
) -> None:
    """Raise PaperKGError for an argument that means nothing."""
    there = dict.fromkeys(entry.type for entry in entries)
    for type_ in types:
        if type_ not in there:
            raise PaperKGError(f"{type_}: no row of this type; types are {', '.join(there)}")
    for service in services:
        if service not in SERVICES:
            raise PaperKGError(f"{service}: no such service; services are {', '.join(SERVICES)}")
    if limit < 0:
        raise PaperKGError(f"limit {limit}: give how many rows to ask for, or 0 for all")
    if not 0 <= pause < math.inf:
        raise PaperKGError(f"pause {pause}: give seconds between two requests, such as 1")


def addresses(urls: Mapping[str, str]) -> dict[str, str]:
    """The address of every service, without a slash at its end."""
    for service, url in urls.items():
        if service not in SERVICES:
            raise PaperKGError(f"{service}: no such service; services are {', '.join(SERVICES)}")
        if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url):
            raise PaperKGError(f"{url}: no address of a service; write it like {URLS[service]}")
    return {service: url.rstrip("/") for service, url in {**URLS, **urls}.items()}


def lacks(entry: Entry, services: Sequence[str]) -> list[str]:
    """The services that may know a row and of which it has no id."""
    asked = {
        "wikidata": entry.type in CLASSES,
        "ror": entry.type == "Organization",
        "huggingface": entry.type in HUB_TYPES,
    }
    return [
        service
        for service in SERVICES
        if service in services
        and asked[service]
        and not any(iri.startswith(SITES[service]) for iri in entry.same_as)
    ]


def names_of(entry: Entry) -> tuple[str, ...]:
    """The spellings of a row that differ in their normal form, its name first."""
    first: dict[str, str] = {}
    for surface in entry.surfaces:
        first.setdefault(normalize(surface), surface)
    return tuple(first.values())


def without_shared(
    answers: Mapping[tuple[str, str], Answer], entries: Iterable[Entry]
) -> dict[tuple[str, str], Answer]:
    """The answers, where an id that two rows of a type would share is certain for neither."""
    type_of = {entry.id: entry.type for entry in entries}
    has = Counter((entry.type, iri) for entry in entries for iri in entry.same_as)
    iri_of = {
        (row, service): (type_of[row], iri(service, type_of[row], answer.id))
        for (row, service), answer in answers.items()
        if answer.id
    }
    has.update(iri_of.values())
    return {
        key: Answer(unclear=True) if key in iri_of and has[iri_of[key]] > 1 else answer
        for key, answer in answers.items()
    }


def iri(service: str, type_: str, id_: str) -> str:
    """The IRI that an id stands for in a row of a type."""
    below = "datasets/" if service == "huggingface" and type_ != "Organization" else ""
    return f"{SITES[service]}{below}{id_}"


def write_rows(
    output: str | os.PathLike[str],
    entries: Iterable[Entry],
    answers: Mapping[tuple[str, str], Answer],
) -> None:
    """Write the rows of which an id was found, in the order of the catalogue."""
    with write_whole(output) as stream:
        writer = csv.writer(cast(IO[str], stream), lineterminator="\n")
        writer.writerow(COLUMNS)
        for entry in entries:
            ids = [answers.get((entry.id, service), Answer()).id for service in SERVICES]
            if any(ids):
                writer.writerow([entry.type, entry.name, *ids])


Keep = Callable[[Question, Answer], None]


@contextmanager
def open_journal(path: str) -> Iterator[tuple[dict[Question, Answer], Keep]]:
    """The answers that a journal holds, and a function that adds one to both.

    A last line that was cut off is taken away. Raises PaperKGError, naming the line, for one that
    is no answer.
    """
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with Path(path).open("a+b") as stream:
            stream.seek(0)
            data = stream.read()
            whole = data[: data.rfind(b"\n") + 1]
            stream.truncate(len(whole))
            known = dict(
                read_answer(line, f"{path}:{number}")
                for number, line in enumerate(whole.splitlines(), 1)
            )

            def keep(question: Question, answer: Answer) -> None:
                stream.write(answer_line(question, answer))
                stream.flush()

            yield known, keep
    except OSError as error:
        raise PaperKGError(f"{path}: {error.strerror or error}; cannot write there") from error


def answer_line(question: Question, answer: Answer) -> bytes:
    """A line of the journal."""
    service, url, type_, names = question
    line = {"service": service, "url": url, "type": type_, "names": names}
    text = json.dumps({**line, "id": answer.id, "unclear": answer.unclear}, ensure_ascii=False)
    return text.encode() + b"\n"


def read_answer(line: bytes, where: str) -> tuple[Question, Answer]:
    """What a line of the journal says; raises PaperKGError where it says nothing."""
    try:
        it = json.loads(line)
        question = (it["service"], it["url"], it["type"], tuple(it["names"]))
        answer = Answer(it["id"], it["unclear"])
        sound = FORMS[it["service"]].fullmatch(answer.id) if answer.id else answer.id == ""
        if not sound or not isinstance(answer.unclear, bool) or (answer.id and answer.unclear):
            raise ValueError
        hash(question)
        return question, answer
    except (KeyError, TypeError, ValueError) as error:
        raise PaperKGError(f"{where}: no answer of a service; take the line away") from error


class Web:
    """The services as they are asked: with a pause between requests, and again where they fail."""

    def __init__(self, urls: Mapping[str, str], pause: float) -> None:
        self.urls = urls
        self.pause = pause
        self.used = False

    def get(self, service: str, path: str, key: str = "", **query: str) -> Any:
        """The JSON that a service answers, or what it has under a key; None where nothing is.

        Raises OversizeError for an answer that is too long, and PaperKGError where the service
        cannot be reached, refuses, or says what is not expected of it.
        """
        url = f"{self.urls[service]}/{path}" + (f"?{urlencode(query)}" if query else "")
        reason = ""
        for attempt in range(TRIES):
            wait = 2.0**attempt
            if self.used:
                sleep(self.pause)
            self.used = True
            try:
                answer = json.loads(body(url))
                return answer[key] if key else answer
            except urllib.error.HTTPError as error:
                with error:
                    if error.code in ABSENT and not key:
                        return None
                    reason = f"HTTP {error.code} {error.reason}"
                    if error.code not in BUSY:
                        break
                    wait = max(wait, told_wait(error.headers.get("Retry-After", "")))
            except (KeyError, TypeError, ValueError, RecursionError):
                reason = "an answer that is not the expected JSON"
            except (OSError, http.client.HTTPException) as error:
                reason = str(getattr(error, "reason", "") or error or type(error).__name__)
            if attempt < TRIES - 1:
                sleep(min(wait, LONGEST_WAIT))
        raise PaperKGError(
            f"{service}: {reason} from {urlsplit(url)._replace(query='').geturl()}; "
            "check the network and the address; run it again to go on, what was learned is kept"
        )


def body(url: str) -> bytes:
    """What lies at an address, if it is not too long."""
    headers = {"User-Agent": AGENT, "Accept": "application/json"}
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        data: bytes = response.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise OversizeError
        if response.length:
            raise http.client.IncompleteRead(data, response.length)
        return data


def told_wait(header: str) -> float:
    """The seconds that a Retry-After asks for, in seconds or as a date; 0 where it says none."""
    try:
        if header.strip().isdecimal():
            return float(header)
        return max(0.0, parsedate_to_datetime(header).timestamp() - time())
    except (ValueError, OverflowError):
        return 0.0


def ask(service: str, entry: Entry, web: Web) -> Answer:
    """What a service knows of a row."""
    try:
        if service == "wikidata":
            return ask_wikidata(entry, web)
        if service == "ror":
            return ask_ror(entry, web)
        hub = ask_hub_organization if entry.type == "Organization" else ask_hub_dataset
        return hub(entry, web)
    except OversizeError:
        return Answer(unclear=True)
    except (AttributeError, KeyError, TypeError) as error:
        fault = f"{service}: an answer about {entry.name!r} that has not the form of the service's"
        raise PaperKGError(f"{fault}; check the address {web.urls[service]}") from error


def chosen(service: str, entry: Entry, namesakes: Mapping[str, Iterable[str]]) -> Answer:
    """The only one of some things (ids and names) that bears a row's name, or else an alias."""
    for surfaces in ((entry.name,), entry.surfaces):
        wanted = set(map(normalize, surfaces))
        ids = [id_ for id_, names in namesakes.items() if wanted & set(map(normalize, names))]
        if len(ids) == 1 and FORMS[service].fullmatch(ids[0]):
            return Answer(ids[0])
        if ids:
            return Answer(unclear=True)
    return Answer()


def ask_wikidata(entry: Entry, web: Web) -> Answer:
    """The Wikidata item of a row's name whose class fits its type."""
    wanted = set(map(normalize, entry.surfaces))
    for surface in names_of(entry)[:MOST_SURFACES]:
        query = {"search": surface, "language": "en", "type": "item", "limit": "50"}
        hits = web.get(
            "wikidata", "w/api.php", "search", action="wbsearchentities", format="json", **query
        )
        ids = [
            hit["id"]
            for hit in hits
            if wanted & {normalize(hit.get("label") or ""), normalize(hit["match"]["text"])}
            and FORMS["wikidata"].fullmatch(hit["id"])
        ]
        if len(ids) > MOST_NAMESAKES:
            return Answer(unclear=True)
        answer = chosen("wikidata", entry, items(entry.type, ids, web) if ids else {})
        if answer != Answer():
            return answer
    return Answer()


def items(type_: str, ids: Iterable[str], web: Web) -> dict[str, list[str]]:
    """The Wikidata items among some ids that are instances of a type's classes, with names."""
    query = {"ids": "|".join(dict.fromkeys(ids)), "props": "claims|labels|aliases"}
    entities = web.get(
        "wikidata",
        "w/api.php",
        "entities",
        action="wbgetentities",
        languages="en|mul",
        format="json",
        **query,
    )
    return {
        entity["id"]: item_names(entity)
        for entity in entities.values()
        if "missing" not in entity and CLASSES[type_] & set(item_classes(entity))
    }


def item_names(entity: Mapping[str, Any]) -> list[str]:
    """The labels and aliases of a Wikidata item. What it lacks may come as an empty list."""
    labels = list((entity.get("labels") or {}).values())
    aliases = (entity.get("aliases") or {}).values()
    return [name["value"] for name in (*labels, *(name for names in aliases for name in names))]


def item_classes(entity: Mapping[str, Any]) -> Iterator[str]:
    """What a Wikidata item is an instance of."""
    for claim in (entity.get("claims") or {}).get("P31", ()):
        value = claim["mainsnak"].get("datavalue")
        if value and claim.get("rank") != "deprecated":
            yield value["value"]["id"]


def ask_ror(entry: Entry, web: Web) -> Answer:
    """The research organization of a row's name in ROR; an acronym alone is not certain."""
    unclear = False
    for surface in names_of(entry)[:MOST_SURFACES]:
        query = QUERY_SIGN.sub(r"\\\1", surface)
        found = [
            item
            for item in web.get("ror", "organizations", "items", query=query)
            if item.get("status") != "withdrawn"
        ]
        answer = chosen("ror", entry, {ror_id(item): ror_names(item) for item in found})
        if answer != Answer():
            return answer
        acronyms = {ror_id(item): ror_names(item, acronyms=True) for item in found}
        unclear = unclear or chosen("ror", entry, acronyms) != Answer()
    return Answer(unclear=unclear)


def ror_id(item: Mapping[str, Any]) -> str:
    """The id of an organization in ROR, without what all IRIs begin with."""
    return str(item["id"]).removeprefix(SITES["ror"])


def ror_names(item: Mapping[str, Any], *, acronyms: bool = False) -> list[str]:
    """The names of an organization in ROR: those that are acronyms only, or the others."""
    return [name["value"] for name in item["names"] if (name["types"] == ["acronym"]) == acronyms]


def ask_hub_dataset(entry: Entry, web: Web) -> Answer:
    """The data set of a row's name on the Hugging Face Hub, whoever's it is."""
    for surface in names_of(entry)[:MOST_SURFACES]:
        listed = web.get("huggingface", "api/datasets", search=surface, limit=str(LISTED))
        named = {item["id"]: [item["id"].rpartition("/")[2]] for item in listed}
        answer = chosen("huggingface", entry, named)
        if answer != Answer():
            return answer if len(listed) < LISTED else Answer(unclear=True)
    return Answer()


def ask_hub_organization(entry: Entry, web: Web) -> Answer:
    """The organization of a row's name on the Hugging Face Hub, among the likely handles."""
    surfaces = names_of(entry)[:MOST_SURFACES]
    handles = [handle for name in surfaces for handle in (normalize(name), slug(name))]
    likely = [
        h for h in dict.fromkeys(handles) if "/" not in h and FORMS["huggingface"].fullmatch(h)
    ]
    full_names: dict[str, list[str]] = {}
    for handle in likely[:MOST_HANDLES]:
        found = web.get("huggingface", f"api/organizations/{quote(handle, safe='')}/overview")
        if found is not None:
            full_names[found["name"]] = [found["fullname"]]
    answer = chosen("huggingface", entry, full_names)
    return Answer(unclear=True) if full_names and not answer.id else answer
