"""``manage.py rebuild_counts``: figures that anybody changed are found, said and put right."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from hits.loading import EventRow, load_events
from hits.models import DailyHits, Hit, LineHours, MonthlyHits
from hits.rollup import catch_up

pytestmark = pytest.mark.usefixtures("committed")
AT = datetime(2026, 2, 28, 16, 30, tzinfo=UTC)  # 1 March, half past midnight in Shanghai


@pytest.fixture
def counted(committed: None) -> None:
    load_events(EventRow(uuid4(), AT, 1, entry, 7, "copied", uuid4()) for entry in (1, 1, 2))
    catch_up()


def figures() -> dict[str, list[str]]:
    """Every row, without the numbers that rows get by themselves."""
    found = {}
    for table in (Hit, DailyHits, MonthlyHits, LineHours):
        columns = [field.attname for field in table._meta.fields if field.attname != "id"]
        found[table.__name__] = sorted(map(str, table._default_manager.values_list(*columns)))
    return found


def test_right_figures_are_left_alone(counted: None, capsys: pytest.CaptureFixture[str]) -> None:
    before = figures()
    call_command("rebuild_counts")
    assert "agrees" in capsys.readouterr().out
    assert figures() == before


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE hits_dailyhits SET hits = 9 WHERE entry_id = 1",
            "entry_id 1, line_id 7: 9 stood there, 2",
        ),
        (
            "DELETE FROM hits_monthlyhits WHERE entry_id = 2",
            "2026-03-01, entry_id 2, line_id 7: 0 stood there, 1",
        ),
        (
            "INSERT INTO hits_linehours (hour, line_id, hits) VALUES (now(), 1, 5)",
            "line_id 1: 5 stood there, 0",
        ),
        ("UPDATE hits_hit SET line_id = 3 WHERE entry_id = 2", "missing"),
    ],
)
def test_a_changed_figure_is_said_and_put_right(
    counted: None, capsys: pytest.CaptureFixture[str], statement: str, said: str
) -> None:
    before = figures()
    with connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(SystemExit) as ended:
        call_command("rebuild_counts")
    assert ended.value.code == 1
    assert said in capsys.readouterr().out
    assert figures() == before
    call_command("rebuild_counts")


def test_events_not_yet_read_are_no_difference_and_are_read(counted: None) -> None:
    load_events([EventRow(uuid4(), AT, 1, 3, 7, "copied", uuid4())])
    call_command("rebuild_counts")
    catch_up()
    assert DailyHits.objects.get(entry=3).hits == 1


def test_after_a_restore_into_another_server_counting_goes_on(counted: None) -> None:
    """Events and cursor then carry transaction ids which this server has not reached yet."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hits_hitevent SET xid = '9000000000'")
        cursor.execute("UPDATE hits_rollupcursor SET xid = '9000000000'")
    before = figures()
    call_command("rebuild_counts")
    assert figures() == before
    load_events([EventRow(uuid4(), AT, 1, 3, 7, "copied", uuid4())])
    assert catch_up() == 1
    call_command("rebuild_counts")
    assert DailyHits.objects.get(entry=3).hits == 1
