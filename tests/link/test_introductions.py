"""What papers tell of what they introduce: its addresses, and its tasks."""

from paperkg.link import with_artifacts, with_tasks
from paperkg.records import Entity, Link, Paper, TaskLink

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


def test_a_new_benchmark_is_for_the_tasks_of_its_paper():
    known = Entity("benchmark/hill", "Benchmark", "Hill", tasks=("task/walking",))
    new = Entity("entity/slope", "Benchmark", "Slope")
    entities = [known, new, OAK]
    links = [Link("a", e.id, "introduces", 1, 0.9) for e in entities]
    told = [TaskLink("a", "task/climbing", 0, 8), TaskLink("b", "task/diving", 0, 6)]
    tasks = {e.id: e.tasks for e in with_tasks(entities, links, told)}
    assert tasks == {known.id: ("task/walking",), new.id: ("task/climbing",), OAK.id: ()}
    used = [Link("b", new.id, "uses", 1, 0.9)]
    assert [e.tasks for e in with_tasks([new], used, told)] == [()]
