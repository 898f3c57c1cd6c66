"""Joint review: who may sign what, and what a verdict does."""

import pytest

from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from faq.models import Entry, EntryState, Revision, RevisionState, Seat, SignOff, Verdict
from faq.services import drafting, publishing, reviewing
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    AgentFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    DraftEntryFactory,
    FirstLoaderFactory,
    PersonFactory,
    PublishedEntryFactory,
    RevisionInReviewFactory,
    at,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def card() -> BusinessLine:
    return BusinessLineFactory.create()


@pytest.fixture
def loan() -> BusinessLine:
    return BusinessLineFactory.create()


@pytest.fixture
def revision(card: BusinessLine, loan: BusinessLine) -> Revision:
    """In review; needs the call centre, the owning line and one more."""
    return RevisionInReviewFactory.create(line=card, lines_concerned=[loan])


def approve(revision: Revision, reviewer: Agent, line: BusinessLine | None = None) -> Revision:
    seat = Seat.LINE if line else Seat.CALL_CENTRE
    return reviewing.sign_off(revision, seat=seat, line=line, reviewer=reviewer, verdict=Verdict.APPROVED)


def reject(revision: Revision, reviewer: Agent, comment: str = "步骤二不对") -> Revision:
    return reviewing.sign_off(
        revision, seat=Seat.CALL_CENTRE, reviewer=reviewer, verdict=Verdict.REJECTED, comment=comment
    )


def test_the_last_seat_publishes(revision: Revision, card: BusinessLine, loan: BusinessLine) -> None:
    assert reviewing.seats(revision) == {None, card.pk, loan.pk}
    approve(revision, CallCentreExpertFactory.create())
    approve(revision, BusinessExpertFactory.create(lines=[card]), card)
    assert Entry.objects.get().state == EntryState.DRAFT
    last = approve(revision, BusinessExpertFactory.create(lines=[loan]), loan)
    assert last.state == RevisionState.PUBLISHED
    entry = Entry.objects.get()
    assert entry.state == EntryState.PUBLISHED
    assert not entry.is_unsigned


def test_an_author_cannot_sign_off_their_own_text(card: BusinessLine) -> None:
    author = CallCentreExpertFactory.create()
    revision = RevisionInReviewFactory.create(line=card, by=author)
    with pytest.raises(RuleBrokenError, match=r"wrote|写"):
        approve(revision, author)


def test_who_saved_a_change_is_an_author_too(card: BusinessLine) -> None:
    helper = CallCentreExpertFactory.create()
    draft = DraftEntryFactory.create(line=card).revisions.get()
    drafting.save_draft(draft, drafting.Text("换个问法", card), by=helper)
    reviewing.submit(draft, by=helper)
    with pytest.raises(RuleBrokenError):
        approve(draft, helper)


def test_who_saved_without_a_change_is_not(card: BusinessLine) -> None:
    helper = CallCentreExpertFactory.create()
    draft = DraftEntryFactory.create(line=card).revisions.get()
    drafting.save_draft(draft, drafting.Text.of(draft), by=helper)
    reviewing.submit(draft, by=helper)
    assert approve(draft, helper).sign_offs.count() == 1


def test_one_person_fills_one_seat(revision: Revision, card: BusinessLine, loan: BusinessLine) -> None:
    both = PersonFactory.create(lines=[card, loan], roles=[Role.CALL_CENTRE_EXPERT, Role.BUSINESS_EXPERT])
    approve(revision, both, card)
    for line in (loan, None):
        with pytest.raises(RuleBrokenError):
            approve(revision, both, line)


def test_one_seat_is_filled_once(revision: Revision) -> None:
    approve(revision, CallCentreExpertFactory.create())
    with pytest.raises(RuleBrokenError):
        approve(revision, CallCentreExpertFactory.create())


def test_only_experts_of_the_seat_sign(revision: Revision, card: BusinessLine, loan: BusinessLine) -> None:
    strangers: list[tuple[Agent, BusinessLine | None]] = [
        (AgentFactory.create(lines=[card]), card),
        (AgentFactory.create(), None),
        (BusinessExpertFactory.create(lines=[loan]), card),
        (BusinessExpertFactory.create(lines=[card]), None),
        (CallCentreExpertFactory.create(lines=[card]), card),
        (CallCentreExpertFactory.create(is_active=False), None),
    ]
    for person, line in strangers:
        with pytest.raises(RuleBrokenError):
            approve(revision, person, line)
    assert not SignOff.objects.exists()


