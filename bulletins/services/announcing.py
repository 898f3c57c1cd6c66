"""Who hears of a bulletin: the open pages of its audience at once, and the bell where it is loud.

Called inside the transaction of the act itself, while the bulletin is locked.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Agent
from bulletins.models import Bulletin
from courier import pushing, telling
from courier.models import PushEvent

PUBLISHED, CHANGED, WITHDRAWN = "published", "changed", "withdrawn"


def begun(bulletin: Bulletin, *, at: datetime) -> None:
    """Its time has come, or it was published into it: the audience is told."""
    bulletin.announced_at = at
    bulletin.save(update_fields=["announced_at"])
    _push(bulletin, PUBLISHED)
    _tell(bulletin)


def changed(bulletin: Bulletin) -> None:
    """Its pages show the new text; under the bell it comes again only in a new version."""
    _push(bulletin, CHANGED)
    _tell(bulletin)


def narrowed(bulletin: Bulletin, *, roles: Collection[str], line_ids: Collection[int]) -> None:
    """For those it was meant for before, it is gone."""
    _push(bulletin, WITHDRAWN, roles=roles, line_ids=line_ids)


def withdrawn(bulletin: Bulletin) -> None:
    """It is gone from every page; whoever was told is told why."""
    _push(bulletin, WITHDRAWN)
    if not bulletin.is_loud:
        return
    words = {"title": bulletin.title, "reason": bulletin.withdrawal_reason}
    telling.tell(
        bulletin.audience,
        lambda: _("Bulletin withdrawn: %(title)s (%(reason)s)") % words,
        key=f"bulletin-{bulletin.pk}-withdrawn",
        address=reverse("bulletins:board"),
    )


def reminded(bulletin: Bulletin, people: Iterable[Agent]) -> None:
    """Those who have not read it, and nobody else."""
    people = list(people)
    _push(bulletin, PUBLISHED, people=people, is_reminder=True)
    telling.tell(
        people,
        lambda: _("Still to be read: %(title)s") % {"title": bulletin.title},
        key=f"{_key(bulletin)}-reminder",
        address=address(bulletin),
    )


def address(bulletin: Bulletin) -> str:
    """Where it is read."""
    return reverse("bulletins:bulletin", args=[bulletin.pk])


def _tell(bulletin: Bulletin) -> None:
    """Once a version and person; whoever joined the audience since hears of it, too."""
    if not bulletin.is_loud:
        return
    telling.tell(bulletin.not_read_by, lambda: _news(bulletin), key=_key(bulletin), address=address(bulletin))


def _news(bulletin: Bulletin) -> str:
    words = {"title": bulletin.title}
    if bulletin.version > 1:
        return _("Bulletin changed, read it again: %(title)s") % words
    if bulletin.urgency == Bulletin.Urgency.URGENT:
        return _("Urgent bulletin: %(title)s") % words
    return _("Bulletin: %(title)s") % words


def _key(bulletin: Bulletin) -> str:
    return f"bulletin-{bulletin.pk}-v{bulletin.version}"


def _push(
    bulletin: Bulletin,
    state: str,
    *,
    people: Iterable[Agent] | None = None,
    roles: Collection[str] | None = None,
    line_ids: Collection[int] | None = None,
    is_reminder: bool = False,
) -> None:
    """Its title is no secret to its audience: a restricted one names the lines it is for."""
    payload = {
        "id": bulletin.pk,
        "title": bulletin.title,
        "urgency": bulletin.urgency,
        "version": bulletin.version,
        "is_must_read": bulletin.is_must_read,
        "state": state,
        "reminder": is_reminder,
    }
    pushing.push(
        PushEvent.Kind.BULLETIN,
        payload,
        people=people,
        roles=bulletin.roles if roles is None else roles,
        line_ids=bulletin.line_ids if line_ids is None else line_ids,
    )
