"""Answering from a mail, without a log-in (`linking`)."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from inquiries.models import AnswerLink, Inquiry, Message
from inquiries.services import answering, linking
from inquiries.services.locking import lock
from kb.lib.errors import RuleBrokenError

ACTS = {
    Message.Kind.REPLY: answering.reply,
    Message.Kind.ANSWER: answering.answer,
    Message.Kind.QUESTION: answering.ask_back,
}


@transaction.atomic
def redeem(token: str, *, kind: Message.Kind, text: str, key: UUID) -> Inquiry:
    """Reply, answer or ask back by the link; an answer uses it up. Sent twice with one key it is said once.

    Locks the inquiry. Raises RuleBrokenError when the link is no longer valid, or like the act itself.
    """
    said = Message.objects.filter(key=key, is_by_mail=True).select_related("inquiry").first()
    if said is not None and _is_of(token, said):
        return said.inquiry
    link = linking.verify(token)
    if link is None or kind not in ACTS:
        raise RuleBrokenError(_("This link has expired or was used already."))
    lock(link.inquiry)
    if linking.verify(token) is None:
        raise RuleBrokenError(_("This link has expired or was used already."))
    inquiry = ACTS[kind](link.inquiry, text=text, by=link.person, key=key, is_by_mail=True)
    if kind == Message.Kind.ANSWER:
        AnswerLink.objects.filter(pk=link.pk).update(used_at=Now())
    return inquiry


def _is_of(token: str, said: Message) -> bool:
    links = AnswerLink.objects.filter(
        digest=linking.digest_of(token), inquiry=said.inquiry_id, person=said.author_id
    )
    return links.exists()
