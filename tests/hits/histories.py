"""Histories of events, drawn so that everything that matters to the rule happens often."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection
from hypothesis import strategies as st

from hits.loading import EventRow, load_events
from hits.models import DailyHits, Hit, HitEvent, How, LineHours, MonthlyHits
from hits.rule import Event, hits_of
from kb.lib.months import SITE_ZONE, Month

CALLS = [None, None, UUID(int=1), UUID(int=2), UUID(int=3)]
# Around a month's end in Shanghai, the 29th of February and the end of a year, minutes apart.
STARTS = [datetime(2024, 2, 29, 15, 40, tzinfo=UTC), datetime(2025, 12, 31, 15, 55, tzinfo=UTC)]


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    """Events of two people, two entries and few calls, in the order they were written, not of their times."""
    start = draw(st.sampled_from(STARTS))
    minutes = st.integers(0, 60) | st.sampled_from([0, 9, 10, 10, 11, 20])
    count = draw(st.integers(1, 24))
    return [
        Event(
            id=UUID(int=number + 1000),
            at=start + timedelta(minutes=draw(minutes)),
            seq=number,
            agent_id=draw(st.integers(1, 2)),
            entry_id=draw(st.integers(1, 2)),
            line_id=draw(st.integers(1, 2)),
            how=draw(st.sampled_from(How.values)),
            counts=draw(st.sampled_from([True, True, True, False])),
            call_id=draw(st.sampled_from(CALLS)),
            same_entry_minutes=draw(st.sampled_from([10, 10, 1, 15])),
        )
        for number in range(1, count + 1)
    ]


def write(history: Sequence[Event]) -> None:
    """Append the events, in this order, with the times they have; committed."""
    load_events(
        EventRow(
            id=event.id,
            at=event.at,
            agent_id=event.agent_id,
            entry_id=event.entry_id,
            line_id=event.line_id,
            how=event.how,
            call_id=event.call_id,
            search_id=event.search_id,
            counts=event.counts,
            settings={"dwell_seconds": 8, "same_entry_minutes": event.same_entry_minutes},
        )
        for event in history
    )


def forget_everything() -> None:
    with connection.cursor() as cursor:
        for model in (HitEvent, Hit, DailyHits, MonthlyHits, LineHours):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


Figures = dict[str, Counter[tuple[object, ...]]]


def right_figures(history: Iterable[Event]) -> Figures:
    """What the roll-ups must hold, by the slow reference."""
    hits = hits_of(history)
    here = [(hit, hit.at.astimezone(SITE_ZONE)) for hit in hits]
    return {
        "hits": Counter((hit.id,) for hit in hits),
        "days": Counter((at.date(), hit.entry_id, hit.line_id) for hit, at in here),
        "months": Counter((Month.of(at).first_day, hit.entry_id, hit.line_id) for hit, at in here),
        "hours": Counter(
            (at.replace(minute=0, second=0, microsecond=0).astimezone(UTC), hit.line_id) for hit, at in here
        ),
    }


def stored_figures() -> Figures:
    return {
        "hits": Counter(Hit.objects.values_list("event_id")),
        "days": _counts(DailyHits.objects.values_list("day", "entry_id", "line_id", "hits")),
        "months": _counts(MonthlyHits.objects.values_list("month", "entry_id", "line_id", "hits")),
        "hours": _counts(LineHours.objects.values_list("hour", "line_id", "hits")),
    }


def _counts(rows: Iterable[tuple[object, ...]]) -> Counter[tuple[object, ...]]:
    return Counter({tuple(row[:-1]): int(str(row[-1])) for row in rows})
