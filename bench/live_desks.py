"""Light desks: as many streams as wanted in one event loop, which come back as the browser's own do."""

import asyncio
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field

MESSAGE = re.compile(rb"(?:id: (\S+)\n)?event: (\w+)\ndata: (.*)\n\n")
NUMBER = re.compile(rb'"number": (\d+)')
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 2.0  # as static/js/live_line.js
STEADY_SECONDS = 10.0
AT_ONCE = 100


@dataclass
class Desk:
    """One page: what it heard, and since when it is on the line (None: not)."""

    cookie: str
    after: str = ""
    heard: Counter[int] = field(default_factory=Counter)
    arrived: dict[int, float] = field(default_factory=dict)
    live_since: float | None = None
    reloads: int = 0


class Line(asyncio.Protocol):
    """The bytes of one stream; the frames of the chunks stand between its messages."""

    def __init__(self, desk: Desk, lost: asyncio.Event) -> None:
        self.desk, self.lost = desk, lost
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        last = f"Last-Event-ID: {self.desk.after}\r\n" if self.desk.after else ""
        asked = f"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.desk.cookie}\r\n{last}\r\n"
        transport.write(asked.encode())

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self.rest += data
        end = 0
        for found in MESSAGE.finditer(self.rest):
            self.take(found, now)
            end = found.end()
        self.rest = self.rest[end:]

    def take(self, found: "re.Match[bytes]", now: float) -> None:
        place, kind, detail = found.groups()
        if place:
            self.desk.after = place.decode()
        if kind == b"hello":
            self.desk.live_since = now
        self.desk.reloads += kind == b"reload"
        number = NUMBER.search(detail) if kind == b"bulletin" else None
        if number:
            self.desk.heard[int(number[1])] += 1
            self.desk.arrived.setdefault(int(number[1]), now)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        self.desk.live_since = None
        self.lost.set()


async def keep_open(desk: Desk, port: int, gate: asyncio.Semaphore) -> None:
    """Until cancelled; pauses grow while nobody answers, and no two desks pause alike."""
    loop, pause = asyncio.get_running_loop(), FIRST_PAUSE_SECONDS
    while True:
        lost, began = asyncio.Event(), time.perf_counter()
        transport: asyncio.BaseTransport | None = None
        try:
            async with gate:
                transport, _ = await loop.create_connection(lambda: Line(desk, lost), "127.0.0.1", port)  # noqa: B023
            await lost.wait()
        except OSError:
            pass
        finally:
            if transport is not None:
                transport.close()
        if time.perf_counter() - began > STEADY_SECONDS:
            pause = FIRST_PAUSE_SECONDS
        await asyncio.sleep(pause * (0.5 + random.random()))
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def open_all(desks: list[Desk], port: int) -> list[asyncio.Task[None]]:
    gate = asyncio.Semaphore(AT_ONCE)
    return [asyncio.create_task(keep_open(desk, port, gate)) for desk in desks]


async def until_all(
    desks: list[Desk], *, since: float = 0.0, number: int = 0, seconds: float = 60.0
) -> float:
    """Wait until every desk is on the line since then and has heard that number; when that was."""
    deadline = time.perf_counter() + seconds
    for desk in desks:
        while desk.live_since is None or desk.live_since < since or (number and number not in desk.arrived):
            if time.perf_counter() > deadline:
                return deadline
            await asyncio.sleep(0.01)
    return time.perf_counter()
