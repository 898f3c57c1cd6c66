"""Links in mails with which a business expert answers without a log-in.

A token is signed by the site's key and names one link; a link is of one person, one inquiry and one round,
expires, and is used up by an answer. The database keeps its digest only, and a mail that waits keeps a blank
that is filled as it leaves, so that neither a dump nor the outbox opens anything.
"""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from django.core.signing import BadSignature, Signer
from django.db.models import F
from django.db.models.functions import Now

from accounts import settings
from accounts.models import Agent
from courier import filling, telling
from faq.services.locking import database_now
from inquiries import addresses
from inquiries.models import AnswerLink, Inquiry

BLANK = "answer-link"


def make(inquiry: Inquiry, people: Sequence[Agent]) -> list[str]:
    """A new link for each person; gives the blanks that stand for them in the texts of mails that wait."""
    names = [uuid4() for _person in people]
    if names:
        expires_at = database_now() + timedelta(days=int(settings.current()["answer_link_days"]))
        AnswerLink.objects.bulk_create(
            AnswerLink(
                inquiry=inquiry,
                person=person,
                round=inquiry.round,
                name=name,
                digest=digest_of(token_of(name)),
                expires_at=expires_at,
            )
            for person, name in zip(people, names, strict=True)
        )
    return [filling.blank(BLANK, str(name)) for name in names]


def verify(token: str) -> AnswerLink | None:
    """The link of this token, if it may be used now; a forged token asks the database nothing."""
    try:
        _signer().unsign(token)
    except BadSignature:
        return None
    links = AnswerLink.objects.filter(
        digest=digest_of(token),
        used_at__isnull=True,
        expires_at__gt=Now(),
        person__is_active=True,
        inquiry__round=F("round"),
    )
    return links.select_related("inquiry__line", "person").first()


def token_of(name: UUID) -> str:
    """The token of a link; it can be worked out with the site's secret key alone."""
    return _signer().sign(name.hex)


def address_of(name: str) -> str:
    """What fills the blank in a mail: the whole address; nothing for a name that is none."""
    try:
        UUID(name)
    except ValueError:
        return ""
    return telling.in_mail(addresses.by_mail(token_of(UUID(name))))


def _signer() -> Signer:
    return Signer(salt="inquiries.answer-link", sep=".")


def digest_of(token: str) -> str:
    """What the database keeps of it."""
    return sha256(token.encode()).hexdigest()
