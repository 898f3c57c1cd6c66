"""What callers ask about, as the generator sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.lib.months import Month

LINES = ("PERSONAL", "CREDITCARD", "EBANK", "LOAN", "CORPORATE", "WEALTH")
LONGEST_CALL = timedelta(minutes=18)


@dataclass(frozen=True)
class Topic:
    """One entry and the time in which agents could use it; the key is its external id."""

    key: str
    line: str
    lines_concerned: tuple[str, ...]
    category: str
    kind: str
    question: str
    similar_questions: tuple[str, ...]
    keywords: tuple[str, ...]
    related: tuple[str, ...]
    asked_from: datetime | None = None
    asked_until: datetime | None = None
    is_restricted: bool = False

    def is_in_force_from(self, at: float) -> bool:
        """Whether agents find it from that second of the epoch on for as long as any call lasts."""
        return (self.asked_from is None or self.asked_from.timestamp() <= at) and (
            self.asked_until is None or at + LONGEST_CALL.total_seconds() < self.asked_until.timestamp()
        )


@dataclass(frozen=True)
class Gap:
    """A question that callers ask and no entry answers."""

    line: str
    weight: float
    yearly_growth: float
    wordings: tuple[str, ...]


def year_before(now: datetime) -> datetime:
    """Where the calls begin: the first moment of the month twelve months before the running one."""
    return Month.of(now).later(-12).starts_at


def by_key(topics: Iterable[Topic]) -> dict[str, Topic]:
    return {topic.key: topic for topic in topics}
