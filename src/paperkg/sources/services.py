"""What each service calls the fields of a paper: one function a service makes them ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from email.utils import parsedate

from paperkg.sources.keys import canonical_id
from paperkg.sources.latex import decoded

__all__ = ["FIELDS", "READ", "FaultError", "acl_id", "best_id", "our_fields"]

FIELDS = {
    "id": ("id", "arxiv_id", "doi"),
    "title": ("title",),
    "abstract": ("abstract", "summary", "description"),
    "authors": ("authors",),
    "date": ("date", "published", "update_date", "year"),
    "categories": ("categories",),
    "url": ("url",),
    "code": ("code", "github", "code_url"),
}
"""Each field of a paper, and what sources call it, the likeliest name first."""

POSITIONS = 50_000
"""An inverted abstract has no word at this position or after it."""

ACL = re.compile(
    r"https?://(?:www\.)?(?:aclanthology\.org|aclweb\.org/anthology)/([\w.-]+?)(?:\.pdf)?/?"
)

Fields = Mapping[str, object]


class FaultError(ValueError):
    """A record that cannot be read, with the reason."""


def our_fields(record: Fields) -> dict[str, object]:
    """A service's record, whose names are in lower case, by the names of `FIELDS`.

    A field that is not there or blank is None. Raises FaultError where one cannot be read.
    """
    found = {field: _first(record, names) for field, names in FIELDS.items()}
    for marks, translated in SERVICES:
        if not marks.isdisjoint(record):
            found |= {name: value for name, value in translated(record).items() if value}
            break
    return found


def best_id(names: Iterable[object]) -> str:
    """The most useful of some names of one paper: arXiv's, then a DOI, then the first.

    Other addresses are no names, since papers of one volume may share one.
    """
    given = [canonical_id(name) for name in names if isinstance(name, str) and name.strip()]
    given = [name for name in given if not name.startswith(("http://", "https://"))]
    for scheme in ("arxiv:", "doi:", ""):
        for name in given:
            if name.startswith(scheme):
                return name
    return ""


def acl_id(address: object) -> str:
    """The id of the paper at an address of the ACL Anthology, or ""."""
    match = ACL.fullmatch(address.strip()) if isinstance(address, str) else None
    return f"acl:{match[1]}" if match else ""


def _first(record: Fields, names: Iterable[str]) -> object:
    """The first of the named fields that is there and not blank, or None."""
    for name in names:
        value = record.get(name)
        if value is not None and not (isinstance(value, str) and not value.strip()):
            return value
    return None


def _arxiv(record: Fields) -> dict[str, object]:
    """A record of the arXiv metadata snapshot, whose texts are wrapped at a width."""
    return {
        "title": _unwrapped(record.get("title")),
        "abstract": _unwrapped(record.get("abstract")),
        "authors": [_parsed_name(each) for each in _list(record.get("authors_parsed"))],
        "date": _first_version(record),
    }


def _openalex(record: Fields) -> dict[str, object]:
    """A work of OpenAlex, whose abstract is a table of words and their positions."""
    ids, place = _object(record.get("ids")), _object(record.get("primary_location"))
    places = [place, *map(_object, _list(record.get("locations")))]
    landing = [each.get("landing_page_url") for each in places]
    arxiv = [each for each in landing if isinstance(each, str) and "arxiv.org/" in each]
    work = record.get("id") or ids.get("openalex")
    own = f"openalex:{work.rsplit('/', 1)[-1]}" if isinstance(work, str) else ""
    works = (_object(each).get("author") for each in _list(record.get("authorships")))
    abstract = record.get("abstract_inverted_index")
    return {
        "id": best_id([*arxiv, record.get("doi"), ids.get("doi"), own]),
        "title": record.get("title") or record.get("display_name"),
        "abstract": record.get("abstract") or (abstract and _uninverted(abstract)),
        "authors": [_object(each).get("display_name") for each in works],
        "date": record.get("publication_date") or record.get("publication_year"),
        "categories": _shown(record.get("topics")) or _shown(record.get("concepts")),
        "url": landing[0],
    }


def _semantic_scholar(record: Fields) -> dict[str, object]:
    """A paper of Semantic Scholar, from its API or its bulk files."""
    outside = {
        name.lower(): str(value) for name, value in _object(record.get("externalids")).items()
    }
    arxiv, acl = outside.get("arxiv"), outside.get("acl")
    number, hashed = record.get("corpusid") or outside.get("corpusid"), record.get("paperid")
    own = f"CorpusId:{number}" if number else hashed and f"S2:{hashed}"
    fields = [_object(f).get("category") for f in _list(record.get("s2fieldsofstudy"))]
    return {
        "id": best_id([arxiv, outside.get("doi"), acl and f"acl:{acl}", own]),
        "date": record.get("publicationdate") or record.get("year"),
        "categories": list(dict.fromkeys(map(str, filter(None, fields))))
        or record.get("fieldsofstudy"),
    }


SERVICES: tuple[tuple[frozenset[str], Callable[[Fields], dict[str, object]]], ...] = (
    (frozenset({"authors_parsed", "versions", "submitter", "journal-ref"}), _arxiv),
    (frozenset({"abstract_inverted_index", "authorships"}), _openalex),
    (frozenset({"paperid", "corpusid", "externalids"}), _semantic_scholar),
)
"""The fields by one of which a service's record is known, and what translates it."""

