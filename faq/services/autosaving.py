"""What somebody has typed and not saved, kept for them alone until they take it or drop it."""

from datetime import datetime

from django.db.models.functions import Now

from accounts.models import Agent
from faq import sheet as sheets
from faq.models import Autosave, Revision
from faq.sheet import Sheet


def keep(values: Sheet, *, by: Agent, revision: Revision | None, seen_at: datetime | None) -> None:
    """Keep this instead of what was kept before; one row per person and draft, and one for a new entry."""
    row = {"values": values, "seen_at": seen_at, "saved_at": Now()}
    Autosave.objects.update_or_create(person=by, revision=revision, defaults=row)


def kept_for(person: Agent, revision: Revision | None, current: Sheet) -> Autosave | None:
    """What is kept and says something else than the draft does now."""
    found = Autosave.objects.filter(person=person, revision=revision).first()
    if found is None or not sheets.differing(sheets.normal(found.values), current):
        return None
    return found


def drop(person: Agent, revision: Revision | None) -> None:
    """Forget it."""
    Autosave.objects.filter(person=person, revision=revision).delete()
