"""Telling people something: a line under the bell, a mail. Called inside the transaction of the act itself.

Each reads it in their own language. A text that is put together is handed over as a function, which is called
once for every language that somebody reads.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import override

from accounts.models import Agent
from courier.letters import in_mail, language_of
from courier.models import Mail, MailFile, MailWish, PushEvent
from courier.pushing import push
from courier.tasks import hand_over
from kb.lib import jobs

__all__ = ["File", "Text", "by_language", "in_mail", "send_mail", "tell", "write"]

Text = str | Promise | Callable[[], str]
DOMAIN = "wenqu.invalid"


@dataclass(frozen=True)
class File:
    """What goes out with a mail."""

    name: str
    content_type: str
    content: bytes


_TELL = """
INSERT INTO courier_notification (person_id, text, key, address)
SELECT person, %(text)s, %(key)s, %(address)s FROM unnest(%(people)s::bigint[]) AS person
ON CONFLICT (person_id, key) DO NOTHING RETURNING person_id
"""


@transaction.atomic
def tell(people: Iterable[Agent], text: Text, *, key: str, address: str = "") -> None:
    """Put a line under the bell of these people, on open pages at once; the same ``key`` tells once."""
    for language, readers in by_language(people).items():
        said = _in(language, text)[:500]
        chosen = {reader.pk: reader for reader in readers}
        values: dict[str, Any] = {"text": said, "key": key, "address": address, "people": sorted(chosen)}
        with connection.cursor() as cursor:
            cursor.execute(_TELL, values)
            told = [chosen[pk] for (pk,) in cursor.fetchall()]
        push(PushEvent.Kind.BELL, {"more": 1, "text": said, "address": address}, people=told)


@transaction.atomic
def send_mail(
    people: Iterable[Agent],
    subject: Text,
    body: Text,
    *,
    key: str,
    is_urgent: bool = False,
    files: Collection[File] = (),
) -> None:
    """Write a mail to each of these people that has an address; the worker hands it over after the commit.

    Who wishes one mail a day gets it with the next of these, unless it ``is_urgent`` or has ``files``. The
    same ``key`` again writes nothing.
    """
    chosen = [person for person in people if person.email]
    known = set(Mail.objects.filter(key=key, to__in=chosen).values_list("to", flat=True))
    new = [person for person in chosen if person.pk not in known]
    patient = set() if is_urgent or files else _collecting(new)
    for language, readers in by_language(new).items():
        title, said = _in(language, subject)[:200], _in(language, body)
        for person in readers:
            write(person, title, said, key=key, is_collected=person.pk in patient, files=files)


def write(
    person: Agent,
    subject: str,
    body: str,
    *,
    key: str,
    is_collected: bool = False,
    files: Iterable[File] = (),
) -> Mail:
    """One mail, on its way as soon as this transaction has ended, or kept for the daily one."""
    state = Mail.State.COLLECTED if is_collected else Mail.State.WAITING
    message_id = f"<{uuid4()}@{DOMAIN}>"
    mail = Mail.objects.create(
        to=person, subject=subject, body=body, key=key, message_id=message_id, state=state
    )
    MailFile.objects.bulk_create(
        MailFile(mail=mail, name=file.name, content_type=file.content_type, content=file.content)
        for file in files
    )
    if not is_collected:
        jobs.defer(hand_over.name, mail_id=mail.pk)
    return mail


def _collecting(people: Collection[Agent]) -> set[int]:
    return set(MailWish.objects.filter(person__in=people, is_daily=True).values_list("person", flat=True))


def _in(language: str, text: Text) -> str:
    with override(language):
        return text() if callable(text) and not isinstance(text, Promise) else str(text)


def by_language(people: Iterable[Agent]) -> dict[str, list[Agent]]:
    """Each person who is here, once, by the language they read."""
    found: dict[str, list[Agent]] = {}
    for person in {person.pk: person for person in people}.values():
        if person.is_active:
            found.setdefault(language_of(person), []).append(person)
    return found
