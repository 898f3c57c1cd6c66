"""The default engine: Whoosh keeps the index on disk, our own arrays and compiled loops score it."""

import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Lock, Thread
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.engines.base import Changes, Cursor, Document, EngineUnavailableError, Match, Query
from search.engines.whoosh import arrays, writing
from search.engines.whoosh.commit import Commit
from search.engines.whoosh.home import FileStamp, Home, Manifest
from search.engines.whoosh.scoring import Limits
from search.engines.whoosh.segment import Segment, VerifiedStorage, table_of_contents
from search.engines.wordings import Keys, Packed

__all__ = ["WhooshEngine"]

MOST_BYTES = 384_000_000  # of what is worked out: scores, and lists cut down to parts
WATCH_SECONDS = 0.05
RETRY_SECONDS = 1.0  # hashing a damaged index at every search would slow all of them down
IN_THE_WAY = (FileExistsError, FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)
logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class WhooshEngine:
    """An index in a directory of this node; any number of processes read it, one at a time writes.

    The first search opens the index itself; afterwards a change is opened in the background while searches go
    on with the state before, unless ``BACKGROUND`` is false. Whether there is one tells the manifest's time
    stamp. In a process that serves people a thread looks at it (``watch``): on a quiet desk the first search
    would otherwise be answered from before the change, however long ago that was, and looking at each search
    costs as much as a tenth of it. Elsewhere each search looks.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._home = Home(Path(options["DIRECTORY"]))
        self._in_background: bool = options.get("BACKGROUND", True)
        self._limits = Limits(options.get("MOST_BYTES", MOST_BYTES), self._in_background)
        self._state: tuple[tuple[int, int], Manifest, Commit] | None = None
        self._opening = Lock()
        self._watched_in: int | None = None  # process; after a fork there is no thread
        self._hashed: set[FileStamp] = set()
        self._failed: tuple[tuple[int, int] | None, float] = (None, -1.0)

    def apply(self, changes: Changes) -> None:
        self._written(lambda: writing.apply(self._home, changes))
        self.refresh()

    def tidy(self) -> bool:
        """Merge some of what was put off when changes were applied; whether there was anything.

        Nothing else can be applied meanwhile: that is some seconds at most.
        """
        is_done = self._written(lambda: writing.tidy(self._home))
        self.refresh()
        return is_done

    def rebuild(self, documents: Iterable[Document], cursor: Cursor | None) -> int:
        count = writing.rebuild(self._home, documents, cursor)
        self.refresh()
        return count

    def search(self, query: Query) -> list[Match]:
        return self._asked(lambda commit: commit.search(query))

    def wordings(self, ids: Sequence[int]) -> list[Packed]:
        return self._asked(lambda commit: commit.wordings(ids))

    def rarity(self, keys: Keys) -> NDArray[np.float32]:
        return self._asked(lambda commit: commit.statistics.rarity(keys))

    def count(self) -> int:
        return self._current().count()

    def fingerprints(self) -> dict[int, str]:
        found: dict[int, str] = {}
        for part in self._fresh().parts:
            pairs = zip(part.segment.ids.tolist(), part.segment.fingerprints(), part.live, strict=True)
            found.update((key, fingerprint) for key, fingerprint, is_live in pairs if is_live)
        return found

    def cursor(self) -> Cursor | None:
        return self._home.read().cursor

    def generation(self) -> str:
        return self._fresh().name

    def check(self, *, quickly: bool = False) -> None:
        """Raises EngineUnavailableError unless every file on disk is exactly what was written.

        Quickly, files that look as they did when they were last hashed are not read again.
        """
        manifest = self._home.read()
        self._hashed = self._home.check(manifest, self._hashed if quickly else ())

    def nbytes(self) -> int:
        """Memory held by what was worked out from the index's files, within MOST_BYTES."""
        return self._state[2].statistics.nbytes() if self._state else 0

    def file_bytes(self) -> int:
        """Memory held by the index's files themselves."""
        return self._state[2].statistics.file_bytes() if self._state else 0

    def refresh(self) -> None:
        """Open what is on disk now. Raises EngineUnavailableError when that is missing or damaged."""
        with self._opening:
            stamp = self._home.stamp()
            if self._state and self._state[0] == stamp:
                return
            if self._failed[0] == stamp and time.monotonic() - self._failed[1] < RETRY_SECONDS:
                raise EngineUnavailableError("the search index could not be opened a moment ago")
            self._open()

    def watch(self, seconds: float = WATCH_SECONDS) -> None:
        Thread(target=self._watch, args=[seconds], name="watch-search-index", daemon=True).start()

    def _watch(self, seconds: float) -> None:
        self._watched_in = os.getpid() if self._in_background else None
        try:
            while True:
                time.sleep(seconds)
                state = self._state
                is_old = state and state[0] != self._home.stamp()
                if is_old and self._opening.acquire(blocking=False):
                    self._open_behind()
        finally:
            self._watched_in = None

    def _written(self, write: Callable[[], Answer]) -> Answer:
        try:
            return write()
        except IN_THE_WAY as error:
            raise EngineUnavailableError("the search index cannot be written on") from error
        except EngineUnavailableError:
            raise
        except Exception:
            self.check()  # where a file is damaged, this says so
            raise

    def _asked(self, ask: Callable[[Commit], Answer]) -> Answer:
        commit = self._current()
        try:
            return ask(commit)
        except Exception as error:
            self._state = None
            raise EngineUnavailableError("the search index cannot be read") from error

    def _fresh(self) -> Commit:
        self.refresh()
        return self._current()

    def _current(self) -> Commit:
        """The commit to search, however often another process publishes a new one."""
        state = self._state
        if state is None:
            self.refresh()
            state = self._state
            assert state is not None  # noqa: S101 - refresh either opens one or raises
        elif self._watched_in != os.getpid() and state[0] != self._home.stamp():
            if not self._in_background:
                return self._fresh()
            if self._opening.acquire(blocking=False):
                Thread(target=self._open_behind, name="open-search-index", daemon=True).start()
        return state[2]

    def _open_behind(self) -> None:
        try:
            self._open()
        except EngineUnavailableError as error:
            logger.warning("The search index cannot be opened: %s.", error)
            self._state = None
        except Exception:
            logger.exception("The search index cannot be opened.")
            self._state = None
        finally:
            self._opening.release()

    def _open(self) -> None:
        """Open the manifest's commit, reusing every segment that is open already."""
        for attempt in range(5):
            stamp = self._home.stamp()
            try:
                self._state = self._opened(stamp or (0, 0))
                return
            except EngineUnavailableError:
                if attempt == 4 or stamp == self._home.stamp():
                    self._state, self._failed = None, (stamp, time.monotonic())
                    raise

    def _opened(self, stamp: tuple[int, int]) -> tuple[tuple[int, int], Manifest, Commit]:
        manifest = self._home.read()
        before = self._state[2] if self._state else None
        known = {part.segment.name: part.segment for part in before.parts} if before else {}
        storage = VerifiedStorage(self._home, manifest)
        try:
            stored = table_of_contents(storage, manifest.toc)
            opened = [(known.get(each.segment_id()) or _segment(storage, each), each) for each in stored]
            name = f"{manifest.directory}:{manifest.toc}"
            commit = Commit(name, opened, self._limits, before)
        except EngineUnavailableError:
            raise
        except Exception as error:
            raise EngineUnavailableError("the search index cannot be opened") from error
        return stamp, manifest, commit


def _segment(storage: VerifiedStorage, stored: Any) -> Segment:
    return Segment(stored.segment_id(), storage.content(arrays.name_of(stored)))
