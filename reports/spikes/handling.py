"""What people do about a spike: say that they see to it, prepare a bulletin."""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent
from accounts.roles import Role
from bulletins.content import Content
from bulletins.models import Bulletin
from bulletins.services import publishing
from faq.models import Entry
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError
from kb.lib.months import SITE_ZONE
from reports.models import Spike
from reports.spikes import alerting

MOST_ENTRIES = 5


@transaction.atomic
def acknowledge(spike: Spike, *, by: Agent) -> Spike:
    """Note who sees to it; all who heard of it see that. Locks the spike.

    Raises RuleBrokenError when somebody has said so already, or the person may not.
    """
    spike = _lock(spike, by)
    if spike.acknowledged_at is not None:
        raise RuleBrokenError(_("%(person)s sees to it already.") % {"person": spike.acknowledged_by})
    _acknowledge(spike, by)
    return spike


@transaction.atomic
def prepare_bulletin(spike: Spike, *, by: Agent) -> Bulletin:
    """The spike's bulletin as a draft; one is made of it, whoever asks again. Acknowledges it by the way.

    Locks the spike. Raises RuleBrokenError when the person may not write bulletins.
    """
    spike = _lock(spike, by)
    if spike.bulletin is not None:
        return spike.bulletin
    entries = _entries(spike, by)
    content = Content(
        title=_("Many calls: %(what)s") % {"what": alerting.name_of(spike)[:150]},
        body=_body(spike, entries),
        urgency=Bulletin.Urgency.URGENT,
        roles=[Role.AGENT],
        ends_at=_end_of_day(database_now()),
        entry_ids=[entry.pk for entry in entries],
    )
    bulletin = publishing.draft(content, by=by)
    spike.bulletin = bulletin
    spike.save(update_fields=["bulletin"])
    audit.record(by, "spike.bulletin_prepared", spike, bulletin=bulletin.pk)
    if spike.acknowledged_at is None:
        _acknowledge(spike, by)
    return bulletin


def _lock(spike: Spike, by: Agent) -> Spike:
    if not permissions.may_handle_spikes(by):
        raise RuleBrokenError(_("You may not do this."))
    return Spike.objects.select_for_update(of=("self",)).with_names().get(pk=spike.pk)


def _acknowledge(spike: Spike, by: Agent) -> None:
    spike.acknowledged_by, spike.acknowledged_at = by, database_now()
    spike.save(update_fields=["acknowledged_by", "acknowledged_at"])
    audit.record(by, "spike.acknowledged", spike, what=spike.subject)
    alerting.acknowledged(spike)


def _entries(spike: Spike, by: Agent) -> list[Entry]:
    """What agents will open for it: its entry, or those the line's spike is made of."""
    wanted = [spike.entry_id] if spike.entry_id else []
    wanted += spike.absorbed.order_by("-calls").values_list("entry_id", flat=True)
    found = Entry.objects.findable_by(by).filter(pk__in=wanted, is_restricted=False)
    return sorted(found, key=lambda entry: wanted.index(entry.pk))[:MOST_ENTRIES]


def _body(spike: Spike, entries: list[Entry]) -> str:
    parts = [alerting.sentence(spike)]
    if spike.samples:
        lines = "\n".join(f"- {text}" for text, _calls in spike.samples)
        parts.append(_("Callers ask:") + "\n\n" + lines)
    if not entries:
        parts.append(_("What agents shall say: …"))
    return "\n\n".join(parts)


def _end_of_day(now: datetime) -> datetime:
    here = timezone.localtime(now, SITE_ZONE)
    return datetime.combine(here.date(), time(23, 59, 59), tzinfo=SITE_ZONE)
