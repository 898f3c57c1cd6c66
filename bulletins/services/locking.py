"""One lock for all that happens to a bulletin, taken first; receipts go on being written meanwhile."""

from datetime import datetime

from django.utils.translation import gettext as _

from bulletins.models import Bulletin
from kb.lib.errors import RuleBrokenError


class BulletinChangedError(RuleBrokenError):
    """Somebody else saved this bulletin meanwhile; ``current`` holds their text, to show beside one's own."""

    def __init__(self, current: Bulletin) -> None:
        super().__init__(_("Somebody else has saved this bulletin meanwhile. Nothing was overwritten."))
        self.current = current


def lock_bulletin(bulletin: Bulletin) -> Bulletin:
    """The bulletin as it is now, held until the transaction ends. Raises RuleBrokenError when it is gone."""
    fresh = Bulletin.objects.select_for_update(no_key=True).filter(pk=bulletin.pk).first()
    if fresh is None:
        raise RuleBrokenError(_("This draft was discarded meanwhile."))
    return fresh


def lock_running(bulletin: Bulletin, seen_at: datetime | None = None) -> Bulletin:
    """The same for a published one. Raises RuleBrokenError when it is a draft or was withdrawn."""
    fresh = lock_bulletin(bulletin)
    if fresh.is_draft:
        raise RuleBrokenError(_("This bulletin is not published yet."))
    if fresh.withdrawn_at is not None:
        raise RuleBrokenError(_("This bulletin was withdrawn meanwhile."))
    check_seen(fresh, seen_at)
    return fresh


def check_seen(bulletin: Bulletin, seen_at: datetime | None) -> None:
    """``seen_at`` is the ``changed_at`` of the text the person has before them.

    Raises BulletinChangedError when another text was saved since.
    """
    if seen_at is not None and seen_at != bulletin.changed_at:
        raise BulletinChangedError(bulletin)
