"""The report's pictures, each with its finding and its table, in the order they are read."""

from collections.abc import Callable

from reports.pictures import (
    days,
    gaps,
    hours,
    inquiries,
    kinds,
    late,
    lines,
    movers,
    never_asked,
    new_entries,
    outcomes,
    pareto,
    trend,
)
from reports.pictures.picture import Picture
from reports.reading import Reading

ALL: dict[str, Callable[[Reading], Picture]] = {
    "pareto": pareto.picture,
    "lines": lines.picture,
    "trend": trend.picture,
    "days": days.picture,
    "risers": movers.risers,
    "fallers": movers.fallers,
    "hours": hours.picture,
    "kinds": kinds.picture,
    "never-asked": never_asked.picture,
    "gaps": gaps.picture,
    "new-entries": new_entries.picture,
    "inquiries": inquiries.picture,
    "outcomes": outcomes.picture,
    "late": late.picture,
}


def pictures(reading: Reading) -> list[Picture]:
    return [make(reading) for make in ALL.values()]


__all__ = ["ALL", "Picture", "pictures"]
