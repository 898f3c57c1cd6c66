"""Who hears what happened to an inquiry. Called inside the transaction of the act itself.

Mails name no person and no caller: the question, masked, the line and the deadlines are all they hold.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
    key = f"inquiry-{inquiry.pk}-{running.number}-line-{inquiry.line_id}"
    _to_answer(
        audience.workers(inquiry),
        inquiry,
        running,
        lambda: _("New difficult question: %(question)s") % {"question": short(inquiry)},
        key,
    )


def assigned(inquiry: Inquiry, running: Round, *, audit_id: int) -> None:
    """Whoever it is assigned to, or stands in for them; each time anew."""
    _to_answer(
        audience.workers(inquiry),
        inquiry,
        running,
        lambda: _("A difficult question was assigned to you: %(question)s") % {"question": short(inquiry)},
        f"inquiry-{inquiry.pk}-assigned-{audit_id}",
    )


def said_to_askers(inquiry: Inquiry, message: Message, people: Iterable[Agent] | None = None) -> None:
    """The agents who asked: a reply, the answer or a question back; under the bell and on open pages."""
    people = audience.askers(inquiry) if people is None else list(people)
    sentences = {
        Message.Kind.REPLY: gettext_lazy("A word on your difficult question “%(question)s”: %(text)s"),
        Message.Kind.ANSWER: gettext_lazy("Your difficult question “%(question)s” was answered: %(text)s"),
        Message.Kind.QUESTION: gettext_lazy("Asked back on your difficult question “%(question)s”: %(text)s"),
    }
    sentence = sentences[Message.Kind(message.kind)]
    _tell(people, inquiry, f"inquiry-said-{message.pk}", sentence, text=message.text)
    pushed(inquiry, str(message.kind), people, text=message.text)


def said_to_workers(inquiry: Inquiry, message: Message) -> None:
    """Who works on it: an agent has added something."""
    people = audience.workers(inquiry)
    sentence = gettext_lazy("Added to “%(question)s”: %(text)s")
    _tell(people, inquiry, f"inquiry-said-{message.pk}", sentence, text=message.text)
    pushed(inquiry, "detail", people)


def closed(inquiry: Inquiry, message: Message | None, *, by: Agent) -> None:
    """The agents who asked, but whoever closed it."""
    people = [person for person in audience.askers(inquiry) if person != by]
    key, text = f"inquiry-{inquiry.pk}-{inquiry.round}-closed", message.text if message else ""
    _tell(people, inquiry, key, gettext_lazy("“%(question)s” was closed. %(text)s"), text=text)
    pushed(inquiry, "closed", people)


def came_out(inquiry: Inquiry, entry: Entry) -> None:
    """The agents who asked, as far as they may read it: the answer is an entry now."""
    readers = [
        person
        for person in audience.askers(inquiry)
        if Entry.objects.visible_to(person).filter(pk=entry.pk).exists()
    ]
    key = f"inquiry-{inquiry.pk}-entry-{entry.pk}"
    _tell(readers, inquiry, key, gettext_lazy("The answer to “%(question)s” is an entry now."))
    pushed(inquiry, "entry", readers, entry=entry.pk)


def reminded(reminders: Iterable[tuple[Inquiry, Round, Reminder]]) -> None:
    """Who works on it of what is due soon; who watches, of what is late. By bell and by mail."""
    people = audience.Audience()
    for inquiry, running, reminder in reminders:
        kind = Reminder.Kind(reminder.kind)
        key = f"inquiry-{inquiry.pk}-{running.number}-{kind}"
        said = _reminder(kind, inquiry)
        workers = people.workers(inquiry)
        if kind in (Reminder.Kind.REPLY_SOON, Reminder.Kind.ANSWER_SOON):
            _to_answer(workers, inquiry, running, said, key)
            continue
        watchers = people.watchers(inquiry)
        telling.tell([*watchers, *workers], said, key=key, address=addresses.of(inquiry))
        page = telling.in_mail(addresses.of(inquiry))
        body = _body(inquiry, running, page)
        telling.send_mail(watchers, said, body, key=key, is_urgent=True)


def settled(inquiry: Inquiry, running: Round) -> None:
    """Who works on it: the year's holidays are known, and the final deadline is another day."""
    sentence = gettext_lazy("The answer to “%(question)s” is due at %(due)s: that year is announced now.")
    key = f"inquiry-{inquiry.pk}-{running.number}-settled"
    _tell(audience.workers(inquiry), inquiry, key, sentence, due=clock(running.answer_due_at))


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


def _tell(people: Iterable[Agent], inquiry: Inquiry, key: str, sentence: Promise, **values: str) -> None:
    """A line in each one's language; the sentence names the question."""

    def said() -> str:
        return (str(sentence) % {"question": short(inquiry), **values}).strip()

    telling.tell(people, said, key=key, address=addresses.of(inquiry))


def _to_answer(people: list[Agent], inquiry: Inquiry, running: Round, said: telling.Text, key: str) -> None:
    """The bell, and a mail with a link of each person's own; none for those without an address."""
    telling.tell(people, said, key=key, address=addresses.of(inquiry))
    readers = [person for person in people if person.email]
    for person, link in zip(readers, linking.make(inquiry, readers), strict=True):
        telling.send_mail([person], said, _body(inquiry, running, link), key=key, is_urgent=True)


def _reminder(kind: Reminder.Kind, inquiry: Inquiry) -> telling.Text:
    return lambda: _("%(kind)s: %(subject)s") % {"kind": kind.label, "subject": short(inquiry)}


def _body(inquiry: Inquiry, running: Round, address: str) -> telling.Text:
    return lambda: (
        _(
            "%(question)s\n\nBusiness line: %(line)s\nFirst reply due: %(reply)s\nAnswer due: %(answer)s\n\n"
            "Answer here: %(address)s"
        )
        % {
            "question": inquiry.question,
            "line": inquiry.line.name,
            "reply": clock(running.reply_due_at),
            "answer": clock(running.answer_due_at),
            "address": address,
        }
    )
