"""A bulletin's way out: begun, saved as a draft, published."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent
from bulletins.content import Content
from bulletins.models import Bulletin, Notice, Receipt, audience_of
from bulletins.services import scheduling
from bulletins.services.locking import check_seen, lock_bulletin
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError


@transaction.atomic
def draft(content: Content, *, by: Agent, notice: Notice | None = None) -> Bulletin:
    """Keep a new bulletin that is not out yet.

    Raises RuleBrokenError when the person may not write bulletins, or the content breaks a rule.
    """
    check_writer(by)
    content = content.tidied()
    content.check_open_to(by)
    bulletin = Bulletin.objects.create(created_by=by, notice=notice, **content.columns())
    bulletin.lines.set(content.line_ids)
    bulletin.entries.set(content.entry_ids)
    audit.record(by, "bulletin.drafted", bulletin, title=bulletin.title)
    return bulletin


@transaction.atomic
def save_draft(
    bulletin: Bulletin, content: Content, *, by: Agent, seen_at: datetime | None = None
) -> Bulletin:
    """Put these words into a draft. Locks the bulletin.

    Raises RuleBrokenError when it was published or discarded meanwhile or the content breaks a rule,
    BulletinChangedError when another text was saved since ``seen_at``.
    """
    check_writer(by)
    bulletin = _lock_draft(bulletin, seen_at)
    content = content.tidied()
    content.check_open_to(by)
    if content != Content.of(bulletin):
        store(bulletin, content, database_now())
        audit.record(by, "bulletin.saved", bulletin, title=bulletin.title)
    return bulletin


@transaction.atomic
def discard(bulletin: Bulletin, *, by: Agent) -> None:
    """Give a draft up. Locks it. Raises RuleBrokenError when it was published or discarded meanwhile."""
    check_writer(by)
    bulletin = _lock_draft(bulletin, None)
    audit.record(by, "bulletin.discarded", bulletin, title=bulletin.title, body=bulletin.body)
    bulletin.delete()


@transaction.atomic
def publish(bulletin: Bulletin, *, by: Agent, seen_at: datetime | None = None) -> Bulletin:
    """Send a draft out: now, or when its beginning comes. Whoever publishes it has read it.

    Locks the bulletin, so that it is published once. Raises RuleBrokenError when it was published or
    discarded meanwhile or nobody would read it, BulletinChangedError when another text was saved since
    ``seen_at``.
    """
    check_writer(by)
    bulletin, now = _lock_draft(bulletin, seen_at), database_now()
    content = Content.of(bulletin)
    content.check_open_to(by)
    check_can_be_read(content, now)
    bulletin.published_at, bulletin.published_by = now, by
    bulletin.save(update_fields=["published_at", "published_by"])
    audit.record(by, "bulletin.published", bulletin, title=bulletin.title, urgency=bulletin.urgency)
    note_writer_has_read(bulletin, by)
    scheduling.begin_or_wait(bulletin, at=now)
    return bulletin


def check_writer(by: Agent) -> None:
    """Raise RuleBrokenError for whoever does not write bulletins."""
    if not permissions.may_write_bulletins(by):
        raise RuleBrokenError(_("You may not write bulletins."))


def check_can_be_read(content: Content, now: datetime) -> None:
    """Raise RuleBrokenError for a bulletin without a text, a time or an audience."""
    if not content.body:
        raise RuleBrokenError(_("The text is missing."))
    if content.ends_at and content.ends_at <= now:
        raise RuleBrokenError(_("Its end is in the past."))
    if not audience_of(content.roles, content.line_ids).exists():
        raise RuleBrokenError(_("Nobody belongs to this audience."))


def note_writer_has_read(bulletin: Bulletin, by: Agent) -> None:
    """Who wrote this version need not be told of it."""
    if bulletin.is_for(by):
        receipt = Receipt(bulletin=bulletin, person=by, version=bulletin.version)
        Receipt.objects.bulk_create([receipt], ignore_conflicts=True)


def store(bulletin: Bulletin, content: Content, now: datetime, *more: str) -> None:
    """Write the content, and what ``more`` names of the row. The caller holds the lock."""
    columns = content.columns()
    for name, value in columns.items():
        setattr(bulletin, name, value)
    bulletin.changed_at = now
    bulletin.save(update_fields=[*columns, "changed_at", *more])
    bulletin.lines.set(content.line_ids)
    bulletin.entries.set(content.entry_ids)
    vars(bulletin).pop("line_ids", None)


def _lock_draft(bulletin: Bulletin, seen_at: datetime | None) -> Bulletin:
    fresh = lock_bulletin(bulletin)
    if not fresh.is_draft:
        raise RuleBrokenError(_("This bulletin was published meanwhile."))
    check_seen(fresh, seen_at)
    return fresh
