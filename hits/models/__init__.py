"""The honest counter's tables: what happened, and what it adds up to."""

from hits.models.events import Call, HitEvent, How, SearchLog
from hits.models.rollups import DailyHits, Hit, LineHours, MonthlyHits, RollUpCursor

__all__ = [
    "Call",
    "DailyHits",
    "Hit",
    "HitEvent",
    "How",
    "LineHours",
    "MonthlyHits",
    "RollUpCursor",
    "SearchLog",
]
