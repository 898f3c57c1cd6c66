"""What is said in an inquiry: reply, answer, question back, details, notes; and how it ends and begins anew.

Every message has the key of the form that sent it, so that sending it twice says it once.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent
from faq.services.locking import database_now
from inquiries import audience
from inquiries.models import Asker, Inquiry, Message
from inquiries.services import announcing, pausing, rounds, texts
from inquiries.services.locking import check_answers, check_works_on, lock, running_round
from kb.lib.errors import RuleBrokenError


@transaction.atomic
def reply(inquiry: Inquiry, *, text: str, by: Agent, key: UUID, is_by_mail: bool = False) -> Inquiry:
    """Say something to the agents before the answer is found; the first one keeps the first deadline.

    Locks the inquiry. Raises RuleBrokenError when it was answered meanwhile, or is not this person's.
    """
    inquiry = lock(inquiry)
    if _was_said(inquiry, key, by):
        return inquiry
    check_answers(inquiry, by)
    _check_open(inquiry)
    running, at = running_round(inquiry), database_now()
    if running.replied_at is None:
        running.replied_at, running.replied_by = at, by
        running.save(update_fields=["replied_at", "replied_by"])
    _move(inquiry, Inquiry.State.REPLIED)
    message = _say(inquiry, Message.Kind.REPLY, text, by, key, is_by_mail=is_by_mail)
    announcing.said_to_askers(inquiry, message)
    return inquiry


@transaction.atomic
def answer(inquiry: Inquiry, *, text: str, by: Agent, key: UUID, is_by_mail: bool = False) -> Inquiry:
    """Answer it for every agent who asked; without an earlier reply it is the first reply as well.

    Locks the inquiry, so of two answers at the same moment one is given. An open pause ends. Raises
    RuleBrokenError when it was answered or closed meanwhile, or is not this person's to answer.
    """
    inquiry = lock(inquiry)
    if _was_said(inquiry, key, by):
        return inquiry
    check_answers(inquiry, by)
    _check_open(inquiry)
    running, at = running_round(inquiry), database_now()
    if running.replied_at is None:
        running.replied_at, running.replied_by = at, by
    running.answered_at, running.answered_by = at, by
    running.save(update_fields=["replied_at", "replied_by", "answered_at", "answered_by"])
    pausing.end_open(inquiry, by=by, at=at)
    _move(inquiry, Inquiry.State.ANSWERED)
    message = _say(inquiry, Message.Kind.ANSWER, text, by, key, is_by_mail=is_by_mail)
    announcing.said_to_askers(inquiry, message)
    return inquiry


@transaction.atomic
def ask_back(inquiry: Inquiry, *, text: str, by: Agent, key: UUID, is_by_mail: bool = False) -> Inquiry:
    """Ask the agents for something; no deadline is kept by it. Locks the inquiry. Raises like `reply`."""
    inquiry = lock(inquiry)
    if _was_said(inquiry, key, by):
        return inquiry
    check_answers(inquiry, by)
    _check_open(inquiry)
    message = _say(inquiry, Message.Kind.QUESTION, text, by, key, is_by_mail=is_by_mail)
    announcing.said_to_askers(inquiry, message)
    return inquiry


@transaction.atomic
def add_detail(inquiry: Inquiry, *, text: str, by: Agent, key: UUID, is_by_mail: bool = False) -> Inquiry:
    """An agent who asked adds something, or answers the question back. Locks the inquiry.

    Raises RuleBrokenError when it was answered or closed meanwhile, or the person did not ask.
    """
    inquiry = lock(inquiry)
    if _was_said(inquiry, key, by):
        return inquiry
    _check_open(inquiry)
    if not _has_asked(inquiry, by):
        raise RuleBrokenError(_("Only agents who asked this question add to it; join it first."))
    message = _say(inquiry, Message.Kind.DETAIL, text, by, key, is_by_mail=is_by_mail)
    announcing.said_to_workers(inquiry, message)
    return inquiry


@transaction.atomic
def note(inquiry: Inquiry, *, text: str, by: Agent, key: UUID, is_by_mail: bool = False) -> Inquiry:
    """A note among those who work on it; no agent reads it. Locks the inquiry."""
    inquiry = lock(inquiry)
    if _was_said(inquiry, key, by):
        return inquiry
    check_works_on(inquiry, by)
    _say(inquiry, Message.Kind.NOTE, text, by, key, is_by_mail=is_by_mail)
    return inquiry


@transaction.atomic
def close(inquiry: Inquiry, *, text: str = "", by: Agent, key: UUID, is_by_mail: bool = False) -> Inquiry:
    """End it. Answered ones are closed by whoever asked or works on them.

    An unanswered one, which needs a reason, by the agent who forwarded it and whoever chases: closing is no
    way to keep a deadline. Locks the inquiry. Raises RuleBrokenError for anybody else, without a reason, or
    when it was closed meanwhile.
    """
    inquiry = lock(inquiry)
    if _was_said(inquiry, key, by):
        return inquiry
    if inquiry.state == Inquiry.State.CLOSED:
        raise RuleBrokenError(_("This question was closed meanwhile."))
    _check_closes(inquiry, by, text)
    at = database_now()
    if inquiry.is_open:
        running = running_round(inquiry)
        running.closed_at = at
        running.save(update_fields=["closed_at"])
        pausing.end_open(inquiry, by=by, at=at)
    inquiry.closed_at = at
    inquiry.state = Inquiry.State.CLOSED
    inquiry.save(update_fields=["state", "closed_at"])
    audit.record(by, "inquiry.closed", inquiry)
    kind = Message.Kind.DETAIL if _has_asked(inquiry, by) else Message.Kind.REPLY
    message = _say(inquiry, kind, text, by, key, is_by_mail=is_by_mail) if text.strip() else None
    announcing.closed(inquiry, message, by=by)
    return inquiry


@transaction.atomic
def reopen(inquiry: Inquiry, *, by: Agent, reason: str, key: UUID) -> Inquiry:
    """Begin a new round, with deadlines of its own; what was late in the old one stays late.

    Locks the inquiry. Raises RuleBrokenError when it is open, or the person neither asked nor works on it.
    """
    inquiry = lock(inquiry)
    if _was_said(inquiry, key, by):
        return inquiry
    if inquiry.is_open:
        raise RuleBrokenError(_("This question is open; there is nothing to reopen."))
    has_asked = _has_asked(inquiry, by)
    if not has_asked:
        check_works_on(inquiry, by)
    inquiry.round += 1
    inquiry.closed_at = None
    inquiry.state = Inquiry.State.ASSIGNED if inquiry.assigned_to_id else Inquiry.State.OPEN
    inquiry.save(update_fields=["round", "closed_at", "state"])
    if not has_asked and permissions.may_forward(by):
        Asker.objects.create(inquiry=inquiry, person=by, call_id=None, round=inquiry.round)
    running = rounds.begin(inquiry, at=database_now())
    audit.record(by, "inquiry.reopened", inquiry, round=inquiry.round)
    _say(inquiry, Message.Kind.DETAIL, reason, by, key, is_by_mail=False)
    announcing.forwarded(inquiry, running)
    announcing.pushed(inquiry, "reopened", audience.askers(inquiry))
    return inquiry


def _say(
    inquiry: Inquiry, kind: Message.Kind, text: str, by: Agent, key: UUID, *, is_by_mail: bool
) -> Message:
    said = texts.text(text, _("Write something first."))
    message = Message.objects.create(
        inquiry=inquiry,
        round=inquiry.round,
        kind=kind,
        text=said,
        author=by,
        is_by_mail=is_by_mail,
        key=key,
    )
    audit.record(by, f"inquiry.{kind}", inquiry, message=message.pk, is_by_mail=is_by_mail)
    return message


def _was_said(inquiry: Inquiry, key: UUID, by: Agent) -> bool:
    """Whether this form was received already; raises RuleBrokenError when it was another's."""
    said = Message.objects.filter(key=key).first()
    if said is not None and (said.inquiry_id, said.author_id) != (inquiry.pk, by.pk):
        raise RuleBrokenError(_("This form was sent by somebody else; open a new one."))
    return said is not None


def _check_open(inquiry: Inquiry) -> None:
    if not inquiry.is_open:
        raise RuleBrokenError(_("This question was answered or closed meanwhile."))


def _move(inquiry: Inquiry, state: Inquiry.State) -> None:
    inquiry.state = state
    inquiry.save(update_fields=["state"])


def _has_asked(inquiry: Inquiry, person: Agent) -> bool:
    return inquiry.askers.filter(person=person).exists()


def _check_closes(inquiry: Inquiry, by: Agent, text: str) -> None:
    if inquiry.is_open:
        if by.pk != inquiry.forwarded_by_id and not permissions.may_chase_inquiries(by):
            raise RuleBrokenError(
                _("Only who forwarded an unanswered question, or who chases it, closes it.")
            )
        if not text.strip():
            raise RuleBrokenError(_("Say why it is closed without an answer."))
    elif not _has_asked(inquiry, by):
        check_works_on(inquiry, by)
