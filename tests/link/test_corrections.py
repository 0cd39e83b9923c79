"""The user's word on links: what a corrections file does, and what it may not say."""

import pytest

from paperkg.catalog import load_catalog
from paperkg.errors import PaperKGError
from paperkg.link import link, read_corrections
from paperkg.names import name_key
from paperkg.records import Mention

HEADER = "action,entity,surface,paper,to,score,note"


def mention(text, type_="Method", *, paper="a", role="uses", start=0):
    end = start + len(text)
    return Mention(paper, start, end, text, type_, role, 0.9, key=name_key(text))


MENTIONS = [
    mention("KiteRAG", paper="a", role="introduces"),
    mention("Kite-RAG", paper="b"),
    mention("Lantern", "Model", paper="b", start=20),
    mention("Lantern Net", "Model", paper="c"),
    mention("GPT-4", "Model", paper="c", start=20),
    mention("Llama-2-13B", "Model", paper="c", start=40),
]


def corrected(folder, *rows, mentions=MENTIONS):
    """What linking makes of the mentions with a corrections file of some rows."""
    path = folder / "corrections.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return link(mentions, load_catalog(), corrections=read_corrections(str(path)))


def ids(linked):
    return {(m.paper, m.text): m.entity for m in linked.mentions}


def test_no_file_changes_nothing():
    assert read_corrections("") is None


def test_merged_entities_are_one_with_all_their_names(tmp_path):
    found = corrected(tmp_path, "merge,Lantern Net,,,Lantern,,")
    assert ids(found)["c", "Lantern Net"] == ids(found)["b", "Lantern"] == "entity/lantern"
    [entity] = [e for e in found.entities if e.id == "entity/lantern"]
    assert "entity/lanternnet" not in {e.id for e in found.entities}
    assert {entity.name, *entity.aliases} == {"Lantern", "Lantern Net"}
    assert found.idle == ()


def test_a_newcomer_merges_into_a_catalogue_entity_and_a_chain_leads_to_its_end(tmp_path):
    rows = ["merge,Lantern Net,,,entity/lantern,,", "merge,entity/lantern,,,model/gpt-4,,"]
    found = corrected(tmp_path, *rows)
    assert {ids(found)[k] for k in ids(found) if "Lantern" in k[1]} == {"model/gpt-4"}
    [link_] = [k for k in found.links if k.paper == "c" and k.entity == "model/gpt-4"]
    assert link_.mentions == 2


def test_a_split_takes_a_surface_out_of_an_entity_in_one_paper_or_in_all(tmp_path):
    one = corrected(tmp_path, "split,entity/kiterag,Kite-RAG,b,Kite of B,,")
    assert ids(one)["b", "Kite-RAG"] == "entity/kite-of-b"
    assert ids(one)["a", "KiteRAG"] == "entity/kiterag"
    everywhere = corrected(tmp_path, "split,,GPT-4,,GPT-4o,,")
    assert ids(everywhere)["c", "GPT-4"] == "model/gpt-4o"


def test_a_name_and_a_type_are_changed(tmp_path):
    rows = ["rename,KiteRAG,,,The Kite,,", "retype,entity/kiterag,,,Benchmark,,"]
    found = corrected(tmp_path, *rows)
    [kite] = [e for e in found.entities if e.id == "entity/kiterag"]
    assert (kite.name, kite.type, kite.also) == ("The Kite", "Benchmark", ("Method",))
    assert set(kite.aliases) == {"KiteRAG", "Kite-RAG"}


def test_what_is_ignored_is_gone(tmp_path):
    found = corrected(tmp_path, "ignore,Lantern,,,,,", "ignore,,GPT-4,c,,,")
    assert {m.text for m in found.mentions} == {"KiteRAG", "Kite-RAG", "Lantern Net", "Llama-2-13B"}
    assert {"entity/lantern", "model/gpt-4"}.isdisjoint(e.id for e in found.entities)
    assert {"entity/lantern", "model/gpt-4"}.isdisjoint(k.entity for k in found.links)


