"""What papers tell of what they introduce: its addresses, and its tasks."""

from paperkg.link.accounts import Account
from paperkg.link.introductions import Introductions
from paperkg.records import Document, Entity, Link, Paper, TaskLink

OAK = Entity("entity/oaknet", "Model", "OakNet", ("Oak-Net",))


def completed(entity, *documents):
    told = Introductions()
    for document in documents:
        told.note(Account.of(document, ()))
    return told.completed(entity)


def found(*pages, code="", role="introduces", entity=OAK):
    paper = Paper("a", "t", "x", code=code, pages=pages)
    entity = completed(entity, Document(paper, links=[Link("a", entity.id, role, 1, 0.9)]))
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


def test_a_new_benchmark_is_for_the_tasks_of_its_paper():
    known = Entity("benchmark/hill", "Benchmark", "Hill", tasks=("task/walking",))
    new = Entity("entity/slope", "Benchmark", "Slope")
    links = [Link("a", e.id, "introduces", 1, 0.9) for e in (known, new, OAK)]
    paper = Document(
        Paper("a", "t", "x"), task_links=[TaskLink("a", "task/climbing", 0, 8)], links=links
    )
    tasks = [completed(e, paper).tasks for e in (known, new, OAK)]
    assert tasks == [("task/walking",), ("task/climbing",), ()]
    user = Document(
        Paper("b", "t", "x"),
        task_links=[TaskLink("b", "task/diving", 0, 6)],
        links=[Link("b", new.id, "uses", 1, 0.9)],
    )
    assert completed(new, user).tasks == ()
