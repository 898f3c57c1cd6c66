"""Figures of a report as values, without a database behind them: empty, of one entry, of a large bank."""

from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, cast

from accounts.models import Agent, BusinessLine
from hits.reads import DayHits, HourHits, MonthHits
from kb.lib.months import SITE_ZONE, Month
from reports.buckets import ORDER, Bucket
from reports.figures import (
    Figures,
    GapFigure,
    KindHits,
    LateHits,
    LineBuckets,
    Listed,
    Point,
    SearchFigures,
    bucket_total,
)
from reports.reading import Reading
from reports.reads import MonthReport

OCTOBER = Month(2026, 10)
SETTINGS = {
    "bucket_very_high_share": 0.5,
    "bucket_high_share": 0.8,
    "bucket_low_share": 0.95,
    "bucket_very_high_least_hits": 5,
    "bucket_calm_points": 0.02,
}
EMPTY = Figures(
    month=OCTOBER,
    line_id=None,
    line_code="",
    is_provisional=False,
    asked_until=OCTOBER.ends_at,
    hits=0,
    last_hits=0,
    late_hits=0,
    entries=0,
    asked=0,
    never_asked=0,
    half=0,
    most_hits=0,
    new_count=0,
    buckets=tuple(bucket_total(bucket, 0, 0, 0) for bucket in ORDER),
    lines=(),
    kinds=(),
    hours=(),
    days=(),
    trend=tuple(MonthHits(OCTOBER.later(back), 0) for back in range(-12, 1)),
    risers=(),
    fallers=(),
    new_entries=(),
    gaps=(),
    searches=SearchFigures(0, 0, 0),
    inquiries={},
    outcomes=(),
    late=(),
    combined=(),
    pareto=(),
    settings=SETTINGS,
)


def listed(question: str = "信用卡怎么挂失", hits: int = 5, last_hits: int = 0, **kwargs: Any) -> Listed:
    return Listed(kwargs.pop("entry_id", 7), question, 1, hits, last_hits, Bucket.HIGH, **kwargs)


ONE = replace(
    EMPTY,
    hits=1,
    entries=1,
    asked=1,
    half=1,
    most_hits=1,
    buckets=tuple(bucket_total(one, int(one is Bucket.HIGH), int(one is Bucket.HIGH), 1) for one in ORDER),
    lines=(LineBuckets(1, "CARD", "信用卡中心", {one: int(one is Bucket.HIGH) for one in ORDER}, 1),),
    kinds=(KindHits("faq", 1, 1, 1),),
    hours=(HourHits(2, 10, 1),),
    days=(DayHits(date(2026, 10, 13), 1),),
    trend=(*EMPTY.trend[:-1], MonthHits(OCTOBER, 1)),
    risers=(listed(hits=1),),
    pareto=(Point(0, 0), Point(1, 1)),
)

LONG = "在境外旅行的时候信用卡丢了又没有带护照，应当先打哪个电话挂失、再到哪里补办一张新的卡片呢" * 4
LARGE = replace(
    EMPTY,
    hits=2_000_000,
    last_hits=1_800_000,
    late_hits=14,
    entries=50_000,
    asked=42_000,
    never_asked=8_000,
    half=640,
    most_hits=90_000,
    new_count=310,
    buckets=tuple(
        bucket_total(one, entries, hits, 2_000_000)
        for one, entries, hits in zip(
            ORDER, (640, 5_000, 12_000, 32_360), (10**6, 600_000, 300_000, 10**5), strict=True
        )
    ),
    lines=tuple(
        LineBuckets(pk, f"LINE{pk}", f"第{pk}条线", dict.fromkeys(ORDER, 900 * (pk + 1)), 160_000)
        for pk in range(12)
    ),
    kinds=(KindHits("faq", 40_000, 33_000, 1_500_000), KindHits("rule", 10_000, 9_000, 500_000)),
    hours=tuple(
        HourHits(day, hour, (day * hour * 977) % 20_000 + 1) for day in range(1, 8) for hour in range(24)
    ),
    days=tuple(DayHits(date(2026, 10, day), day * 4_000) for day in range(1, 32)),
    trend=tuple(MonthHits(OCTOBER.later(back), 2_000_000 + back * 50_000) for back in range(-12, 1)),
    risers=tuple(listed(LONG, 90_000 - pk, 1_000, entry_id=pk) for pk in range(1, 11)),
    fallers=tuple(listed(f"<b>&“{pk}”", 10, 4_000, entry_id=pk) for pk in range(11, 21)),
    new_entries=tuple(listed("新入口", 50, 0, entry_id=pk) for pk in range(21, 41)),
    gaps=tuple(GapFigure(f"k{pk}", "ETC 怎么办", 400 - pk, 30) for pk in range(20)),
    searches=SearchFigures(100_000, 3_000, 900),
    inquiries={
        "forwarded": 9,
        "reply": {"due": 9, "met": 8, "met_without_pauses": 9},
        "answer": {"due": 8, "met": 6, "met_without_pauses": 7},
        "to_reply": {"number": 9, "median_minutes": 90, "p90_minutes": 1380},
        "to_answer": {"number": 7, "median_minutes": 2880, "p90_minutes": 9990},
        "became_entries": 3,
        "lines": [
            {
                "line_id": 1,
                "line": "信用卡中心",
                "forwarded": 9,
                "reply": {"due": 9, "met": 8, "met_without_pauses": 9},
                "answer": {"due": 8, "met": 6, "met_without_pauses": 7},
            }
        ],
    },
    outcomes=(
        {
            "proposal": 3,
            "kind": "reorder",
            "entries": [],
            "before": {"hits": 90, "uses": 80, "median_rank": 4.0, "median_seconds": 9.5},
            "after": {"hits": 130, "uses": 99, "median_rank": 1.5, "median_seconds": 4.0},
            "is_worse": False,
        },
    ),
    late=(LateHits(7, Month(2026, 9), 14),),
    pareto=tuple(Point(step * 125, round(2_000_000 * (step / 400) ** 0.2)) for step in range(401)),
)
RUNNING = replace(
    ONE,
    month=Month(2026, 11),
    is_provisional=True,
    asked_until=datetime(2026, 11, 16, tzinfo=SITE_ZONE),
    last_hits=100,
)


def reading(
    figures: Figures, line: BusinessLine | None = None, lines: frozenset[int] = frozenset()
) -> Reading:
    """These figures before somebody of these lines who reads reports."""
    report = MonthReport(figures.month, line, figures.asked_until)
    vars(report)["figures"] = figures
    reader = SimpleNamespace(line_ids=lines, is_active=True, has_role=lambda *_roles: False)
    return Reading(report, cast("Agent", reader))
