"""The hours of a working day: one or several periods, written ``09:00-12:00,13:30-18:00``."""

import re

from django.utils.translation import gettext as _

from kb.lib.errors import RuleBrokenError

MINUTES_OF_A_DAY = 24 * 60
MOST_PERIODS = 8
_PERIOD = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*")

Periods = tuple[tuple[int, int], ...]


def parse(text: str) -> Periods:
    """Each period's first minute of the day and the one after its last, in order.

    Raises RuleBrokenError when it is not written like this, a period is empty or two overlap.
    """
    parts = text.split(",") if isinstance(text, str) else []
    found = [_PERIOD.fullmatch(part) for part in parts[: MOST_PERIODS + 1]]
    if not found or len(found) > MOST_PERIODS or not all(found):
        raise RuleBrokenError(_("Write the working hours as 09:00-12:00,13:30-18:00."))
    periods = tuple(_minutes(*map(int, match.groups())) for match in found if match)
    ends = [minute for period in periods for minute in period]
    if ends != sorted(ends) or any(begins >= ends for begins, ends in periods):
        raise RuleBrokenError(_("The working hours must follow one another, and each period must end later."))
    return periods


def write(periods: Periods) -> str:
    """The same as text, in one way only."""
    return ",".join(f"{_clock(begins)}-{_clock(ends)}" for begins, ends in periods)


def tidy(text: str) -> str:
    """What an administrator typed, as it is stored. Raises like `parse`."""
    return write(parse(text))


def _minutes(begins: int, begins_at: int, ends: int, ends_at: int) -> tuple[int, int]:
    first, last = begins * 60 + begins_at, ends * 60 + ends_at
    if begins_at > 59 or ends_at > 59 or last > MINUTES_OF_A_DAY:
        raise RuleBrokenError(_("Write the working hours as 09:00-12:00,13:30-18:00."))
    return first, last


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
