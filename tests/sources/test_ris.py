"""RIS records."""

from paperkg.records import Paper
from paperkg.sources import Rejected, ris
from paperkg.sources.record import Where, to_paper

RECORD = """TY  - JOUR
T1  - Kites
AU  - Kite, Ada
AU  - Lantern, Bo
N2  - They fly
 high up.
PY  - 2024
DA  - 2024/3/01/
DO  - 10.1000/X
KW  - flight
KW  - wind
UR  - https://example.org/kites
ER  -
"""


def found(text):
    where = Where.of("refs.ris")
    read = ris.read(text.splitlines(keepends=True), where)
    return [to_paper(r, n, where) if not isinstance(r, Rejected) else r for n, r in enumerate(read)]


def test_a_record_is_read():
    (paper,) = found("Provider: someone\n\n" + RECORD)
    assert (paper.title, paper.abstract) == ("Kites", "They fly high up.")
    assert (paper.id, paper.date) == ("doi:10.1000/x", "2024-03-01")
    assert paper.authors == ("Ada Kite", "Bo Lantern")
    assert (paper.categories, paper.url) == (("flight", "wind"), "https://example.org/kites")


def test_other_tags_for_title_and_abstract_are_known():
    (paper,) = found(RECORD.replace("T1", "TI").replace("N2", "AB").replace("AU", "A1"))
    assert (paper.title, paper.abstract) == ("Kites", "They fly high up.")
    assert paper.authors == ("Ada Kite", "Bo Lantern")


def test_a_record_without_end_costs_nothing_but_itself():
    first, bad, last = found(RECORD + RECORD.replace("ER  -\n", "") + RECORD)
    assert isinstance(first, Paper) and isinstance(last, Paper)
    assert (bad.line, bad.reason) == (14, "no ER line ends it; the record may be cut off")


def test_a_record_without_abstract_is_rejected_with_its_line():
    (rejected,) = found("\n" + RECORD.replace("N2", "N1"))
    assert (rejected.line, rejected.reason) == (2, "no abstract")


def test_ris_is_recognised():
    assert ris.recognises(RECORD) and ris.recognises("Provider: x\n\n" + RECORD)
    assert not ris.recognises("TY - is short for thank you")
    assert not ris.recognises("Party  - now")
