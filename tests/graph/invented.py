"""Invented papers and the graph of them, made by hand: no extractor has a say in it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import paperkg
from paperkg.graph import KnowledgeGraph
from paperkg.graph.triples import evidence_blocks, graph_blocks
from paperkg.graph.turtle import Terms, turtle
from paperkg.records import ROLES, Entity, Link, Mention, Paper, Result, Statement, Task, TaskLink
from paperkg.resources import SAMPLE

OTHER_BASE = "http://example.org/my-graph/"

HOSTILE = {
    "quotes": 'Say "yes", \'no\' and """nothing"""',
    "line ends": "one\ntwo\r\nthree\rfour",
    "backslashes": "C:\\new\\table \\u0041 \\",
    "tabs": "a\tb\x0bc\x0cd\x08e",
    "beyond the BMP": "𝔸 kite 🪁 and a 👩‍🔬",
    "line separators": "a\u2028b\u2029c\x85d",
    "markup": "<b>bold</b> &amp; ]]> <!-- -->",
    "turtle": 'x" ; a pk:Model . # comment @en ^^xsd:string',
    "typed literal": 'a "kite"^^<string>',
    "scripts": "Ωμέγα 紙飛行機 עפיפון ñ ñ",
}
"""Texts that a careless writer breaks on, by what is nasty in them."""

HOSTILE_KEYS = (
    "arxiv:2403.01234",
    "https://example.org/W1?x=1&y=2#z",
    "10.1000/a(b)<c>;d",
    "a b",
    "50%25",
    'q"uote\\',
    "紙-🪁",
    "..",
)
"""Keys of papers with everything that means something in an IRI."""

ENTITIES = (
    Entity(
        "benchmark/hilltop",
        "Benchmark",
        "HillTop",
        homepage="https://example.org/hilltop",
        also=("Dataset",),
        tasks=("task/slope-climbing",),
    ),
    Entity("benchmark/rivermouth", "Benchmark", "RiverMouth"),
    Entity("method/leafcut", "Method", "LeafCut"),
    Entity("metric/accuracy", "Metric", "accuracy"),
    Entity("model/fern", "Model", "Fern", maker="organization/moss-lab"),
    Entity(
        "model/fern-2",
        "Model",
        "Fern 2",
        aliases=("Fern II", "Férn-2"),
        family="model/fern",
        maker="organization/moss-lab",
        same_as=("https://example.com/fern-2",),
        code="https://example.org/code/fern-2",
    ),
    Entity(
        "model/fern-2/9b",
        "Model",
        "Fern 2 9B",
        variant_of="model/fern-2",
        traits=(("size", "9B"),),
    ),
    Entity("model/oak", "Model", "Oak", maker="organization/bark"),
    Entity("organization/bark", "Organization", "Bark"),
    Entity("organization/moss-lab", "Organization", "Moss Lab"),
)
TASKS = (
    Task("task/gardening", "gardening"),
    Task("task/slope-climbing", "slope climbing", ("hill climbing",), "task/gardening"),
)
PAPERS = (
    Paper(
        "a",
        "Fern 2 climbs",
        "We grow Fern 2 on a slope. It reaches 61.5 accuracy on HillTop.",
        key="walk:1",
        authors=("Ada Moss", "Bo Reed"),
        date="2031-04-02",
        categories=("cs.CL",),
        url="https://example.org/walk/1",
        code="https://example.org/code/fern",
        pages=("https://example.org/fern-pages",),
    ),
    Paper(
        "b",
        "Oak: slow and sure",
        "🌳 Oak is new. Unlike Fern 2 9B it also rests on HillTop and RiverMouth.",
        key="walk:2",
        date="2031-05",
    ),
    Paper(
        "c",
        "Cutting leaves",
        "LeafCut trims what others grew. Oak loses accuracy on RiverMouth.",
        key="walk/3",
        date="2032",
    ),
    Paper("d", "Silence", "Nothing is named in this one.", key="walk:4"),
)
NAMED = (
    ("a", "Fern 2", "model/fern-2", "introduces"),
    ("a", "HillTop", "benchmark/hilltop", "uses"),
    ("a", "accuracy", "metric/accuracy", "mentions"),
    ("b", "Oak", "model/oak", "introduces"),
    ("b", "Fern 2 9B", "model/fern-2", "uses"),
    ("b", "HillTop", "benchmark/hilltop", "uses"),
    ("b", "RiverMouth", "benchmark/rivermouth", "uses"),
    ("c", "LeafCut", "method/leafcut", "introduces"),
    ("c", "Oak", "model/oak", "mentions"),
    ("c", "accuracy", "metric/accuracy", "uses"),
    ("c", "RiverMouth", "benchmark/rivermouth", "uses"),
)
VARIANTS = {"Fern 2 9B": "model/fern-2/9b"}
WHY = {"Fern 2 9B": (0.92, "its size")}


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence of a text around a span: the title, or up to the next full stop."""
    first = max(text.rfind("\n", 0, start) + 1, text.rfind(". ", 0, start) + 2)
    stops = [i for i in (text.find("\n", end), text.find(". ", end) + 1 or len(text)) if i > 0]
    return (first if first > 1 else 0, min(stops))


