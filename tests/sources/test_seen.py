"""What was read before is remembered, in little memory."""

import json
import random

import pytest

from paperkg.records import Paper
from paperkg.sources import Rejected, read
from paperkg.sources.seen import CAPACITY, Seen

from .invented import abstract, titles


def paper(identifier, key):
    return Paper(identifier, "A", "B", key)


def test_every_paper_is_found_again_when_there_are_many():
    seen = Seen()
    many = [paper(f"arxiv:{n}", f"arxiv:{n}") for n in range(10 * CAPACITY)]
    assert all(seen.admit(each, 1, "a") is each for each in many)
    assert all(isinstance(seen.admit(each, 1, "a"), Rejected) for each in many)


def test_ids_given_many_times_take_no_longer_each():
    seen = Seen()
    ids = [seen.admit(paper("7", f"k{n}"), 1, "a").id for n in range(5000)]
    assert ids[:3] == ["7", "7-2", "7-3"] and len(set(ids)) == 5000


def test_papers_with_global_ids_take_few_bytes():
    seen = Seen()
    for n in range(20_000):
        seen.admit(paper(f"arxiv:{n}", f"arxiv:{n}"), 1, "a")
    assert len(seen.digests.slots) * seen.digests.slots.itemsize < 45 * 20_000
    assert not seen.first


def records(chance, count):
    ids = ["7", "page:01", "page:02", "2403.01234", "10.1000/x", "a:1", "kite:1", None]
    for title in chance.choices(titles(12), k=count):
        yield {"id": chance.choice(ids), "title": title, "abstract": abstract(title)}


@pytest.mark.parametrize("seed", range(30))
def test_papers_known_from_before_are_as_if_read_before(tmp_path, seed):
    chance = random.Random(seed)
    sources = []
    for name in ("old", "new"):
        path = tmp_path / chance.choice([f"{name}.jsonl", f"page{len(sources)}.jsonl"])
        path.write_text("".join(json.dumps(r) + "\n" for r in records(chance, 15)))
        sources.append(str(path))
    old = list(read(sources[:1]))
    known = [(each.id, each.key) for each in old if isinstance(each, Paper)]
    assert list(read(sources[1:], known=known)) == list(read(sources))[len(old) :]
