"""What was asked on one day, from the roll-ups; combined entries stand as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import overload

from accounts.models import BusinessLine
from faq.models import Entry
from hits import combined


@dataclass(frozen=True)
class DayEntry:
    """One entry and its hits of the day; ``restricted_to`` as in a report's rows."""

    entry_id: int
    question: str
    hits: int
    restricted_to: frozenset[int] | None

    def is_closed_to(self, line_ids: frozenset[int]) -> bool:
        """Whether a person of these lines must not read the question."""
        return self.restricted_to is not None and self.restricted_to.isdisjoint(line_ids)


class DayEntries(Sequence[DayEntry]):
    """The entries of a day as a list that is looked up where it is read."""

    def __init__(self, counts: list[tuple[int, int]]) -> None:
        self._counts = counts

    def __len__(self) -> int:
        return len(self._counts)

    @overload
    def __getitem__(self, part: int) -> DayEntry: ...

    @overload
    def __getitem__(self, part: slice) -> list[DayEntry]: ...

    def __getitem__(self, part: int | slice) -> DayEntry | list[DayEntry]:
        if isinstance(part, int):
            return _looked_up([self._counts[part]])[0]
        return _looked_up(self._counts[part])


def _looked_up(counts: list[tuple[int, int]]) -> list[DayEntry]:
    columns = "pk", "live_revision__question", "is_restricted", "concerned_line_ids"
    found = Entry.objects.filter(pk__in=[pk for pk, _hits in counts]).values_list(*columns)
    known = {
        pk: (question or "", frozenset(lines) if closed else None) for pk, question, closed, lines in found
    }
    return [DayEntry(pk, known[pk][0], number, known[pk][1]) for pk, number in counts if pk in known]


def day_entries(day: date, line: BusinessLine | None) -> DayEntries:
    """The most used first; with a line, what was used while that line owned it."""
    return DayEntries(combined.entries_of_day(day, line))
