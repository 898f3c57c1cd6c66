"""The month by frequency, put together from the roll-ups: figures only, nothing is written."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Q

from accounts import settings
from accounts.models import BusinessLine
from faq.models import Entry
from hits import reads as hits
from kb.lib.months import SITE_ZONE, Month
from reports.buckets import ORDER, Asked, Bucket, BucketSettings, Placed, place


@dataclass(frozen=True)
class Row:
    """One entry's line in the report; ``last_hits`` and ``change`` compare with the month before.

    ``restricted_to`` holds the lines whose people may read the question, None where everybody may.
    """

    placed: Placed
    question: str
    line_id: int
    kind: str
    last_hits: int
    restricted_to: frozenset[int] | None

    @property
    def change(self) -> int:
        return self.placed.hits - self.last_hits

    @property
    def moved(self) -> int:
        """How many buckets higher (positive) or lower than in the month before; 0 for a new entry."""
        if self.placed.last is None or self.placed.is_new:
            return 0
        return ORDER.index(self.placed.last) - ORDER.index(self.placed.bucket)

    def is_closed_to(self, line_ids: frozenset[int]) -> bool:
        """Whether a person of these lines must not read the question."""
        return self.restricted_to is not None and self.restricted_to.isdisjoint(line_ids)


@dataclass(frozen=True)
class BucketTotal:
    bucket: Bucket
    entries: int
    hits: int
    share: Fraction


@dataclass(frozen=True)
class LineBuckets:
    """How many of a line's entries stand in each bucket of the scope "all"."""

    line_id: int
    line_code: str
    line_name: str
    entries: dict[Bucket, int]
    hits: int


@dataclass(frozen=True)
class MonthReport:
    """Everything the page of a month shows; ``line`` is None for the scope "all"."""

    month: Month
    line: BusinessLine | None
    is_provisional: bool
    hits: int
    last_hits: int
    rows: list[Row]
    buckets: list[BucketTotal]
    lines: list[LineBuckets]
    settings: dict[str, int | float]

    @property
    def asked(self) -> int:
        """How many entries were used at least once."""
        return sum(1 for row in self.rows if row.placed.hits)

    @property
    def half(self) -> int:
        """How many of the most used entries answer half of all hits together."""
        return entries_for_share(self.rows, Fraction(1, 2))


def entries_for_share(rows: Iterable[Row], share: Fraction) -> int:
    """The least number of entries, most used first, that hold at least this share of all hits."""
    counts = sorted((row.placed.hits for row in rows), reverse=True)
    wanted, running = share * sum(counts), 0
    for number, count in enumerate(counts, start=1):
        running += count
        if running >= wanted:
            return number if running else 0
    return 0


def month_report(month: Month, *, line: BusinessLine | None, now: datetime) -> MonthReport:
    """The report of one month and scope, live from the roll-ups."""
    values = settings.current()
    before = dict(hits.month_counts(month.later(-1), line))
    rows = _rows(month, line, before, values, now)
    hits_in_all = sum(row.placed.hits for row in rows)
    return MonthReport(
        month=month,
        line=line,
        is_provisional=now < month.ends_at,
        hits=hits_in_all,
        last_hits=sum(before.values()),
        rows=rows,
        buckets=_totals(rows, hits_in_all),
        lines=_lines(rows) if line is None else [],
        settings=values,
    )


@dataclass(frozen=True)
class _InReport:
    """What the report needs of an entry: in force from ``since`` on, until ``until`` if that is set."""

    question: str
    line_id: int
    kind: str
    since: datetime
    until: datetime | None
    restricted_to: frozenset[int] | None

    def new_days(self, month: Month, now: datetime, new_entry_days: int) -> int | None:
        """None unless it had been in force too short when the month ended (or now); else its days in it."""
        until = min(month.ends_at, now, self.until or now)
        if (until - self.since).total_seconds() >= new_entry_days * 86_400:
            return None
        first = max(self.since, month.starts_at).astimezone(SITE_ZONE).date()
        return max((until.astimezone(SITE_ZONE).date() - first).days, 1)


def _entries(month: Month, line: BusinessLine | None, counted: Collection[int]) -> dict[int, _InReport]:
    """Entries in force at some moment of the month, and those that were used in it."""
    in_force = Q(
        Q(valid_from__isnull=True) | Q(valid_from__lt=month.ends_at),
        Q(valid_until__isnull=True) | Q(valid_until__gt=month.starts_at),
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=month.starts_at),
        published_at__lt=month.ends_at,
    )
    if line is not None:
        in_force &= Q(line=line)
    found = Entry.objects.filter(in_force | Q(pk__in=counted), live_revision__isnull=False)
    columns = (
        "pk", "live_revision__question", "line_id", "kind", "published_at", "valid_from", "created_at",
        "valid_until", "withdrawn_at", "is_restricted", "concerned_line_ids",
    )  # fmt: skip
    return {row[0]: _in_report(*row[1:]) for row in found.values_list(*columns)}


