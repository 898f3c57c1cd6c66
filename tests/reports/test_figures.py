"""What the report says beside its rows, live: every figure out of the roll-ups and the searches."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import BusinessLine
from faq.models import Entry, Redirect
from hits.models import DailyHits, LineHours, MonthlyHits, SearchLog
from hits.reads import HourHits, MonthHits
from kb.lib.months import SITE_ZONE, Month
from reports.buckets import Bucket
from reports.figures import Figures, GapFigure, Point
from reports.reads import MonthReport, figures
from tests.factories import AgentFactory, BusinessLineFactory, PublishedEntryFactory

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)
AFTER = datetime(2026, 11, 23, 9, 0, tzinfo=SITE_ZONE)


def old_entry(**kwargs: object) -> Entry:
    entry = PublishedEntryFactory.create(**kwargs)
    since = datetime(2025, 1, 1, tzinfo=SITE_ZONE)
    Entry.objects.filter(pk=entry.pk).update(published_at=since, created_at=since)
    return entry


def hit(entry: Entry, hits: int, month: Month = OCTOBER) -> None:
    MonthlyHits.objects.create(entry_id=entry.pk, line_id=entry.line_id, month=month.first_day, hits=hits)


def october(line: BusinessLine | None = None) -> Figures:
    return figures(OCTOBER, line, AFTER)


def test_a_report_reads_back_from_json_as_it_was() -> None:
    line = BusinessLineFactory.create()
    first, second = old_entry(line=line), old_entry(line=line)
    hit(first, 5)
    hit(second, 9, OCTOBER.later(-1))
    LineHours.objects.create(hour=datetime(2026, 10, 5, 1, tzinfo=UTC), line=line, hits=5)
    DailyHits.objects.create(day=date(2026, 10, 5), entry=first, line=line, hits=5)
    found = october()
    assert Figures.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert found.hours == (HourHits(weekday=1, hour=9, hits=5),)


def test_counts_and_lists_are_those_of_the_rows() -> None:
    entries = [old_entry() for _number in range(4)]
    for entry, now, before in zip(entries, (60, 30, 10, 0), (10, 80, 10, 0), strict=True):
        if now:
            hit(entry, now)
            hit(entry, before, OCTOBER.later(-1))
    found = october()
    assert (found.hits, found.last_hits, found.entries, found.asked, found.never_asked) == (100, 100, 4, 3, 1)
    assert found.half == 1
    assert found.pareto == (Point(0, 0), Point(1, 60), Point(2, 90), Point(3, 100), Point(4, 100))
    assert [(one.entry_id, one.change) for one in found.risers] == [(entries[0].pk, 50)]
    assert [(one.entry_id, one.change) for one in found.fallers] == [(entries[1].pk, -50)]
    assert sum(one.hits for one in found.lines) == sum(one.hits for one in found.kinds) == 100
    assert len(found.trend) == 13
    assert found.trend[-2:] == (MonthHits(Month(2026, 9), 100), MonthHits(OCTOBER, 100))


def test_the_running_month_is_held_against_the_same_part_of_the_month_before() -> None:
    steady, falling = old_entry(), old_entry()
    for entry, now in ((steady, 50), (falling, 20)):
        hit(entry, now)
        hit(entry, 100, OCTOBER.later(-1))
    halfway = OCTOBER.starts_at + timedelta(days=15, hours=12)
    found = figures(OCTOBER, None, halfway)
    assert found.is_provisional
    assert found.asked_until == halfway
    assert found.risers == ()
    assert [one.entry_id for one in found.fallers] == [falling.pk]


def test_a_restricted_entry_of_a_list_says_to_whom_it_is_open_today() -> None:
    entry = old_entry()
    hit(entry, 5)
    assert october().risers[0].restricted_to is None
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    (riser,) = october().risers
    assert riser.restricted_to == frozenset({entry.line_id})
    assert riser.is_closed_to(frozenset())


def test_searches_that_showed_nothing_or_were_given_up_are_counted_and_clustered() -> None:
    line = BusinessLineFactory.create()
    mine, other = AgentFactory.create(lines=[line]), AgentFactory.create()
    for number, (agent, text, matches) in enumerate(
        [(mine, "外币零钱怎么兑换", []), (other, "外币零钱怎么兑换", [7]), (mine, "保险柜钥匙丢了", [7])]
    ):
        search = SearchLog.objects.create(
            id=uuid4(), call_id=uuid4(), agent=agent, text=text, match_ids=matches, took_ms=1
        )
        SearchLog.objects.filter(pk=search.pk).update(at=OCTOBER.starts_at + timedelta(days=number))
    found = october()
    assert (found.searches.searches, found.searches.found_nothing, found.searches.given_up) == (3, 1, 3)
    assert [replace(gap, key="") for gap in found.gaps] == [GapFigure("", "外币零钱怎么兑换", 2, 2)]
    alone = october(line)
    assert (alone.searches.searches, alone.searches.given_up, alone.gaps) == (2, 2, ())


def test_hits_of_a_combined_entry_stand_with_the_one_it_went_into() -> None:
    old, into = old_entry(), old_entry()
    hit(old, 30)
    hit(into, 20)
    hit(old, 7, OCTOBER.later(-1))
    hit(into, 5, OCTOBER.later(-1))
    redirect = Redirect.objects.create(entry=old, into=into, made_by=AgentFactory.create())
    (row,) = MonthReport(OCTOBER, None, AFTER).rows().rows
    assert (row.entry_id, row.hits, row.last_hits) == (into.pk, 50, 12)
    Redirect.objects.filter(pk=redirect.pk).update(undone_at=AFTER, undone_by=redirect.made_by)
    assert [one.hits for one in MonthReport(OCTOBER, None, AFTER).rows().rows] == [30, 20]


def test_rows_are_narrowed_and_paged() -> None:
    entries = [old_entry() for _number in range(5)]
    for entry, now in zip(entries, (60, 25, 10, 5, 0), strict=True):
        if now:
            hit(entry, now)
    report = MonthReport(OCTOBER, None, AFTER)

    def ids(**wanted: object) -> list[int]:
        return [row.entry_id for row in report.rows(**wanted).rows]  # type: ignore[arg-type]

    every = [entry.pk for entry in entries]
    assert ids(never_asked=True) == every[4:]
    assert ids(bucket=Bucket.VERY_HIGH) == every[:1]
    assert ids(owner=entries[1].line) == [every[1]]
    assert ids(kind="rule") == ids(moved="up") == ids(new=True) == []
    assert (ids(size=2, page=2), ids(size=2, page=9)) == (every[2:4], every[4:])
    assert (report.rows(size=2).pages, report.rows(size=2).count) == (3, 5)
