"""The engine of rows on a real read replica: a standby of the tests' own server, which follows its log."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from kb import embedded
from kb.system_user import for_data, give
from search.engines.base import Changes, Document, Query
from search.engines.postgres import PostgresEngine

NOON = 1_800_000_000.0
PATIENCE_SECONDS = 60

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not settings.IS_EMBEDDED,
        reason="a standby copies a whole server, and one that DATABASE_URL names is not ours to copy",
    ),
]


@pytest.fixture
def standby() -> Iterator[subprocess.Popen[bytes]]:
    """A hot standby, reached as the database ``standby`` until the test ends."""
    cluster = embedded.Cluster(Path(settings.WENQU_VAR).resolve())
    binaries = embedded._package() / f"pginstall{embedded.MAJOR}" / "bin"
    user = for_data(cluster.data)
    place = Path(tempfile.mkdtemp(prefix="wenqu-standby-", dir="/tmp"))
    if user:
        give(user, place)
    account: dict[str, Any] = {"user": user.uid, "group": user.gid, "extra_groups": []} if user else {}
    plain: dict[str, Any] = {"env": embedded._environment(), "cwd": "/", **account}
    data = place / "pg"
    copy = ["pg_basebackup", "-D", str(data), "-R", "-X", "stream", "-c", "fast", "-h", str(cluster.sockets)]
    subprocess.run(
        [binaries / copy[0], *copy[1:], "-p", embedded.PORT, "-U", embedded.USER], check=True, **plain
    )
    options = {"listen_addresses": "", "unix_socket_directories": str(place), "port": embedded.PORT}
    chosen = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", str(data), *chosen], stderr=subprocess.DEVNULL, **plain
    )
    try:
        connections.databases["standby"] = {**connections.databases["default"], "HOST": str(place)}
        _wait_until(lambda: _answers(place))
        connections["standby"].connect()  # the test case lets only known databases connect by themselves
        yield server
    finally:
        with suppress(KeyError):
            connections["standby"].close()
            del connections["standby"]
        connections.databases.pop("standby", None)
        server.send_signal(signal.SIGINT)  # without waiting for those still connected
        server.wait(PATIENCE_SECONDS)
        shutil.rmtree(place, ignore_errors=True)


def _answers(place: Path) -> bool:
    with suppress(psycopg.OperationalError):
        psycopg.connect(host=str(place), port=embedded.PORT, user=embedded.USER, dbname="postgres").close()
        return True
    return False


def _wait_until(is_so: object) -> None:
    assert callable(is_so)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.05)


def found(engine: PostgresEngine, text: str) -> list[int]:
    return [match.id for match in engine.search(Query(text, NOON))]


def test_a_search_is_answered_by_the_replica_and_the_index_is_written_beside_it(
    standby: subprocess.Popen[bytes],
) -> None:
    engine = PostgresEngine({"SEARCH_IN": "standby"})
    engine.rebuild([Document(1, "怎么挂失"), Document(2, "怎么补卡", ("重办一张",))], None)
    _wait_until(lambda: found(engine, "guashi") == [1])
    with connections["standby"].cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        assert cursor.fetchone() == (True,)
    packed = engine.wordings([1, 2])
    assert [bool(each.heads) for each in packed] == [True, True]

    _on_standby("SELECT pg_wal_replay_pause()")
    engine.apply(Changes([Document(3, "信用卡年费")], {1}))
    assert (found(engine, "年费"), found(engine, "guashi")) == ([], [1])  # the replica's answer, not ours
    assert sorted(engine.fingerprints()) == [2, 3]  # what keeps the index asks the database itself
    _on_standby("SELECT pg_wal_replay_resume()")
    _wait_until(lambda: found(engine, "年费") == [3] and found(engine, "guashi") == [])


def test_while_the_replica_is_away_the_database_itself_answers(standby: subprocess.Popen[bytes]) -> None:
    engine = PostgresEngine({"SEARCH_IN": "standby"})
    engine.rebuild([Document(1, "怎么挂失")], None)
    _wait_until(lambda: found(engine, "挂失") == [1])
    standby.send_signal(signal.SIGINT)
    standby.wait(PATIENCE_SECONDS)
    assert found(engine, "挂失") == [1]


def _on_standby(sql: str) -> None:
    with connections["standby"].cursor() as cursor:
        cursor.execute(sql)
