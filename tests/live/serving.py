"""The door on a real port, in an event loop of its own; it can be killed and comes back on the same port."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.live.house import House, wait_until


class Served(House):
    """`kill` breaks every stream off in mid-air, `House` itself stays to be asked."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.connections: set[asyncio.StreamWriter] = set()
        self.opened = 0
        self.listen()

    def listen(self) -> None:
        self.server = self.run(asyncio.start_server(self._serve, "127.0.0.1", self.port))

    def kill(self) -> None:
        async def die() -> None:
            self.server.close()
            for writer in list(self.connections):
                writer.transport.abort()
            self.door.hub.end_all()

        self.run(die())
        wait_until(lambda: not self.door.hub.streams)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.add(writer)
        head = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        method, target, _version = head[0].decode().split(" ")
        path, _mark, query = target.partition("?")
        pairs = [line.split(b": ", 1) for line in head[1:] if line]
        self.opened += path == "/live/"
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.lower(), value) for name, value in pairs],
        }

        async def receive() -> dict[str, Any]:
            await reader.read()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                lines = [b"HTTP/1.1 %d OK" % message["status"], b"connection: close"]
                lines += [name + b": " + value for name, value in message["headers"]]
                writer.write(b"\r\n".join(lines) + b"\r\n\r\n")
            else:
                writer.write(message["body"])

        await self.door(scope, receive, send)
        self.connections.discard(writer)
        writer.close()


@contextmanager
def served() -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    house = Served(port)
    try:
        yield house
    finally:
        house.kill()
        house.close()
