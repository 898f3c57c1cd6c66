"""The report of a month as supervisors read it."""

import re
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessLine
from faq.models import Entry
from hits.models import DailyHits, LineHours, MonthlyHits
from kb.lib.months import SITE_ZONE, Month
from reports import charts
from reports.buckets import Bucket
from reports.models import Report
from reports.pictures import outcomes
from reports.reads import figures, rows
from reports.views import asked
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    WithdrawnEntryFactory,
)
from tests.reports.figures_made import LARGE, reading
from tests.reports.making import old_entry

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SITE_ZONE)


def entry_since(since: datetime, **kwargs: object) -> Entry:
    entry = PublishedEntryFactory.create(**kwargs)
    Entry.objects.filter(pk=entry.pk).update(published_at=since, created_at=since)
    return entry


def hit(entry: Entry, hits: int, month: Month = OCTOBER) -> None:
    MonthlyHits.objects.create(entry_id=entry.pk, line_id=entry.line_id, month=month.first_day, hits=hits)


@pytest.fixture
def line() -> BusinessLine:
    return BusinessLineFactory.create(name="信用卡中心")


@pytest.fixture
def supervisor(client: Client) -> Client:
    client.force_login(SupervisorFactory.create(), "accounts.backends.AccountBackend")
    return client


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "database_now", lambda: NOW)


def test_rows_come_most_used_first_with_share_bucket_and_change(line: BusinessLine) -> None:
    often, seldom, never = (old_entry(line=line) for _number in range(3))
    hit(often, 60)
    hit(seldom, 40)
    hit(seldom, 10, OCTOBER.later(-1))
    report, found = figures(OCTOBER, None, NOW), rows(OCTOBER, None, NOW).rows
    assert [row.entry_id for row in found] == [often.pk, seldom.pk, never.pk]
    assert [row.bucket for row in found] == [Bucket.VERY_HIGH, Bucket.HIGH, Bucket.VERY_LOW]
    assert [row.change for row in found] == [60, 30, 0]
    assert (report.hits, report.last_hits, report.asked, report.half) == (100, 10, 2, 1)
    assert not report.is_provisional


def test_what_was_not_in_force_in_the_month_is_left_out_unless_it_was_used(line: BusinessLine) -> None:
    later = entry_since(OCTOBER.ends_at, line=line)
    gone = WithdrawnEntryFactory.create(line=line)
    before = datetime(2026, 9, 30, tzinfo=SITE_ZONE)
    Entry.objects.filter(pk=gone.pk).update(published_at=before, withdrawn_at=before)
    expired = old_entry(line=line)
    Entry.objects.filter(pk=expired.pk).update(valid_until=OCTOBER.starts_at)
    assert rows(OCTOBER, None, NOW).rows == []
    hit(gone, 1)
    assert [row.entry_id for row in rows(OCTOBER, None, NOW).rows] == [gone.pk]
    assert later.pk != gone.pk


def test_what_left_after_last_month_still_counts_in_it(line: BusinessLine) -> None:
    """Without its 60 hits the other entry would have stood first in September."""
    gone, stays = old_entry(line=line), old_entry(line=line)
    Entry.objects.filter(pk=gone.pk).update(valid_until=OCTOBER.starts_at)
    hit(gone, 60, OCTOBER.later(-1))
    hit(stays, 40, OCTOBER.later(-1))
    assert figures(OCTOBER, None, NOW).last_hits == 100
    assert [(row.entry_id, row.last) for row in rows(OCTOBER, None, NOW).rows] == [(stays.pk, Bucket.HIGH)]


def test_last_months_buckets_are_those_of_last_months_own_report(line: BusinessLine) -> None:
    """The second stands at 51 % in September: high by itself, very high by calm with August."""
    first, second, third = (old_entry(line=line) for _number in range(3))
    for entry, august, september in ((first, 40, 51), (second, 50, 40), (third, 10, 9)):
        hit(entry, august, OCTOBER.later(-2))
        hit(entry, september, OCTOBER.later(-1))
        hit(entry, 1)
    own = {row.entry_id: row.bucket for row in rows(OCTOBER.later(-1), None, NOW).rows}
    last = {row.entry_id: row.last for row in rows(OCTOBER, None, NOW).rows}
    assert own[second.pk] is Bucket.VERY_HIGH
    assert last == own


def test_an_entry_that_was_in_force_for_a_week_is_new(line: BusinessLine) -> None:
    week = entry_since(OCTOBER.starts_at, line=line)
    Entry.objects.filter(pk=week.pk).update(valid_until=datetime(2026, 10, 8, tzinfo=SITE_ZONE))
    hit(week, 7)
    (row,) = rows(OCTOBER, None, NOW).rows
    assert row.is_new


