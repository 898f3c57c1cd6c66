"""A closed month is frozen: once, whole, the same bytes for good; all that was committed before is in it."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from unittest.mock import patch
from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from psycopg.conninfo import make_conninfo

from accounts import settings
from accounts.models import BusinessLine
from faq.models import Entry, Redirect, Revision
from hits.loading import EventRow, load_events
from kb.lib.errors import RuleBrokenError
from kb.lib.months import SITE_ZONE, Month
from reports import closing, tasks
from reports.buckets import Bucket
from reports.models import Report, ReportRow
from reports.reads import MonthReport
from reports.vain import MonthInVain
from tests.factories import AgentFactory, BusinessLineFactory, SupervisorFactory
from tests.reports.making import old_entry, used, wait_for_somebody_who_waits

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.concurrency]
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
AT = datetime(2026, 9, 14, 3, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 9, tzinfo=SITE_ZONE)


@pytest.fixture
def entries() -> list[Entry]:
    """Three of two lines, used 6, 3 and 0 times in September."""
    made = [old_entry(question="信用卡怎么挂失"), old_entry(question="转账限额是多少"), old_entry()]
    used(made[0], AT, times=6)
    used(made[1], AT, times=3)
    return made


def close(month: Month = SEPTEMBER) -> Report:
    return closing.close(month, [None])[0]


def bytes_of(report: Report) -> str:
    return "".join(closing.written(report))


def test_a_closed_month_says_what_the_live_one_said(entries: list[Entry]) -> None:
    live = MonthReport(SEPTEMBER, None, NOW)
    shown, rows = live.figures.to_json(), live.rows().rows
    report = close()
    closed = MonthReport(SEPTEMBER, None, NOW)
    assert closed.figures.to_json() == shown
    assert closed.rows().rows == rows
    assert closed.figures.is_closed
    assert closed.figures.sha256 == report.sha256 == closing.checksum(report)
    assert [row.entry_id for row in closed.rows(bucket=Bucket.VERY_HIGH).rows] == [entries[0].pk]
    assert [row.entry_id for row in closed.rows(never_asked=True).rows] == [entries[2].pk]
    assert closed.rows(moved="up").rows == closed.rows(new=True).rows == []
    assert [row.entry_id for row in closed.rows(owner=entries[1].line, size=1).rows] == [entries[1].pk]


def test_closing_again_changes_nothing_whatever_became_of_the_entries(entries: list[Entry]) -> None:
    first = bytes_of(close())
    Revision.objects.filter(live_entry=entries[0]).update(question="改了名")
    Entry.objects.filter(pk=entries[1].pk).update(withdrawn_at=AT, is_restricted=True)
    Redirect.objects.create(entry=entries[1], into=entries[0], made_by=AgentFactory.create())
    BusinessLine.objects.filter(pk=entries[0].line_id).update(name="改了名", code="NEW")
    settings.change("bucket_very_high_least_hits", 9, by=SupervisorFactory.create())
    used(entries[2], AT)
    again = close()
    assert bytes_of(again) == first
    assert closing.checksum(again) == again.sha256
    assert Report.objects.count() == 1
    rows = {row.entry_id: row for row in MonthReport(SEPTEMBER, None, NOW).rows().rows}
    assert (rows[entries[0].pk].question, rows[entries[0].pk].restricted_to) == ("信用卡怎么挂失", None)
    assert rows[entries[1].pk].restricted_to == frozenset({entries[1].line_id})


def test_the_command_closes_every_scope_with_the_same_bytes(entries: list[Entry], tmp_path: Path) -> None:
    BusinessLineFactory.create(is_active=False)
    first, again = io.StringIO(), io.StringIO()
    call_command("close_month", "2026-09", stdout=first)
    call_command("close_month", "2026-09", stdout=again)
    assert first.getvalue() == again.getvalue()
    assert Report.objects.count() == 1 + len({entry.line_id for entry in entries})
    line = entries[0].line
    call_command("close_month", "2026-09", line=line.code, output=str(tmp_path / "report"))
    written = (tmp_path / "report").read_text(encoding="utf-8")
    assert written == bytes_of(Report.objects.get(line=line))
    assert written in first.getvalue()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["2999-01"], "ended|结束"),
        (["2026-9"], "YYYY-MM"),
        (["2026-09", "--line", "NONE"], "no business line"),
    ],
)
def test_what_cannot_be_closed_is_refused(arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("close_month", *arguments)
    assert not Report.objects.exists()


def test_a_month_waits_for_what_was_committed_before(entries: list[Entry]) -> None:
    """A transaction that still runs holds the line back; the event after it is committed all the same."""
    with psycopg.connect(_address()) as other:
        other.execute("SELECT pg_current_xact_id()")
        load_events([EventRow(uuid4(), AT, 1, entries[2].pk, entries[2].line_id, "copied", uuid4())])
        with pytest.raises(RuleBrokenError):
            closing.close(SEPTEMBER, [None], patience_seconds=0)
        assert not Report.objects.exists()
    report = close()
    assert ReportRow.objects.get(report=report, entry_id=entries[2].pk).hits == 1


def test_what_comes_late_is_declared_in_the_next_month_and_added_there(entries: list[Entry]) -> None:
    call_id = uuid4()
    used(entries[1], AT, call_id=call_id)
    closed = bytes_of(close())
    used(entries[2], SEPTEMBER.ends_at - timedelta(seconds=1), times=2)
    used(entries[1], AT + timedelta(minutes=1), call_id=call_id, how="taken_back")
    used(entries[1], OCTOBER.starts_at, times=5)
    next_one = close(OCTOBER)
    assert bytes_of(Report.objects.get(month=SEPTEMBER.first_day)) == closed
    report = MonthReport(OCTOBER, None, NOW)
    assert [(one.entry_id, str(one.month), one.hits) for one in report.figures.late] == [
        (entries[1].pk, "2026-09", -1),
        (entries[2].pk, "2026-09", 2),
    ]
    assert (report.figures.hits, report.figures.late_hits) == (6, 1)
    rows = {row.entry_id: (row.hits, row.late_hits) for row in report.rows().rows}
    assert rows == {entries[0].pk: (0, 0), entries[1].pk: (4, -1), entries[2].pk: (2, 2)}
    assert closing.checksum(next_one) == next_one.sha256
    close(OCTOBER.later(-2))
    assert MonthReport(OCTOBER.later(-2), None, NOW).figures.late == ()


def test_late_hits_are_declared_once_and_what_a_month_cannot_carry_in_the_one_after(
    entries: list[Entry],
) -> None:
    call_id = uuid4()
    used(entries[2], AT, call_id=call_id)
    close()
    used(entries[2], AT + timedelta(minutes=1), call_id=call_id, how="taken_back")
    close(OCTOBER)
    assert MonthReport(OCTOBER, None, NOW).figures.late == ()  # it was not used in October
    november = OCTOBER.later(1)
    used(entries[2], november.starts_at, times=3)
    with patch.object(closing, "database_now", lambda: november.ends_at):
        close(november)
        assert [one.hits for one in MonthReport(november, None, NOW).figures.late] == [-1]
        close(november.later(-4))
    with patch.object(closing, "database_now", lambda: november.ends_at + timedelta(days=40)):
        close(november.later(1))
        assert MonthReport(november.later(1), None, NOW).figures.late == ()
    assert sum(ReportRow.objects.values_list("hits", flat=True)) == 9 + 3


def test_calm_leans_on_the_closed_month_before(entries: list[Entry]) -> None:
    close()
    ReportRow.objects.filter(entry_id=entries[0].pk).update(bucket="low", hits=60)
    row = MonthReport(OCTOBER, None, NOW).rows().rows[0]
    assert (row.entry_id, row.last, row.last_hits) == (entries[0].pk, Bucket.LOW, 60)


def test_of_two_at_once_one_closes_and_both_have_its_report(entries: list[Entry]) -> None:
    begun, reports = Signal(), []
    reckoned = MonthInVain

    def held(month: Month) -> MonthInVain:
        begun.set()
        wait_for_somebody_who_waits()
        return reckoned(month)

    def run() -> None:
        reports.append(close())
        connection.close()

    with patch.object(closing, "MonthInVain", held):
        first = Thread(target=run)
        first.start()
        assert begun.wait(5)
        second = Thread(target=run)
        second.start()
        first.join(20)
        second.join(20)
    assert [report.pk for report in reports] == [Report.objects.get().pk] * 2


def test_one_that_fails_in_the_middle_leaves_nothing(entries: list[Entry]) -> None:
    with (
        patch.object(closing, "_sha256", side_effect=["a", RuntimeError]),
        pytest.raises(RuntimeError),
    ):
        closing.close(SEPTEMBER, closing.scopes())
    assert not Report.objects.exists()
    assert not ReportRow.objects.exists()


def test_the_job_closes_as_the_counter_every_month_that_is_missing(entries: list[Entry]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE wenqu_counter")
        try:
            missing = len(closing.months_to_close())
            assert missing >= 2
            assert tasks.close_ended_months(0) == missing
            assert tasks.close_ended_months(0) == 0
        finally:
            cursor.execute("RESET ROLE")
    assert Report.objects.filter(month=SEPTEMBER.first_day).count() == 1 + BusinessLine.objects.count()
    assert min(Report.objects.values_list("month", flat=True)) == SEPTEMBER.first_day


def test_the_page_of_a_closed_month_reads_the_closed_report(client: Client, entries: list[Entry]) -> None:
    close()
    Revision.objects.filter(live_entry=entries[0]).update(question="改了名")
    client.force_login(SupervisorFactory.create(), "accounts.backends.AccountBackend")
    text = client.get("/reports/2026-09/").content.decode()
    assert "信用卡怎么挂失" in text
    assert "改了名" not in text


def _address() -> str:
    known = connection.get_connection_params()
    parts = {name: known.get(name) for name in ("dbname", "user", "password", "host", "port")}
    return make_conninfo(**{name: value for name, value in parts.items() if value})
