"""Who heads a business line: whoever hears that an inquiry of it is late."""

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from kb.lib.errors import RuleBrokenError


def with_choices() -> QuerySet[BusinessLine]:
    """All lines, each with ``may_head``, those of its people who can be chosen."""
    people = Prefetch("people", _may_head().order_by("display_name", "username"), to_attr="may_head")
    return BusinessLine.objects.select_related("head").prefetch_related(people)


@transaction.atomic
def set_head(line: BusinessLine, *, head: Agent | None, by: Agent) -> BusinessLine:
    """Choose its head, or nobody. Locks the line.

    Raises RuleBrokenError for whoever neither answers for this line nor supervises it.
    """
    line = BusinessLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    if head is not None and not _may_head().filter(pk=head.pk, lines=line).exists():
        raise RuleBrokenError(_("The head must be a business expert or supervisor of this line."))
    before, after = line.head_id, head.pk if head else None
    if before != after:
        line.head = head
        line.save(update_fields=["head"])
        audit.record(by, "line.head_set", line, before=before, after=after)
    return line


def _may_head() -> QuerySet[Agent]:
    """Those who answer for a line, and those who supervise."""
    roles = [Role.BUSINESS_EXPERT.value, Role.SUPERVISOR.value]
    return Agent.objects.filter(is_active=True, groups__name__in=roles).distinct()
