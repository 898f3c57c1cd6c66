"""The way from the event loop to the database: one thread, and questions of many streams asked as one.

The thread's connection is closed whenever nobody waits for an answer, so a stream holds none.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

from kb.live import looking_up
from kb.live.events import Person, Told
from kb.live.positions import Position

T = TypeVar("T")


class Gate:
    """Tells who may come in, and what they missed."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "live-database")
        self._asked = 0
        self._arriving: dict[str, asyncio.Future[Person | None]] = {}
        self._missed: dict[tuple[Position, Position], asyncio.Future[list[Told] | None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def admit(self, session_key: str) -> Person | None:
        """Who this session belongs to; those who come while others are looked up are looked up together."""
        future = self._arriving.get(session_key)
        if future is None:
            future = self._arriving[session_key] = asyncio.get_running_loop().create_future()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look_up())
        return await asyncio.shield(future)

    async def people_of(self, session_keys: set[str]) -> dict[str, Person]:
        return await self._ask(lambda: looking_up.people_of(session_keys))

    async def missed(self, since: Position, until: Position) -> list[Told] | None:
        """After a restart most come back from the same position: it is read once for all of them."""
        future = self._missed.get((since, until))
        if future is None:
            future = asyncio.ensure_future(self._ask(lambda: looking_up.missed(since, until)))
            self._missed[since, until] = future
            future.add_done_callback(lambda _done: self._missed.pop((since, until)))
        return await asyncio.shield(future)

    async def _look_up(self) -> None:
        while self._arriving:
            arriving, self._arriving = self._arriving, {}
            try:
                people = await self.people_of(set(arriving))
            except Exception as error:
                for future in arriving.values():
                    future.set_exception(error)
            else:
                for key, future in arriving.items():
                    future.set_result(people.get(key))

    async def _ask(self, question: Callable[[], T]) -> T:
        self._asked += 1
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, question)

    def _answer(self, question: Callable[[], T]) -> T:
        try:
            return question()
        finally:
            self._asked -= 1
            if self._asked == 0:
                connection.close()

    def close(self) -> None:
        self._thread.shutdown()
