"""The indexer works with the rights of the web role."""

from collections.abc import Iterator

import numpy as np
import pytest
from django.db import connection
from psycopg.errors import Diagnostic

from search.engines.base import Changes, Document, Query
from search.engines.postgres import PostgresEngine

NOON = 1_800_000_000.0

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[list[str]]:
    """What the server says besides its answers; the connection works as wenqu_web until the test ends."""
    heard: list[str] = []

    def hear(diagnostic: Diagnostic) -> None:
        heard.append(diagnostic.message_primary or "")

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_web")
    connection.connection.add_notice_handler(hear)
    yield heard
    connection.connection.remove_notice_handler(hear)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_the_shared_index_is_built_and_changed_without_a_warning(told: list[str]) -> None:
    engine = PostgresEngine({})
    engine.rebuild([Document(1, "怎么挂失")], None)
    engine.apply(Changes([Document(2, "怎么补卡")]))
    assert [match.id for match in engine.search(Query("补卡", NOON))] == [2]
    assert told == []


def test_the_owner_tells_the_planner_about_a_new_index() -> None:
    PostgresEngine({}).rebuild([Document(number, f"第{number}个问题") for number in range(50)], None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'search_document'::regclass")
        assert cursor.fetchone() == (50.0,)


def test_whatever_is_asked_of_it_writes_nothing_so_a_read_replica_answers() -> None:
    PostgresEngine({}).rebuild([Document(1, "怎么挂失"), Document(2, "怎么补卡", ("重办一张",))], None)
    engine = PostgresEngine({"USING": "default"})
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    for typed in ("补卡", "guashi", "gs", "重办一张", "挂湿"):
        assert engine.search(Query(typed, NOON))
    packed = engine.wordings([1, 2])
    assert [bool(each.heads) for each in packed] == [True, True]
    assert len(engine.rarity(np.frombuffer(packed[0].keys, "<u4"))) > 0
    assert (engine.count(), sorted(engine.fingerprints()), engine.cursor()) == (2, [1, 2], None)
    assert engine.generation()
    with pytest.raises(Exception, match="read-only"):
        engine.apply(Changes([Document(3, "写不进去")]))
