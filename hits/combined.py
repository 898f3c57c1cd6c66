"""Counts of entries that were combined, added up for views; events and roll-ups stay as they are.

Everything an entry was used for is counted where its redirect in force leads. A call that used both counts
two before the redirect and one after: of its hits on entries that lead to one, a later one that falls after
the two were combined is left out. When a redirect is undone, both have their own figures again.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from accounts.models import BusinessLine
from faq.models import Redirect
from hits import reads
from hits.models import DailyHits, Hit
from hits.reads import Counted, DayHits, HourHits, LineHourHits
from kb.lib.months import SITE_ZONE, Month


@dataclass(frozen=True)
class Combined:
    """Where entries lead, and since when: redirects in force, by the entry that went."""

    steps: Mapping[int, tuple[int, datetime]]

    def final(self, entry: int) -> int:
        """The entry that stands for it now; itself when it was not combined."""
        return self._way(entry)[-1][0]

    def finals(self) -> dict[int, int]:
        """By each that went, the entry that stands for it."""
        return {entry: self.final(entry) for entry in self.steps}

    def groups(self) -> dict[int, list[int]]:
        """By the entry that stands for them, those that went."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for entry, into in self.finals().items():
            found[into].append(entry)
        return dict(found)

    def since(self, one: int, other: int) -> datetime | None:
        """From when on these two are one; None for two that are not."""
        there = dict(self._way(other))
        for entry, joined in self._way(one):
            if entry in there:
                return max(filter(None, (joined, there[entry])), default=None)
        return None

    def _way(self, entry: int) -> list[tuple[int, datetime | None]]:
        """The entries it leads to, itself first, each with when that way was complete."""
        way: list[tuple[int, datetime | None]] = [(entry, None)]
        passed = {entry}
        while entry in self.steps and self.steps[entry][0] not in passed:
            into, at = self.steps[entry]
            way.append((into, max(filter(None, (way[-1][1], at)))))
            passed.add(into)
            entry = into
        return way


@dataclass(frozen=True, slots=True)
class Used:
    """One hit in a call, as far as adding up needs it."""

    COLUMNS: ClassVar = ("call_id", "entry_id", "at", "line_id")

    call_id: UUID
    entry_id: int
    at: datetime
    line_id: int = 0

    @property
    def here(self) -> datetime:
        return self.at.astimezone(SITE_ZONE)


def in_force() -> Combined:
    """The redirects in force; one query."""
    rows = Redirect.objects.filter(undone_at=None).values_list("entry_id", "into_id", "at")
    return Combined({entry: (into, at) for entry, into, at in rows})


def month_counts(month: Month, line: BusinessLine | None = None) -> Counted:
    """As `reads.month_counts`, with what was combined added up."""
    combined = in_force()
    less = hits_left_out(combined, month.starts_at, month.ends_at, line=line)
    return add_up(reads.month_counts(month, line), combined, counted_twice(less, combined))


def hits_of_entries(entry_ids: Collection[int], since: date) -> dict[int, int]:
    """As `reads.hits_of_entries`: each with those that lead to it; one that went has none of its own."""
    combined = in_force()
    groups = combined.groups()
    wanted = {entry for entry in entry_ids if entry not in combined.steps}
    asked = wanted | {gone for entry in wanted for gone in groups.get(entry, ())}
    counts = reads.hits_of_entries(asked, since)
    less = hits_left_out(combined, _midnight(since), None, only=wanted)
    return dict(add_up(counts.items(), combined, counted_twice(less, combined)))


def entries_of_day(day: date, line: BusinessLine | None = None) -> Counted:
    """As `reads.entries_of_day`, with what was combined added up."""
    combined, starts_at = in_force(), _midnight(day)
    less = hits_left_out(combined, starts_at, starts_at + timedelta(days=1), line=line)
    counts = add_up(reads.entries_of_day(day, line), combined, counted_twice(less, combined))
    return [(entry, hits) for entry, hits in counts if hits]


def day_counts(month: Month, line: BusinessLine | None, left_out: Iterable[Used]) -> list[DayHits]:
    """As `reads.day_counts`, without these hits."""
    less = Counter(hit.here.date() for hit in left_out)
    days = (replace(one, hits=one.hits - less[one.day]) for one in reads.day_counts(month, line))
    return [one for one in days if one.hits]


