"""Who hears what happened to an inquiry. Called inside the transaction of the act itself.

Mails name no person and no caller: the question, masked, the line and the deadlines are all they hold.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Agent
from courier import telling
from courier.models import PushEvent
from courier.pushing import push
from faq.models import Entry
from inquiries import addresses, audience
from inquiries.models import Inquiry, Message, Reminder, Round
from inquiries.services import linking
from kb.lib.months import SITE_ZONE

LONGEST_QUESTION = 120  # what a line under the bell or a mail's subject repeats of it
LONGEST_PUSHED = 1_000


def forwarded(inquiry: Inquiry, running: Round) -> None:
    """Who works on it: a new round has begun, or it has come to them."""
    with override(settings.LANGUAGE_CODE):
        said = _("New difficult question: %(question)s") % {"question": short(inquiry)}
    key = f"inquiry-{inquiry.pk}-{running.number}-line-{inquiry.line_id}"
    _to_answer(audience.workers(inquiry), inquiry, running, said, key)


def assigned(inquiry: Inquiry, running: Round, *, audit_id: int) -> None:
    """Whoever it is assigned to, or stands in for them; each time anew."""
    with override(settings.LANGUAGE_CODE):
        said = _("A difficult question was assigned to you: %(question)s") % {"question": short(inquiry)}
    _to_answer(audience.workers(inquiry), inquiry, running, said, f"inquiry-{inquiry.pk}-assigned-{audit_id}")


def said_to_askers(inquiry: Inquiry, message: Message, people: Iterable[Agent] | None = None) -> None:
    """The agents who asked: a reply, the answer or a question back; under the bell and on open pages."""
    people = audience.askers(inquiry) if people is None else list(people)
    with override(settings.LANGUAGE_CODE):
        sentence = {
            Message.Kind.REPLY: _("First word on your difficult question “%(question)s”: %(text)s"),
            Message.Kind.ANSWER: _("Your difficult question “%(question)s” was answered: %(text)s"),
        }.get(Message.Kind(message.kind), _("About your difficult question “%(question)s”: %(text)s"))
        said = sentence % {"question": short(inquiry), "text": message.text}
    telling.tell(people, said, key=f"inquiry-said-{message.pk}", address=addresses.of(inquiry))
    pushed(inquiry, str(message.kind), people, text=message.text)


def said_to_workers(inquiry: Inquiry, message: Message) -> None:
    """Who works on it: an agent has added something."""
    with override(settings.LANGUAGE_CODE):
        said = _("Added to “%(question)s”: %(text)s") % {"question": short(inquiry), "text": message.text}
    people = audience.workers(inquiry)
    telling.tell(people, said, key=f"inquiry-said-{message.pk}", address=addresses.of(inquiry))
    pushed(inquiry, "detail", people)


def closed(inquiry: Inquiry, message: Message | None, *, by: Agent) -> None:
    """The agents who asked, but whoever closed it."""
    with override(settings.LANGUAGE_CODE):
        said = _("“%(question)s” was closed. %(text)s") % {
            "question": short(inquiry),
            "text": message.text if message else "",
        }
    people = [person for person in audience.askers(inquiry) if person != by]
    key = f"inquiry-{inquiry.pk}-{inquiry.round}-closed"
    telling.tell(people, said.strip(), key=key, address=addresses.of(inquiry))
    pushed(inquiry, "closed", people)


def came_out(inquiry: Inquiry, entry: Entry) -> None:
    """The agents who asked, as far as they may read it: the answer is an entry now."""
    readers = [
        person
        for person in audience.askers(inquiry)
        if Entry.objects.visible_to(person).filter(pk=entry.pk).exists()
    ]
    with override(settings.LANGUAGE_CODE):
        said = _("The answer to “%(question)s” is an entry now.") % {"question": short(inquiry)}
    key = f"inquiry-{inquiry.pk}-entry-{entry.pk}"
    telling.tell(readers, said, key=key, address=addresses.of(inquiry))
    pushed(inquiry, "entry", readers, entry=entry.pk)


def reminded(inquiry: Inquiry, running: Round, reminder: Reminder) -> None:
    """Who works on it of what is due soon; who watches, of what is late. By bell and by mail."""
    kind = Reminder.Kind(reminder.kind)
    is_late = kind in (Reminder.Kind.REPLY_LATE, Reminder.Kind.ANSWER_LATE)
    with override(settings.LANGUAGE_CODE):
        said = f"{kind.label}: {short(inquiry)}"
    key = f"inquiry-{inquiry.pk}-{running.number}-{kind}"
    if not is_late:
        _to_answer(audience.workers(inquiry), inquiry, running, said, key)
        return
    watchers, workers = audience.watchers(inquiry), audience.workers(inquiry)
    telling.tell([*watchers, *workers], said, key=key, address=addresses.of(inquiry))
    with override(settings.LANGUAGE_CODE):
        body = _body(inquiry, running, telling.in_mail(addresses.of(inquiry)))
    telling.send_mail(watchers, said, body, key=key)


def settled(inquiry: Inquiry, running: Round) -> None:
    """Who works on it: the year's holidays are known, and the final deadline is another day."""
    with override(settings.LANGUAGE_CODE):
        said = _(
            "The answer to “%(question)s” is due at %(due)s, now that the year's holidays are known."
        ) % {
            "question": short(inquiry),
            "due": clock(running.answer_due_at),
        }
    key = f"inquiry-{inquiry.pk}-{running.number}-settled"
    telling.tell(audience.workers(inquiry), said, key=key, address=addresses.of(inquiry))


def pushed(inquiry: Inquiry, what: str, people: Iterable[Agent], **more: object) -> None:
    """Open pages of these people; ``what`` is the kind of message, or what happened."""
    text = more.pop("text", None)
    if isinstance(text, str):
        more["text"] = text[:LONGEST_PUSHED]
    payload = {"id": inquiry.pk, "what": what, "state": str(inquiry.state), "question": inquiry.question}
    push(PushEvent.Kind.INQUIRY, {**payload, **more}, people=people)


def short(inquiry: Inquiry) -> str:
    question = inquiry.question
    return question if len(question) <= LONGEST_QUESTION else f"{question[: LONGEST_QUESTION - 1]}…"


def clock(moment: datetime) -> str:
    """A moment as the site writes it."""
    return date_format(timezone.localtime(moment, SITE_ZONE), "Y-m-d H:i")


def _to_answer(people: list[Agent], inquiry: Inquiry, running: Round, said: str, key: str) -> None:
    """The bell, and a mail with a link of each person's own; none for those without an address."""
    telling.tell(people, said, key=key, address=addresses.of(inquiry))
    for person in people:
        if not person.email:
            continue
        with override(settings.LANGUAGE_CODE):
            body = _body(inquiry, running, linking.make(inquiry, person))
        telling.send_mail([person], said, body, key=key)


def _body(inquiry: Inquiry, running: Round, address: str) -> str:
    return _(
        "%(question)s\n\nBusiness line: %(line)s\nFirst reply due: %(reply)s\nAnswer due: %(answer)s\n\n"
        "Answer here: %(address)s"
    ) % {
        "question": inquiry.question,
        "line": inquiry.line.name,
        "reply": clock(running.reply_due_at),
        "answer": clock(running.answer_due_at),
        "address": address,
    }
