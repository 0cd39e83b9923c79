"""How services are asked: pauses, retries, and what is told when a service fails for long."""

from email.utils import formatdate
from time import time

import pytest

from paperkg.errors import PaperKGError
from paperkg.fetch import web

FAULTS = {
    "busy": (429, {"Retry-After": "17"}, b"slow down"),
    "failing": (500, {}, b"oops"),
    "bad gateway": (502, {}, b"<html>"),
    "cut off": "cut",
    "reset": "reset",
    "broken": (200, {}, b'{"data": [{"paperId": "1", "tit'),
    "of another form": (200, {}, b'{"unexpected": 1}'),
    "empty": (200, {}, b""),
}


@pytest.mark.parametrize("service", ["arxiv", "huggingface", "openalex", "semanticscholar"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_request_that_fails_is_made_again(run, world, tmp_path, service, fault):
    run(service, name="whole.jsonl")
    world.faults = [None, FAULTS[fault], FAULTS[fault]]
    run(service)
    whole = (tmp_path / "whole.jsonl").read_bytes()
    assert (tmp_path / "papers.jsonl").read_bytes() == whole


def test_retry_after_is_honoured_in_seconds_and_as_a_date(run, world, slept):
    later = formatdate(time() + 300, usegmt=True)
    world.faults = [FAULTS["busy"], (503, {"Retry-After": later}, b"")]
    run()
    longest = sorted(slept)[-2:]
    assert longest[0] == 17
    assert 290 < longest[1] < 301


def test_a_wait_of_hours_is_told_and_not_waited(run, world, slept):
    world.faults = [None, (429, {"Retry-After": "7200"}, b"")]
    with pytest.raises(PaperKGError, match="HTTP 429, to be asked again in 120 minutes from"):
        run()
    assert max(slept) == 0
    assert run().papers == 7


def test_requests_are_paced(run, slept):
    run(pause=None)
    assert slept == [3.0, 3.0]


def test_a_service_that_fails_for_long_is_given_up_and_gone_on_with(run, world, slept, tmp_path):
    world.faults = [None, *[FAULTS["failing"]] * 7]
    with pytest.raises(PaperKGError) as told:
        run()
    assert "arxiv: HTTP 500 from http://127.0.0.1" in str(told.value)
    assert "run the same command again to go on, what was fetched is kept" in str(told.value)
    assert [wait for wait in slept if wait] == [2, 4, 8, 16, 32, 60]
    assert not (tmp_path / "papers.jsonl").exists()
    world.asked.clear()
    assert run().papers == 7
    assert [asked["start"] for asked in world.asked] == ["3", "6"]


def test_no_network_is_told_in_one_line(run):
    with pytest.raises(PaperKGError, match=r"arxiv: no connection from http://127.0.0.1:9/query;"):
        run(url="http://127.0.0.1:9/")


def test_a_refusal_is_told_at_once_in_the_words_of_the_service(run, world, slept):
    world.faults = [
        (400, {}, b'{"error": "Invalid filter", "message": "no\\u001b[31m such field"}')
    ]
    with pytest.raises(PaperKGError, match=r"HTTP 400, no \[31m such field; check what is asked"):
        run("openalex")
    world.faults = [(401, {}, b"who?")]
    with pytest.raises(PaperKGError, match="HTTP 401; give --api-key"):
        run("openalex")
    assert not any(slept)


def test_a_key_follows_no_redirection(run, world, url):
    world.faults = [(302, {"Location": f"{url}/elsewhere"}, b"")]
    with pytest.raises(PaperKGError, match="HTTP 302"):
        run("semanticscholar", api_key="K")
    assert len(world.asked) == 1


def test_a_missing_package_is_named(run, monkeypatch):
    monkeypatch.setattr(web, "find_spec", lambda name: None)
    with pytest.raises(PaperKGError, match=r"pip install 'paperkg\[fetch\]'"):
        run()
