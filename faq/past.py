"""What agents saw of an entry at a moment: which text was live, or why there was none. Read only.

Texts tell when they were live themselves; withdrawing and shortened validity are found in the audit trail,
whose rows about ``valid_until`` tell what was ``before`` and, where they can, ``after``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import AuditRow
from faq.comparing import moment
from faq.models import Entry, EntryState, Purpose, Revision

STATES = ("entry.published", "entry.withdrawn", "entry.restored")


@dataclass(frozen=True)
class Seen:
    """The text agents read then; None with the reason where there was none."""

    at: datetime
    revision: Revision | None
    why: str = ""


def seen_at(entry: Entry, at: datetime, *, now: datetime, readable: QuerySet[Revision]) -> Seen:
    """What was live then, as far as it is among the ``readable`` texts."""
    if at > now:
        return Seen(at, None, _("That moment has not come yet."))
    texts = Revision.objects.filter(entry=entry, purpose=Purpose.TEXT, published_at__isnull=False)
    text = texts.filter(published_at__lte=at).order_by("-published_at").first()
    if text is None:
        return Seen(at, None, _("The entry had not been published yet."))
    why = _withdrawn(entry, at) or _out_of_force(entry, text, at)
    if why:
        return Seen(at, None, why)
    if not readable.filter(pk=text.pk).exists():
        return Seen(at, None, _("The text of that time belonged to lines you do not write for."))
    return Seen(at, text)


def _withdrawn(entry: Entry, at: datetime) -> str:
    """The sentence that says so, if the entry was out of use then."""
    rows = _rows(entry).filter(act__in=STATES, at__lte=at).select_related("actor")
    last = rows.order_by("-at", "-pk").first()
    if last is None:
        is_out = entry.state == EntryState.WITHDRAWN and entry.withdrawn_at and entry.withdrawn_at <= at
        return _("The entry had been withdrawn.") if is_out else ""
    if last.act != "entry.withdrawn":
        return ""
    return _("%(person)s had withdrawn the entry on %(at)s: %(reason)s") % {
        "person": last.actor or _("Somebody"),
        "at": moment(last.at),
        "reason": last.detail.get("reason", ""),
    }


def _out_of_force(entry: Entry, text: Revision, at: datetime) -> str:
    if text.valid_from is not None and text.valid_from > at:
        return _("The text was published, but its validity began on %(at)s only.") % {
            "at": moment(text.valid_from)
        }
    ends = _end(entry, text, at)
    if ends is not None and ends <= at:
        return _("The entry had expired on %(at)s.") % {"at": moment(ends)}
    return ""


def _end(entry: Entry, text: Revision, at: datetime) -> datetime | None:
    """Until when the text was to be in force, as it stood at that moment.

    Of the changes while it was live: what the last one before the moment made of it, else what the first one
    after it found, else how the text's time ended.
    """
    rows = _rows(entry).filter(at__gte=text.published_at, detail__before__has_key="valid_until")
    if text.superseded_at is not None:
        rows = rows.filter(at__lte=text.superseded_at)
    changes = list(rows.order_by("at", "pk"))
    before = [row.detail for row in changes if row.at <= at]
    after = [row.detail for row in changes if row.at > at]
    if before and "valid_until" in before[-1].get("after", {}):
        return _moment(before[-1]["after"]["valid_until"])
    if after:
        return _moment(after[0]["before"]["valid_until"])
    return entry.valid_until if entry.live_revision_id == text.pk else text.valid_until


def _rows(entry: Entry) -> QuerySet[AuditRow]:
    return AuditRow.objects.filter(subject_kind="faq.entry", subject_id=str(entry.pk))


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
