"""Telling people something: a line under the bell, a mail. Called inside the transaction of the act itself.

Texts may be lazy translations; they are written in the site's language, for nobody knows the reader's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import override

from accounts.models import Agent
from courier.models import Mail, MailFile, Notification
from courier.tasks import hand_over

Text = str | Promise
DOMAIN = "wenqu.invalid"


@dataclass(frozen=True)
class File:
    """What goes out with a mail."""

    name: str
    content_type: str
    content: bytes


@transaction.atomic
def tell(people: Iterable[Agent], text: Text, *, key: str, address: str = "") -> None:
    """Put a line under the bell of these people; the same ``key`` again tells nobody twice."""
    with override(settings.LANGUAGE_CODE):
        said = str(text)[:500]
    rows = [Notification(person=person, text=said, key=key, address=address) for person in _active(people)]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def send_mail(
    people: Iterable[Agent], subject: Text, body: Text, *, key: str, files: Iterable[File] = ()
) -> None:
    """Write a mail to each of these people that has an address; the worker hands it over after the commit.

    The same ``key`` again writes nothing.
    """
    with override(settings.LANGUAGE_CODE):
        title, said = str(subject)[:200], str(body)
    chosen = [person for person in _active(people) if person.email]
    known = set(Mail.objects.filter(key=key, to__in=chosen).values_list("to", flat=True))
    for person in chosen:
        if person.pk in known:
            continue
        mail = Mail.objects.create(
            to=person, subject=title, body=said, key=key, message_id=f"<{uuid4()}@{DOMAIN}>"
        )
        MailFile.objects.bulk_create(
            MailFile(mail=mail, name=file.name, content_type=file.content_type, content=file.content)
            for file in files
        )
        hand_over.defer(mail_id=mail.pk)


def in_mail(address: str) -> str:
    """The whole address of a page, for readers who are not on the site."""
    return f"{settings.SITE_ADDRESS}{address}"


def _active(people: Iterable[Agent]) -> list[Agent]:
    return [person for person in {person.pk: person for person in people}.values() if person.is_active]
