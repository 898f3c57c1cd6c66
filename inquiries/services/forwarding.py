"""An agent hands a question that nobody has answered yet to a business line, or joins one that waits."""

from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit, permissions
from accounts.models import Agent, BusinessLine
from faq.services.locking import database_now
from inquiries.models import Asker, Inquiry, Message
from inquiries.services import announcing, rounds, texts
from inquiries.services.locking import lock
from kb.lib.errors import RuleBrokenError


@transaction.atomic
def forward(
    *,
    question: str,
    context: str,
    line: BusinessLine,
    by: Agent,
    call_id: UUID | None,
    key: UUID,
    words: str = "",
) -> Inquiry:
    """Make an inquiry with its first round, and tell who works on it; ``words`` are what was searched for.

    What could identify a caller is masked. The same ``key`` again gives the same inquiry and tells nobody
    twice, also when both come at once. Raises RuleBrokenError without a question, when a text is too long,
    the line is not in use, or the key is somebody else's.
    """
    _check_forwards(by)
    asked, around = texts.line(question, _("The question is missing.")), texts.text(context)
    known = Inquiry.objects.filter(key=key).first()
    if known is not None:
        return _own(known, by)
    if not line.is_active:
        raise RuleBrokenError(_("This business line is no longer in use."))
    at = database_now()
    try:
        with transaction.atomic():
            inquiry = Inquiry.objects.create(
                key=key, question=asked, context=around, line=line, forwarded_by=by, forwarded_at=at
            )
    except IntegrityError:
        return _own(Inquiry.objects.get(key=key), by)
    searched = texts.beginning(words)
    Asker.objects.create(inquiry=inquiry, person=by, call_id=call_id, words=searched, asked_at=at)
    running = rounds.begin(inquiry, at=at)
    audit.record(by, "inquiry.forwarded", inquiry, line=line.pk)
    announcing.forwarded(inquiry, running)
    return inquiry


@transaction.atomic
def join(inquiry: Inquiry, *, by: Agent, call_id: UUID | None, words: str = "", detail: str = "") -> Inquiry:
    """Add a call in which it was asked too; its agent hears what the others hear, and nothing is due anew.

    The same call joins once. Whoever joins what was answered at this moment is told the answer. Locks the
    inquiry. Raises RuleBrokenError when it was closed.
    """
    _check_forwards(by)
    inquiry = lock(inquiry)
    if inquiry.state == Inquiry.State.CLOSED:
        raise RuleBrokenError(_("This question was closed meanwhile. Forward yours, or reopen it."))
    asked = Asker.objects.filter(inquiry=inquiry, call_id=call_id)
    if (asked if call_id else asked.filter(person=by)).exists():
        return inquiry
    said, searched = texts.text(detail), texts.beginning(words)
    Asker.objects.create(inquiry=inquiry, person=by, call_id=call_id, round=inquiry.round, words=searched)
    audit.record(by, "inquiry.joined", inquiry)
    if said:
        message = Message.objects.create(
            inquiry=inquiry, round=inquiry.round, kind=Message.Kind.DETAIL, text=said, author=by, key=uuid4()
        )
        announcing.said_to_workers(inquiry, message)
    _tell_answer(inquiry, by)
    return inquiry


def _tell_answer(inquiry: Inquiry, person: Agent) -> None:
    if inquiry.state != Inquiry.State.ANSWERED:
        return
    answer = inquiry.messages.filter(kind=Message.Kind.ANSWER).order_by("-pk").first()
    if answer is not None:
        announcing.said_to_askers(inquiry, answer, [person])


def _check_forwards(person: Agent) -> None:
    if not permissions.may_forward(person):
        raise RuleBrokenError(_("Who talks to callers forwards questions; you do not."))


def _own(inquiry: Inquiry, by: Agent) -> Inquiry:
    if inquiry.forwarded_by_id != by.pk:
        raise RuleBrokenError(_("This form was sent by somebody else; open a new one."))
    return inquiry
