"""Which addresses of a paper are those of what it introduces."""

from paperkg.link import with_artifacts
from paperkg.records import Entity, Link, Paper

OAK = Entity("entity/oaknet", "Model", "OakNet", ("Oak-Net",))


def found(*pages, code="", role="introduces", entity=OAK):
    paper = Paper("a", "t", "x", code=code, pages=pages)
    [entity] = with_artifacts([entity], [Link("a", entity.id, role, 1, 0.9)], [paper])
    return entity.code, entity.homepage, entity.same_as


def test_an_address_that_ends_in_the_name_is_the_entitys():
    hub = "https://huggingface.co/kite/Oak-Net"
    pages = "https://kite.github.io/oaknet/", hub
    told = found(*pages, code="https://github.com/kite/OakNet")
    assert told == ("https://github.com/kite/OakNet", pages[0], (hub,))
    assert found("https://oak-net.org") == ("", "https://oak-net.org", ())


def test_others_are_not_and_neither_are_those_of_a_paper_that_only_uses_it():
    assert found("https://kite.org/elm", code="https://github.com/kite/elm") == ("", "", ())
    assert found(code="https://github.com/kite/OakNet", role="uses") == ("", "", ())
