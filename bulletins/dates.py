"""The validity a notice names, such as 自2026年12月1日起至2027年3月31日止. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

SITE = ZoneInfo("Asia/Shanghai")
_DAY = (
    r"(?:(?P<{0}y>\d{{4}})\s*[年\-./]\s*)?"
    r"(?P<{0}m>\d{{1,2}})\s*(?({0}y)[月\-./]|月)\s*(?P<{0}d>\d{{1,2}})\s*日?"
)
_CLOCK = r"(?:\s*(?P<{0}h>\d{{1,2}})\s*(?:[:：时点]\s*(?P<{0}i>\d{{2}})?分?))?"
_FIRST, _LAST = (f"{_DAY}{_CLOCK}".format(side) for side in "ab")
_DIGITS = r"(?<![\d.\-/])"
_SPAN = re.compile(rf"{_DIGITS}{_FIRST}\s*(?:起|开始)?[,，]?\s*(?:至|到|—+|–|~|～|-)\s*{_LAST}")
_SINCE = re.compile(
    rf"(?:自|从|于)?\s*{_DIGITS}{_FIRST}\s*(?:零时|零点)?\s*(?:起|开始|生效|施行|实施|执行|启用)"
)
_UNTIL = re.compile(rf"(?:截至|截止到?|有效期至|至|止于|即日起至|到)\s*{_DIGITS}{_LAST}")


@dataclass(frozen=True)
class Validity:
    """From the first second of the first day to the last of the last; site time."""

    valid_from: datetime | None = None
    valid_until: datetime | None = None


def validity(texts: list[str], year: int | None = None) -> Validity:
    """The first span that is named; else the first beginning and the first end after it.

    ``year`` stands for one that is not written. A last day without a clock time is meant whole.
    """
    text = "\n".join(texts)
    for span in _SPAN.finditer(text):
        begin = _moment(span, "a", year)
        end = _moment(span, "b", begin.year if begin else year)
        if begin and end and begin < end:
            return Validity(begin, end)
    begin = next(_moments(_SINCE, text, "a", year), None)
    ends = _moments(_UNTIL, text, "b", begin.year if begin else year)
    return Validity(begin, next((end for end in ends if begin is None or end > begin), None))


def _moments(pattern: re.Pattern[str], text: str, side: str, year: int | None) -> Iterator[datetime]:
    for found in pattern.finditer(text):
        moment = _moment(found, side, year)
        if moment:
            yield moment


def _moment(found: re.Match[str], side: str, year: int | None) -> datetime | None:
    """None for a day that no calendar has, or one without any year."""
    written = found[f"{side}y"] or year
    clock = time.min if side == "a" else time(23, 59, 59)
    try:
        if found[f"{side}h"]:
            hour, minute = int(found[f"{side}h"]), int(found[f"{side}i"] or 0)
            clock = time(23, 59, 59) if hour == 24 and side == "b" else time(hour, minute)
        day = date(int(written or 0), int(found[f"{side}m"]), int(found[f"{side}d"]))
    except ValueError:
        return None
    return datetime.combine(day, clock, SITE)