def _in_report(  # one row of the query above
    question: str,
    line_id: int,
    kind: str,
    published_at: datetime | None,
    valid_from: datetime | None,
    created_at: datetime,
    valid_until: datetime | None,
    withdrawn_at: datetime | None,
    is_restricted: bool,  # noqa: FBT001
    line_ids: list[int],
) -> _InReport:
    ends = [moment for moment in (valid_until, withdrawn_at) if moment is not None]
    return _InReport(
        question=question,
        line_id=line_id,
        kind=kind,
        since=max(published_at or created_at, valid_from or created_at),
        until=min(ends, default=None),
        restricted_to=frozenset(line_ids) if is_restricted else None,
    )


def _rows(
    month: Month,
    line: BusinessLine | None,
    before: dict[int, int],
    values: dict[str, int | float],
    now: datetime,
) -> list[Row]:
    counts = dict(hits.month_counts(month, line))
    entries = _entries(month, line, counts)
    asked = _asked(entries, counts, month, now, values, _last_buckets(month, line, values))
    placed = place(asked, settings=BucketSettings.from_values(values), days_in_month=month.days)
    return [
        Row(
            placed=one,
            question=entries[one.entry_id].question,
            line_id=entries[one.entry_id].line_id,
            kind=entries[one.entry_id].kind,
            last_hits=before.get(one.entry_id, 0),
            restricted_to=entries[one.entry_id].restricted_to,
        )
        for one in placed
    ]


def _last_buckets(
    month: Month, line: BusinessLine | None, values: dict[str, int | float]
) -> dict[int, Bucket]:
    """The buckets of the month before, as that month's own report shows them: with what has gone since.

    Each month's calm leans on the month before, so they are reckoned from the first counted month on; a
    frozen report will save that walk.
    """
    bucket_settings = BucketSettings.from_values(values)
    last: dict[int, Bucket] = {}
    earlier = hits.first_month(line)
    while earlier is not None and earlier < month:
        counts = dict(hits.month_counts(earlier, line))
        asked = _asked(_entries(earlier, line, counts), counts, earlier, earlier.ends_at, values, last)
        placed = place(asked, settings=bucket_settings, days_in_month=earlier.days)
        last = {one.entry_id: one.bucket for one in placed}
        earlier = earlier.later(1)
    return last


def _asked(
    entries: dict[int, _InReport],
    counts: dict[int, int],
    month: Month,
    now: datetime,
    values: dict[str, int | float],
    last: dict[int, Bucket],
) -> list[Asked]:
    return [
        Asked(
            entry_id=pk,
            hits=counts.get(pk, 0),
            last=last.get(pk),
            new_days=entry.new_days(month, now, int(values["new_entry_days"])),
        )
        for pk, entry in entries.items()
    ]


def _totals(rows: list[Row], hits_in_all: int) -> list[BucketTotal]:
    entries, counted = Counter[Bucket](), Counter[Bucket]()
    for row in rows:
        entries[row.placed.bucket] += 1
        counted[row.placed.bucket] += row.placed.hits
    return [
        BucketTotal(
            bucket=bucket,
            entries=entries[bucket],
            hits=counted[bucket],
            share=Fraction(counted[bucket], hits_in_all) if hits_in_all else Fraction(0),
        )
        for bucket in ORDER
    ]


def _lines(rows: list[Row]) -> list[LineBuckets]:
    """The lines that own entries of the report, the most used first."""
    by_line: dict[int, Counter[Bucket]] = {}
    counted = Counter[int]()
    for row in rows:
        by_line.setdefault(row.line_id, Counter())[row.placed.bucket] += 1
        counted[row.line_id] += row.placed.hits
    lines = BusinessLine.objects.in_bulk(list(by_line))
    found = [
        LineBuckets(
            line_id=line_id,
            line_code=lines[line_id].code,
            line_name=lines[line_id].name,
            entries={bucket: buckets[bucket] for bucket in ORDER},
            hits=counted[line_id],
        )
        for line_id, buckets in by_line.items()
    ]
    return sorted(found, key=lambda one: (-one.hits, one.line_code))
