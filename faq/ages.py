"""How long ago or ahead, in one word: lists tell age and due time with it."""

from datetime import datetime

from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 3600, 86400


def span(seconds: float) -> str:
    """The biggest unit that fits, rounded down: days from two days on, hours from two hours on."""
    length = abs(seconds)
    if length >= 2 * DAY:
        number = int(length // DAY)
        return ngettext("%(number)s day", "%(number)s days", number) % {"number": number}
    if length >= 2 * HOUR:
        number = int(length // HOUR)
        return ngettext("%(number)s hour", "%(number)s hours", number) % {"number": number}
    number = int(length // MINUTE)
    return ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}


def between(moment: datetime, now: datetime) -> str:
    """How far apart two moments are, whichever is first."""
    return span((now - moment).total_seconds())
