"""An answer becomes a draft in one step, linked both ways; when it comes out, who asked hears."""

from uuid import uuid4

import pytest

from courier.models import Notification
from faq.models import Entry
from faq.services import drafting, publishing
from inquiries.models import Inquiry
from inquiries.services import answering, forwarding, making_entries
from kb.lib.errors import RuleBrokenError
from tests.factories import AgentFactory, CallCentreExpertFactory
from tests.inquiries.making import QUESTION, expert_of, forwarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered() -> Inquiry:
    inquiry = forwarded(words="境外 拒付")
    for words in ("国外刷不了卡", "国外刷不了卡", "卡号 6222021234567890128 被拒", QUESTION):
        forwarding.join(inquiry, by=AgentFactory.create(), call_id=uuid4(), words=words)
    return answering.answer(inquiry, text="改用磁条", by=expert_of(inquiry.line), key=uuid4())


def test_the_draft_has_question_answer_and_the_other_wordings(answered: Inquiry) -> None:
    draft = making_entries.make_draft(answered, by=CallCentreExpertFactory.create())
    assert (draft.question, draft.answer, draft.line) == (QUESTION, "改用磁条", answered.line)
    similar = draft.entry.similar_questions.values_list("text", flat=True)
    assert list(similar) == ["境外 拒付", "国外刷不了卡"]
    answered.refresh_from_db()
    assert answered.entry == draft.entry
    assert list(draft.entry.inquiries.all()) == [answered]
    assert making_entries.make_draft(answered, by=CallCentreExpertFactory.create()) == draft
    assert Entry.objects.count() == 1


def test_after_a_discarded_draft_it_is_made_anew(answered: Inquiry) -> None:
    writer = CallCentreExpertFactory.create()
    drafting.discard(making_entries.make_draft(answered, by=writer), by=writer)
    again = making_entries.make_draft(answered, by=writer)
    answered.refresh_from_db()
    assert answered.entry == again.entry
    assert Entry.objects.count() == 2


def test_without_an_answer_or_the_right_to_write_there_is_no_draft(answered: Inquiry) -> None:
    with pytest.raises(RuleBrokenError):
        making_entries.make_draft(answered, by=AgentFactory.create())
    with pytest.raises(RuleBrokenError):
        making_entries.make_draft(forwarded(), by=CallCentreExpertFactory.create())


def test_when_the_entry_comes_out_the_inquiry_says_so_and_who_asked_hears_once(answered: Inquiry) -> None:
    writer = CallCentreExpertFactory.create()
    draft = making_entries.make_draft(answered, by=writer)
    told = Notification.objects.filter(key__contains="-entry-")
    assert not told.exists()
    publishing.publish(draft, by=writer)
    answered.refresh_from_db()
    first = answered.entry_published_at
    assert first is not None
    assert told.filter(person=answered.forwarded_by).count() == 1
    assert told.count() == answered.askers.count()
    publishing.withdraw(draft.entry, by=writer, reason="停")
    answered.refresh_from_db()
    assert answered.entry_published_at == first


def test_who_may_not_read_a_restricted_entry_hears_nothing_of_it(answered: Inquiry) -> None:
    writer = expert_of(answered.line)
    draft = making_entries.make_draft(answered, by=writer)
    Entry.objects.update(is_restricted=True)
    answered.forwarded_by.lines.add(answered.line)
    publishing.publish(draft, by=writer)
    told = Notification.objects.filter(key__contains="-entry-")
    assert [row.person for row in told] == [answered.forwarded_by]
