"""The short form of `script/bench counts`: days and months are exact in every time zone of the server."""

import pytest

from bench import counts
from hits.models import MonthlyHits
from kb.lib.months import Month


@pytest.mark.usefixtures("committed")
def test_days_and_months_are_exact_around_month_ends_in_every_zone() -> None:
    events = counts.around_month_ends(20_000, counts.make_entries(40))
    right = counts.by_calendar(events)
    assert {zone: counts.differences(events, right, zone) for zone in counts.ZONES} == dict.fromkeys(
        counts.ZONES, 0
    )
    months = {Month(day.year, day.month) for day in MonthlyHits.objects.values_list("month", flat=True)}
    assert months == {month.later(step) for month in counts.MONTHS for step in (0, 1)}
