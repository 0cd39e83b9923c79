"""Which names that no catalogue knows are one thing, across papers."""

from paperkg.catalog import load_catalog
from paperkg.link import link
from paperkg.names import name_key
from paperkg.records import Mention, Paper


def mention(text, paper, *, type_="Method", role="uses", start=0, key=""):
    end = start + len(text)
    return Mention(paper, start, end, text, type_, role, 0.9, key=key or name_key(text))


def linked(*mentions, papers=()):
    return link(mentions, load_catalog(), papers=papers)


def ids(*mentions, papers=()):
    """Each paper with the entity of its first name."""
    return {m.paper: m.entity for m in reversed(linked(*mentions, papers=papers).mentions)}


def test_what_one_paper_introduces_others_use():
    found = ids(mention("QuietKite", "a", role="introduces"), mention("Quiet-Kite", "b"))
    assert found == {"a": "entity/quietkite", "b": "entity/quietkite"}


def test_two_papers_that_introduce_one_acronym_introduce_two_things():
    found = ids(
        mention("QKS", "a", role="introduces"),
        mention("QKS", "b", role="introduces"),
        mention("QKS", "c"),
    )
    assert found == {"a": "entity/qks@a", "b": "entity/qks@b", "c": "entity/qks"}


def test_the_introducing_paper_is_named_by_its_key():
    papers = [
        Paper("1", "A", "x", key="arxiv:2506.00001"),
        Paper("2", "B", "x", key="arxiv:2507.00002"),
    ]
    found = ids(
        mention("QKS", "1", role="introduces"),
        mention("QKS", "2", role="introduces"),
        papers=papers,
    )
    assert found == {"1": "entity/qks@arxiv-2506.00001", "2": "entity/qks@arxiv-2507.00002"}


def test_a_paper_does_not_mean_what_appears_after_it():
    new = mention("QKSR", "b", role="introduces")
    papers = [Paper("a", "A", "x", date="2025-03"), Paper("b", "B", "x", date="2026-01-15")]
    assert len(set(ids(new, mention("QKSR", "a"), papers=papers).values())) == 2
    papers[0] = Paper("a", "A", "x", date="2026-02")
    assert len(set(ids(new, mention("QKSR", "a"), papers=papers).values())) == 1


def test_a_very_short_acronym_is_not_taken_for_the_only_known_thing_of_its_name():
    found = ids(mention("QKS", "a", role="introduces"), mention("QKS", "b"))
    assert found == {"a": "entity/qks", "b": "entity/qks-method"}


def test_an_unclear_name_is_the_thing_of_the_papers_with_the_same_rare_names():
    mentions = [
        mention("QKS", "a", role="introduces"),
        mention("QKS", "b", role="introduces"),
        mention("QKS", "c"),
    ]
    rare = ["RareOne", "RareTwo", "RareThree"]
    for start, name in enumerate(rare, 1):
        mentions += [mention(name, paper, start=100 * start) for paper in "ac"]
    mentions += [mention(f"Filler{i}Net", f"f{i}") for i in range(200)]
    found = ids(*mentions)
    assert found["c"] == found["a"] != found["b"]
    reasons = {m.reason for m in linked(*mentions).mentions if m.paper == "c"}
    assert "nearest of the things of this name" in reasons


def test_full_names_with_other_endings_are_one():
    def spelled(full, paper):
        return mention(full, paper, key="qks"), mention("QKS", paper, start=60)

    found = ids(
        *spelled("Quiet Kite Optimization", "a"),
        *spelled("quiet kite optimisation", "b"),
        *spelled("Quick Knot Sorting", "c"),
    )
    assert found["a"] == found["b"] != found["c"]


def test_a_word_in_small_letters_is_not_an_acronym():
    found = ids(
        mention("Careful Handling of All Intermediate Nodes", "a", key="chain", role="introduces"),
        mention("CHAIN", "a", start=60, role="introduces"),
        mention("chain", "b"),
        mention("CHAIN", "c"),
    )
    assert found["a"] == found["c"] != found["b"]


