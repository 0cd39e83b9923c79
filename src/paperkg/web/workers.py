"""Queries run in processes of their own, so that one that takes too long or too much can be ended.

A worker opens the store read-only, and then gives up the network: a query can reach nothing else
whatever it says, as SPARQL has no way to other files than by `SERVICE`. One that runs past its
limit is killed, and another takes its place.
"""

from __future__ import annotations

import asyncio
import resource
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import Store

from paperkg.errors import PaperKGError
from paperkg.graph.vocabulary import NAMESPACES
from paperkg.web.limits import ANSWER_BYTES, Limits
from paperkg.web.results import write_answer
from paperkg.web.sandbox import without_network
from paperkg.web.store import CONTEXT

__all__ = ["Answer", "BusyError", "Job", "Pool"]

READY = 60.0
"""Seconds in which a worker must have opened the store."""

QUEUE = 256
"""So many queries may wait for a worker."""


class BusyError(Exception):
    """No worker was free in time."""


class Job(NamedTuple):
    """A query, and the formats for its answer: of SELECT and ASK, of CONSTRUCT and DESCRIBE."""

    query: str
    solutions: str
    triples: str


class Answer(NamedTuple):
    """An HTTP status, the answer or one line that says what is wrong, and whether it was cut."""

    status: int
    type: str
    body: bytes
    cut: bool = False


def failed(status: int, line: str) -> Answer:
    """An answer that says in one line what is wrong."""
    return Answer(status, "text/plain; charset=utf-8", (" ".join(line.split()) + "\n").encode())


def work(pipe: Connection, store: str, limits: Limits) -> None:
    """What a worker does: answer one job after the other until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends its workers itself
    graph = Store.read_only(store)
    graph.query("ASK {}")
    confine(limits)
    pipe.send("ready")
    with suppress(EOFError, OSError):
        while True:
            pipe.send(answered(graph, pipe.recv(), limits))


def confine(limits: Limits) -> None:
    """From here on this process reaches no network, and grows by so much memory only.

    Where the system cannot shut off the network alone, no file can be opened either, the store's
    own included: a large one is not open in full yet, so that some queries fail there.
    """
    most = address_space() + limits.memory * 1024 * 1024
    if not without_network():
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # not every system bounds it
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def address_space() -> int:
    """How many bytes of addresses this process has taken, 0 where that cannot be known."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return 0


def answered(graph: Store, job: Job, limits: Limits) -> Answer:
    """The answer to a job."""
    try:
        answer = graph.query(job.query, prefixes=NAMESPACES)
        return Answer(200, *write_answer(answer, job.solutions, job.triples, limits.rows))
    except SyntaxError as error:
        return failed(400, f"this is no SPARQL query: {shortened(str(error))}")
    except LookupError as error:
        return failed(406, f"this kind of query is answered as {error.args[0]}; change Accept")
    except OverflowError:
        most = ANSWER_BYTES // 1024 // 1024
        return failed(500, f"the answer is larger than {most} MB; ask for less")
    except MemoryError:
        return failed(500, too_much(limits))
    except (ValueError, RuntimeError) as error:
        return failed(400, f"the query fails: {shortened(str(error))}")
    except OSError:
        return failed(400, "the query asks for something outside the graph, which is refused")


def shortened(text: str) -> str:
    """The beginning of a message."""
    line = " ".join(text.split())
    return line if len(line) < 240 else line[:240].rsplit(" ", 1)[0] + " …"


def too_much(limits: Limits) -> str:
    """What is said of a query that takes too much memory."""
    return f"the query takes more than {limits.memory:,} MB of memory; ask for less"


class Worker:
    """A process that answers one query at a time, started anew after it was ended."""

    def __init__(self, store: str, limits: Limits) -> None:
        self.store, self.limits = store, limits
        self.process: Any = None
        self.pipe: Connection | None = None

    def start(self) -> None:
        """Start the process; raises PaperKGError where it cannot, or cannot open the store."""
        self.pipe, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(target=work, args=(theirs, self.store, self.limits), daemon=True)
        try:
            process.start()
        except OSError as error:
            fault = f"serve: a query worker does not start: {error}"
            raise PaperKGError(f"{fault}; a shorter path in TMPDIR may help") from error
        self.process = process
        theirs.close()
        try:
            ready = self.pipe.poll(READY) and self.pipe.recv() == "ready"
        except (EOFError, OSError):
            ready = False
        if not ready:
            self.end()
            raise PaperKGError("serve: a query worker does not start; give it more --memory")

    def end(self) -> None:
        """Kill the process, if there is one."""
        if self.process is not None:
            self.process.kill()
            self.process.join(5)
            self.process.close()
            self.process = None
        if self.pipe is not None:
            self.pipe.close()
            self.pipe = None

    def ask(self, job: Job) -> Answer:
        """The answer to a job. A process that is late or dies is replaced before this returns."""
        try:
            if self.pipe is None:
                self.start()
            assert self.pipe is not None
            self.pipe.send(job)
            if self.pipe.poll(self.limits.timeout):
                answer: Answer = self.pipe.recv()
                return answer
            line = f"the query ran longer than {self.limits.timeout:g} seconds; ask for less"
        except (EOFError, OSError):
            line = too_much(self.limits)
        except PaperKGError as error:
            line = str(error)
        self.end()
        with suppress(PaperKGError):
            self.start()
        return failed(500, line)


class Pool:
    """Some workers, and the queue before them."""

    def __init__(self, store: str, limits: Limits) -> None:
        self.wait = limits.timeout
        self.workers = [Worker(store, limits) for _ in range(limits.workers)]
        self.threads = ThreadPoolExecutor(limits.workers, "queries")
        self.idle: asyncio.Queue[Worker] = asyncio.Queue()
        self.waiting = 0
        for worker in self.workers:
            self.idle.put_nowait(worker)

    def start(self) -> None:
        """Start every worker; raises PaperKGError where one does not start."""
        for worker in self.workers:
            worker.start()

    def close(self) -> None:
        """End every worker."""
        for worker in self.workers:
            worker.end()
        self.threads.shutdown(wait=False, cancel_futures=True)

    async def ask(self, job: Job) -> Answer:
        """The answer to a job; raises BusyError where no worker is free in time."""
        if self.waiting >= QUEUE:
            raise BusyError
        self.waiting += 1
        try:
            worker = await asyncio.wait_for(self.idle.get(), self.wait)
        except TimeoutError:
            raise BusyError from None
        finally:
            self.waiting -= 1
        return await asyncio.shield(asyncio.ensure_future(self.run(worker, job)))

    async def run(self, worker: Worker, job: Job) -> Answer:
        """Let a worker answer, and put it back where idle ones wait."""
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self.threads, worker.ask, job)
        finally:
            self.idle.put_nowait(worker)
