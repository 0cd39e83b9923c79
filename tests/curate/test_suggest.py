"""Which frequent names the catalogue lacks."""

from graph.invented import of_papers

from paperkg.curate import catalog_suggest
from paperkg.graph import KnowledgeGraph
from paperkg.records import Entity, Link, Paper


def graph():
    """Three papers that name two entities without a row, and one with."""
    papers = [Paper(p, f"Paper {p}", "x", key=p) for p in "abc"]
    entities = (
        Entity("entity/kite", "Method", "Kite", ("KITE", "Kites")),
        Entity("entity/swift", "Model", "Swift"),
        Entity("model/gpt-4", "Model", "GPT-4"),
    )
    held = [("a", "entity/kite", "introduces"), ("b", "entity/kite", "uses")]
    held += [("c", "entity/kite", "introduces"), ("a", "entity/swift", "uses")]
    held += [(p, "model/gpt-4", "uses") for p in "abc"]
    links = tuple(Link(p, e, role, 1, 0.9) for p, e, role in sorted(held))
    return KnowledgeGraph(tuple(papers), entities, links, ())


def test_names_without_a_row_come_by_the_number_of_their_papers():
    found = catalog_suggest(graph(), minimum=1)
    assert list(found["name"]) == ["Kite", "Swift"]
    kite = found.iloc[0]
    assert (kite["type"], kite["papers"], kite["introduced_by"]) == ("Method", 3, 2)
    assert (kite["aliases"], kite["examples"]) == ("KITE|Kites", "a, b, c")


def test_rare_names_and_other_types_are_left_out():
    assert list(catalog_suggest(graph())["name"]) == ["Kite"]
    assert list(catalog_suggest(graph(), minimum=1, type_="Model")["name"]) == ["Swift"]
    assert len(catalog_suggest(graph(), minimum=1, limit=1)) == 1


def test_a_graph_of_nothing_lacks_nothing():
    assert catalog_suggest(of_papers()).empty
