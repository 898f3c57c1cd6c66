"""What came of accepted proposals: hits, rank of the used match and time to use, before and after.

After begins on the day that follows the decision and goes to the month's end, before is as long and ends on
the day before it. Where at least one whole month followed, both are whole months, three at most. A retired
entry is no longer used and one that is to be written was not yet: such a side has no figures.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Sum

from accounts.models import BusinessLine
from faq.models import Entry
from hits import combined
from hits.finding import Found, Window, found_in
from hits.models import DailyHits
from kb.lib.months import SITE_ZONE, Month
from reports.models import Proposal
from search.models import Gap

MOST = 500
MOST_MONTHS = 3
FEWEST_USES = 20
RANKS_WORSE = 1.0
SHARE_SLOWER = 0.25
SECONDS_SLOWER = 3.0


@dataclass(frozen=True)
class Side:
    """One of the two; ``uses`` are the hits that a search led to, which rank and seconds are medians of."""

    hits: int
    uses: int
    median_rank: float | None
    median_seconds: float | None


@dataclass(frozen=True)
class Outcome:
    """One accepted proposal; each side goes from its first day to before its last date."""

    proposal: int
    kind: str
    entries: tuple[int, ...]
    decided_on: date
    before_from: date
    before_until: date
    after_from: date
    after_until: date
    before: Side
    after: Side
    is_worse: bool

    def to_json(self) -> dict[str, Any]:
        """As a closed report keeps it."""
        values = {**asdict(self), "entries": list(self.entries)}
        return {key: one.isoformat() if isinstance(one, date) else one for key, one in values.items()}


@dataclass(frozen=True)
class Span:
    """Days from ``first`` to before ``until``."""

    first: date
    until: date

    @property
    def starts_at(self) -> datetime:
        return _midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        return _midnight(self.until)


def outcomes(month: Month, line: BusinessLine | None) -> list[Outcome]:
    """Every proposal accepted before the month's end and not undone since, the newest decision first.

    Of a line, those about its entries, with the figures of these. A fixed number of queries.
    """
    rows = Proposal.objects.filter(state=Proposal.State.ACCEPTED, decided_at__lt=month.ends_at)
    accepted = list(rows.order_by("-decided_at", "-pk")[:MOST])
    entries = _entries_of(accepted, line)
    spans = {
        row.pk: found
        for row in accepted
        if row.decided_at and (found := spans_of(_day(row.decided_at), month))
    }
    told = [row for row in accepted if row.pk in spans and entries[row.pk]]
    sides = _sides({row.pk: (entries[row.pk], spans[row.pk]) for row in told})
    return [_outcome(row, entries[row.pk], spans[row.pk], sides[row.pk]) for row in told]


def spans_of(decided_on: date, month: Month) -> tuple[Span, Span] | None:
    """Before and after; None when no day followed the decision."""
    own = Month(decided_on.year, decided_on.month)
    whole = (month.year - own.year) * 12 + month.number - own.number
    if whole >= 1:
        months = min(whole, MOST_MONTHS)
        before = Span(own.later(-months).first_day, own.first_day)
        return before, Span(month.later(1 - months).first_day, month.later(1).first_day)
    after = Span(decided_on + timedelta(days=1), month.later(1).first_day)
    days = (after.until - after.first).days
    return (Span(decided_on - timedelta(days=days), decided_on), after) if days > 0 else None


def is_worse(before: Side, after: Side) -> bool:
    """A rank or more behind, or a quarter and three seconds slower, in the median of enough uses each."""
    if min(before.uses, after.uses) < FEWEST_USES:
        return False
    ranks, seconds = (before.median_rank, after.median_rank), (before.median_seconds, after.median_seconds)
    if ranks[0] is not None and ranks[1] is not None and ranks[1] - ranks[0] >= RANKS_WORSE:
        return True
    if seconds[0] is None or seconds[1] is None:
        return False
    return seconds[1] - seconds[0] >= max(SECONDS_SLOWER, SHARE_SLOWER * seconds[0])


def _entries_of(rows: Iterable[Proposal], line: BusinessLine | None) -> dict[int, tuple[int, ...]]:
    """The entries each is about, of that line only when there is one."""
    accepted = list(rows)
    written = dict(
        Gap.objects.filter(key__in=[row.gap_key for row in accepted if row.gap_key], entry__isnull=False)
        .order_by("pk")
        .values_list("key", "entry_id")
    )
    found = {}
    for row in accepted:
        about = (row.entry_id, row.other_id, written.get(row.gap_key) if row.gap_key else None)
        order = (row.chosen or row.change).get("order", ()) if row.kind == Proposal.Kind.REORDER else ()
        found[row.pk] = tuple(dict.fromkeys(entry for entry in (*about, *order) if entry is not None))
    if line is None:
        return found
    owned = Entry.objects.filter(line=line, pk__in={pk for pks in found.values() for pk in pks})
    mine = set(owned.values_list("pk", flat=True))
    return {pk: tuple(entry for entry in pks if entry in mine) for pk, pks in found.items()}


Asked = dict[int, tuple[tuple[int, ...], tuple[Span, Span]]]


def _sides(asked: Asked) -> dict[int, tuple[Side, Side]]:
    windows = [
        Window(f"{pk}:{side}", entry, span.starts_at, span.ends_at)
        for pk, (entries, spans) in asked.items()
        for side, span in enumerate(spans)
        for entry in entries
    ]
    found, hits = found_in(windows), _hits(windows)
    return {pk: (_side(f"{pk}:0", found, hits), _side(f"{pk}:1", found, hits)) for pk in asked}


def _side(key: str, found: dict[str, Found], hits: dict[str, int]) -> Side:
    one = found.get(key, Found(0, None, None))
    seconds = round(one.median_seconds, 1) if one.median_seconds is not None else None
    return Side(hits.get(key, 0), one.uses, one.median_rank, seconds)


def _hits(windows: list[Window]) -> dict[str, int]:
    """By key the hits of those days, a call that used two combined entries counted as views count it."""
    days: dict[int, list[tuple[date, int]]] = {}
    if not windows:
        return {}
    first = min(_day(one.starts_at) for one in windows)
    rows = DailyHits.objects.filter(entry__in={one.entry_id for one in windows}, day__gte=first)
    for entry, day, number in (
        rows.values("entry_id", "day").annotate(n=Sum("hits")).values_list("entry_id", "day", "n")
    ):
        days.setdefault(entry, []).append((day, number))
    found: dict[str, int] = {}
    for one in windows:
        begin, end = _day(one.starts_at), _day(one.ends_at)
        own = sum(number for day, number in days.get(one.entry_id, ()) if begin <= day < end)
        found[one.key] = found.get(one.key, 0) + own
    for key, number in _counted_twice(windows).items():
        found[key] -= number
    return found


def _counted_twice(windows: list[Window]) -> dict[str, int]:
    known = combined.in_force()
    if not known.steps:
        return {}
    late = combined.hits_left_out(known, min(one.starts_at for one in windows), None)
    found: dict[str, int] = {}
    for one in windows:
        own = (hit for hit in late if hit.entry_id == one.entry_id)
        twice = sum(one.starts_at <= hit.at < one.ends_at for hit in own)
        found[one.key] = found.get(one.key, 0) + twice
    return found


def _outcome(
    row: Proposal,
    entries: tuple[int, ...],
    spans: tuple[Span, Span],
    sides: tuple[Side, Side],
) -> Outcome:
    before, after = spans
    assert row.decided_at is not None  # noqa: S101  accepted ones were decided on
    return Outcome(
        proposal=row.pk,
        kind=row.kind,
        entries=entries,
        decided_on=_day(row.decided_at),
        before_from=before.first,
        before_until=before.until,
        after_from=after.first,
        after_until=after.until,
        before=sides[0],
        after=sides[1],
        is_worse=is_worse(*sides),
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(SITE_ZONE).date()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SITE_ZONE)