def test_a_name_in_many_papers_is_not_new_where_a_few_seem_to_introduce_it():
    mentions = [mention("Flightscore", f"p{i}", type_="Method") for i in range(20)]
    mentions += [mention("Flightscore", p, role="introduces") for p in "ab"]
    assert set(ids(*mentions).values()) == {"entity/flightscore"}


def test_metrics_are_never_new():
    found = ids(
        mention("flight score", "a", type_="Metric", role="introduces"),
        mention("flight score", "b", type_="Metric", role="introduces"),
    )
    assert set(found.values()) == {"entity/flightscore"}


def test_editions_of_one_year_meet_in_any_spelling():
    found = ids(
        mention("KiteBench 2025", "a", type_="Benchmark"),
        mention("KiteBench25", "b", type_="Benchmark"),
        mention("KiteBench 2024", "c", type_="Benchmark"),
    )
    assert found["a"] == found["b"] != found["c"]


def test_an_edition_and_a_release_stand_in_the_family_of_their_name():
    found = linked(
        mention("KiteBench", "a", type_="Benchmark"),
        mention("KiteBench 2025", "b", type_="Benchmark"),
        mention("KiteLM", "c", type_="Model"),
        mention("KiteLM 2.5", "d", type_="Model"),
    )
    families = {e.name: e.family for e in found.entities}
    assert families["KiteBench 2025"] == "entity/kitebench"
    assert families["KiteLM 2.5"] == "entity/kitelm"


def test_a_short_form_is_the_one_longer_name_of_its_paper_that_ends_in_it():
    found = linked(
        mention("KiteSeek-R7", "a", type_="Model"),
        mention("R7", "a", type_="Model", start=40),
        mention("R7", "b", type_="Model"),
    )
    by_place = {(m.paper, m.start): m.entity for m in found.mentions}
    assert by_place["a", 0] == by_place["a", 40] != by_place["b", 0]


def test_initials_of_a_known_name_in_the_same_paper_lead_to_it():
    found = linked(
        mention("3D Gaussian Splatting", "a"),
        mention("QGSX", "a", start=30),
        mention("Gaussian Splatting", "b"),
        mention("GS", "b", start=30),
    )
    by_text = {m.text: m for m in found.mentions}
    assert by_text["GS"].entity == by_text["3D Gaussian Splatting"].entity
    assert "initials" in by_text["GS"].reason or "alias" in by_text["GS"].reason
    assert by_text["QGSX"].entity == "entity/qgsx"


def test_another_type_that_papers_often_read_is_kept():
    mentions = [mention("KiteSet", p, type_="Benchmark") for p in "abcd"]
    mentions += [mention("KiteSet", p, type_="Dataset") for p in "ef"]
    [entity] = linked(*mentions).entities
    assert (entity.type, entity.also) == ("Benchmark", ("Dataset",))
    once = linked(*mentions[:5]).entities[0]
    assert once.also == ()


def test_size_and_date_are_properties_of_a_variant():
    table = {e.id: e for e in linked(mention("KiteLM-7B-Instruct", "a", type_="Model")).entities}
    assert table["entity/kitelm/7b-instruct"].traits == (("size", "7B"), ("tuning", "Instruct"))
    assert table["entity/kitelm"].traits == ()


def test_subsets_and_metric_variants_are_variants_of_their_whole():
    found = linked(
        mention("SWE-bench Verified", "a", type_="Benchmark"),
        mention("macro-F1", "a", type_="Metric", start=30),
        mention("Recall@77", "a", type_="Metric", start=60),
    )
    wholes = {e.name: e.variant_of for e in found.entities}
    assert wholes["SWE-bench Verified"] == "benchmark/swe-bench"
    assert wholes["macro-F1"] == "metric/f1"
    assert wholes["Recall@77"].startswith("metric/recall")
    assert {k.entity for k in found.links} >= {"benchmark/swe-bench-verified", "metric/macro-f1"}
