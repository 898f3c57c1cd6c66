"""A bulletin's way out: begun, saved as a draft, published."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent
from bulletins.content import Content
from bulletins.models import Bulletin, Notice
from faq.models import Entry
from kb.lib.errors import RuleBrokenError


@transaction.atomic
def begin(
    *,
    title: str,
    body: str,
    by: Agent,
    urgency: str = Bulletin.Urgency.INFO,
    line_ids: Collection[int] = (),
    roles: Collection[str] = (),
    entries: Iterable[Entry] = (),
    notice: Notice | None = None,
    ends_at: datetime | None = None,
) -> Bulletin:
    """A draft for its author to go on with; nobody else is told. Raises RuleBrokenError like `draft`."""
    content = Content(
        title=title,
        body=body,
        urgency=urgency,
        roles=roles,
        line_ids=line_ids,
        entry_ids=[entry.pk for entry in entries],
        ends_at=ends_at,
    )
    return draft(content, by=by, notice=notice)


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


def check_writer(by: Agent) -> None:
    """Raise RuleBrokenError for whoever does not write bulletins."""
    if not permissions.may_write_bulletins(by):
        raise RuleBrokenError(_("You may not write bulletins."))
