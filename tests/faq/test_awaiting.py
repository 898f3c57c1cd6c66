"""Whose verdict a text waits for, and who may read it, as queryset verbs."""

import pytest

from accounts.models import Agent
from accounts.roles import Role
from faq.models import Revision, Seat, Verdict
from faq.services import drafting, reviewing
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    DraftEntryFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
    RevisionInReviewFactory,
    SupervisorFactory,
)

pytestmark = pytest.mark.django_db


def waits_for(person: Agent, revision: Revision) -> bool:
    return Revision.objects.awaiting(person).filter(pk=revision.pk).exists()


def reads(person: Agent, revision: Revision) -> bool:
    return Revision.objects.readable_by(person).filter(pk=revision.pk).exists()


def test_a_text_in_review_waits_for_both_sides_and_for_nobody_else() -> None:
    owning, other, strange = BusinessLineFactory.create_batch(3)
    revision = RevisionInReviewFactory.create(line=owning, lines_concerned=[other])
    assert waits_for(CallCentreExpertFactory.create(), revision)
    assert waits_for(BusinessExpertFactory.create(lines=[owning]), revision)
    assert waits_for(BusinessExpertFactory.create(lines=[other]), revision)
    assert not waits_for(BusinessExpertFactory.create(lines=[strange]), revision)
    assert not waits_for(InformationAdministratorFactory.create(), revision)
    assert not waits_for(AgentFactory.create(), revision)


def test_it_does_not_wait_for_a_seat_that_is_taken() -> None:
    revision = RevisionInReviewFactory.create()
    first, second = CallCentreExpertFactory.create_batch(2)
    reviewing.sign_off(revision, seat=Seat.CALL_CENTRE, reviewer=first, verdict=Verdict.APPROVED)
    assert not waits_for(second, revision)
    assert waits_for(BusinessExpertFactory.create(lines=[revision.line]), revision)


def test_whoever_signed_one_seat_is_not_asked_for_another() -> None:
    revision = RevisionInReviewFactory.create()
    both = PersonFactory.create(roles=[Role.CALL_CENTRE_EXPERT, Role.BUSINESS_EXPERT], lines=[revision.line])
    assert waits_for(both, revision)
    reviewing.sign_off(revision, seat=Seat.CALL_CENTRE, reviewer=both, verdict=Verdict.APPROVED)
    assert not waits_for(both, revision)


def test_an_author_is_not_asked() -> None:
    author = CallCentreExpertFactory.create()
    revision = RevisionInReviewFactory.create(by=author)
    assert not waits_for(author, revision)


def test_a_draft_waits_for_nobody() -> None:
    draft = DraftEntryFactory.create().revisions.get()
    assert not waits_for(CallCentreExpertFactory.create(), draft)


def test_a_restricted_text_waits_for_its_lines_only() -> None:
    revision = RevisionInReviewFactory.create(is_restricted=True)
    assert not waits_for(CallCentreExpertFactory.create(), revision)
    assert waits_for(CallCentreExpertFactory.create(lines=[revision.line]), revision)


def test_a_draft_is_read_by_its_authors_and_the_experts_concerned() -> None:
    draft = DraftEntryFactory.create(by=BusinessExpertFactory.create()).revisions.get()
    assert reads(draft.created_by, draft)
    assert reads(BusinessExpertFactory.create(lines=[draft.line]), draft)
    assert reads(CallCentreExpertFactory.create(), draft)
    assert reads(InformationAdministratorFactory.create(), draft)
    for stranger in (
        AgentFactory.create(),
        BusinessExpertFactory.create(lines=[BusinessLineFactory.create()]),
        SupervisorFactory.create(),
        AuditorFactory.create(),
    ):
        assert not reads(stranger, draft)


def test_what_was_live_is_read_by_those_who_check() -> None:
    revision = PublishedEntryFactory.create().revisions.get()
    assert reads(SupervisorFactory.create(), revision)
    assert reads(AuditorFactory.create(), revision)
    assert not reads(AgentFactory.create(), revision)


def test_a_deactivated_person_reads_and_signs_nothing() -> None:
    revision = RevisionInReviewFactory.create()
    gone = CallCentreExpertFactory.create(is_active=False)
    assert not waits_for(gone, revision)
    assert not reads(gone, revision)


def test_variants_and_files_are_part_of_the_text() -> None:
    draft = DraftEntryFactory.create().revisions.get()
    text = drafting.Text.of(draft)
    varied = drafting.Text(
        text.question, text.line, variants=[drafting.Variant("上海", ["先核对"], "答", "说")]
    )
    saved = drafting.save_draft(draft, varied, by=draft.created_by)
    assert drafting.Text.of(Revision.objects.get(pk=saved.pk)).variants == [
        drafting.Variant("上海", ["先核对"], "答", "说")
    ]


def test_a_line_that_a_restricted_text_brings_in_reads_and_signs_it() -> None:
    owning, other = BusinessLineFactory.create_batch(2)
    writer = InformationAdministratorFactory.create(lines=[owning])
    entry = PublishedEntryFactory.create(line=owning, is_restricted=True, by=writer)
    newcomer = BusinessExpertFactory.create(lines=[other])
    text = drafting.Text("两条线的", owning, lines_concerned=[other])
    draft = drafting.save_draft(drafting.new_draft(entry, by=writer), text, by=writer)
    revision = reviewing.submit(draft, by=writer)
    assert reads(newcomer, revision)
    assert waits_for(newcomer, revision)
    assert reviewing.may_sign(revision, other, newcomer)
    assert not reads(newcomer, entry.revisions.get(number=1))
    assert not reads(CallCentreExpertFactory.create(), revision)
    drafting.discard(revision, by=writer)
    assert not reads(newcomer, revision)
