"""Papers from a service into a JSON Lines file: begun, gone on with, or brought up to date."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paperkg.errors import PaperKGError
from paperkg.fetch import arxiv, huggingface, openalex, semanticscholar
from paperkg.fetch.question import Question, Service, day, shifted
from paperkg.fetch.store import State, Store
from paperkg.fetch.web import MISREAD, RefusedError, Web, require
from paperkg.progress import Progress, silent
from paperkg.records import Paper
from paperkg.sources.record import Raw, Rejected, Where, to_paper
from paperkg.sources.services import FIELDS

__all__ = ["SERVICES", "Fetched", "fetch"]

SERVICES: dict[str, Service] = {
    "arxiv": arxiv,
    "huggingface": huggingface,
    "openalex": openalex,
    "semanticscholar": semanticscholar,
}
ADDRESS = re.compile(r"https?://(?:[\w.-]+|\[[\da-f:]+\])(?::\d{1,5})?(?:/[^\s?#]*)?", re.ASCII)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+", re.ASCII)
OPTIONS = {
    "query": "--query",
    "categories": "--category",
    "filters": "--filter",
    "fields_of_study": "--field-of-study",
    "since": "--since",
    "limit": "--limit",
}
"""What the command line calls the parts of a question."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a run did: the papers in the file now, those of them that are new, and what was left
    out of the answers for want of an abstract or for other reasons, by reason.
    """

    file: Path
    papers: int
    new: int
    left_out: dict[str, int]
    since: str
    until: str


def today() -> str:
    """The day, as services count days."""
    return datetime.now(UTC).date().isoformat()


def fetch(
    service: str,
    output: str | os.PathLike[str],
    *,
    query: str = "",
    categories: Sequence[str] = (),
    filters: Sequence[str] = (),
    fields_of_study: Sequence[str] = (),
    since: str = "",
    until: str = "",
    limit: int = 0,
    email: str = "",
    api_key: str = "",
    url: str = "",
    pause: float | None = None,
    progress: Progress = silent,
) -> Fetched:
    """Write the papers that a service has for a question as JSON Lines, the newest first.

    `since` and `until` are dates (YYYY-MM-DD, YYYY-MM, YYYY) of submission to arXiv, of the daily
    papers, or of publication; `until` is today if not given. `limit` is the most papers to write,
    0 for all. `url` is the address of the service if not the public one, `pause` the seconds
    between two requests if not those it asks for. An `output` that ends in `.gz` or `.zst` is
    compressed. Records without title or abstract are left out and counted, and so is a paper
    that is there already.

    The file appears when it is complete. Until then `OUTPUT.part` has the papers so far, and the
    same call goes on from there. A complete file is kept: the same call with a later `until` (or
    a later day, without one) asks for what came since, beginning some days earlier as services
    list papers late, and appends it. With another `since` or `limit` all is fetched anew.

    Raises PaperKGError for a question that means nothing, where nothing is found, where the
    service refuses or fails for long, and where files cannot be read or written.
    """
    require()
    source = named(service)
    question = Question(
        query, tuple(categories), tuple(filters), tuple(fields_of_study), day(since),
        min(day(until, last=True) or today(), today()),
    )  # fmt: skip
    check(service, source, question, limit, pause, email, api_key, url)
    store = Store(output)
    web = Web(
        service,
        (url or source.URL).rstrip("/"),
        source.PAUSE if pause is None else pause,
        source.headers(api_key),
        email,
    )
    state = begun(store, question, {"service": service, "url": web.url}, limit, bool(until))
    while not (state.ended and covers(state, question)):
        if state.ended:
            extend(state, store, question.until, source.OVERLAP)
        collect(state, store, replace(question, since=state.begin, until=state.until), web, source,
                progress)  # fmt: skip
    if not state.papers:
        store.drop()
        raise PaperKGError(f"{service}: no paper found{told(state)}; ask for more")
    if state.done:
        return Fetched(store.output, state.papers, 0, {}, state.since, state.until)
    store.finish(state)
    new, left_out = state.papers - state.before, dict(state.left_out)
    return Fetched(store.output, state.papers, new, left_out, state.since, state.until)


def named(service: str) -> Service:
    """The service of that name."""
    if service not in SERVICES:
        raise PaperKGError(f"{service}: no such service; services are {', '.join(SERVICES)}")
    return SERVICES[service]


def check(
    name: str,
    source: Service,
    question: Question,
    limit: int,
    pause: float | None,
    email: str,
    api_key: str,
    url: str,
) -> None:
    """Raise PaperKGError for an argument that means nothing to the service."""
    given = {field for field, value in asdict(question).items() if value}
    given |= {"limit"} if limit else set()
    for field in given - source.TAKES - {"since", "until", "limit"}:
        raise PaperKGError(f"{name}: knows no {OPTIONS[field]}; leave it out")
    if not given & source.NEEDS:
        options = [OPTIONS[field] for field in OPTIONS if field in source.NEEDS]
        raise PaperKGError(f"{name}: too much to ask for; give {' or '.join(options)}")
    for item in question.filters:
        if not all(item.partition(":")):
            raise PaperKGError(f"{item}: no filter; write it like has_abstract:true")
    if question.since > question.until:
        raise PaperKGError(f"{question.since}: later than {question.until}; give an earlier since")
    if limit < 0:
        raise PaperKGError(f"limit {limit}: give how many papers to write, or 0 for all")
    if pause is not None and not 0 <= pause < math.inf:
        raise PaperKGError(f"pause {pause}: give seconds between two requests, such as 3")
    if email and not EMAIL.fullmatch(email):
        raise PaperKGError(f"{email}: no e-mail address; write it like me@example.org")
    if not (api_key.isascii() and api_key.isprintable()):
        raise PaperKGError("the API key has signs that no key has; copy it again")
    if url and not ADDRESS.fullmatch(url):
        raise PaperKGError(f"{url}: no address of a service; write it like {source.URL}")


def begun(
    store: Store, question: Question, place: dict[str, str], limit: int, dated: bool
) -> State:
    """The state to go on from: that of an earlier run of the same question, or a new one.

    `dated` tells that the last day was asked for, and is not just today. Raises PaperKGError
    where the earlier run was about another question.
    """
    parts = asdict(question)
    del parts["since"], parts["until"]
    fresh = State(
        asked=json.loads(json.dumps({**place, **parts})),
        since=question.since, until=question.until, limit=limit, begin=question.since,
    )  # fmt: skip
    before = store.load()
    if before is None:
        return fresh
    if before.asked != fresh.asked:
        differ = ", ".join(
            part for part, value in fresh.asked.items() if before.asked.get(part) != value
        )
        raise PaperKGError(
            f"{store.output}: from another question (other {differ}); choose another -o, or delete "
            f"{store.path}"
        )
    moved = (before.since, before.limit) != (question.since, limit)
    shortened = dated and not before.done and question.until < before.until
    return fresh if moved or shortened or not store.holds(before) else before


def covers(state: State, question: Question) -> bool:
    """Whether the days that were fetched are all that is asked for."""
    return full(state) or question.until <= state.until


def full(state: State) -> bool:
    """Whether there are as many papers as are wanted."""
    return bool(state.limit) and state.papers >= state.limit


def extend(state: State, store: Store, until: str, overlap: int) -> None:
    """Begin a round for the days that came since, and some before them."""
    if state.done:
        store.reopen(state)
    state.begin = max(state.since, shifted(state.until, -overlap))
    state.until = until
    state.cursor, state.total, state.ended, state.done = None, 0, False, False
    state.left_out.clear()
    store.save(state)


def collect(
    state: State, store: Store, question: Question, web: Web, source: Service, progress: Progress
) -> None:
    """Ask for page after page, and keep each as it comes, to the end of the round."""
    resumed = state.cursor is not None
    with store.appending(state) as part:
        seen = store.keys()
        while not state.ended:
            wanted = min(filter(None, (state.total, state.limit)), default=0)
            progress("fetching", state.papers, wanted)
            try:
                page = source.page(web, question, state.cursor)
            except RefusedError:
                if not resumed:
                    raise
                page, resumed = source.page(web, question, None), False
            resumed = False
            state.total = state.total or (page.total and state.papers + page.total)
            for line in fresh_lines(page.items, source, seen, state):
                part.write(line)
                state.size += len(line)
            part.flush()
            state.cursor = page.next
            state.ended = page.next is None or full(state)
            store.save(state)
        progress("fetching", state.papers, state.papers)


def fresh_lines(
    items: Sequence[Any], source: Service, seen: set[str], state: State
) -> Iterator[bytes]:
    """The papers of a page that are not there yet, a line each; what is none is counted."""
    where = Where.of("fetch")
    for item in items:
        if full(state):
            return
        try:
            record = source.record(item)
            found = to_paper(Raw(0, record), 0, where)
        except MISREAD:
            state.left_out["not in the service's form"] += 1
            continue
        if isinstance(found, Rejected):
            state.left_out[found.reason] += 1
        elif not record["id"]:
            state.left_out["no id"] += 1
        elif found.key not in seen:
            seen.add(found.key)
            state.papers += 1
            yield json.dumps(plain(found), ensure_ascii=False).encode() + b"\n"


def plain(paper: Paper) -> dict[str, object]:
    """The fields of a paper that are known, named as `sources` names them."""
    fields = {name: getattr(paper, name) for name in FIELDS}
    return {name: value for name, value in fields.items() if value}


def told(state: State) -> str:
    """What was left out, as a message tells it."""
    reasons = ", ".join(f"{n:,} with {reason}" for reason, n in sorted(state.left_out.items()))
    return f" ({reasons})" if reasons else ""
