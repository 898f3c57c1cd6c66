"""The process that keeps the figures up to date goes on whatever happens to the database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from hits.loading import EventRow, load_events
from hits.management.commands import run_counter
from hits.models import DailyHits
from hits.rollup import catch_up

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def pauses() -> Iterator[list[float]]:
    """How long each round waited; the third wait ends the process as Ctrl-C does."""
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            raise KeyboardInterrupt

    with patch.object(run_counter, "time", SimpleNamespace(sleep=wait)):
        yield waited


def write() -> None:
    load_events([EventRow(uuid4(), datetime(2026, 3, 1, tzinfo=UTC), 1, 1, 1, "copied", uuid4())])


def test_it_reads_until_it_is_ended(pauses: list[float]) -> None:
    write()
    call_command("run_counter", every=0.5)
    catch_up()
    assert pauses == [0.5, 0.5, 0.5]
    assert DailyHits.objects.get().hits == 1


def test_it_waits_for_a_database_that_is_away(pauses: list[float]) -> None:
    write()
    with patch.object(run_counter, "roll_up_all", side_effect=[OperationalError("away"), 1, 0]):
        call_command("run_counter", every=0.5)
    assert pauses == [run_counter.TROUBLE_SECONDS, 0.5, 0.5]


def test_it_stands_still_after_a_restore_and_says_what_to_do(
    pauses: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    write()
    catch_up()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hits_rollupcursor SET xid = '9000000000'")
    call_command("run_counter", every=0.5)
    assert pauses == [run_counter.TROUBLE_SECONDS] * 3
    assert "rebuild_counts" in caplog.text
