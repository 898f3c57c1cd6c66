"""What came of what was accepted: the same days before and after, and when it is worse."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import BusinessLine
from faq.models import Entry, Redirect
from hits.models import DailyHits, Hit, SearchLog
from kb.lib.months import SITE_ZONE, Month
from reports.models import Proposal
from reports.outcomes import Outcome, Side, is_worse, outcomes, spans_of
from search.models import Gap
from tests.factories import AgentFactory, PublishedEntryFactory

OCTOBER = Month(2026, 10)


def spans(decided_on: date, month: Month = OCTOBER) -> list[tuple[str, str]] | None:
    found = spans_of(decided_on, month)
    return [(str(span.first), str(span.until)) for span in found] if found else None


@pytest.mark.parametrize(
    ("decided_on", "wanted"),
    [
        (date(2026, 10, 21), [("2026-10-11", "2026-10-21"), ("2026-10-22", "2026-11-01")]),
        (date(2026, 10, 31), None),
        (date(2026, 9, 3), [("2026-08-01", "2026-09-01"), ("2026-10-01", "2026-11-01")]),
        (date(2026, 8, 31), [("2026-06-01", "2026-08-01"), ("2026-09-01", "2026-11-01")]),
        (date(2026, 2, 3), [("2025-11-01", "2026-02-01"), ("2026-08-01", "2026-11-01")]),
    ],
)
def test_both_sides_are_whole_months_where_one_followed_and_else_as_many_days(
    decided_on: date, wanted: list[tuple[str, str]] | None
) -> None:
    assert spans(decided_on) == wanted


@given(st.dates(date(2024, 1, 1), date(2026, 10, 30)))
def test_the_day_of_the_decision_is_on_neither_side(decided_on: date) -> None:
    found = spans_of(decided_on, OCTOBER)
    assert found
    before, after = found
    assert before.first < before.until <= decided_on < after.first < after.until == date(2026, 11, 1)


def side(uses: int = 30, rank: float | None = 1.0, seconds: float | None = 20.0) -> Side:
    return Side(uses, uses, rank, seconds)


@pytest.mark.parametrize(
    ("before", "after", "worse"),
    [
        (side(), side(rank=2.0), True),
        (side(), side(rank=1.5), False),
        (side(), side(seconds=25.0), True),
        (side(), side(seconds=24.0), False),
        (side(seconds=4.0), side(seconds=6.0), False),  # half as much again, and two seconds
        (side(), side(uses=19, rank=9.0), False),
        (side(uses=19), side(rank=9.0), False),
        (side(rank=None, seconds=None), side(), False),
        (side(rank=3.0, seconds=30.0), side(), False),
    ],
)
def test_worse_is_a_rank_behind_or_a_quarter_slower_with_enough_uses(
    before: Side, after: Side, *, worse: bool
) -> None:
    assert is_worse(before, after) is worse


def accepted(at: datetime, kind: str = "move", **more: Any) -> Proposal:
    return Proposal.objects.create(
        kind=kind, key=f"{kind}:{uuid4()}", state="accepted", month=OCTOBER.first_day, decided_at=at, **more
    )


def used(entry: Entry, day: date, rank: int, seconds: int, call: Any = None) -> None:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=SITE_ZONE)
    call_id = call or uuid4()
    search = SearchLog.objects.create(
        id=uuid4(), call_id=call_id, agent=AgentFactory.create(), text="卡", took_ms=0,
        match_ids=[0] * (rank - 1) + [entry.pk],
    )  # fmt: skip
    SearchLog.objects.filter(pk=search.pk).update(at=at)
    Hit.objects.create(
        event_id=uuid4(), call_id=call_id, agent_id=1, entry=entry, line_id=entry.line_id,
        search_id=search.pk, at=at + timedelta(seconds=seconds),
    )  # fmt: skip
    row, is_new = DailyHits.objects.get_or_create(
        entry=entry, day=day, line_id=entry.line_id, defaults={"hits": 1}
    )
    if not is_new:
        DailyHits.objects.filter(pk=row.pk).update(hits=row.hits + 1)


def only(line: BusinessLine | None = None) -> Outcome:
    (found,) = outcomes(OCTOBER, line)
    return found


@pytest.mark.django_db
def test_the_median_rank_and_time_and_the_hits_before_and_after() -> None:
    entry = PublishedEntryFactory.create()
    accepted(datetime(2026, 9, 9, tzinfo=SITE_ZONE), entry=entry)
    for day, rank, seconds in ((3, 3, 30), (4, 3, 20), (5, 1, 10)):
        used(entry, date(2026, 8, day), rank, seconds)
    used(entry, date(2026, 9, 20), 9, 99)
    used(entry, date(2026, 10, 20), 1, 9)
    found = only()
    assert (found.entries, found.decided_on) == ((entry.pk,), date(2026, 9, 9))
    assert found.before == Side(3, 3, 3.0, 20.0)
    assert found.after == Side(1, 1, 1.0, 9.0)
    kept = json.loads(json.dumps(found.to_json()))
    assert kept["after"] == {"hits": 1, "uses": 1, "median_rank": 1.0, "median_seconds": 9.0}
    assert (kept["decided_on"], kept["after_until"]) == ("2026-09-09", "2026-11-01")


@pytest.mark.django_db
def test_only_what_stands_and_was_decided_before_the_month_ended_has_an_outcome() -> None:
    entry = PublishedEntryFactory.create()
    moment = datetime(2026, 10, 9, tzinfo=SITE_ZONE)
    accepted(OCTOBER.ends_at, entry=entry)
    accepted(OCTOBER.ends_at - timedelta(hours=3), entry=entry)  # no day followed
    Proposal.objects.filter(pk=accepted(moment, entry=entry).pk).update(state="undone")
    assert outcomes(OCTOBER, None) == []


@pytest.mark.django_db
def test_of_two_combined_a_call_counts_two_before_and_one_after() -> None:
    goes, stays = PublishedEntryFactory.create(), PublishedEntryFactory.create()
    moment = datetime(2026, 9, 9, tzinfo=SITE_ZONE)
    accepted(moment, "combine", entry=goes, other=stays)
    redirect = Redirect.objects.create(entry=goes, into=stays, made_by=AgentFactory.create())
    Redirect.objects.filter(pk=redirect.pk).update(at=moment)
    for day in (date(2026, 8, 5), date(2026, 10, 5)):
        call = uuid4()
        used(goes, day, 1, 5, call)
        used(stays, day, 1, 9, call)
    assert (only().before.hits, only().after.hits) == (2, 1)


@pytest.mark.django_db
def test_an_order_is_about_its_entries_and_a_written_one_about_what_was_written() -> None:
    first, second = PublishedEntryFactory.create(), PublishedEntryFactory.create()
    moment = datetime(2026, 9, 9, tzinfo=SITE_ZONE)
    order = accepted(moment, "reorder", change={"order": [second.pk, first.pk]})
    assert only().entries == (second.pk, first.pk)
    assert only(first.line).entries == (first.pk,)
    assert outcomes(OCTOBER, PublishedEntryFactory.create().line) == []
    order.delete()
    Gap.objects.create(
        key="g", wording="新问题", keys=["g"], wordings=[["新问题", 9]], calls=9, agents=3, last_at=moment,
        state="taken", entry=first, decided_at=moment,
    )  # fmt: skip
    accepted(moment, "write", gap_key="g")
    assert only().entries == (first.pk,)


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_proposals(django_assert_max_num_queries: Any) -> None:
    moment = datetime(2026, 9, 9, tzinfo=SITE_ZONE)
    accepted(moment, entry=PublishedEntryFactory.create())
    with django_assert_max_num_queries(20) as few:
        outcomes(OCTOBER, None)
    for _number in range(3):
        accepted(moment, entry=PublishedEntryFactory.create())
    with django_assert_max_num_queries(len(few)):
        assert len(outcomes(OCTOBER, None)) == 4
