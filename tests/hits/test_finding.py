"""Rank of the used match, and time from the first key of its attempt to the use."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from hits.finding import Found, Window, found_in
from hits.models import Hit, SearchLog
from kb.lib.months import SITE_ZONE, Month
from tests.factories import AgentFactory

pytestmark = pytest.mark.django_db
MARCH = Month(2026, 3)
NOON = datetime(2026, 3, 3, 12, tzinfo=SITE_ZONE)
ALL_MARCH = Window("march", 5, MARCH.starts_at, MARCH.ends_at)


def search(call_id: UUID, second: float, shown: list[int], *, took_ms: int = 0, at: datetime = NOON) -> UUID:
    made = SearchLog.objects.create(
        id=uuid4(), call_id=call_id, agent=AgentFactory.create(), text="卡", match_ids=shown, took_ms=took_ms
    )
    SearchLog.objects.filter(pk=made.pk).update(at=at + timedelta(seconds=second))
    return made.pk


def hit(call_id: UUID, second: float, search_id: UUID | None, entry: int = 5, at: datetime = NOON) -> None:
    Hit.objects.create(
        event_id=uuid4(),
        call_id=call_id,
        agent_id=1,
        entry_id=entry,
        line_id=1,
        search_id=search_id,
        at=at + timedelta(seconds=second),
    )


def found(*windows: Window) -> dict[str, Found]:
    return found_in(windows or (ALL_MARCH,))


def test_the_time_runs_from_the_first_search_of_the_attempt_less_what_it_took() -> None:
    call = uuid4()
    search(call, 0, [1, 2], took_ms=500)
    hit(call, 30, search(call, 10, [9, 5, 7]))
    assert found() == {"march": Found(1, 2.0, 30.5)}


def test_an_attempt_ends_with_a_use_or_a_minute_of_silence() -> None:
    used, silent = uuid4(), uuid4()
    hit(used, 10, search(used, 0, [8]), entry=8)
    hit(used, 30, search(used, 25, [5]))
    search(silent, 0, [1])
    hit(silent, 70, search(silent, 61, [5]))
    assert found() == {"march": Found(2, 1.0, 7.0)}


def test_medians_are_over_the_uses_found_by_a_search() -> None:
    for rank, seconds in ((1, 4), (3, 6), (2, 20)):
        call = uuid4()
        hit(call, seconds, search(call, 0, [0] * (rank - 1) + [5]))
    linked = uuid4()
    hit(linked, 9, None)
    assert found() == {"march": Found(3, 2.0, 6.0)}


def test_a_use_that_was_not_shown_has_a_time_and_no_rank() -> None:
    call = uuid4()
    hit(call, 8, search(call, 0, [1, 2]))
    assert found() == {"march": Found(1, None, 8.0)}


def test_windows_are_half_open_and_those_of_one_key_go_together() -> None:
    for at in (MARCH.starts_at, MARCH.ends_at):
        call = uuid4()
        hit(call, 0, search(call, -5, [5], at=at), at=at)
    other = uuid4()
    hit(other, 9, search(other, 0, [1, 6]), entry=6)
    april = Window("april", 5, MARCH.ends_at, MARCH.later(1).ends_at)
    six = Window("march", 6, MARCH.starts_at, MARCH.ends_at)
    assert found(ALL_MARCH, six, april) == {"march": Found(2, 1.5, 7.0), "april": Found(1, 1.0, 5.0)}
    assert found_in([]) == {}
