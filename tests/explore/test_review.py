"""Which questions a graph raises: likely duplicates, uncertain links, doubtful names."""

from dataclasses import replace

from graph.invented import of_papers, small

from paperkg.explore import review
from paperkg.link.corrections import COLUMNS
from paperkg.link.newcomers import INTRODUCED
from paperkg.records import Entity, Link


def with_newcomers(*names, reason="a new name", base=0):
    """The small graph, and a paper of its own for each of some names that no row knows."""
    kg = small()
    ids = [f"entity/{i}" for i, _ in enumerate(names, base)]
    entities = [Entity(id_, "Method", name) for id_, name in zip(ids, names, strict=True)]
    links = [Link("d", id_, "uses", 1, 0.9) for id_ in ids]
    like = kg.mentions[0]
    named = [
        replace(like, paper="d", text=name, type="Method", entity=id_, reason=reason)
        for id_, name in zip(ids, names, strict=True)
    ]
    return replace(
        kg,
        entities=(*kg.entities, *entities),
        links=(*kg.links, *links),
        mentions=(*kg.mentions, *named),
    )


def actions(kg, **options):
    return [(row.action, row.entity) for row in review(kg, **options).itertuples()]


def test_a_sure_graph_raises_no_question_and_an_empty_one_neither():
    assert review(small()).empty and review(of_papers()).empty
    assert list(review(small()).columns) == list(COLUMNS)


def test_likely_duplicates_are_put_as_merges():
    for pair in (("Kite Nets", "Kite-Nets"), ("Linked Kites", "Linking Kite"),
                 ("KiteDiffusion", "KiteDifusion")):  # fmt: skip
        [row] = review(with_newcomers(*pair)).to_dict("records")
        assert (row["action"], row["entity"], row["to"]) == ("merge?", "entity/0", "entity/1")
        assert all(name in row["note"] for name in pair)


def test_what_differs_in_a_digit_or_was_introduced_twice_is_no_duplicate():
    assert review(with_newcomers("KiteDiffusion2", "KiteDiffusion3")).empty
    assert review(with_newcomers("Kite Nets", "Kite-Nets", reason=INTRODUCED)).empty


def test_an_uncertain_link_is_put_as_a_split_and_an_uncertain_name_as_no_name():
    kg = small()
    doubtful = [replace(m, score=0.55, reason="a head noun") if m.text == "LeafCut" else m
                for m in kg.mentions]  # fmt: skip
    [row] = review(replace(kg, mentions=tuple(doubtful))).to_dict("records")
    assert (row["action"], row["surface"], row["paper"], row["score"]) == (
        *("split?", "LeafCut", "c", 0.55),
    )
    assert "a head noun" in row["note"]
    faint = tuple(replace(m, confidence=0.3) for m in kg.mentions if m.text == "Oak")
    assert actions(replace(kg, mentions=faint)) == [("ignore?", "model/oak")]


def test_the_weightiest_come_first_and_no_more_than_asked_for():
    kg = with_newcomers("Kite Nets", "Kite-Nets")
    more = tuple(replace(m, confidence=0.5) for m in kg.mentions)
    assert actions(replace(kg, mentions=more))[0][0] == "merge?"
    assert len(review(replace(kg, mentions=more), limit=2)) == 2
