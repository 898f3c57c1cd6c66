"""``GET /live/``: the stream of what happens, as a plain ASGI callable; none keeps a connection."""

import asyncio
import logging
import resource
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import DatabaseError
from django.http import parse_cookie
from django.http.request import split_domain_port

from kb.live import events
from kb.live.gate import Gate
from kb.live.hub import Hub, NotReadyError, Stream, TooManyError
from kb.live.positions import Position, parsed
from kb.live.reading import Reader

logger = logging.getLogger(__name__)
PATH = "/live/"
OPEN_FILES = 10_000
BEAT_SECONDS = 15.0
RIGHTS_SECONDS = 30.0
RETRY = b"retry: 2000\n\n"  # for whom it comes back by itself; our own pages draw lots
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Door:
    """The callable; `lifespan` starts and ends what runs beside the streams."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.gate = Gate()
        self._beside: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.begin()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.end()
        await send({"type": "lifespan.shutdown.complete"})

    def begin(self) -> None:
        _make_room()
        works = (
            Reader(self.hub).run(),
            self._every(BEAT_SECONDS, self._beat),
            self._every(RIGHTS_SECONDS, self._renew),
        )
        self._beside = [asyncio.create_task(work) for work in works]

    def end(self) -> None:
        for task in self._beside:
            task.cancel()
        self.hub.end_all()

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except DatabaseError as error:
                logger.warning("The rights of open streams cannot be looked at: %s", str(error).strip())

    async def _beat(self) -> None:
        self.hub.beat()

    async def _renew(self) -> None:
        """Whoever was deactivated or logged out is out, whoever lost a role or a line hears less."""
        keys = {stream.session_key for stream in self.hub.streams}
        if keys:
            self.hub.narrow(await self.gate.people_of(keys), among=keys)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"] == f"{PATH}healthz":
            return await _refuse(send, 200 if self.hub.is_listening else 503)
        if scope["path"] != PATH:
            return await _refuse(send, 404)
        if scope["method"] != "GET":
            return await _refuse(send, 405, (b"allow", b"GET"))
        try:
            stream = await self._come_in(scope)
        except TooManyError:
            return await _refuse(send, 429, (b"retry-after", b"60"))
        except (DatabaseError, NotReadyError):
            return await _refuse(send, 503, (b"retry-after", b"5"))
        if stream is None:
            return await _refuse(send, 401)
        leaving = asyncio.create_task(_end_with_page(stream, receive))
        try:
            await self._stream(stream, scope, send)
        finally:
            leaving.cancel()
            self.hub.leave(stream)
        return None

    async def _come_in(self, scope: Message) -> Stream | None:
        key = _cookie(scope).get(settings.SESSION_COOKIE_NAME, "")
        person = await self.gate.admit(key) if key else None
        return self.hub.join(person, key) if person else None

    async def _stream(self, stream: Stream, scope: Message, send: Send) -> None:
        """First what was missed up to the position the stream joined at, then what comes."""
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *_cors(scope)]})
        missed = await self._missed(stream, _position(scope, stream.joined_at))
        await _write(send, b"".join([RETRY, missed, self._hello(stream)]))
        while (text := await stream.next()) is not None:
            await _write(send, text)
        with suppress(OSError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _hello(self, stream: Stream) -> bytes:
        """Who hears it: in a browser somebody else may have logged in since."""
        greeting = {"isLive": self.hub.is_listening, "person": stream.person.pk}
        return events.message("hello", greeting, stream.joined_at)

    async def _missed(self, stream: Stream, since: Position | None) -> bytes:
        if since is None:
            return b""
        told = await self.gate.missed(since, stream.joined_at)
        if told is None:
            return events.message("reload", {})
        return b"".join(each.text for each in told if each.event.is_for(stream.person))


def _make_room() -> None:
    """Each stream is an open file, and many systems give a process a thousand of them at first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < OPEN_FILES:
        most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def _end_with_page(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _write(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _refuse(send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    start = {"type": "http.response.start", "status": status}
    await send({**start, "headers": [(b"content-length", b"0"), (b"cache-control", b"no-store"), *headers]})
    await send({"type": "http.response.body", "body": b""})


def _header(scope: Message, wanted: bytes) -> str:
    values = [value for name, value in scope["headers"] if name == wanted]
    return b"; ".join(values).decode("latin-1")


def _cookie(scope: Message) -> dict[str, str]:
    return parse_cookie(_header(scope, b"cookie"))


def _cors(scope: Message) -> list[tuple[bytes, bytes]]:
    """Without a proxy the pages stand at the port beside this one: they alone may read along."""
    origin, (host, _port) = _header(scope, b"origin"), split_domain_port(_header(scope, b"host"))
    if not settings.IS_LOOPBACK or not host or origin != f"http://{host}:{settings.PORT}":
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin"),
    ]


def _position(scope: Message, here: Position) -> Position | None:
    """What the browser heard last: its own header when it comes back by itself, else the page's ``?after=``.

    A page that was just drawn knows its snapshot only, which is of this database and of now.
    """
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[-1]
    return parsed(_header(scope, b"last-event-id") or asked, here)
