"""The evidence in NIF terms, node by node: the blocks of a paper's text and of what is found in it.

What is said of a kind of node is always the same, so its predicates are told here in their order.
`base` is the address of the paper.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from paperkg.graph.turtle import Block, Fact, Terms, block, literal
from paperkg.records import Mention, TaskLink

__all__ = ["mention_block", "proof_block", "sentence_block", "task_evidence", "text_block"]

STRING = "nif:OffsetBasedString"
PLACE = ("nif:beginIndex", "nif:endIndex", "nif:referenceContext")
TEXT = ("a", "a", "nif:isString", "prov:wasDerivedFrom")
SENTENCE = ("a", "a", *PLACE)
MENTION = (
    *("a", "a", "itsrdf:taClassRef", "itsrdf:taConfidence", "itsrdf:taIdentRef", "nif:anchorOf"),
    *(*PLACE, "nif:sentence", "pk:linkReason", "pk:linkScore", "pk:role"),
)
PROOF = ("nif:sentence",)


def text_block(text: str, base: str, terms: Terms) -> Block:
    """What the evidence says of a paper's text."""
    return f"{base}#text", TEXT, ("nif:Context", STRING, literal(text), terms.iri(base))


def sentence_block(start: int, end: int, base: str) -> Block:
    """What the evidence says of a sentence."""
    objects = (STRING, "nif:Sentence", index(start), index(end), f"<{base}#text>")
    return f"{base}#sentence={start},{end}", SENTENCE, objects


def mention_block(mention: Mention, base: str, terms: Terms) -> Block:
    """What the evidence says of a mention."""
    verbs: tuple[str, ...] = MENTION
    objects: tuple[str, ...] = (
        STRING,
        "nif:Phrase",
        terms.type(mention.type),
        f"{mention.confidence:.3f}",
        terms.entity(mention.entity),
        literal(mention.text),
        index(mention.start),
        index(mention.end),
        f"<{base}#text>",
        sentence_node(base, mention.sentence),
        literal(mention.reason),
        f"{mention.score:.3f}",
        f"pk:{mention.role}",
    )
    if mention.role_confidence:
        verbs, objects = (*verbs, "pk:roleConfidence"), (*objects, f"{mention.role_confidence:.3f}")
    if mention.variant:
        verbs, objects = (*verbs, "pk:variant"), (*objects, terms.entity(mention.variant))
    return f"{base}#mention={mention.start},{mention.end}", verbs, objects


def proof_block(node: str, sentence: tuple[int, int], base: str) -> Block:
    """What the evidence says of a result or a statement: the sentence that proves it."""
    return node, PROOF, (sentence_node(base, sentence),)


def task_evidence(links: Iterable[TaskLink], base: str, terms: Terms) -> Iterator[Block]:
    """What the evidence says of the names of tasks; one name may stand for several."""
    tasks: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for link in links:
        tasks[link.start, link.end].append(("itsrdf:taIdentRef", terms.entity(link.task)))
    for (start, end), facts in tasks.items():
        place = ("a", STRING), ("nif:beginIndex", index(start)), ("nif:endIndex", index(end))
        facts += (*place, ("nif:referenceContext", f"<{base}#text>"))
        yield block(f"{base}#task={start},{end}", facts)


def index(number: int) -> str:
    """A place in a text as a term."""
    return f'"{number}"^^xsd:nonNegativeInteger'


def sentence_node(base: str, sentence: tuple[int, int]) -> str:
    """The node of a sentence of a paper."""
    return f"<{base}#sentence={sentence[0]},{sentence[1]}>"
