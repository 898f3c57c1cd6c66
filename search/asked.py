"""How often entries were asked lately, kept in memory: what comes first among equal matches."""

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from hits import reads
from kb.lib.months import SITE_ZONE
from search.ranking.ranker import AskedMore

DAYS = 28
REFRESH_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """Hits by entry, and by entry and the line that owned it then."""

    everywhere: dict[int, int] = field(default_factory=dict)
    of_line: dict[tuple[int, int], int] = field(default_factory=dict)
    read_at: float = -REFRESH_SECONDS


_known = [_Asked()]


def by(lines: Collection[int]) -> AskedMore:
    """For an entry its hits in these lines and in all, over the last four weeks, a minute old at most."""
    known = _known[0]

    def asked(entry: int) -> tuple[int, int]:
        everywhere = known.everywhere.get(entry, 0)
        return (sum(known.of_line.get((entry, line), 0) for line in lines) if everywhere else 0), everywhere

    return asked


def follow() -> bool:
    """Read the figures anew when they are a minute old; whether they were."""
    if time.monotonic() - _known[0].read_at < REFRESH_SECONDS:
        return False
    refresh()
    return True


def refresh() -> None:
    """Read the figures now; one query."""
    since = timezone.now().astimezone(SITE_ZONE).date() - timedelta(days=DAYS)
    everywhere: dict[int, int] = {}
    of_line: dict[tuple[int, int], int] = {}
    for entry, line, hits in reads.hits_by_line(since):
        of_line[entry, line] = hits
        everywhere[entry] = everywhere.get(entry, 0) + hits
    _known[0] = _Asked(everywhere, of_line, time.monotonic())