def test_a_variant_goes_where_its_release_goes(tmp_path):
    found = corrected(tmp_path, "merge,Llama 2,,,Lantern,,")
    [moved] = [m for m in found.mentions if m.text == "Llama-2-13B"]
    assert (moved.entity, moved.variant) == ("entity/lantern", None)


def test_reasons_tell_of_the_correction(tmp_path):
    found = corrected(tmp_path, "split,,GPT-4,,GPT-4o,,")
    reasons = {m.text: (m.reason, m.score) for m in found.mentions}
    assert reasons["GPT-4"] == ("by your correction", 1.0)


def test_an_open_question_does_nothing_and_an_unanswered_row_is_told(tmp_path):
    found = corrected(tmp_path, "merge?,Lantern Net,,,Lantern,,", "ignore,Nothing Like It,,,,,")
    assert ids(found)["c", "Lantern Net"] != ids(found)["b", "Lantern"]
    assert found.idle == (3,)


def test_a_spreadsheets_apostrophe_is_no_part_of_a_cell(tmp_path):
    mentions = [mention("@Kite"), mention("Other", start=9)]
    found = corrected(tmp_path, "ignore,,'@Kite,,,,", mentions=mentions)
    assert [m.text for m in found.mentions] == ["Other"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["mirge,A,,,B,,"], r":2: no action is called 'mirge'; choose of merge, split"),
        (["merge,A,,,,,"], r":2: merge needs a cell in to"),
        (["split,A,,,B,,"], r":2: split needs a cell in surface"),
        (["ignore,,,a,,,"], r":2: ignore needs a cell in entity or surface"),
        (["retype,KiteRAG,,,Kite,,"], r":2: Kite is no type out of Model"),
        (["merge,KiteRAG,,,A,,", "merge,kite rag,,,B,,"], r":3: contradicts line 2"),
        (["rename,KiteRAG,,,A,,", "", "rename,KiteRAG,,,B,,"], r":4: contradicts line 2"),
        (["ignore,,GPT-4,,,,", "split,,GPT-4,,B,,"], r":3: contradicts line 2"),
        (
            ["merge,KiteRAG,,,Lantern,,", "merge,entity/kiterag,,,GPT-4,,"],
            r":3: entity/kiterag is",
        ),
        (["merge,KiteRAG,,,Lantern,,", "merge,Lantern,,,KiteRAG,,"], r"merged with itself"),
        (["merge,KiteRAG,,,KiteRAG,,"], r":2: KiteRAG is merged with itself"),
    ],
)
def test_what_makes_no_sense_is_told_by_line(tmp_path, rows, told):
    with pytest.raises(PaperKGError, match=told):
        corrected(tmp_path, *rows)


def test_a_name_of_several_entities_must_be_an_id(tmp_path):
    twins = [
        mention("QKS", paper="a", role="introduces"),
        mention("QKS", paper="b", role="introduces"),
    ]
    with pytest.raises(PaperKGError, match=r":2: 'QKS' may be any of entity/qks@a, entity/qks@b"):
        corrected(tmp_path, "rename,QKS,,,Quiet,,", mentions=twins)
    found = corrected(tmp_path, "merge,entity/qks@b,,,entity/qks@a,,", mentions=twins)
    assert {m.entity for m in found.mentions} == {"entity/qks@a"}


def test_a_file_that_is_none_is_told(tmp_path):
    with pytest.raises(PaperKGError, match=r"absent\.csv: No such file"):
        read_corrections("absent.csv")
    (tmp_path / "bad.csv").write_text("what,ever\n1,2\n", "utf-8")
    with pytest.raises(PaperKGError, match=r"bad\.csv:1: needs the columns action, entity"):
        read_corrections(str(tmp_path / "bad.csv"))
