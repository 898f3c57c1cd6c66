"""A draft is given up: its words stay, and it stands in nobody's way."""

import pytest

from accounts.models import AuditRow
from faq.models import Entry, EntryState, Revision, RevisionState, Seat, SignOff, Verdict
from faq.services import drafting, publishing, reviewing
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    CallCentreExpertFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    RevisionInReviewFactory,
)

pytestmark = pytest.mark.django_db


def test_the_live_text_stays_and_a_new_draft_may_begin() -> None:
    entry = PublishedEntryFactory.create()
    draft = drafting.new_draft(entry, by=entry.created_by)
    gone = drafting.discard(draft, by=entry.created_by)
    assert gone.state == RevisionState.DISCARDED
    assert Entry.objects.get().live_revision == Revision.objects.get(number=1)
    assert AuditRow.objects.get(act="draft.discarded").subject_id == str(draft.pk)
    assert drafting.new_draft(entry, by=entry.created_by).number == 3


def test_an_entry_with_nothing_but_a_discarded_draft_is_in_no_list() -> None:
    writer = InformationAdministratorFactory.create()
    entry = DraftEntryFactory.create(by=writer)
    assert entry in Entry.objects.visible_to(writer)
    drafting.discard(entry.revisions.get(), by=writer)
    assert not Entry.objects.visible_to(writer).exists()
    assert Entry.objects.get().state == EntryState.DRAFT


def test_what_was_discarded_is_neither_signed_nor_saved_nor_published() -> None:
    revision = RevisionInReviewFactory.create()
    expert = CallCentreExpertFactory.create()
    reviewing.sign_off(revision, seat=Seat.CALL_CENTRE, reviewer=expert, verdict=Verdict.APPROVED)
    drafting.discard(revision, by=revision.created_by)
    assert SignOff.objects.get().voided_at is not None
    for act in (
        lambda: drafting.discard(revision, by=revision.created_by),
        lambda: drafting.save_draft(revision, drafting.Text.of(revision), by=revision.created_by),
        lambda: reviewing.submit(revision, by=revision.created_by),
        lambda: publishing.publish(revision, by=revision.created_by),
    ):
        with pytest.raises(RuleBrokenError):
            act()


def test_a_published_text_is_not_discarded() -> None:
    entry = PublishedEntryFactory.create()
    with pytest.raises(RuleBrokenError):
        drafting.discard(entry.revisions.get(), by=entry.created_by)


def test_who_wrote_the_words_that_never_came_out_does_not_sign_them_later() -> None:
    writer, colleague = CallCentreExpertFactory.create(), InformationAdministratorFactory.create()
    entry = PublishedEntryFactory.create()
    text = drafting.Text("改过的问题", entry.line)
    gone = drafting.save_draft(drafting.new_draft(entry, by=writer), text, by=writer)
    drafting.discard(gone, by=writer)
    again = reviewing.submit(drafting.begin_again(gone, by=colleague), by=colleague)
    assert set(again.authors.all()) == {writer, colleague}
    with pytest.raises(RuleBrokenError):
        reviewing.sign_off(again, seat=Seat.CALL_CENTRE, reviewer=writer, verdict=Verdict.APPROVED)
    assert again not in Revision.objects.awaiting(writer)


def test_who_wrote_a_text_that_was_signed_and_out_may_sign_its_return() -> None:
    writer, colleague = CallCentreExpertFactory.create(), InformationAdministratorFactory.create()
    entry = PublishedEntryFactory.create(by=writer)
    text = drafting.Text("改过的问题", entry.line)
    publishing.publish(
        drafting.save_draft(drafting.new_draft(entry, by=colleague), text, by=colleague), by=colleague
    )
    again = drafting.begin_again(Revision.objects.get(number=1), by=colleague)
    assert set(again.authors.all()) == {colleague}
