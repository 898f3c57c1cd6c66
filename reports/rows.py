"""The rows of a report, page by page: of a closed one as they are kept, else as the entries stand now."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from faq.models import Entry
from reports.buckets import ORDER, Bucket
from reports.models import Report, ReportRow
from reports.placing import NOBODY
from reports.standing import KINDS, Standing

Moved = Literal["up", "down"]


@dataclass(frozen=True)
class Row:
    """One entry's line in the report, ``place`` from 1; ``last_hits`` and ``change`` compare with last month.

    ``late_hits`` are those of ``hits`` that came late for earlier months. ``restricted_to`` holds the lines
    whose people may read the question, None where everybody may.
    """

    place: int
    entry_id: int
    question: str
    line_id: int
    kind: str
    hits: int
    last_hits: int
    late_hits: int
    share: Fraction
    rank: int | None
    bucket: Bucket
    last: Bucket | None
    is_new: bool
    restricted_to: frozenset[int] | None

    @property
    def change(self) -> int:
        return self.hits - self.last_hits

    @property
    def moved(self) -> int:
        """How many buckets higher (positive) or lower than in the month before; 0 for a new entry."""
        if self.last is None or self.is_new:
            return 0
        return ORDER.index(self.last) - ORDER.index(self.bucket)

    def is_closed_to(self, line_ids: frozenset[int]) -> bool:
        """Whether a person of these lines must not read the question."""
        return self.restricted_to is not None and self.restricted_to.isdisjoint(line_ids)


@dataclass(frozen=True)
class RowPage:
    """Some of the rows that were asked for; ``count`` is how many there are on all pages."""

    rows: list[Row]
    count: int
    page: int
    pages: int

    @property
    def before(self) -> int:
        return self.page - 1

    @property
    def after(self) -> int:
        return self.page + 1


@dataclass(frozen=True)
class Wanted:
    """Which rows: every condition that is set must hold. ``owner`` is the line that owns the entry."""

    bucket: Bucket | None = None
    owner: int | None = None
    kind: str | None = None
    never_asked: bool = False
    moved: Moved | None = None
    new: bool = False


def restrictions(entry_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Of these entries, those that are restricted today, and the lines whose people may read them."""
    found = Entry.objects.filter(pk__in=list(entry_ids), is_restricted=True)
    return {pk: frozenset(lines) for pk, lines in found.values_list("pk", "concerned_line_ids")}


def live_rows(found: Standing, wanted: Wanted, page: int, size: int | None) -> RowPage:
    places = np.flatnonzero(_mask(found, wanted))
    page, pages, first, last = _cut(len(places), page, size)
    return RowPage(_rows_at(found, places[first:last].tolist()), len(places), page, pages)


def _mask(found: Standing, wanted: Wanted) -> NDArray[np.bool_]:
    mask = np.ones(len(found), dtype=np.bool_)
    if wanted.bucket is not None:
        mask &= found.bucket == ORDER.index(wanted.bucket)
    if wanted.owner is not None:
        mask &= found.line == wanted.owner
    if wanted.kind is not None:
        mask &= found.kind == (KINDS.index(wanted.kind) if wanted.kind in KINDS else NOBODY)
    if wanted.never_asked:
        mask &= found.hits == 0
    if wanted.new:
        mask &= found.is_new
    if wanted.moved is not None:
        higher = np.where(found.is_new | (found.last == NOBODY), 0, found.last - found.bucket)
        mask &= higher > 0 if wanted.moved == "up" else higher < 0
    return mask


def _rows_at(found: Standing, places: list[int]) -> list[Row]:
    total = int(found.hits.sum())
    columns = "pk", "live_revision__question", "is_restricted", "concerned_line_ids"
    entries = Entry.objects.filter(pk__in=found.entry[places].tolist()).values_list(*columns)
    known = {pk: (question, frozenset(lines) if closed else None) for pk, question, closed, lines in entries}
    return [
        Row(
            place=place + 1,
            entry_id=(entry := int(found.entry[place])),
            question=known[entry][0],
            line_id=int(found.line[place]),
            kind=KINDS[found.kind[place]],
            hits=int(found.hits[place]),
            last_hits=int(found.last_hits[place]),
            late_hits=int(found.late[place]),
            share=Fraction(int(found.hits[place]), total or 1),
            rank=int(found.rank[place]) or None,
            bucket=ORDER[found.bucket[place]],
            last=ORDER[found.last[place]] if found.last[place] != NOBODY else None,
            is_new=bool(found.is_new[place]),
            restricted_to=known[entry][1],
        )
        for place in places
    ]


def closed_rows(report: Report, wanted: Wanted, page: int, size: int | None) -> RowPage:
    kept = _wanted_rows(report, wanted)
    count = kept.count()
    page, pages, first, last = _cut(count, page, size)
    shown = list(kept[first:last])
    closed = restrictions({row.entry_id for row in shown})
    total = report.figures["hits"]
    return RowPage([_kept_row(row, total, closed.get(row.entry_id)) for row in shown], count, page, pages)


def _wanted_rows(report: Report, wanted: Wanted) -> QuerySet[ReportRow]:
    kept = ReportRow.objects.filter(report=report).order_by("place")
    if wanted.bucket is not None:
        kept = kept.filter(bucket=wanted.bucket.value)
    if wanted.owner is not None:
        kept = kept.filter(line_id=wanted.owner)
    if wanted.kind is not None:
        kept = kept.filter(kind=wanted.kind)
    if wanted.never_asked:
        kept = kept.filter(hits=0)
    if wanted.new:
        kept = kept.filter(is_new=True)
    if wanted.moved is not None:
        kept = kept.filter(_moved(wanted.moved), is_new=False)
    return kept


def _moved(direction: Moved) -> Q:
    found = Q(pk__in=[])
    for place, bucket in enumerate(ORDER):
        lower, higher = ORDER[place + 1 :], ORDER[:place]
        found |= Q(bucket=bucket.value, last_bucket__in=lower if direction == "up" else higher)
    return found


def _kept_row(row: ReportRow, total: int, restricted_to: frozenset[int] | None) -> Row:
    return Row(
        place=row.place,
        entry_id=row.entry_id,
        question=row.question,
        line_id=row.line_id,
        kind=row.kind,
        hits=row.hits,
        last_hits=row.last_hits,
        late_hits=row.late_hits,
        share=Fraction(row.hits, total or 1),
        rank=row.rank,
        bucket=Bucket(row.bucket),
        last=Bucket(row.last_bucket) if row.last_bucket else None,
        is_new=row.is_new,
        restricted_to=restricted_to,
    )


def _cut(count: int, page: int, size: int | None) -> tuple[int, int, int, int]:
    """The page nearest to the one asked for, how many there are, and where it begins and ends."""
    if size is None:
        return 1, 1, 0, count
    pages = max(-(-count // size), 1)
    page = min(max(page, 1), pages)
    return page, pages, (page - 1) * size, page * size
