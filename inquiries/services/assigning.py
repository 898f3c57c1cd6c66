"""Whose an inquiry is, which line's, and who stands in while somebody is away."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent, BusinessLine
from inquiries.models import Absence, Inquiry
from inquiries.services import announcing, texts
from inquiries.services.locking import check_works_on, lock_open, running_round
from kb.lib.errors import RuleBrokenError


@transaction.atomic
def assign(inquiry: Inquiry, *, to: Agent, by: Agent) -> Inquiry:
    """Give it to one business expert of its line; no deadline moves. Locks the inquiry.

    Raises RuleBrokenError when it is that person's already, they are no expert of the line, ``by`` does not
    work on it, or it was answered or closed meanwhile.
    """
    inquiry = lock_open(inquiry)
    check_works_on(inquiry, by)
    if inquiry.assigned_to_id == to.pk:
        raise RuleBrokenError(_("It is assigned to %(person)s already.") % {"person": to})
    if not permissions.may_fill_seat(to, inquiry.line):
        raise RuleBrokenError(_("%(person)s is no business expert of this line.") % {"person": to})
    before, inquiry.assigned_to = inquiry.assigned_to_id, to
    if inquiry.state == Inquiry.State.OPEN:
        inquiry.state = Inquiry.State.ASSIGNED
    inquiry.save(update_fields=["assigned_to", "state"])
    row = audit.record(by, "inquiry.assigned", inquiry, before=before, after=to.pk)
    if to != by:
        announcing.assigned(inquiry, running_round(inquiry), audit_id=row.pk)
    return inquiry


@transaction.atomic
def send_to_line(inquiry: Inquiry, *, line: BusinessLine, by: Agent, reason: str = "") -> Inquiry:
    """It is another line's: that line's experts are told, nobody has it yet, and the deadlines stay.

    Locks the inquiry. Raises RuleBrokenError when it is that line's already, the line is not in use, ``by``
    does not work on it, or it was answered or closed meanwhile.
    """
    inquiry = lock_open(inquiry)
    check_works_on(inquiry, by)
    if inquiry.line_id == line.pk:
        raise RuleBrokenError(_("It is this line's already."))
    if not line.is_active:
        raise RuleBrokenError(_("This business line is no longer in use."))
    before, inquiry.line, inquiry.assigned_to = inquiry.line_id, line, None
    if inquiry.state == Inquiry.State.ASSIGNED:
        inquiry.state = Inquiry.State.OPEN
    inquiry.save(update_fields=["line", "assigned_to", "state"])
    why = texts.line(reason)
    audit.record(by, "inquiry.sent_to_line", inquiry, before=before, after=line.pk, reason=why)
    announcing.forwarded(inquiry, running_round(inquiry))
    return inquiry


@transaction.atomic
def set_absence(person: Agent, *, substitute: Agent, starts_on: date, ends_on: date, by: Agent) -> Absence:
    """Say when somebody is away and who stands in; what is theirs is the substitute's too in that time.

    Locks the person. Raises RuleBrokenError when the days are out of order or overlap another absence, the
    substitute is no business expert, or ``by`` is neither the person nor one who chases inquiries.
    """
    person = Agent.objects.select_for_update(no_key=True).get(pk=person.pk)
    _check_absence_is_of(person, by)
    if ends_on < starts_on:
        raise RuleBrokenError(_("The absence ends before it begins."))
    if substitute == person or not permissions.may_answer_inquiries(substitute):
        raise RuleBrokenError(_("Choose another business expert to stand in."))
    if person.absences.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise RuleBrokenError(_("An absence is entered for some of these days already."))
    absence = Absence.objects.create(
        person=person, substitute=substitute, starts_on=starts_on, ends_on=ends_on, set_by=by
    )
    detail = {"substitute": substitute.pk, "from": str(starts_on), "until": str(ends_on)}
    audit.record(by, "absence.set", person, **detail)
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, by: Agent) -> None:
    """Take an absence back. Locks the person. Raises RuleBrokenError like `set_absence`."""
    person = Agent.objects.select_for_update(no_key=True).get(pk=absence.person_id)
    _check_absence_is_of(person, by)
    deleted, _rows = Absence.objects.filter(pk=absence.pk).delete()
    if deleted:
        audit.record(by, "absence.ended", person, substitute=absence.substitute_id)


def _check_absence_is_of(person: Agent, by: Agent) -> None:
    if person != by and not permissions.may_chase_inquiries(by):
        raise RuleBrokenError(_("This absence is not yours to enter."))
