"""Hits of entries that were combined, added up for views and nowhere else."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db.models import F
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from faq.models import Entry, Redirect
from hits import combined, reads
from hits.combined import Combined, Used
from hits.models import DailyHits, Hit, MonthlyHits
from kb.lib.months import SITE_ZONE, Month
from tests.factories import AgentFactory, BusinessLineFactory, PublishedEntryFactory

MARCH = Month(2026, 3)
NOON = datetime(2026, 3, 10, 12, tzinfo=SITE_ZONE)
CALL = UUID(int=1)


def minutes(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


CHAIN = Combined({1: (2, minutes(0)), 2: (3, minutes(60))})


def test_entries_lead_to_the_end_of_the_chain() -> None:
    assert [CHAIN.final(entry) for entry in (1, 2, 3, 4)] == [3, 3, 3, 4]
    assert CHAIN.groups() == {3: [1, 2]}
    assert CHAIN.since(1, 2) == CHAIN.since(2, 1) == minutes(0)
    assert CHAIN.since(1, 3) == CHAIN.since(2, 3) == minutes(60)
    assert CHAIN.since(1, 4) is None


def test_a_circle_of_redirects_ends_somewhere() -> None:
    assert Combined({1: (2, NOON), 2: (1, NOON)}).final(1) == 2


@pytest.mark.parametrize(
    ("hits", "counted"),
    [
        ([(1, -20), (2, -10)], 2),  # before they were combined
        ([(1, 10), (2, 20)], 1),
        ([(1, -10), (2, 10)], 1),  # the call went on while they were
        ([(2, -10), (1, 10)], 1),
        ([(2, 10), (3, 20)], 2),  # these two were combined later
        ([(1, 10), (3, 70)], 1),
        ([(1, 10), (2, 20), (3, 70)], 1),
        ([(1, 10), (4, 20)], 2),
    ],
)
def test_a_call_that_used_both_counts_two_before_and_one_after(
    hits: list[tuple[int, int]], counted: int
) -> None:
    used = [Used(CALL, entry, minutes(at)) for entry, at in hits]
    left_out = combined.left_out(reversed(used), CHAIN)
    assert len(used) - len(left_out) == counted
    assert used[0] not in left_out
    assert not combined.left_out([Used(uuid4(), one.entry_id, one.at) for one in used], CHAIN)


COUNTS = st.dictionaries(st.integers(1, 6), st.integers(1, 50))


@given(COUNTS)
def test_adding_up_loses_and_invents_nothing(counts: dict[int, int]) -> None:
    added = combined.add_up(counts.items(), CHAIN, {})
    assert sum(hits for _entry, hits in added) == sum(counts.values())
    assert {entry for entry, _hits in added} == {CHAIN.final(entry) for entry in counts}
    assert added == sorted(added, key=lambda pair: (-pair[1], pair[0]))


def hit(entry: Entry, at: datetime, call_id: UUID | None = None) -> None:
    Hit.objects.create(
        event_id=uuid4(), call_id=call_id or uuid4(), agent_id=1, entry=entry, line_id=entry.line_id, at=at
    )
    for rows, period in (
        (DailyHits.objects, {"day": at.astimezone(SITE_ZONE).date()}),
        (MonthlyHits.objects, {"month": MARCH.first_day}),
    ):
        key = {"entry": entry, "line_id": entry.line_id, **period}
        if not rows.filter(**key).update(hits=F("hits") + 1):
            rows.create(**key, hits=1)


@pytest.fixture
def two(db: None) -> tuple[Entry, Entry]:
    line = BusinessLineFactory.create()
    return PublishedEntryFactory.create(line=line), PublishedEntryFactory.create(line=line)


def combine(entry: Entry, into: Entry, at: datetime) -> Redirect:
    made = Redirect.objects.create(entry=entry, into=into, made_by=AgentFactory.create())
    Redirect.objects.filter(pk=made.pk).update(at=at)
    return made


def test_a_month_is_added_up_as_long_as_the_redirect_is_in_force(two: tuple[Entry, Entry]) -> None:
    old, new = two
    other = PublishedEntryFactory.create()
    before, after = uuid4(), uuid4()
    for entry in two:
        hit(entry, minutes(-30), before)
        hit(entry, minutes(30), after)
    hit(old, minutes(-90))
    hit(other, minutes(1))
    redirect = combine(old, new, NOON)
    assert combined.month_counts(MARCH) == [(new.pk, 4), (other.pk, 1)]
    assert combined.month_counts(MARCH, new.line) == [(new.pk, 4)]
    assert combined.month_counts(MARCH.later(1)) == []
    assert combined.hits_of_entries([old.pk, new.pk, other.pk], NOON.date()) == {new.pk: 4, other.pk: 1}
    assert dict(reads.month_counts(MARCH)) == {old.pk: 3, new.pk: 2, other.pk: 1}
    Redirect.objects.filter(pk=redirect.pk).update(undone_at=timezone.now())
    assert combined.month_counts(MARCH) == reads.month_counts(MARCH)


def test_hits_are_looked_through_only_where_the_old_entry_was_used_since(
    two: tuple[Entry, Entry], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    old, new = two
    hit(old, minutes(-3 * 24 * 60))
    hit(new, minutes(5))
    combine(old, new, NOON)
    with django_assert_num_queries(3):
        assert combined.month_counts(MARCH) == [(new.pk, 2)]
