"""The hot list: entries pinned on top of it for a while, at once, audited and undoable."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent, BusinessLine
from faq.models import Entry, Feature
from faq.services.locking import database_now, lock_entry
from faq.signals import entries_changed
from kb.lib.errors import RuleBrokenError

MOST_DAYS = 366


@transaction.atomic
def feature(entry: Entry, *, line: BusinessLine | None, days: int, by: Agent) -> Feature:
    """Put the entry on top of the hot list of everybody, or of one line, from now on for so many days.

    Locks the entry. Raises RuleBrokenError when it is not in force, stands there already, or the days are
    none or more than a year.
    """
    entry, now = lock_entry(entry.pk), database_now()
    if not entry.is_in_force(now):
        raise RuleBrokenError(_("Only an entry in force can be featured."))
    if not 1 <= days <= MOST_DAYS:
        raise RuleBrokenError(_("Feature it for 1 to %(most)s days.") % {"most": MOST_DAYS})
    earlier = Feature.objects.filter(entry=entry, line=line)
    if earlier.filter(pk__in=Feature.objects.running(_ids(line), now)).exists():
        raise RuleBrokenError(_("The entry is on the hot list already."))
    earlier.delete()
    _make_room()
    pinned = Feature.objects.create(
        entry=entry, line=line, position=0, starts_at=now, ends_at=now + timedelta(days=days), featured_by=by
    )
    audit.record(by, "entry.featured", entry, after=as_told(pinned))
    entries_changed.send(sender=Entry, entry_ids=[entry.pk])
    return pinned


@transaction.atomic
def unfeature(entry: Entry, *, line: BusinessLine | None, by: Agent) -> None:
    """Take it off that hot list. Locks the entry. Raises RuleBrokenError when it is not on it."""
    entry = lock_entry(entry.pk)
    found = Feature.objects.filter(entry=entry, line=line).first()
    if found is None:
        raise RuleBrokenError(_("The entry is not on the hot list any more."))
    audit.record(by, "entry.unfeatured", entry, before=as_told(found))
    found.delete()
    entries_changed.send(sender=Entry, entry_ids=[entry.pk])


def as_told(pinned: Feature) -> dict[str, Any]:
    """Its values as the audit trail has them."""
    return {
        "line": pinned.line_id,
        "starts_at": pinned.starts_at.isoformat(),
        "ends_at": pinned.ends_at.isoformat() if pinned.ends_at else None,
    }


def _make_room() -> None:
    """The rows are taken in one order, or two who feature at the same moment would wait for each other."""
    rows = list(Feature.objects.order_by("pk").select_for_update().values_list("pk", flat=True))
    Feature.objects.filter(pk__in=rows).update(position=F("position") + 1)


def _ids(line: BusinessLine | None) -> list[int]:
    return [line.pk] if line else []
