"""One entity or paper, with the sentences that prove every link."""

from __future__ import annotations

import pytest
from graph.invented import OTHER_BASE, small, written

import paperkg

MAKERS = [small, lambda: small(OTHER_BASE)]


def quoted(shown):
    """What each link is called and the sentences that prove it, by role."""
    return {
        role: {link["name"]: link["evidence"] for link in links}
        for role, links in shown.links.items()
    }


@pytest.mark.parametrize("make", MAKERS, ids=["base", "other base"])
def test_an_entity_with_its_papers(make):
    shown = paperkg.show(make(), "fern ii")
    assert (shown.name, shown.kind) == ("Fern 2", "Model")
    assert shown.iri == f"{make().base}model/fern-2"
    assert shown.facts == {
        "also written": ["Fern II", "Férn-2"],
        "variants": ["Fern 2 9B"],
        "family": "Fern",
        "developed by": "Moss Lab",
        "same as": ["https://example.com/fern-2"],
        "code": "https://example.org/code/fern-2",
        "outperformed by": ["Oak on HillTop (Oak: slow and sure)"],
        "made by, as papers say": ["Moss Lab (Oak: slow and sure)"],
        "results": ["61.5 (score) accuracy on HillTop (Fern 2 climbs)"],
    }
    assert quoted(shown) == {
        "introduces": {"Fern 2 climbs": ["«Fern 2» climbs", "We grow «Fern 2» on a slope."]},
        "uses": {
            "Oak: slow and sure": ["Unlike «Fern 2 9B» it also rests on HillTop and RiverMouth."]
        },
    }


def test_a_variant_has_only_its_own_papers():
    shown = paperkg.show(small(), "Fern 2 9B")
    assert shown.facts == {"named in it": ["size 9B"], "variant of": "Fern 2"}
    assert {role: list(names) for role, names in quoted(shown).items()} == {
        "uses": ["Oak: slow and sure"]
    }


def test_a_maker_and_a_family():
    kg = small()
    assert paperkg.show(kg, "Moss Lab").facts == {
        "developed": ["Fern", "Fern 2"],
        "made, as papers say": ["Fern 2 (Oak: slow and sure)"],
    }
    assert paperkg.show(kg, "HillTop").facts["for"] == ["slope climbing"]
    assert paperkg.show(kg, "Fern").facts["in the family"] == ["Fern 2"]
    assert paperkg.show(kg, "HillTop").facts["homepage"] == "https://example.org/hilltop"


def test_a_paper_with_its_entities(tmp_path):
    for kg in (small(), paperkg.read_graph(written(small(), tmp_path))):
        shown = paperkg.show(kg, "Oak: slow")
        assert (shown.name, shown.kind) == ("Oak: slow and sure", "Paper")
        assert shown.facts["date"] == "2031-05"
        assert shown.facts["abstract"] == small().papers[1].abstract
        assert shown.facts["nearest papers"] == [
            "Fern 2 climbs (Fern 2, HillTop)",
            "Cutting leaves (Oak, RiverMouth)",
        ]
        assert quoted(shown)["introduces"] == {
            "Oak (Model)": ["«Oak»: slow and sure", "🌳 «Oak» is new."]
        }
        assert set(quoted(shown)["uses"]) == {
            "Fern 2 (Model)",
            "HillTop (Benchmark)",
            "RiverMouth (Benchmark)",
        }
        assert "authors" not in shown.facts
    page = paperkg.show(small(), "Fern 2 climbs").facts
    assert page["code"] == "https://example.org/code/fern" and page["authors"][0] == "Ada Moss"
