"""What is published is corrected, changed, or taken back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent
from bulletins.content import Content
from bulletins.models import Bulletin
from bulletins.services import announcing, scheduling
from bulletins.services.locking import lock_running
from bulletins.services.publishing import check_can_be_read, check_writer, note_writer_has_read, store
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError

LONGEST_REASON = 500


@transaction.atomic
def change(
    bulletin: Bulletin, content: Content, *, by: Agent, is_major: bool, seen_at: datetime | None = None
) -> Bulletin:
    """Put another text in the place of a published one.

    A major change is a new version: receipts of the old one do not count, and its audience is told again. A
    minor one, such as a typo, leaves the receipts. Locks the bulletin. Raises RuleBrokenError when it is not
    published, was withdrawn or nobody would read it, BulletinChangedError when another text was saved since
    ``seen_at``.
    """
    check_writer(by)
    bulletin, now = lock_running(bulletin, seen_at), database_now()
    before, content = Content.of(bulletin), content.tidied()
    if content == before:
        return bulletin
    content.check_open_to(by)
    check_can_be_read(content, now)
    bulletin.version += 1 if is_major else 0
    bulletin.reminded_at = None if is_major else bulletin.reminded_at
    store(bulletin, content, now, "version", "reminded_at")
    audit.record(
        by,
        "bulletin.changed",
        bulletin,
        version=bulletin.version,
        is_major=is_major,
        before={"title": before.title, "body": before.body},
    )
    if is_major:
        note_writer_has_read(bulletin, by)
    _announce(bulletin, before, now)
    return bulletin


def _announce(bulletin: Bulletin, before: Content, now: datetime) -> None:
    """Whom it was meant for and is no more loses it; one that begins later is told of then."""
    if bulletin.announced_at is not None:
        audience = (set(bulletin.roles), bulletin.line_ids)
        if audience != (set(before.roles), frozenset(before.line_ids)):
            announcing.narrowed(bulletin, roles=before.roles, line_ids=before.line_ids)
        announcing.changed(bulletin)
        if bulletin.starts_at is None or bulletin.starts_at <= now:
            return
        bulletin.announced_at = None
        bulletin.save(update_fields=["announced_at"])
    scheduling.begin_or_wait(bulletin, at=now)


@transaction.atomic
def withdraw(bulletin: Bulletin, *, by: Agent, reason: str) -> Bulletin:
    """Take a published bulletin back, for good; whoever was told is told why.

    Locks the bulletin, so of two withdrawals one happens. Raises RuleBrokenError when it is not published or
    was withdrawn meanwhile, or no reason is given.
    """
    check_writer(by)
    bulletin = lock_running(bulletin)
    reason = reason.strip()
    if not reason:
        raise RuleBrokenError(_("Say why."))
    if len(reason) > LONGEST_REASON:
        raise RuleBrokenError(_("The reason may have at most 500 characters."))
    bulletin.withdrawn_at, bulletin.withdrawn_by, bulletin.withdrawal_reason = database_now(), by, reason
    bulletin.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    audit.record(by, "bulletin.withdrawn", bulletin, reason=reason, version=bulletin.version)
    if bulletin.announced_at is not None:
        announcing.withdrawn(bulletin)
    return bulletin