def hour_by_weekday(month: Month, line: BusinessLine | None, left_out: Iterable[Used]) -> list[HourHits]:
    """As `reads.hour_by_weekday`, without these hits."""
    less = Counter((hit.here.isoweekday(), hit.here.hour) for hit in left_out)
    hours = (
        replace(one, hits=one.hits - less[one.weekday, one.hour])
        for one in reads.hour_by_weekday(month, line)
    )
    return [one for one in hours if one.hits]


def lines_in_hour(
    month: Month, weekday: int, hour: int, line: BusinessLine | None = None
) -> list[LineHourHits]:
    """As `reads.lines_in_hour`, of a call that used two combined entries one."""
    hits = hits_left_out(in_force(), month.starts_at, month.ends_at, line=line)
    less = Counter((hit.here.date(), hit.line_id) for hit in hits if hit.here.hour == hour)
    rows = (
        replace(one, hits=one.hits - less[one.day, one.line_id])
        for one in reads.lines_in_hour(month, weekday, hour, line)
    )
    return [one for one in rows if one.hits]


def add_up(counts: Iterable[tuple[int, int]], combined: Combined, twice: Mapping[int, int]) -> Counted:
    """The counts by the entries that stand now, less what one call counted ``twice``; the most used first."""
    found: defaultdict[int, int] = defaultdict(int)
    for entry, hits in counts:
        found[combined.final(entry)] += hits
    added = [(entry, hits - twice.get(entry, 0)) for entry, hits in found.items()]
    return sorted(added, key=lambda pair: (-pair[1], pair[0]))


def left_out(hits: Iterable[Used], combined: Combined) -> list[Used]:
    """Those that do not count in views: after an earlier one of the call, on one entry by then."""
    calls: defaultdict[tuple[UUID, int], list[Used]] = defaultdict(list)
    for hit in sorted(hits, key=lambda hit: (hit.at, hit.entry_id)):
        calls[hit.call_id, combined.final(hit.entry_id)].append(hit)
    found = []
    for used in calls.values():
        for place, hit in enumerate(used):
            since = [combined.since(hit.entry_id, earlier.entry_id) for earlier in used[:place]]
            if any(moment is not None and hit.at >= moment for moment in since):
                found.append(hit)
    return found


def hits_left_out(
    combined: Combined,
    starts_at: datetime,
    ends_at: datetime | None,
    *,
    line: BusinessLine | None = None,
    only: Collection[int] | None = None,
) -> list[Used]:
    """The hits of that time that do not count in views; of all entries, or of ``only`` those that stand now.

    With a line: those of entries that line owned then.

    What went is seldom used after it went: hits are looked through only where the days say that it was.
    """
    late = _used_since_it_went(combined, starts_at, ends_at, only)
    if not late:
        return []
    groups = combined.groups()
    asked = {entry for into in {combined.final(entry) for entry in late} for entry in (into, *groups[into])}
    calls = Hit.objects.filter(entry__in=late, call_id__isnull=False).values("call_id")
    rows = Hit.objects.filter(entry__in=asked, call_id__in=calls)
    hits = (Used(*row) for row in rows.values_list(*Used.COLUMNS))
    return [
        hit
        for hit in left_out(hits, combined)
        if hit.at >= starts_at
        and (ends_at is None or hit.at < ends_at)
        and (line is None or hit.line_id == line.pk)
    ]


def counted_twice(hits: Iterable[Used], combined: Combined) -> Counter[int]:
    """By the entry that stands, how many of these hits are its own."""
    return Counter(combined.final(hit.entry_id) for hit in hits)


def _used_since_it_went(
    combined: Combined, starts_at: datetime, ends_at: datetime | None, only: Collection[int] | None
) -> set[int]:
    """Those used in that time, from the day before they went on: a call may pass midnight."""
    gone = {
        entry: _day(at) - timedelta(days=1)
        for entry, (_into, at) in combined.steps.items()
        if only is None or combined.final(entry) in only
    }
    if not gone:
        return set()
    first = max(_day(starts_at) - timedelta(days=1), min(gone.values()))
    days = DailyHits.objects.filter(entry__in=list(gone), day__gte=first)
    if ends_at is not None:
        days = days.filter(day__lte=_day(ends_at))
    return {entry for entry, day in days.values_list("entry_id", "day") if day >= gone[entry]}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SITE_ZONE)


def _day(moment: datetime) -> date:
    return moment.astimezone(SITE_ZONE).date()
