"""Counts for pages and reports, all from the roll-ups: a fixed number of queries, plain values out.

Entries come as ids and nobody's rights are looked at here: whoever shows a question fetches it through
``Entry.objects.findable_by``. Days and months are Asia/Shanghai's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateTimeField, Func, Min, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, ExtractHour, ExtractIsoWeekDay, Now, TruncDate

from accounts.models import Agent, BusinessLine
from hits.models import Call, DailyHits, Hit, LineHours, MonthlyHits
from kb.lib.months import SITE_ZONE, Month

Counted = list[tuple[int, int]]


@dataclass(frozen=True)
class DayHits:
    day: date
    hits: int


@dataclass(frozen=True)
class MonthHits:
    month: Month
    hits: int


@dataclass(frozen=True)
class HourHits:
    """Hits in one hour (0–23) of one weekday (1 is Monday), all such days of the month together."""

    weekday: int
    hour: int
    hits: int


@dataclass(frozen=True)
class LineHourHits:
    """Hits of one line in one hour of one day."""

    day: date
    line_id: int
    line_code: str
    line_name: str
    hits: int


@dataclass(frozen=True)
class OwnFigures:
    """One agent's figures, for that agent and their supervisor only, never ranked."""

    calls_today: int
    hits_today: int
    hits_this_month: int


def month_counts(month: Month, line: BusinessLine | None = None) -> Counted:
    """(entry id, hits) of every entry used in the month, the most used first; equal hits by id.

    With a line: the hits entries had while that line owned them.
    """
    return _by_hits(_of_line(MonthlyHits.objects.filter(month=month.first_day), line), "entry_id")


def first_month(line: BusinessLine | None = None) -> Month | None:
    """The first month in which something was counted; None before any."""
    first = _of_line(MonthlyHits.objects.all(), line).aggregate(first=Min("month"))["first"]
    return Month(first.year, first.month) if first else None


def day_counts(month: Month, line: BusinessLine | None = None) -> list[DayHits]:
    """Hits on each day of the month that had some, in order."""
    days = _of_line(
        DailyHits.objects.filter(day__gte=month.first_day, day__lt=month.later(1).first_day), line
    )
    rows = days.values("day").annotate(n=Sum("hits")).order_by("day").values_list("day", "n")
    return [DayHits(day, hits) for day, hits in rows]


def hour_by_weekday(month: Month, line: BusinessLine | None = None) -> list[HourHits]:
    """Hits by weekday and hour, where there were some."""
    hours = _of_line(LineHours.objects.filter(hour__gte=month.starts_at, hour__lt=month.ends_at), line)
    rows = (
        hours.values(
            weekday=ExtractIsoWeekDay("hour", tzinfo=SITE_ZONE), clock=ExtractHour("hour", tzinfo=SITE_ZONE)
        )
        .annotate(n=Sum("hits"))
        .order_by("weekday", "clock")
        .values_list("weekday", "clock", "n")
    )
    return [HourHits(weekday, hour, hits) for weekday, hour, hits in rows]


def lines_in_hour(
    month: Month, weekday: int, hour: int, line: BusinessLine | None = None
) -> list[LineHourHits]:
    """What one cell of `hour_by_weekday` is made of: day by day, the most used line first."""
    hours = _of_line(LineHours.objects.filter(hour__gte=month.starts_at, hour__lt=month.ends_at), line)
    rows = (
        hours.annotate(
            weekday=ExtractIsoWeekDay("hour", tzinfo=SITE_ZONE),
            clock=ExtractHour("hour", tzinfo=SITE_ZONE),
            day=TruncDate("hour", tzinfo=SITE_ZONE),
        )
        .filter(weekday=weekday, clock=hour)
        .order_by("day", "-hits", "line_id")
        .values_list("day", "line_id", "line__code", "line__name", "hits")
    )
    return [LineHourHits(*row) for row in rows]


def entries_of_day(day: date, line: BusinessLine | None = None) -> Counted:
    """(entry id, hits) of every entry used on that day, the most used first; equal hits by id."""
    return _by_hits(_of_line(DailyHits.objects.filter(day=day), line), "entry_id")


def trend(last: Month, *, months: int = 12, line: BusinessLine | None = None) -> list[MonthHits]:
    """Hits of so many months up to and with the last one; a month without hits is there with 0."""
    first = last.later(1 - months)
    found = _of_line(MonthlyHits.objects.filter(month__gte=first.first_day, month__lte=last.first_day), line)
    counts = dict(found.values("month").annotate(n=Sum("hits")).values_list("month", "n"))
    shown = [first.later(number) for number in range(months)]
    return [MonthHits(month, counts.get(month.first_day, 0)) for month in shown]


def hot_today(line_ids: Collection[int] | None, limit: int) -> Counted:
    """(entry id, hits) of today's most used entries, of these lines; None means of all lines."""
    return _hot(Q(day=TruncDate(Now(), tzinfo=SITE_ZONE)), line_ids, limit)


def hot_since(day: date, line_ids: Collection[int] | None, limit: int) -> Counted:
    """The same from that day on, for the morning, when today is still empty."""
    return _hot(Q(day__gte=day), line_ids, limit)


def hits_of_entries(entry_ids: Collection[int], since: date) -> dict[int, int]:
    """Hits of these entries from that day on, by entry id; an entry without hits is not in it."""
    rows = DailyHits.objects.filter(entry__in=list(entry_ids), day__gte=since)
    return dict(rows.values("entry_id").annotate(n=Sum("hits")).values_list("entry_id", "n"))


def hits_by_line(since: date) -> list[tuple[int, int, int]]:
    """(entry id, line id, hits) of every entry used from that day on, by the line that owned it then."""
    rows = DailyHits.objects.filter(day__gte=since).values("entry_id", "line_id").annotate(n=Sum("hits"))
    return list(rows.values_list("entry_id", "line_id", "n"))


def agent_own_figures(agent: Agent) -> OwnFigures:
    """Calls and hits of one agent, today and this month, with one query."""
    today, this_month = _beginning_of("day"), _beginning_of("month")
    calls, hits = Call.objects.filter(agent=agent), Hit.objects.filter(agent=agent)
    counted = Agent.objects.values_list(
        _number_of(calls.filter(started_at__gte=today)),
        _number_of(hits.filter(at__gte=today)),
        _number_of(hits.filter(at__gte=this_month)),
    )
    return OwnFigures(*counted.get(pk=agent.pk))


def _beginning_of(unit: str) -> Func:
    """The first moment of this day or month here; Trunc would give local time for SQL to misread as UTC."""
    values = (Value(unit), Now(), Value(SITE_ZONE.key))
    return Func(*values, function="DATE_TRUNC", output_field=DateTimeField())


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many rows of one agent there are, inside another query."""
    return Coalesce(Subquery(rows.values("agent").annotate(n=Count("pk")).values("n")), 0)


def _of_line(rows: QuerySet[Any], line: BusinessLine | None) -> QuerySet[Any]:
    return rows if line is None else rows.filter(line=line)


def _by_hits(rows: QuerySet[Any], key: str) -> Counted:
    return list(rows.values(key).annotate(n=Sum("hits")).order_by("-n", key).values_list(key, "n"))


def _hot(days: Q, line_ids: Collection[int] | None, limit: int) -> Counted:
    rows = DailyHits.objects.filter(days)
    if line_ids is not None:
        rows = rows.filter(line__in=list(line_ids))
    return _by_hits(rows, "entry_id")[:limit]