def test_an_entry_is_new_for_less_than_28_days(line: BusinessLine) -> None:
    new = entry_since(datetime(2026, 10, 4, 0, 0, 1, tzinfo=SITE_ZONE), line=line)
    just_old = entry_since(datetime(2026, 10, 4, tzinfo=SITE_ZONE), line=line)
    found = {row.entry_id: row for row in rows(OCTOBER, None, NOW).rows}
    assert found[new.pk].is_new
    assert not found[just_old.pk].is_new


def test_a_line_has_its_own_order(line: BusinessLine) -> None:
    other = old_entry(line=BusinessLineFactory.create())
    mine = old_entry(line=line)
    hit(other, 90)
    hit(mine, 10)
    everywhere = {row.entry_id: row for row in rows(OCTOBER, None, NOW).rows}
    alone = rows(OCTOBER, line, NOW)
    assert everywhere[mine.pk].bucket is Bucket.LOW
    assert [(row.entry_id, row.bucket) for row in alone.rows] == [(mine.pk, Bucket.VERY_HIGH)]


def test_the_page_shows_pictures_and_tables_without_inline_script_or_style(
    supervisor: Client, line: BusinessLine
) -> None:
    hit(old_entry(line=line, question="信用卡怎么挂失"), 12)
    old_entry(line=line, question="没人问")
    first = supervisor.get("/reports/2026-10/").content.decode()
    for key in re.findall(r'hx-get="(/reports/pictures/\w+/)"', first):
        assert supervisor.get(key).content.startswith(b"<svg")
    text = supervisor.get("/reports/2026-10/").content.decode()
    assert text.partition("<main")[2].count("<svg") == first.count('class="drawing"') == 6
    assert "hx-get" not in text
    assert "2 个条目中的 1 个解答了一半的来电" in text
    assert "信用卡中心被问得最多" in text
    assert f'href="/reports/2026-10/entries/?owner={line.code}&amp;bucket=very_high"' in text
    assert "wenqu.invalid" not in text
    assert not re.search(
        r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", text.replace("<script type", "<x")
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("owner=CARD&bucket=very_high", {"问得多"}),
        ("bucket=very_low", {"没人问"}),
        ("asked=never", {"没人问"}),
        ("kind=rule", {"没人问"}),
        ("moved=up", {"问得多"}),
        ("moved=down", set()),
        ("new=1", set()),
        ("late=1", set()),
        ("line=CARD", {"问得多", "没人问"}),
        ("", {"问得多", "没人问"}),
    ],
)
def test_a_mark_leads_to_the_entries_behind_it(supervisor: Client, query: str, found: set[str]) -> None:
    line = BusinessLineFactory.create(code="CARD")
    often, before = old_entry(line=line, question="问得多"), old_entry(line=BusinessLineFactory.create())
    old_entry(line=line, question="没人问", kind="rule")
    hit(often, 12)
    hit(often, 1, OCTOBER.later(-1))
    hit(before, 99, OCTOBER.later(-1))
    Entry.objects.filter(pk=before.pk).update(valid_until=OCTOBER.starts_at)
    text = supervisor.get(f"/reports/2026-10/entries/?{query}").content.decode()
    assert {question for question in ("问得多", "没人问") if question in text} == found


def test_an_hour_leads_to_its_days_and_lines_and_a_day_to_its_entries(
    supervisor: Client, line: BusinessLine
) -> None:
    entry = old_entry(line=line, question="周二上午问的")
    secret = old_entry(line=line, question="只给本条线看")
    Entry.objects.filter(pk=secret.pk).update(is_restricted=True)
    tuesday = datetime(2026, 10, 13, 10, 30, tzinfo=SITE_ZONE)
    LineHours.objects.create(hour=tuesday.replace(minute=0), line=line, hits=7)
    LineHours.objects.create(hour=datetime(2026, 10, 13, 11, tzinfo=SITE_ZONE), line=line, hits=55)
    DailyHits.objects.create(day=tuesday.date(), entry=entry, line=line, hits=6)
    DailyHits.objects.create(day=tuesday.date(), entry=secret, line=line, hits=1)
    hour = supervisor.get("/reports/2026-10/hours/?weekday=2&hour=10").content.decode()
    assert "星期二 10–11 点" in hour
    assert 'href="/reports/days/2026-10-13/"' in hour
    assert '<td class="number">7</td>' in hour
    assert "55" not in hour.partition("<main")[2]
    day = supervisor.get("/reports/days/2026-10-13/").content.decode()
    assert "周二上午问的" in day
    assert "受限条目" in day
    assert "只给本条线看" not in day
    assert "这一天没有命中" in supervisor.get("/reports/days/2026-10-12/").content.decode()
    assert "这个时段没有命中" in supervisor.get("/reports/2026-10/hours/?weekday=3&hour=1").content.decode()


