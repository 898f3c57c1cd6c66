"""The hot list: on top for a while, for everybody or for one line, and off it again."""

from datetime import timedelta

import pytest

from accounts.models import AuditRow
from faq.models import Entry, Feature
from faq.services import featuring
from faq.services.locking import database_now
from kb.home.start import start_for
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    AgentFactory,
    BusinessLineFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db


def hot_list(**words: object) -> list[int]:
    person = AgentFactory.create(**words)
    groups = start_for(person, database_now()).groups
    return [row["id"] for group in groups if "note" not in group for row in group["rows"]]


def test_the_newest_stands_on_top_and_ends_by_itself() -> None:
    first, second, by = (
        PublishedEntryFactory.create(),
        PublishedEntryFactory.create(),
        SupervisorFactory.create(),
    )
    featuring.feature(first, line=None, days=31, by=by)
    pinned = featuring.feature(second, line=None, days=7, by=by)
    assert hot_list() == [second.pk, first.pk]
    assert pinned.ends_at is not None
    assert pinned.ends_at - pinned.starts_at == timedelta(days=7)
    Feature.objects.filter(pk=pinned.pk).update(ends_at=database_now())
    assert hot_list() == [first.pk]


def test_of_one_line_only_its_people_see_it() -> None:
    entry, line = PublishedEntryFactory.create(), BusinessLineFactory.create()
    featuring.feature(entry, line=line, days=31, by=SupervisorFactory.create())
    assert hot_list(lines=[line]) == [entry.pk]
    assert hot_list() == []


def test_twice_at_a_time_is_refused_and_after_its_end_it_may_come_again() -> None:
    entry, by = PublishedEntryFactory.create(), SupervisorFactory.create()
    pinned = featuring.feature(entry, line=None, days=31, by=by)
    with pytest.raises(RuleBrokenError):
        featuring.feature(entry, line=None, days=31, by=by)
    Feature.objects.filter(pk=pinned.pk).update(ends_at=database_now())
    again = featuring.feature(entry, line=None, days=31, by=by)
    assert list(Feature.objects.all()) == [again]


@pytest.mark.parametrize("days", [0, -1, 367])
def test_the_days_are_between_one_and_a_year(days: int) -> None:
    with pytest.raises(RuleBrokenError):
        featuring.feature(PublishedEntryFactory.create(), line=None, days=days, by=SupervisorFactory.create())


def test_what_is_out_of_force_is_not_featured() -> None:
    expired = PublishedEntryFactory.create(valid_until=database_now() - timedelta(minutes=1))
    for entry in (WithdrawnEntryFactory.create(), expired):
        with pytest.raises(RuleBrokenError):
            featuring.feature(entry, line=None, days=31, by=SupervisorFactory.create())
    assert not Feature.objects.exists()


def test_it_is_taken_off_and_both_acts_are_in_the_trail() -> None:
    entry, by = PublishedEntryFactory.create(), SupervisorFactory.create()
    featuring.feature(entry, line=None, days=31, by=by)
    featuring.unfeature(entry, line=None, by=by)
    assert hot_list() == []
    on, off = AuditRow.objects.filter(act__in=["entry.featured", "entry.unfeatured"]).order_by("pk")
    assert on.detail["after"] == off.detail["before"]
    assert Entry.objects.get(pk=int(on.subject_id)) == entry
    with pytest.raises(RuleBrokenError):
        featuring.unfeature(entry, line=None, by=by)
