"""The audit trail as auditors read it: what is looked for, newest first, one page at a time.

Nothing is counted, and a page goes on behind the last row of the one before, in the order of the index on
``at``: rows that come meanwhile move nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.audit_words import ACTS, SUBJECTS
from accounts.models import Agent, AuditRow
from kb.lib.errors import RuleBrokenError
from kb.lib.months import SITE_ZONE
from kb.lib.row_ids import row_id

PAGE_ROWS = 50
YEARS = range(1970, 9999)  # a day of the others has moments that no time zone can tell
FILTERS = ("since", "until", "act", "by", "kind")


@dataclass(frozen=True)
class Page:
    """Some rows, and the number of the last one where there are older ones."""

    rows: Sequence[AuditRow]
    last: int | None = None


def page(sent: Mapping[str, str]) -> Page:
    """The rows that fit these `FILTERS`, older than the row of the number ``before`` where there is one.

    Raises RuleBrokenError for what is no day, act, person, kind or row.
    """
    rows = _older(_filtered(sent), sent.get("before", ""))
    found = list(rows.select_related("actor").order_by("-at", "-pk")[: PAGE_ROWS + 1])
    shown = found[:PAGE_ROWS]
    return Page(shown, shown[-1].pk if len(found) > PAGE_ROWS else None)


def _filtered(sent: Mapping[str, str]) -> QuerySet[AuditRow]:
    wanted = {name: sent.get(name, "") for name in FILTERS}
    rows, (since, until) = AuditRow.objects.all(), _days(wanted["since"], wanted["until"])
    if since:
        rows = rows.filter(at__gte=_begins(since))
    if until:
        rows = rows.filter(at__lt=_begins(until + timedelta(days=1)))
    if wanted["act"]:
        rows = rows.filter(act=_known(wanted["act"], ACTS))
    if wanted["kind"]:
        rows = rows.filter(subject_kind=_known(wanted["kind"], SUBJECTS))
    if wanted["by"]:
        rows = rows.filter(actor__in=_people(wanted["by"]))
    return rows


def _older(rows: QuerySet[AuditRow], before: str) -> QuerySet[AuditRow]:
    """Those behind one row: by its time, and of the same moment by its number."""
    if not before:
        return rows
    last = AuditRow.objects.filter(pk=row_id(before) or 0).values("at", "pk").first()
    if last is None:
        raise RuleBrokenError(_("This place in the list does not exist. Begin with the newest."))
    return rows.filter(Q(at__lt=last["at"]) | Q(pk__lt=last["pk"]), at__lte=last["at"])


def _days(since: str, until: str) -> tuple[date | None, date | None]:
    first, last = _day(since), _day(until)
    if first and last and last < first:
        raise RuleBrokenError(_("The last day lies before the first day."))
    return first, last


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise RuleBrokenError(_("“%(text)s” is not a day. Write it as 2026-03-09.") % {"text": text})
    return day


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, SITE_ZONE)


def _known(text: str, names: Mapping[str, object]) -> str:
    if text not in names:
        raise RuleBrokenError(_("“%(text)s” is not in the list to choose from.") % {"text": text})
    return text


def _people(text: str) -> list[int]:
    """Whoever has this username, or this in their name; accounts are never deleted."""
    found = Agent.objects.filter(Q(username=text) | Q(display_name__icontains=text))
    people = list(found.values_list("pk", flat=True))
    if not people:
        raise RuleBrokenError(_("There is nobody called “%(text)s”.") % {"text": text})
    return people
