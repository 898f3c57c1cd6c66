"""Who heads a business line: whoever hears that an inquiry of it is late."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from kb.lib.errors import RuleBrokenError


def may_head(line: BusinessLine) -> list[Agent]:
    """Its people that can be chosen: those who answer for it, and those who supervise."""
    people = line.people.filter(
        is_active=True, groups__name__in=[Role.BUSINESS_EXPERT.value, Role.SUPERVISOR.value]
    )
    return list(people.distinct().order_by("display_name", "username"))


@transaction.atomic
def set_head(line: BusinessLine, *, head: Agent | None, by: Agent) -> BusinessLine:
    """Choose its head, or nobody. Locks the line.

    Raises RuleBrokenError for whoever neither answers for this line nor supervises it.
    """
    line = BusinessLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    if head is not None and head not in may_head(line):
        raise RuleBrokenError(_("The head must be a business expert or supervisor of this line."))
    before, after = line.head_id, head.pk if head else None
    if before != after:
        line.head = head
        line.save(update_fields=["head"])
        audit.record(by, "line.head_set", line, before=before, after=after)
    return line