READ = frozenset().union(
    *FIELDS.values(),
    *(marks for marks, _ in SERVICES),
    ("ids", "display_name", "primary_location", "locations", "publication_date"),
    ("publication_year", "topics", "concepts", "s2fieldsofstudy", "fieldsofstudy"),
    ("publicationdate",),
)
"""Every name that a field which is read can have, in lower case."""


def _uninverted(index: object) -> str:
    """The text of an inverted index: its words in the order of their positions."""
    words: dict[int, str] = {}
    for word, positions in _object(index).items():
        for position in _list(positions):
            if type(position) is not int or not 0 <= position < POSITIONS:
                raise FaultError(f"the inverted abstract has a word at position {position!r:.40}")
            if position in words:
                raise FaultError(f"the inverted abstract has two words at position {position}")
            words[position] = word
    return " ".join(words[position] for position in sorted(words))


def _object(value: object) -> dict[str, object]:
    """An object, also one that a table holds as pairs or as JSON; empty where it is none."""
    if isinstance(value, str) and value.startswith("{"):
        value = _from_json(value)
    if isinstance(value, list) and all(type(each) is tuple and len(each) == 2 for each in value):
        return {str(name): each for name, each in value}
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    """A list, also one that a table holds as JSON; empty where it is none."""
    if isinstance(value, str) and value.startswith("["):
        value = _from_json(value)
    return value if isinstance(value, list) else []


def _from_json(text: str) -> object:
    """The value of a piece of JSON, or None."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _shown(values: object) -> list[object]:
    """The names that things are shown by."""
    return [_object(each).get("display_name") for each in _list(values)]


def _unwrapped(text: object) -> object:
    """A text that was broken to fit a width, on one line."""
    return " ".join(text.split()) if isinstance(text, str) else text


def _parsed_name(parts: object) -> str:
    """A name from its parts: last, first, suffix."""
    last, first, suffix, *_ = [*(p for p in _list(parts) if isinstance(p, str)), "", "", ""]
    return decoded(" ".join(f"{first} {last} {suffix}".split()))


def _first_version(record: Fields) -> str:
    """The day on which the first version came, or ""."""
    versions = [_object(each) for each in _list(record.get("versions"))]
    first = next((v for v in versions if v.get("version") == "v1"), None) or next(
        iter(versions), {}
    )
    day = parsedate(created) if isinstance(created := first.get("created"), str) else None
    return f"{day[0]:04}-{day[1]:02}-{day[2]:02}" if day else ""
