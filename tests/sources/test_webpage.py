"""A papers page saved as HTML."""

import pytest

from paperkg.errors import PaperKGError
from paperkg.sources import Rejected, webpage
from paperkg.sources.record import Where

from .invented import abstract

A, B = abstract("kites"), abstract("lanterns")


def found(text):
    return list(webpage.read(text.splitlines(keepends=True), Where.of("page.html")))


def fields(text):
    return [each.fields for each in found(text)]


def article(title, text, link):
    heading = f"<div><h3><a href='{link}'>{title}</a></h3></div>"
    return f"<article><a href='{link}'><img></a>{heading}{text}</article>"


def test_articles_with_links_have_arxiv_ids():
    text = (
        "<!DOCTYPE html><html><head><title>Papers</title><style>h3 {}</style></head><body>"
        f"<nav><h2>Menu</h2><p>{B}</p></nav><h1>Daily Papers</h1>"
        + article("Kites &amp;\n <i>Lanterns</i>", f"<p>{A}</p>", "/papers/2403.01234")
        + "<script>var a = '<h3>No</h3>';</script>"
        + article(
            "Gears", f"<p>3 days ago</p>\n<p>{B}</p>", "https://huggingface.co/papers/2403.05678#c"
        )
        + f"<footer><h4>About</h4><p>{A}</p></footer></body></html>"
    )
    assert webpage.recognises(text)
    assert fields(text) == [
        {
            "id": "arxiv:2403.01234",
            "title": "Kites & Lanterns",
            "abstract": A,
            "url": "https://huggingface.co/papers/2403.01234",
        },
        {
            "id": "arxiv:2403.05678",
            "title": "Gears",
            "abstract": B,
            "url": "https://huggingface.co/papers/2403.05678",
        },
    ]


def test_headings_without_links_are_numbered():
    second = f"<h2>Lanterns<br>Again</h2><div><p>{B}</p></div>"
    text = f"<body><h2>Kites</h2><p>{A}</p><h2>Menu</h2>{second}"
    assert fields(text) == [
        {"id": "page:01", "title": "Kites", "abstract": A},
        {"id": "page:02", "title": "Lanterns Again", "abstract": B},
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"<div>Upvote<div>12</div></div><div><span>Kit</span><b>es</b></div><div>{A}</div>",
        f"<pre>Upvote\n\n12\n\nKites\n\n{A}\n</pre>",
        f"<table><tr><td>Kites</td><td>{A}</td></tr></table>",
    ],
)
def test_without_headings_the_visible_text_is_a_page(text):
    assert fields(text) == [{"id": "page:01", "title": "Kites", "abstract": A}]


def test_a_linked_title_without_abstract_is_kept_for_rejection():
    text = article("Kites", "", "/papers/2403.01234") + f"<h3>Gears</h3><p>{B}</p>"
    assert "abstract" not in fields(text)[0] and fields(text)[1]["id"] == "page:02"


def test_orphans_are_rejected_with_their_line():
    second = found(f"<h3>Kites</h3>\n<p>{A}</p>\n<p>{B}</p>")[1]
    assert isinstance(second, Rejected) and second.line == 3


@pytest.mark.parametrize(
    "text",
    ["<html>", "<p>" * 3000 + A, "<div>" * 3000 + A, "<h3><p></h3", "<a href=<h3>>x", "<![x[<!-"],
)
def test_broken_pages_do_not_crash(text):
    try:
        papers = [each for each in found(text) if not isinstance(each, Rejected)]
    except PaperKGError as error:
        assert "page.html" in str(error)
    else:
        assert papers == []


def test_text_and_json_are_not_html():
    assert not webpage.recognises("Kites <b>fly</b>")
    assert not webpage.recognises('{"title": "<p>"}')
