"""In the report a call that used both of two combined entries counts one from the redirect on."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts import settings
from accounts.models import Agent
from faq.models import Entry, Redirect
from faq.services.locking import database_now
from hits import combined, rollup
from hits.loading import EventRow, load_events
from kb.lib.months import Month
from reports import closing
from reports.day import day_entries
from reports.late import Undeclared
from reports.standing import standing
from tests.factories import AgentFactory, PublishedEntryFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_call_that_used_both_counts_once_live_and_closed_and_is_not_declared_late() -> None:
    agent: Agent = AgentFactory.create()
    goes: Entry = PublishedEntryFactory.create()
    stays: Entry = PublishedEntryFactory.create()
    month = Month.of(database_now()).later(-1)
    combined_at = month.starts_at + timedelta(days=10)
    for at in (combined_at - timedelta(days=1), combined_at + timedelta(days=1)):
        call = uuid4()
        load_events(
            EventRow(
                uuid4(), at + timedelta(seconds=place), agent.pk, one.pk, one.line_id, "confirmed", call, None
            )
            for place, one in enumerate((goes, stays))
        )
    rollup.catch_up()
    redirect = Redirect.objects.create(entry=goes, into=stays, made_by=agent)
    Redirect.objects.filter(pk=redirect.pk).update(at=combined_at)
    found = standing(month, None, values=settings.current(), now=database_now())
    assert dict(zip(found.entry.tolist(), found.hits.tolist(), strict=True)) == {stays.pk: 3}
    (report,) = closing.close(month, [None])
    assert report.figures["hits"] == 3
    before, after = ((combined_at + timedelta(days=number)).date() for number in (-1, 1))
    assert report.figures["days"] == [{"day": str(before), "hits": 2}, {"day": str(after), "hits": 1}]
    assert [[one.hits for one in day_entries(day, None)] for day in (before, after)] == [[2], [1]]
    assert sorted(one["hits"] for one in report.figures["hours"]) == [1, 2]
    for one in report.figures["hours"]:
        rows = combined.lines_in_hour(month, one["weekday"], one["hour"])
        assert sum(row.hits for row in rows) == one["hits"]
    assert Undeclared(month.later(1)).of(None, combined.in_force().finals()) == []
    Redirect.objects.filter(pk=redirect.pk).update(undone_at=database_now(), undone_by=agent)
    assert Undeclared(month.later(1)).of(None, {}) == []
