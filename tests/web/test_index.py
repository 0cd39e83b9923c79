"""What is found in a served graph: everything under its own kind."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.graph.invented import sample, with_own_type, written

from paperkg.graph import KnowledgeGraph
from paperkg.graph.store import fill_store
from paperkg.web.index import Index
from paperkg.web.store import Graph


@pytest.mark.parametrize("make", [with_own_type, lambda: sample()[0].kg], ids=["own", "sample"])
def test_each_thing_is_of_its_kind(make, tmp_path: Path) -> None:
    kg: KnowledgeGraph = make()
    folder = written(kg, tmp_path)
    fill_store([folder / "graph.ttl", folder / "evidence.ttl"], tmp_path / "store")
    index = Index(Graph(str(tmp_path / "store")))
    for entity in kg.entities:
        assert index.items[kg.entity_iri(entity.id)[len(kg.base) :]].kind == entity.type
    figures = Counter(entity.type for entity in kg.entities) + Counter(Paper=len(kg.papers))
    assert figures.items() <= index.figures().items()
    assert index.figures().get("Task", 0) == len(kg.tasks)
