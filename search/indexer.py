"""Keeps the indexes of this node equal to the database."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from threading import Event

from django.db import InterfaceError, OperationalError, connection, connections, transaction

from search import outbox
from search.documents import documents
from search.engines.base import Changes, Document, EngineUnavailableError, SearchEngine
from search.engines.postgres import PostgresEngine

logger = logging.getLogger(__name__)
CHECK_SECONDS = 2.0  # asks the file system about a dozen files
HASH_SECONDS = 30.0
HASHING_SHARE = 0.01  # reading 100,000 entries' index costs a second or so, then it is read more seldom
PRUNE_SECONDS = 3600.0
QUIET_SECONDS = 60.0  # without a change, before segments are merged that it would have kept waiting
FIRST_WAIT_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 10.0
OUTAGES = (OperationalError, InterfaceError)  # the second is said of a connection that is closed already
SHARED_INDEX_LOCK = 0x77656E7175  # "wenqu": one node at a time works on the index that all share

Progress = Callable[[Iterable[Document]], Iterable[Document]]


@dataclass
class Indexer:
    """One engine and what has to be done to it."""

    name: str
    engine: SearchEngine
    _checked_at: float = field(default=-inf, init=False)
    _hash_due_at: float = field(default=-inf, init=False)
    _tidy_due_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tidy_due_at = time.monotonic() + QUIET_SECONDS  # what the process before put off

    def step(self) -> int:
        """Take over what the outbox holds; rebuild an index that is missing, damaged or of another database.

        The number of entries looked at; 0 when there was nothing to do.
        """
        try:
            self._check_sometimes()
            cursor = self.engine.cursor()
            if cursor is not None and outbox.can_continue(cursor):
                with transaction.atomic():
                    return self._take_over() if self._is_ours() else 0
        except EngineUnavailableError as error:
            if isinstance(error.__cause__, OUTAGES):
                raise error.__cause__ from None  # that says nothing about the index
            logger.warning("The index %s is rebuilt: %s.", self.name, error)
            return self.rebuild()
        logger.info("The index %s is built anew.", self.name)
        return self.rebuild()

    def rebuild(self, progress: Progress = iter) -> int:
        """Build the index anew from one snapshot of the database, beside the one in use; how many entries."""
        outbox.forget_other_servers()
        with snapshot():
            if not self._is_ours():
                return 0
            return self.engine.rebuild(progress(documents()), outbox.start())

    def differences(self) -> Iterator[str]:
        """Every difference between database and index, as sentences."""
        with snapshot():
            wanted = {document.id: document.fingerprint() for document in documents()}
            stored = self.engine.fingerprints()
        for entry_id in sorted(wanted.keys() | stored.keys()):
            if entry_id not in stored:
                yield f"{self.name}: entry {entry_id} is published and not in the index"
            elif entry_id not in wanted:
                yield f"{self.name}: entry {entry_id} is in the index and not published"
            elif wanted[entry_id] != stored[entry_id]:
                yield f"{self.name}: entry {entry_id} is in the index with other content"

    def _take_over(self) -> int:
        cursor = self.engine.cursor()
        batch = outbox.read(cursor) if cursor else None
        if batch is None:
            self._tidy_when_quiet()
            return 0
        self._check(quickly=True)  # a merge would put damage into new files, with hashes that fit it
        found = list(documents(batch.entry_ids))
        gone = frozenset(batch.entry_ids) - {document.id for document in found}
        self.engine.apply(Changes(found, gone, batch.cursor))
        self._tidy_due_at = time.monotonic() + QUIET_SECONDS
        return len(batch.entry_ids)

    def _tidy_when_quiet(self) -> None:
        """A little at a time after the last of some changes; not every engine has anything to tidy."""
        if time.monotonic() >= self._tidy_due_at:
            self._tidy_due_at = inf
            if tidy := getattr(self.engine, "tidy", None):
                self._check(quickly=True)
                if tidy():
                    self._tidy_due_at = time.monotonic()

    def _is_ours(self) -> bool:
        """A node's own index has one indexer; the shared one takes a lock until the transaction ends."""
        if not isinstance(self.engine, PostgresEngine):
            return True
        with connection.cursor() as database:
            database.execute("SELECT pg_try_advisory_xact_lock(%s)", [SHARED_INDEX_LOCK])
            return bool(database.fetchone()[0])

    def _check_sometimes(self) -> None:
        """Look at the index's files, and now and then read them all: damage need not change a time stamp."""
        now = time.monotonic()
        if now - self._checked_at < CHECK_SECONDS:
            return
        is_quick = now < self._hash_due_at
        self._check(quickly=is_quick)
        self._checked_at = now
        if not is_quick:
            took_seconds = time.monotonic() - now
            self._hash_due_at = now + max(HASH_SECONDS, took_seconds / HASHING_SHARE)

    def _check(self, *, quickly: bool) -> None:
        """Raises EngineUnavailableError when a file of the index is damaged; not every engine has files."""
        if check := getattr(self.engine, "check", None):
            check(quickly=quickly)


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction whose reads all see one moment; inside another transaction, it is that one."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as database:
                database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


@dataclass
class _Duty:
    """Work that is done again and again; after a failure it waits longer each time, and the others go on."""

    name: str
    work: Callable[[], int]
    every_seconds: float = 0.0
    due_at: float = 0.0
    failures: int = 0

    def do_if_due(self) -> int:
        """How much was done. Raises nothing: what goes wrong, an absent database above all, is logged."""
        if time.monotonic() < self.due_at:
            return 0
        try:
            done = self.work()
        except Exception as error:
            wait_seconds = min(FIRST_WAIT_SECONDS * 2**self.failures, LONGEST_WAIT_SECONDS)
            self.failures = min(self.failures + 1, 10)
            self.due_at = time.monotonic() + wait_seconds
            self._log(error, wait_seconds)
            _drop_connections()
            return 0
        self.failures, self.due_at = 0, time.monotonic() + self.every_seconds
        return done

    def _log(self, error: Exception, wait_seconds: float) -> None:
        said = "The %s failed and tries again in %.2f s: %s"
        if isinstance(error, OUTAGES):  # a traceback would say no more
            logger.warning(said, self.name, wait_seconds, str(error).strip())
        else:
            logger.error(said, self.name, wait_seconds, error, exc_info=error)


def _drop_connections() -> None:
    """The next query opens a new connection, whatever became of the one before."""
    try:
        connections.close_all()
    except Exception:
        logger.warning("A broken connection could not be closed.", exc_info=True)


def run(indexers: Iterable[Indexer], stopping: Event, pause_seconds: float = 0.25) -> None:
    """Take over changes and prune the outbox until told to stop, through any outage of the database."""
    duties = [_Duty(f"indexer of {indexer.name}", indexer.step) for indexer in indexers]
    pruning = _Duty("pruning of the outbox", outbox.prune, PRUNE_SECONDS, time.monotonic() + PRUNE_SECONDS)
    while not stopping.is_set():
        done = sum(duty.do_if_due() for duty in duties)
        pruning.do_if_due()
        if not done:
            stopping.wait(pause_seconds)