def test_the_month_before_stands_beside_once_it_is_closed(supervisor: Client, line: BusinessLine) -> None:
    entry = old_entry(line=line)
    hit(entry, 3)
    hit(entry, 2, OCTOBER.later(-1))
    assert "上月 1" not in supervisor.get("/reports/2026-10/").content.decode()
    kept = figures(OCTOBER.later(-1), None, NOW).to_json()
    Report.objects.create(
        month=OCTOBER.later(-1).first_day, line=None, settings={}, figures=kept, sha256="0" * 64,
        upto_xid="1", upto_seq=1, closed_at=NOW,
    )  # fmt: skip
    assert "共 1 个 · 上月 1" in supervisor.get("/reports/2026-10/").content.decode()
    assert "定稿" in supervisor.get("/reports/2026-09/").content.decode()


def test_the_print_page_has_every_picture_and_every_table_open(
    supervisor: Client, line: BusinessLine
) -> None:
    hit(old_entry(line=line, question="信用卡怎么挂失"), 12)
    text = supervisor.get("/reports/2026-10/print/").content.decode()
    assert "hx-get" not in text
    assert "<details" not in text
    assert text.count("<svg") == 5
    assert text.count("<table") >= 6


def test_a_picture_is_drawn_for_those_who_read_reports(client: Client, supervisor: Client) -> None:
    key = charts.drawing({"mark": "bar", "data": {"values": []}}).key
    assert supervisor.get(f"/reports/pictures/{key}/").status_code == 200
    assert supervisor.get(f"/reports/pictures/{'0' * 64}/").status_code == 404
    client.force_login(AgentFactory.create(), "accounts.backends.AccountBackend")
    assert client.get(f"/reports/pictures/{key}/").status_code == 403


def test_a_restricted_question_is_not_shown_to_people_of_other_lines(
    supervisor: Client, line: BusinessLine
) -> None:
    entry = old_entry(line=line, question="只给本条线看")
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    hit(entry, 3)
    text = supervisor.get("/reports/2026-10/").content.decode()
    assert "只给本条线看" not in text
    assert "受限条目" in text


def test_what_came_of_a_proposal_names_its_entry_to_those_who_may_read_it(line: BusinessLine) -> None:
    entry = old_entry(line=line, question="只给本条线看")
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    told = replace(LARGE, outcomes=(LARGE.outcomes[0] | {"entries": [entry.pk]},))
    stranger, own = reading(told), reading(told, lines=frozenset({line.pk}))
    assert [row.values[0] for row in outcomes.picture(stranger).table.lines] == ["受限条目"]
    assert [row.values[0] for row in outcomes.picture(own).table.lines] == ["只给本条线看"]


def test_an_empty_month_says_so(supervisor: Client) -> None:
    page = supervisor.get("/reports/2026-10/")
    assert page.status_code == 200
    assert "请在上方选择其他月份" in page.content.decode()


def test_the_running_month_is_marked_provisional(supervisor: Client) -> None:
    assert "暂计" in supervisor.get("/reports/2026-11/").content.decode()
    assert "暂计" not in supervisor.get("/reports/2026-10/").content.decode()


def test_the_short_address_opens_the_last_whole_month(supervisor: Client) -> None:
    assert supervisor.get("/reports/").headers["Location"] == "/reports/2026-10/"


@pytest.mark.parametrize(
    "address",
    [
        "2026-12",
        "2026-13",
        "26-1",
        "heute",
        "2026-10?line=NONE",
        "2026-10?line=%00",
        "2026-10/entries?bucket=x",
        "2026-10/entries?kind=x",
        "2026-10/entries?owner=NONE",
        "2026-10/entries?moved=x",
        "2026-10/hours?weekday=8&hour=1",
        "2026-10/hours?weekday=1&hour=24",
        "2026-10/hours",
        "days/2026-10-32",
        "days/2026-12-01",
        "days/heute",
    ],
)
def test_what_is_no_month_line_or_bucket_is_not_found(supervisor: Client, address: str) -> None:
    path, _mark, query = address.partition("?")
    assert supervisor.get(f"/reports/{path}/?{query}").status_code == 404


def test_agents_do_not_read_the_report_and_nobody_writes_it(client: Client, supervisor: Client) -> None:
    assert supervisor.post("/reports/2026-10/").status_code == 405
    client.force_login(AgentFactory.create(), "accounts.backends.AccountBackend")
    assert client.get("/reports/2026-10/").status_code == 403


@pytest.mark.parametrize("page", ["", "entries/", "print/", "report.xlsx"])
def test_the_number_of_queries_does_not_grow_with_entries(
    supervisor: Client, line: BusinessLine, page: str
) -> None:
    def queries(entries: int) -> int:
        for _number in range(entries):
            hit(old_entry(line=line), 3)
        with CaptureQueriesContext(connection) as asked_for:
            assert supervisor.get(f"/reports/2026-10/{page}").status_code == 200
        return len(asked_for)

    queries(2)  # what is kept after the first time
    assert queries(2) == queries(20) <= 42
