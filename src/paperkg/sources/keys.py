"""What a paper is called: identifiers in one spelling, and keys that do not depend on its place."""

from __future__ import annotations

import hashlib
import re
import unicodedata

__all__ = ["canonical_id", "is_global", "paper_key", "web_page"]

SLUG_LENGTH = 60
HASH_LENGTH = 8

ARXIV = re.compile(
    r"""(?: arxiv: | https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/
          | https?://(?:www\.)?(?:huggingface\.co|hf\.co)/papers/
          | (?:doi: | https?://(?:dx\.)?doi\.org/)? 10\.48550/arxiv\. )?
        (?P<id> \d\d(?:0[1-9]|1[0-2])\.\d{4,5} | [a-z]+(?:-[a-z]+)*(?:\.[a-z]{2})?/\d{7} )
        (?:v\d+)? (?:\.pdf)?""",
    re.IGNORECASE | re.VERBOSE,
)
DOI = re.compile(
    r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(?P<id>10\.\d{4,9}(?:\.\d+)*/\S+)", re.IGNORECASE
)
SCHEME = re.compile(r"(?!page\d*:)[A-Za-z][\w+.-]*:\S+", re.ASCII | re.IGNORECASE)


def canonical_id(text: str) -> str:
    """An identifier in its one spelling: `arxiv:1812.06145`, `doi:10.1000/x`, others as given.

    arXiv ids lose version and subject class; links to arXiv, doi.org and the Hugging Face papers
    page are understood. DOIs are lower-cased, since their letters' case carries no meaning.
    """
    text = " ".join(text.split())
    if match := ARXIV.fullmatch(text):
        return "arxiv:" + re.sub(r"\.[a-z]+/", "/", match["id"].lower())
    if match := DOI.fullmatch(text):
        return f"doi:{match['id'].lower()}"
    return text


def is_global(identifier: str) -> bool:
    """Whether an identifier names the same paper everywhere, as one with a scheme does.

    `page:01` is a place on a page and not such a name, and neither is an id without a scheme.
    """
    return SCHEME.fullmatch(canonical_id(identifier)) is not None


def paper_key(id: str, title: str, abstract: str) -> str:  # noqa: A002
    """What a paper's IRI is made of: its global identifier, or its title and a hash of its text.

    `id` is the identifier that the source gives, or "" where it gives none. The hash is the
    first eight hexadecimal digits of SHA-256 over title and abstract with white space evened out.
    """
    if is_global(id):
        return canonical_id(id)
    text = " ".join(f"{title} {abstract}".split())
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_slug(title)}-{digest[:HASH_LENGTH]}"


def web_page(identifier: str) -> str:
    """The address at which a canonical identifier is looked up, or ""."""
    if identifier.startswith("arxiv:"):
        return "https://arxiv.org/abs/" + identifier.removeprefix("arxiv:")
    if identifier.startswith("doi:"):
        return "https://doi.org/" + identifier.removeprefix("doi:")
    return ""


def _slug(title: str) -> str:
    """The title as lower-case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:SLUG_LENGTH].rstrip("-") or "paper"
