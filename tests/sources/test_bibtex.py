"""BibTeX entries."""

import pytest

from paperkg.records import Paper
from paperkg.sources import Rejected, bibtex
from paperkg.sources.latex import decoded
from paperkg.sources.record import Where, to_paper

ENTRY = r"""
@string{acl = "Meeting of Kites"}
@inproceedings{kite:2024,
  title = {{BERT} for Schr{\"o}dinger's Kites},
  author = "Kite, Ada and Bo {van Lantern} and others",
  abstract = {They fly
     high, 5\% of the time,
     {--} with $x^{2}$.},
  booktitle = acl # { of } # 2024,
  month = mar, year = 2024,
  keywords = {flight, wind},
}
"""


def found(text):
    where = Where.of("refs.bib")
    read = bibtex.read(text.splitlines(keepends=True), where)
    return [to_paper(r, n, where) if not isinstance(r, Rejected) else r for n, r in enumerate(read)]


def test_an_entry_is_read_with_its_latex_decoded():
    (paper,) = found(ENTRY)
    assert paper.title == "BERT for Schrödinger's Kites"
    assert paper.abstract == "They fly high, 5% of the time, – with $x^{2}$."
    assert (paper.id, paper.date) == ("kite-2024", "2024-03")
    assert paper.authors == ("Ada Kite", "Bo van Lantern")
    assert paper.categories == ("flight", "wind")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("eprint = {2403.01234}, archiveprefix = {arXiv}, doi = {10.1000/x}", "arxiv:2403.01234"),
        ("eprint = {2403.01234v2}", "arxiv:2403.01234"),
        ("journal = {arXiv preprint arXiv:2403.01234}", "arxiv:2403.01234"),
        ("doi = {https://doi.org/10.1000/X}", "doi:10.1000/x"),
        ("url = {https://aclanthology.org/P18-1001/}", "acl:P18-1001"),
        ("url = {https://arxiv.org/abs/2403.01234}", "arxiv:2403.01234"),
        ("eprint = {12345}, eprinttype = {pubmed}", "k"),
    ],
)
def test_ids_come_from_the_field_that_most_share(fields, expected):
    (paper,) = found(f"@misc{{k, title = {{A}}, abstract = {{They fly.}}, {fields}}}")
    assert paper.id == expected


def test_strings_are_put_in_and_cannot_grow_without_bound():
    doubling = "".join(f"@string{{s{n + 1} = s{n} # s{n}}}\n" for n in range(60))
    text = f'@string{{s0 = "Up "}}\n{doubling}@misc{{k, title = s60, abstract = s0 # "we go."}}'
    (paper,) = found(text)
    assert paper.abstract == "Up we go." and len(paper.title) <= 2000


def test_a_broken_entry_costs_nothing_but_itself():
    broken = "@article{b,\n title = {open,\n abstract = {never closed},\n"
    first, bad, last = found(ENTRY + broken + ENTRY.replace("kite:2024", "lantern"))
    assert isinstance(first, Paper) and isinstance(last, Paper)
    assert isinstance(bad, Rejected) and bad.line == 13
    assert bad.reason.startswith("broken BibTeX: Unexpectedly reached end of file")


def test_an_entry_without_abstract_is_rejected_with_its_line():
    (rejected,) = found("% refs\n\n@book{b, title = {Kites}}\n")
    assert (rejected.line, rejected.reason) == (3, "no abstract")


def test_entries_are_read_one_at_a_time():
    taken = []

    def lines():
        for number in range(1000):
            taken.append(number)
            yield f"@misc{{k{number}, title = {{A}}, abstract = {{B}}}}\n"

    next(bibtex.read(lines(), Where.of("-")))
    assert len(taken) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\'{\i} \o re {\L}ód\'z \c{c} \v{S} {\aa}", "í øre Łódź ç Š å"),
        (r"\emph{very \textbf{deep {\"u}}} ``words''", "very deep ü “words”"),
        (r"\href{https://a.org/x_y}{here} at 50% of $\alpha_{1}$", "https://a.org/x_y at 50% of"),
        (r"\textsc{Bert} and \LaTeX{} --- \unknown{kept}", "Bert and LaTeX — kept"),
        ("plain 50% _ & # ^", "plain 50% _ & # ^"),
    ],
)
def test_latex_is_decoded(text, expected):
    assert decoded(text).startswith(expected)


@pytest.mark.parametrize("piece", ["{a\\b", "\\begin{a}", "\\", "{", "$", "\\url{", "\\'{", "}"])
def test_broken_latex_is_no_trap(piece):
    assert isinstance(decoded(piece * 20_000), str)


@pytest.mark.parametrize("head", [ENTRY, "% made by hand\n@misc{k,\n", "@STRING(a = {b})"])
def test_bibtex_is_recognised(head):
    assert bibtex.recognises(head)


@pytest.mark.parametrize("head", ["", "Write to me @home {at last}", "@media {\n color: red }"])
def test_other_text_is_not_bibtex(head):
    assert not bibtex.recognises(head)
