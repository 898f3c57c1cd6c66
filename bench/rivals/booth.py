"""A rival in a process of its own, asked over a pipe, so that its memory and its times are its own."""

import gc
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from bench.rivals.base import Maker, Rival
from search.engines.base import Document

FORK = get_context("fork")
PATIENCE_SECONDS = 3600.0  # an index of 100,000 entries takes its time
FOUND_SECONDS = 90.0


class Asking(NamedTuple):
    """One question, with the business line it is narrowed to, or in all."""

    text: str
    line: int | None


class Took(NamedTuple):
    """Milliseconds to cut the words and to search with them, and what was found.

    ``cpu_ms`` is what both cost the process that asked: on a busy machine it tells more than the clock, but
    not what a database server did for it.
    """

    cut_ms: float
    search_ms: float
    found: list[int]
    cpu_ms: float = 0.0


class Publishing(NamedTuple):
    """Milliseconds until an edited entry was taken over, until it was found, and of the query after that."""

    written_ms: float
    found_ms: float
    next_ms: float


class RivalFailedError(Exception):
    """A rival's process said why."""


class Booth:
    """One rival in its own process; forked, so that documents need no copy."""

    def __init__(self, make: Maker, directory: Path, documents: Sequence[Document]) -> None:
        self._ours, theirs = FORK.Pipe()
        self._process = FORK.Process(
            target=_serve, args=[theirs, self._ours, make, directory, documents], daemon=True
        )
        self._process.start()
        theirs.close()

    def __enter__(self) -> "Booth":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ours.close()
        self._process.join(10)
        if self._process.is_alive():
            self._process.terminate()

    def build(self) -> float:
        """Build the index; seconds."""
        return float(self._do("build"))

    def open(self) -> None:
        self._do("open")

    def ask(self, asking: Asking) -> Took:
        return Took(*self._do("ask", asking))

    def memory_mb(self) -> float:
        """By how much the process has grown since before it opened the index."""
        return float(self._do("memory"))

    def publish(self, document: Document) -> Publishing:
        return Publishing(*self._do("publish", document))

    def told(self) -> dict[str, float]:
        return dict(self._do("told"))

    def begin_racing(self, askings: Sequence[Asking], seconds: float) -> None:
        """Ask these over and over for so long; ``raced`` waits for the end."""
        self._ours.send(("race", askings, seconds))

    def raced(self) -> float:
        """Queries a second of the race that was begun."""
        return float(self._answer())

    def _do(self, verb: str, *values: Any) -> Any:
        self._ours.send((verb, *values))
        return self._answer()

    def _answer(self) -> Any:
        if not self._ours.poll(PATIENCE_SECONDS):
            raise RivalFailedError(f"no answer within {PATIENCE_SECONDS:g} s")
        try:
            is_good, answer = self._ours.recv()
        except EOFError:
            raise RivalFailedError("its process died") from None
        if not is_good:
            raise RivalFailedError(answer)
        return answer


def _serve(
    pipe: Connection, other_end: Connection, make: Maker, directory: Path, documents: Sequence[Document]
) -> None:
    other_end.close()
    gc.freeze()  # or collecting goes through all documents, which a server would not have in memory
    booth = _Inside(make(directory), documents)
    while True:
        try:
            verb, *values = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)  # without waiting for a library's threads
        try:
            pipe.send((True, getattr(booth, verb)(*values)))
        except Exception as error:
            pipe.send((False, f"{type(error).__name__}: {error}"))


class _Inside:
    """The verbs as the rival's process carries them out."""

    def __init__(self, rival: Rival, documents: Sequence[Document]) -> None:
        self._rival, self._documents = rival, documents
        self._before_mb = resident_mb()

    def build(self) -> float:
        began = time.perf_counter()
        self._rival.build(self._documents)
        return time.perf_counter() - began

    def open(self) -> None:
        self._rival.open(self._documents)

    def ask(self, asking: Asking) -> Took:
        cpu_before = time.thread_time()
        began = time.perf_counter()
        cut = self._rival.cut(asking.text)
        is_cut = time.perf_counter()
        found = self._rival.search(cut, asking.line)
        ended = time.perf_counter()
        cpu_ms = (time.thread_time() - cpu_before) * 1000
        return Took((is_cut - began) * 1000, (ended - is_cut) * 1000, found, cpu_ms)

    def race(self, askings: Sequence[Asking], seconds: float) -> float:
        count, began = 0, time.perf_counter()
        until = began + seconds
        while time.perf_counter() < until:
            text, line = askings[count % len(askings)]
            self._rival.search(self._rival.cut(text), line)
            count += 1
        return count / (time.perf_counter() - began)

    def publish(self, document: Document) -> Publishing:
        """Take over this entry with one new similar question, then search for that until it is found."""
        wording = f"wq{time.time_ns()}x{document.id}"  # one word, however words are cut
        edited = replace(document, similar=(*document.similar, wording))
        began = time.perf_counter()
        self._rival.replace(edited)
        written = time.perf_counter()
        while document.id not in self._rival.search(self._rival.cut(wording), None):
            if time.perf_counter() - began > FOUND_SECONDS:
                raise RivalFailedError("the edited entry was never found")
            time.sleep(0.001)
        found = time.perf_counter()
        self._rival.search(self._rival.cut(document.question), None)
        ended = time.perf_counter()
        return Publishing((written - began) * 1000, (found - began) * 1000, (ended - found) * 1000)

    def memory(self) -> float:
        return resident_mb() - self._before_mb

    def told(self) -> dict[str, float]:
        return self._rival.told()


def resident_mb() -> float:
    """Memory of this process that is in use, by the kernel's own account (proc(5), statm)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def size_mb(directory: Path) -> float:
    """What a rival wrote to disk."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) / 1e6


def forget(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
