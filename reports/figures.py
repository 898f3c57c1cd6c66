"""What the report of a month says, without its entries' rows: plain frozen values, JSON once closed."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Self

from hits.reads import DayHits, HourHits, MonthHits
from kb.lib.months import SITE_ZONE, Month
from reports.buckets import ORDER, Bucket

JSON = dict[str, Any]


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
class KindHits:
    kind: str
    entries: int
    asked: int
    hits: int


@dataclass(frozen=True)
class Listed:
    """An entry that a list of the report names.

    ``restricted_to`` is looked up when the report is read, closed or not: the lines whose people may read the
    question, None where everybody may.
    """

    entry_id: int
    question: str
    line_id: int
    hits: int
    last_hits: int
    bucket: Bucket
    restricted_to: frozenset[int] | None = None

    @property
    def change(self) -> int:
        return self.hits - self.last_hits

    def is_closed_to(self, line_ids: frozenset[int]) -> bool:
        """Whether a person of these lines must not read the question."""
        return self.restricted_to is not None and self.restricted_to.isdisjoint(line_ids)


@dataclass(frozen=True)
class GapFigure:
    """A question asked in vain, in so many calls by so many agents."""

    key: str
    wording: str
    calls: int
    agents: int


@dataclass(frozen=True)
class SearchFigures:
    """Settled searches, those that showed nothing, and attempts that were given up."""

    searches: int
    found_nothing: int
    given_up: int


@dataclass(frozen=True)
class LateHits:
    """Hits of an earlier month that were counted after it was closed; negative where they were taken back."""

    entry_id: int
    month: Month
    hits: int


@dataclass(frozen=True)
class CombinedHits:
    """Hits of an entry that stand in the row of the one it was combined into.

    ``left_out`` are those that the row lacks, because their call had counted one already.
    """

    entry_id: int
    into_id: int
    hits: int
    left_out: int = 0


@dataclass(frozen=True)
class Point:
    """The most used entries, so many, have so many hits together."""

    entries: int
    hits: int


@dataclass(frozen=True)
class Figures:
    """The report of one month and scope; without a line it is of all lines.

    ``asked_until`` is the moment the counts go to. ``lines`` is there for all lines only, ``new_entries``
    lists the most used of ``new_count``. Of the running month, risers and fallers are so at its present pace.
    ``sha256`` and ``closed_at`` are those of a closed report, and not part of what is kept.
    """

    month: Month
    line_id: int | None
    line_code: str
    is_provisional: bool
    asked_until: datetime
    hits: int
    last_hits: int
    late_hits: int
    entries: int
    asked: int
    never_asked: int
    half: int
    most_hits: int
    new_count: int
    buckets: tuple[BucketTotal, ...]
    lines: tuple[LineBuckets, ...]
    kinds: tuple[KindHits, ...]
    hours: tuple[HourHits, ...]
    days: tuple[DayHits, ...]
    trend: tuple[MonthHits, ...]
    risers: tuple[Listed, ...]
    fallers: tuple[Listed, ...]
    new_entries: tuple[Listed, ...]
    gaps: tuple[GapFigure, ...]
    searches: SearchFigures
    inquiries: JSON
    outcomes: tuple[JSON, ...]
    late: tuple[LateHits, ...]
    combined: tuple[CombinedHits, ...]
    pareto: tuple[Point, ...]
    settings: dict[str, int | float]
    sha256: str = ""
    closed_at: datetime | None = None

    @property
    def is_closed(self) -> bool:
        return bool(self.sha256)

    def to_json(self) -> JSON:
        """Plain values that ``from_json`` reads back equal."""
        return {
            field.name: _plain(getattr(self, field.name))
            for field in fields(self)
            if field.name not in UNKEPT
        }

    @classmethod
    def from_json(cls, kept: JSON) -> Self:
        values = {name: _READ.get(name, _same)(value) for name, value in kept.items()}
        total = values["hits"]
        values["buckets"] = tuple(
            bucket_total(Bucket(one["bucket"]), one["entries"], one["hits"], total) for one in kept["buckets"]
        )
        return cls(**values)


UNKEPT = {"sha256", "closed_at"}


def bucket_total(bucket: Bucket, entries: int, hits: int, hits_in_all: int) -> BucketTotal:
    return BucketTotal(bucket, entries, hits, Fraction(hits, hits_in_all) if hits_in_all else Fraction(0))


def _plain(value: Any) -> Any:
    match value:
        case Month():
            return str(value)
        case datetime():
            return value.astimezone(SITE_ZONE).isoformat()
        case date():
            return value.isoformat()
        case BucketTotal():
            return {"bucket": value.bucket.value, "entries": value.entries, "hits": value.hits}
        case LineBuckets():
            entries = {bucket.value: value.entries[bucket] for bucket in ORDER}
            return {**asdict(value), "entries": entries}
        case Listed():
            return {name: _plain(one) for name, one in vars(value).items() if name != "restricted_to"}
        case tuple():
            return [_plain(one) for one in value]
        case Bucket():
            return value.value
    return {name: _plain(one) for name, one in vars(value).items()} if is_dataclass(value) else value


def _same(value: Any) -> Any:
    return value


def _all(make: Callable[..., Any], **read: Callable[[Any], Any]) -> Callable[[list[JSON]], tuple[Any, ...]]:
    """A reader of a list of such values, with how those of its fields are read that are no plain values."""

    def read_all(kept: list[JSON]) -> tuple[Any, ...]:
        return tuple(
            make(**{name: read.get(name, _same)(one) for name, one in each.items()}) for each in kept
        )

    return read_all


def _by_bucket(kept: dict[str, int]) -> dict[Bucket, int]:
    return {bucket: kept[bucket.value] for bucket in ORDER}


_LISTED = _all(Listed, bucket=Bucket)
_READ: dict[str, Callable[[Any], Any]] = {
    "month": Month.parse,
    "asked_until": datetime.fromisoformat,
    "lines": _all(LineBuckets, entries=_by_bucket),
    "kinds": _all(KindHits),
    "hours": _all(HourHits),
    "days": _all(DayHits, day=date.fromisoformat),
    "trend": _all(MonthHits, month=Month.parse),
    "risers": _LISTED,
    "fallers": _LISTED,
    "new_entries": _LISTED,
    "gaps": _all(GapFigure),
    "searches": lambda kept: SearchFigures(**kept),
    "outcomes": tuple,
    "late": _all(LateHits, month=Month.parse),
    "combined": _all(CombinedHits),
    "pareto": _all(Point),
}
