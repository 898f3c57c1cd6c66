"""Files on drafts: kept once, part of what is signed, never changed."""

import pytest

from accounts.models import AuditRow
from faq.models import Attachment, Revision, RevisionState, Seat, SignOff, Verdict
from faq.services import attaching, drafting, publishing, reviewing
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    CallCentreExpertFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    RevisionInReviewFactory,
)
from tests.faq.files import PDF, png

pytestmark = pytest.mark.django_db


def draft() -> Revision:
    return DraftEntryFactory.create().revisions.get()


def test_a_file_is_kept_under_a_random_name() -> None:
    entry, by = DraftEntryFactory.create(), InformationAdministratorFactory.create()
    kept = attaching.attach(entry, "..\\表.PDF", PDF, by=by)
    other = attaching.attach(entry, "表.png", png(), by=by)
    assert (kept.name, kept.content_type, kept.size) == ("表.pdf", "application/pdf", len(PDF))
    assert bytes(Attachment.objects.get(pk=kept.pk).content) == PDF
    assert len(kept.key) == 43
    assert kept.key != other.key
    assert AuditRow.objects.filter(act="attachment.added", actor=by).count() == 2


def test_the_same_bytes_again_are_the_same_row() -> None:
    entry, by = DraftEntryFactory.create(), InformationAdministratorFactory.create()
    first = attaching.attach(entry, "a.pdf", PDF, by=by)
    assert attaching.attach(entry, "b.pdf", PDF, by=by) == first
    assert attaching.attach(DraftEntryFactory.create(), "a.pdf", PDF, by=by) != first


def test_a_refused_file_leaves_nothing() -> None:
    text, by = draft(), InformationAdministratorFactory.create()
    with pytest.raises(RuleBrokenError):
        attaching.attach_to_draft(text, "a.exe", b"MZ\x00", by=by)
    assert not Attachment.objects.exists()
    assert not text.authors.filter(pk=by.pk).exists()


def test_attaching_makes_an_author_and_voids_every_seat() -> None:
    review = RevisionInReviewFactory.create()
    reviewing.sign_off(
        review, seat=Seat.CALL_CENTRE, reviewer=CallCentreExpertFactory.create(), verdict=Verdict.APPROVED
    )
    by = InformationAdministratorFactory.create()
    saved = attaching.attach_to_draft(review, "a.pdf", PDF, by=by)
    assert saved.state == RevisionState.DRAFT
    assert saved.authors.filter(pk=by.pk).exists()
    assert SignOff.objects.get().voided_at is not None
    assert drafting.Text.of(saved).attachment_ids == [Attachment.objects.get().pk]


def test_the_words_of_the_draft_stay_as_they_are() -> None:
    text = draft()
    before = drafting.Text.of(text)
    saved = attaching.attach_to_draft(text, "a.pdf", PDF, by=InformationAdministratorFactory.create())
    assert drafting.Text.of(saved).columns() == before.columns()
    assert saved.changed_at > text.changed_at


def test_a_file_taken_off_stays_with_the_texts_that_were_live() -> None:
    by = InformationAdministratorFactory.create()
    entry = DraftEntryFactory.create(by=by)
    first = attaching.attach_to_draft(entry.revisions.get(), "a.pdf", PDF, by=by)
    entry = publishing.publish(first, by=by)
    second = drafting.new_draft(entry, by=by)
    assert second.attachments.count() == 1
    attaching.detach_from_draft(second, second.attachments.get().pk, by=by)
    assert second.attachments.count() == 0
    assert first.attachments.count() == 1
    attaching.attach_to_draft(second, "a.pdf", PDF, by=by)
    assert Attachment.objects.count() == 1


def test_a_published_text_takes_no_file() -> None:
    entry = PublishedEntryFactory.create()
    with pytest.raises(RuleBrokenError):
        attaching.attach_to_draft(entry.revisions.get(), "a.pdf", PDF, by=entry.created_by)
    assert not Attachment.objects.exists()


def test_there_is_a_limit_for_a_text_and_for_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    text, by = draft(), InformationAdministratorFactory.create()
    monkeypatch.setattr(attaching, "MOST_IN_TEXT", 1)
    attaching.attach_to_draft(text, "a.pdf", PDF, by=by)
    with pytest.raises(RuleBrokenError, match="1"):
        attaching.attach_to_draft(text, "a.png", png(), by=by)
    monkeypatch.setattr(attaching, "MOST_OF_ENTRY", 1)
    with pytest.raises(RuleBrokenError):
        attaching.attach(text.entry, "a.png", png(), by=by)
    assert Attachment.objects.count() == 1
