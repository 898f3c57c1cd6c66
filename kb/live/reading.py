"""The one reader of a push process: it listens, and reads what was committed since it read last."""

import asyncio
import json
import logging
from typing import Any

import psycopg
from django.db import connection

from courier.pushing import CHANNEL
from kb.live.events import Event, in_order
from kb.live.hub import Hub
from kb.live.positions import Position

logger = logging.getLogger(__name__)
POLL_SECONDS = 5.0  # a notification that got lost costs this much
LONGEST_PAUSE_SECONDS = 2.0
PAGE = 500  # as in `BETWEEN`
CONNECT_SECONDS = 5

NOW = (
    "SELECT (SELECT system_identifier::text FROM pg_control_system()),"
    " extract(epoch FROM now())::bigint, pg_current_snapshot()::text"
)
BETWEEN = (
    "SELECT id, xid::text, kind, payload, person_ids, roles, line_ids FROM courier_pushevent"
    " WHERE xid >= pg_snapshot_xmin(%(before)s::pg_snapshot)"
    " AND NOT pg_visible_in_snapshot(xid, %(before)s::pg_snapshot)"
    " AND pg_visible_in_snapshot(xid, %(within)s::pg_snapshot)"
    " AND id > %(upto)s ORDER BY id LIMIT 500"
)


def event_of(row: tuple[Any, ...]) -> Event:
    pk, xid, kind, payload, person_ids, roles, line_ids = row
    if isinstance(payload, str):  # Django's own connections leave JSON to its fields
        payload = json.loads(payload)
    people = None if person_ids is None else frozenset(person_ids)
    return Event(pk, xid, kind, payload, people, frozenset(roles), frozenset(line_ids))


class Reader:
    """Holds the process's one listening connection, and makes a new one for as long as it takes."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def run(self) -> None:
        """Until cancelled. What was committed while the database or the connection was away is read then."""
        pause = 0.05
        while True:
            try:
                async with await self._connect() as database:
                    pause = 0.05
                    await self._follow(database)
            except psycopg.Error as error:
                if self.hub.is_listening:
                    logger.warning("The push stream has lost the database: %s", str(error).strip())
                self.hub.is_listening = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _connect(self) -> psycopg.AsyncConnection[tuple[Any, ...]]:
        wanted = {**connection.get_connection_params(), "connect_timeout": CONNECT_SECONDS}
        for ours in ("cursor_factory", "context", "prepare_threshold"):
            wanted.pop(ours, None)
        wanted["application_name"] = "wenqu-live"
        return await psycopg.AsyncConnection.connect(autocommit=True, **wanted)

    async def _follow(self, database: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
        await database.execute(f"LISTEN {CHANNEL}")
        while True:
            await self._read(database)
            self.hub.is_listening = True
            async for _notification in database.notifies(timeout=POLL_SECONDS, stop_after=1):
                pass

    async def _read(self, database: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
        """Tell everything between the position and now; a row is told at one reading, whenever it commits."""
        here = Position(*(await (await database.execute(NOW)).fetchone() or ()))
        since = self.hub.position
        if since is None or since.server != here.server:
            return self.hub.move(here, [])
        rows: list[tuple[Any, ...]] = []
        is_all = since.before == here.before
        while not is_all:
            values = {"before": since.before, "within": here.before, "upto": rows[-1][0] if rows else 0}
            page = await (await database.execute(BETWEEN, values)).fetchall()
            rows += page
            is_all = len(page) < PAGE
        return self.hub.move(here, in_order([event_of(row) for row in rows], since, here))