def mentions(paper: Paper) -> list[Mention]:
    """Every place where a paper names what it names."""
    types = {e.id: e.type for e in ENTITIES}
    found = []
    for id_, name, entity, role in NAMED:
        start = paper.text.find(name) if id_ == paper.id else -1
        while start >= 0:
            end = start + len(name)
            found.append(
                Mention(
                    paper=paper.id,
                    start=start,
                    end=end,
                    text=name,
                    type=types[entity],
                    role=role,
                    confidence=0.875,
                    sentence=sentence(paper.text, start, end),
                    entity=entity,
                    variant=VARIANTS.get(name),
                    score=WHY.get(name, (1.0, ""))[0],
                    reason=WHY.get(name, (1.0, "exact alias"))[1],
                    role_confidence=0.0 if entity in {m.entity for m in found} else 0.75,
                )
            )
            start = paper.text.find(name, end)
    return sorted(found, key=lambda m: m.start)


def small(base: str = paperkg.graph.BASE) -> KnowledgeGraph:
    """Four invented papers and what they name."""
    named = [m for paper in PAPERS for m in mentions(paper)]
    counts = {(p, e): sum((m.paper, m.entity) == (p, e) for m in named) for p, _, e, _ in NAMED}
    deciding = {(m.paper, m.entity): m.sentence for m in reversed(named)}
    links = [Link(p, e, role, counts[p, e], 0.875, 0.75, deciding[p, e]) for p, _, e, role in NAMED]
    at = PAPERS[0].text.index("61.5")
    result = Result(
        "a", at, at + 4, "61.5", "61.5", "score", "model/fern-2", "benchmark/hilltop",
        "metric/accuracy", sentence(PAPERS[0].text, at, at + 4),
    )  # fmt: skip
    text = PAPERS[1].text
    said = Statement(
        "b", text.index("Unlike"), text.index("Unlike") + 6, "outperforms", "model/oak",
        "model/fern-2", "benchmark/hilltop", sentence(text, text.index("Fern"), text.index("9B")),
    )  # fmt: skip
    made = Statement(
        "b", text.index("Fern"), text.index("9B"), "developedBy", "model/fern-2",
        "organization/moss-lab", None, said.sentence,
    )  # fmt: skip
    assert {link.role for link in links} == set(ROLES)
    return KnowledgeGraph(
        papers=PAPERS,
        entities=ENTITIES,
        links=tuple(sorted(links, key=lambda k: (k.paper, k.entity))),
        mentions=tuple(named),
        results=(result,),
        statements=(said, made),
        tasks=TASKS,
        task_links=(TaskLink("a", "task/slope-climbing", 7, 13),),
        base=base,
    )


def with_own_type(type_: str = "Robot", base: str = paperkg.graph.BASE) -> KnowledgeGraph:
    """The same graph with its one method made a thing of a user's own type."""
    kg, old, new = small(base), "method/leafcut", f"{type_.lower()}/leafcut"
    entities = (replace(e, id=new, type=type_) if e.id == old else e for e in kg.entities)
    links = (replace(k, entity=new) if k.entity == old else k for k in kg.links)
    named = (replace(m, entity=new, type=type_) if m.entity == old else m for m in kg.mentions)
    return replace(
        kg,
        entities=tuple(sorted(entities, key=lambda e: e.id)),
        links=tuple(sorted(links, key=lambda k: (k.paper, k.entity))),
        mentions=tuple(named),
    )


def of_papers(*papers: Paper) -> KnowledgeGraph:
    """A graph of papers that name nothing."""
    return KnowledgeGraph(papers, (), (), ())


def document(kg: KnowledgeGraph) -> str:
    """The graph as `graph.ttl` holds it."""
    return "".join(turtle(graph_blocks(kg), Terms(kg.base, kg.types)))


def proof(kg: KnowledgeGraph) -> str:
    """The evidence as `evidence.ttl` holds it."""
    return "".join(turtle(evidence_blocks(kg), Terms(kg.base, kg.types)))


def written(kg: KnowledgeGraph, folder: Path) -> Path:
    """A folder with the graph and its evidence, as `build` leaves them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "graph.ttl").write_text(document(kg), "utf-8", newline="\n")
    (folder / "evidence.ttl").write_text(proof(kg), "utf-8", newline="\n")
    return folder


@cache
def sample() -> tuple[paperkg.Build, Path]:
    """The bundled sample, built once a session, and the folder it was built into."""
    folder = Path(mkdtemp(prefix="paperkg-sample-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return paperkg.build([str(SAMPLE)], folder, title="Landmark papers"), folder


def in_process(seed: int, code: str, *arguments: str) -> str:
    """What a piece of Python prints in a process of its own, with that seed for its hashes."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | {"PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
