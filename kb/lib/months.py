"""Months as the reports mean them: half-open ranges of Asia/Shanghai's calendar."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

SITE_ZONE = ZoneInfo("Asia/Shanghai")
_WRITTEN = re.compile(r"(?P<year>\d{4})-(?P<number>\d{2})")


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month of the site's time zone."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """The month an aware moment lies in."""
        here = moment.astimezone(SITE_ZONE)
        return cls(here.year, here.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``YYYY-MM``; raises ValueError for anything else."""
        found = _WRITTEN.fullmatch(text)
        if not found or not 1 <= int(found["number"]) <= 12 or int(found["year"]) < 1970:
            raise ValueError(f"{text!r} is not a month; write it as YYYY-MM.")
        return cls(int(found["year"]), int(found["number"]))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def days(self) -> int:
        return monthrange(self.year, self.number)[1]

    @property
    def starts_at(self) -> datetime:
        """The first moment that belongs to the month."""
        return datetime(self.year, self.number, 1, tzinfo=SITE_ZONE)

    @property
    def ends_at(self) -> datetime:
        """The first moment that does not belong to it any more."""
        return self.later(1).starts_at

    def later(self, months: int) -> "Month":
        """The month so many months after this one; a negative number goes back."""
        years, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, number + 1)
