"""Answering from a mail: signed, of one purpose, used up by an answer, expiring, never in the database."""

import re
from uuid import uuid4

import pytest
from django.core import mail as outbox
from django.db.models.functions import Now

from courier.models import Mail
from courier.tasks import hand_over
from inquiries.models import AnswerLink, Inquiry, Message
from inquiries.services import answering, answering_by_mail, linking
from kb.lib.errors import RuleBrokenError
from tests.factories import BusinessLineFactory
from tests.inquiries.making import expert_of, forwarded

pytestmark = pytest.mark.django_db
ANSWER = Message.Kind.ANSWER


@pytest.fixture
def inquiry(settings) -> Inquiry:  # type: ignore[no-untyped-def]
    """One whose only expert has been written to by a real mail server."""
    settings.WENQU_DEMO = False
    line = BusinessLineFactory.create()
    expert_of(line, email="wang@example.com")
    return forwarded(line=line)


def token() -> str:
    """What the reader of the mail finds in its link."""
    hand_over(Mail.objects.latest("pk").pk)
    found = re.search(r"https?://\S+/answer/(\S+)/", str(outbox.outbox[-1].body))
    assert found is not None
    return found[1]


def test_a_mail_that_leaves_has_the_link_and_the_database_never(inquiry: Inquiry) -> None:
    link = linking.verify(found := token())
    assert link is not None
    assert (link.inquiry, link.person.email) == (inquiry, "wang@example.com")
    body = Mail.objects.get().body
    assert found not in body
    assert link.digest not in body
    assert found.rpartition(".")[2] not in str(AnswerLink.objects.values().get())


def test_an_answer_by_mail_uses_the_link_up(inquiry: Inquiry) -> None:
    found, key = token(), uuid4()
    answering_by_mail.redeem(found, kind=Message.Kind.REPLY, text="正在核实", key=uuid4())
    for _time in range(2):
        answering_by_mail.redeem(found, kind=ANSWER, text="改用磁条", key=key)
    said = Message.objects.get(kind=ANSWER)
    assert said.is_by_mail
    assert said.author.email == "wang@example.com"
    inquiry.refresh_from_db()
    assert inquiry.state == Inquiry.State.ANSWERED
    assert linking.verify(found) is None
    with pytest.raises(RuleBrokenError):
        answering_by_mail.redeem(found, kind=ANSWER, text="另一个", key=uuid4())


def test_a_forged_token_opens_nothing_and_asks_the_database_nothing(  # type: ignore[no-untyped-def]
    inquiry: Inquiry, django_assert_num_queries
) -> None:
    found = token()
    with django_assert_num_queries(0):
        for forged in ("", "x", found[:-1], f"{found}a", f"{uuid4().hex}.{found.rpartition('.')[2]}", "\0"):
            assert linking.verify(forged) is None


def test_it_expires_and_dies_with_the_round_and_the_person(inquiry: Inquiry) -> None:
    found = token()
    link = AnswerLink.objects.get()
    AnswerLink.objects.update(expires_at=Now())
    assert linking.verify(found) is None
    AnswerLink.objects.update(expires_at=link.expires_at)
    link.person.is_active = False
    link.person.save(update_fields=["is_active"])
    assert linking.verify(found) is None
    link.person.is_active = True
    link.person.save(update_fields=["is_active"])
    assert linking.verify(found) is not None
    answering.answer(inquiry, text="改用磁条", by=link.person, key=uuid4())
    answering.reopen(inquiry, by=inquiry.forwarded_by, reason="不行", key=uuid4())
    assert linking.verify(found) is None
    assert linking.verify(token()) is not None


def test_who_left_the_line_answers_no_more(inquiry: Inquiry) -> None:
    found = token()
    AnswerLink.objects.get().person.lines.clear()
    with pytest.raises(RuleBrokenError):
        answering_by_mail.redeem(found, kind=ANSWER, text="改用磁条", key=uuid4())
    assert AnswerLink.objects.get().used_at is None


def test_a_link_writes_no_notes(inquiry: Inquiry) -> None:
    with pytest.raises(RuleBrokenError):
        answering_by_mail.redeem(token(), kind=Message.Kind.NOTE, text="记一笔", key=uuid4())


def test_what_somebody_types_that_looks_like_a_blank_stays_words(inquiry: Inquiry) -> None:
    forwarded(line=inquiry.line, question="[[answer-link:abc]] [[other:1]] 是什么")
    mail = Mail.objects.latest("pk")
    hand_over(mail.pk)
    assert "[[other:1]]" in str(outbox.outbox[-1].body)
