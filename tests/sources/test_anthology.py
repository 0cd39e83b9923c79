"""The XML of the ACL Anthology."""

import pytest

from paperkg.errors import PaperKGError
from paperkg.sources import anthology
from paperkg.sources.record import Where, to_paper

WHERE = Where.of("2024.kite.xml")
HEAD = "<?xml version='1.0' encoding='UTF-8'?>\n<collection id='2024.kite'>\n<volume id='1'>\n"
META = "<meta><booktitle>Kites</booktitle><month>March</month><year>2024</year></meta>\n"
PAPER = """<paper id="1">
<title><fixed-case>BERT</fixed-case> and
 Kites</title>
<author><first>Ada</first><last>Kite</last></author>
<author id="bo"><first/><last>Lantern</last><affiliation>Here</affiliation></author>
<abstract>They <i>fly</i> <tex-math>x^2</tex-math> &amp; more.</abstract>
<url hash="1">2024.kite-1.1</url>
</paper>
"""
FILE = HEAD + META + PAPER + "</volume>\n</collection>\n"


def found(text):
    read = anthology.read(text.splitlines(keepends=True), WHERE)
    return [to_paper(raw, number, WHERE) for number, raw in enumerate(read, 1)]


def test_a_paper_is_read():
    (paper,) = found(FILE)
    assert paper.title == "BERT and Kites"
    assert paper.abstract == "They fly $x^2$ & more."
    assert paper.authors == ("Ada Kite", "Lantern")
    assert (paper.id, paper.date) == ("acl:2024.kite-1.1", "2024-03")
    assert paper.url == "https://aclanthology.org/2024.kite-1.1"


def test_a_doi_is_the_id_and_a_paper_without_abstract_is_rejected():
    doi = PAPER.replace("</paper>", "<doi>10.1000/X</doi></paper>")
    bare = PAPER.replace("abstract>", "note>")
    first, second = found(FILE.replace(PAPER, doi + bare))
    assert first.id == "doi:10.1000/x"
    assert (second.line, second.reason) == (13, "no abstract")


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd"> %a;',
    ],
)
def test_entities_are_refused(declared):
    bomb = FILE.replace("<collection", f"<!DOCTYPE c [{declared}]>\n<collection", 1)
    with pytest.raises(PaperKGError, match=r"xml:2: declares entities, which are refused; "):
        found(bomb.replace("They", "&a;"))


def test_broken_xml_is_told_by_its_line_after_what_was_whole():
    papers = anthology.read(FILE.replace("</volume>", "<oops>").splitlines(True), WHERE)
    next(papers)
    with pytest.raises(PaperKGError, match=r"xml:\d+: broken XML: .*; download it again"):
        list(papers)


def test_the_anthology_is_recognised():
    assert anthology.recognises(FILE)
    assert not anthology.recognises("<html><body>a collection</body></html>")
