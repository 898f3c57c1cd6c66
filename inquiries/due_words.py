"""How a deadline stands, in words and a tone: lists and pages say both. Pure: ``now`` is a parameter."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from faq import ages
from kb.lib.months import SITE_ZONE

LATE, TODAY, LATER, KEPT, OVER = "late", "today", "later", "kept", "over"
TONES = {LATE: "bad", TODAY: "warn", LATER: "soft", KEPT: "good", OVER: "soft"}


@dataclass(frozen=True)
class Due:
    """One deadline; ``how`` is one of the names above, and late stays late also after it was kept."""

    at: datetime
    how: str
    words: str
    is_late: bool
    is_provisional: bool = False

    @property
    def tone(self) -> str:
        return "bad" if self.is_late else TONES[self.how]


def due(
    at: datetime,
    kept_at: datetime | None,
    ended_at: datetime | None,
    now: datetime,
    *,
    is_provisional: bool = False,
) -> Due:
    """How a deadline stands that was kept then, or whose round ended then without; both may be None."""
    if kept_at is not None:
        is_late = kept_at > at
        words = _("%(span)s late") % {"span": ages.between(at, kept_at)} if is_late else _("kept")
        return Due(at, KEPT, words, is_late)
    if ended_at is not None:
        return Due(at, OVER, _("closed before"), is_late=ended_at > at)
    how, words = _running(at, now)
    return Due(at, how, words, how == LATE, is_provisional)


def _running(at: datetime, now: datetime) -> tuple[str, str]:
    span = {"span": ages.between(now, at)}
    if now >= at:
        return LATE, _("overdue by %(span)s") % span
    if _day(at) == _day(now):
        return TODAY, _("due today, %(span)s left") % span
    return LATER, _("due in %(span)s") % span


def _day(moment: datetime) -> object:
    return moment.astimezone(SITE_ZONE).date()
