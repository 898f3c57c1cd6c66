"""The push process inside a test: its door in an event loop of its own, asked as a server would ask it."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections
from django.test import Client

from accounts.models import Agent
from kb.live.door import PATH, Door

T = TypeVar("T")
PATIENCE_SECONDS = 10.0


@dataclass
class Told:
    """One message of the stream."""

    id: str = ""
    kind: str = ""
    data: Any = None


@dataclass
class Page:
    """A browser's end of one stream."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    messages: list[Told] = field(default_factory=list)
    has_ended: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    _rest: str = ""

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            self.status = message["status"]
            return
        self._take(message.get("body", b"").decode())
        self.has_ended = not message.get("more_body", False)

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    def _take(self, text: str) -> None:
        *whole, self._rest = (self._rest + text).split("\n\n")
        for block in whole:
            fields = dict(line.split(": ", 1) for line in block.split("\n"))
            if "event" in fields:
                data = json.loads(fields["data"])
                self.messages.append(Told(fields.get("id", ""), fields["event"], data))

    @property
    def last_id(self) -> str:
        return next((told.id for told in reversed(self.messages) if told.id), "")

    @property
    def details(self) -> list[Any]:
        """What was pushed, in the order it came."""
        return [told.data["detail"] for told in self.messages if "detail" in told.data]


class House:
    """Starts the door; `open` gives a page once the stream has answered."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.door = Door()
        self.run(self._begin())
        wait_until(lambda: self.door.hub.is_listening)

    async def _begin(self) -> None:
        self.door.begin()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_SECONDS)

    def open(self, cookie: str = "", *, after: str = "", path: str = PATH, method: str = "GET") -> Page:
        page = self.run(self._open(cookie, after, path, method))
        wait_until(lambda: page.has_ended or any(told.kind == "hello" for told in page.messages))
        return page

    def open_all(self, cookies: list[str]) -> list[Page]:
        pages = [self.run(self._open(cookie, "", PATH, "GET")) for cookie in cookies]
        wait_until(lambda: all(page.messages for page in pages))
        return pages

    async def _open(self, cookie: str, after: str, path: str, method: str) -> Page:
        page = Page()
        headers = [(b"cookie", cookie.encode()), (b"last-event-id", after.encode())]
        scope = {"type": "http", "path": path, "method": method, "headers": headers, "query_string": b""}
        page.task = asyncio.create_task(self.door(scope, page.receive, page.send))  # type: ignore[attr-defined]
        return page

    def leave(self, page: Page) -> None:
        self.loop.call_soon_threadsafe(page.gone.set)
        wait_until(lambda: page.has_ended)

    def renew_rights(self) -> None:
        self.run(self.door._renew())

    def close(self) -> None:
        async def end() -> None:
            self.door.end()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.gather(*others, return_exceptions=True)

        self.run(end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
        self.door.gate.close()


def cookie_of(person: Agent) -> str:
    client = Client()
    client.force_login(person, "accounts.backends.AccountBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "It never came."
        time.sleep(0.005)


def in_a_thread(work: Callable[[], object]) -> threading.Thread:
    """Something done on a connection of its own."""

    def do() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=do)
    thread.start()
    return thread