def test_a_seat_nobody_asked_for_cannot_be_filled(revision: Revision) -> None:
    other = BusinessLineFactory.create()
    with pytest.raises(RuleBrokenError):
        approve(revision, BusinessExpertFactory.create(lines=[other]), other)


def test_a_seat_names_its_line(revision: Revision) -> None:
    with pytest.raises(RuleBrokenError):
        reviewing.sign_off(
            revision, seat=Seat.LINE, reviewer=CallCentreExpertFactory.create(), verdict=Verdict.APPROVED
        )


def test_a_restricted_text_is_signed_by_people_of_its_lines(card: BusinessLine) -> None:
    revision = RevisionInReviewFactory.create(line=card, is_restricted=True)
    with pytest.raises(RuleBrokenError):
        approve(revision, CallCentreExpertFactory.create())
    approve(revision, CallCentreExpertFactory.create(lines=[card]))


def test_a_rejection_needs_its_reason_and_sends_back(revision: Revision, card: BusinessLine) -> None:
    expert = CallCentreExpertFactory.create()
    with pytest.raises(RuleBrokenError):
        reject(revision, expert, comment="  ")
    assert reject(revision, expert).state == RevisionState.REJECTED
    with pytest.raises(RuleBrokenError):
        approve(revision, BusinessExpertFactory.create(lines=[card]), card)
    with pytest.raises(RuleBrokenError):
        reviewing.submit(revision, by=revision.created_by)


def test_an_edit_voids_every_seat(revision: Revision, card: BusinessLine, loan: BusinessLine) -> None:
    expert = CallCentreExpertFactory.create()
    approve(revision, expert)
    text = drafting.Text("新问题", card, [loan])
    draft = drafting.save_draft(revision, text, by=revision.created_by)
    assert draft.state == RevisionState.DRAFT
    assert SignOff.objects.get().voided_at == draft.changed_at
    with pytest.raises(RuleBrokenError):
        approve(draft, expert)
    reviewing.submit(draft, by=revision.created_by)
    assert reviewing.approved_seats(approve(draft, expert)) == {None}


def test_a_change_of_the_lines_is_an_edit(revision: Revision, card: BusinessLine) -> None:
    approve(revision, CallCentreExpertFactory.create())
    text = drafting.Text(revision.question, card)
    assert drafting.save_draft(revision, text, by=revision.created_by).state == RevisionState.DRAFT
    assert reviewing.approved_seats(revision) == set()


def test_a_published_text_is_not_signed_again() -> None:
    entry = PublishedEntryFactory.create()
    with pytest.raises(RuleBrokenError):
        approve(entry.revisions.get(), CallCentreExpertFactory.create())


def test_a_text_published_without_sign_off_loses_its_mark_by_its_last_seat(card: BusinessLine) -> None:
    draft = DraftEntryFactory.create(line=card).revisions.get()
    publishing.publish(draft, by=FirstLoaderFactory.create(), as_unsigned=True)
    approve(draft, CallCentreExpertFactory.create())
    assert Entry.objects.get().is_unsigned
    approve(draft, BusinessExpertFactory.create(lines=[card]), card)
    assert not Entry.objects.get().is_unsigned
    assert Entry.objects.get().live_revision == draft


def signed_with_beginning(entry: Entry, begin: str) -> Revision:
    draft = drafting.new_draft(entry, by=entry.created_by)
    text = drafting.Text("以后的说法", entry.line, valid_from=at(begin))
    drafting.save_draft(draft, text, by=entry.created_by)
    reviewing.submit(draft, by=entry.created_by)
    approve(draft, CallCentreExpertFactory.create())
    return approve(draft, BusinessExpertFactory.create(lines=[entry.line]), entry.line)


def test_a_text_that_begins_later_waits_while_the_old_one_is_in_force() -> None:
    entry = PublishedEntryFactory.create()
    assert signed_with_beginning(entry, "2099-01-01T00:00:00+08:00").state == RevisionState.SCHEDULED
    entry.refresh_from_db()
    assert entry.live_revision == entry.revisions.get(number=1)
    assert entry.is_in_force(at("2030-01-01T00:00:00+08:00"))


def test_a_first_text_that_begins_later_is_published_and_kept_back_by_its_validity() -> None:
    draft = DraftEntryFactory.create(valid_from=at("2099-01-01T00:00:00+08:00")).revisions.get()
    reviewing.submit(draft, by=draft.created_by)
    approve(draft, CallCentreExpertFactory.create())
    approve(draft, BusinessExpertFactory.create(lines=[draft.line]), draft.line)
    entry = Entry.objects.get()
    assert entry.state == EntryState.PUBLISHED
    assert not Entry.objects.in_force().exists()
