"""The month by frequency, put together from the roll-ups: figures only, nothing is written."""

from collections import Counter
from collections.abc import Iterable
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
    entries = _entries(month, line)
    rows = _rows(month, line, entries, values, now)
    hits_in_all = sum(row.placed.hits for row in rows)
    return MonthReport(
        month=month,
        line=line,
        is_provisional=now < month.ends_at,
        hits=hits_in_all,
        last_hits=sum(row.last_hits for row in rows),
        rows=rows,
        buckets=_totals(rows, hits_in_all),
        lines=_lines(rows) if line is None else [],
        settings=values,
    )


@dataclass(frozen=True)
class _InReport:
    """What the report needs of an entry: ``since`` is the moment from which it was in force."""

    question: str
    line_id: int
    kind: str
    since: datetime
    restricted_to: frozenset[int] | None


def _entries(month: Month, line: BusinessLine | None) -> dict[int, _InReport]:
    """Entries in force at some moment of the month, and those that were used in it."""
    counted = [entry_id for entry_id, _hits in hits.month_counts(month, line)]
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
        "is_restricted", "concerned_line_ids",
    )  # fmt: skip
    return {
        pk: _InReport(
            question=question,
            line_id=line_id,
            kind=kind,
            since=max(published or created, valid_from or created),
            restricted_to=frozenset(line_ids) if is_restricted else None,
        )
        for (
            pk, question, line_id, kind, published, valid_from, created, is_restricted, line_ids,
        ) in found.values_list(*columns)
    }  # fmt: skip


def _rows(
    month: Month,
    line: BusinessLine | None,
    entries: dict[int, _InReport],
    values: dict[str, int | float],
    now: datetime,
) -> list[Row]:
    counts = dict(hits.month_counts(month, line))
    before = dict(hits.month_counts(month.later(-1), line))
    bucket_settings = BucketSettings.from_values(values)
    last = _last_buckets(month.later(-1), entries, before, bucket_settings, values)
    asked = [
        Asked(
            entry_id=pk,
            hits=counts.get(pk, 0),
            last=last.get(pk),
            new_days=_new_days(entry.since, month, now, int(values["new_entry_days"])),
        )
        for pk, entry in entries.items()
    ]
    return [
        Row(
            placed=placed,
            question=entries[placed.entry_id].question,
            line_id=entries[placed.entry_id].line_id,
            kind=entries[placed.entry_id].kind,
            last_hits=before.get(placed.entry_id, 0),
            restricted_to=entries[placed.entry_id].restricted_to,
        )
        for placed in place(asked, settings=bucket_settings, days_in_month=month.days)
    ]


def _last_buckets(
    month: Month,
    entries: dict[int, _InReport],
    counts: dict[int, int],
    bucket_settings: BucketSettings,
    values: dict[str, int | float],
) -> dict[int, Bucket]:
    """The buckets of the month before, of the entries that were in force then.

    They are reckoned from the roll-ups without that month's own calm: only a frozen report could tell what it
    was held against.
    """
    asked = [
        Asked(
            entry_id=pk,
            hits=counts.get(pk, 0),
            new_days=_new_days(entry.since, month, month.ends_at, int(values["new_entry_days"])),
        )
        for pk, entry in entries.items()
        if entry.since < month.ends_at
    ]
    if not any(one.hits for one in asked):
        return {}
    placed = place(asked, settings=bucket_settings, days_in_month=month.days)
    return {one.entry_id: one.bucket for one in placed}


def _new_days(since: datetime, month: Month, now: datetime, new_entry_days: int) -> int | None:
    """None unless the entry was new when the month ended (or now, while it runs); else its days in it."""
    until = min(month.ends_at, now)
    if (until - since).total_seconds() >= new_entry_days * 86_400:
        return None
    first = max(since, month.starts_at).astimezone(SITE_ZONE).date()
    return max((until.astimezone(SITE_ZONE).date() - first).days, 1)


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
