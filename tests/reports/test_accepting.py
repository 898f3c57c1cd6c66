"""Accepting each kind: at once what needs no seat, requests and drafts for the rest, all of it or nothing."""

from typing import Any

import pytest

from accounts.models import AuditRow
from courier.models import Notification
from faq import leading
from faq.models import Entry, EntryState, Feature, Purpose, Redirect, Revision, RevisionState, SimilarQuestion
from faq.services import drafting, publishing, withdrawing
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal
from reports.services import accepting
from search.models import Gap
from tests.factories import (
    BusinessExpertFactory,
    BusinessLineFactory,
    CategoryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)
from tests.reports import proposing

pytestmark = pytest.mark.django_db
State = Proposal.State


def accept(proposal: Proposal, **chosen: Any) -> Proposal:
    return accepting.accept(proposal, by=SupervisorFactory.create(), chosen=chosen or None)


def order_of(proposal: Proposal) -> list[int]:
    found = Entry.objects.filter(category=proposal.category).in_category_order()
    return list(found.values_list("pk", flat=True))


def test_a_new_order_is_there_at_once_and_kept_with_what_was_before() -> None:
    category = CategoryFactory.create()
    first, second = (PublishedEntryFactory.create(category=category) for _ in range(2))
    done = accept(proposing.reorder(category, [second, first]))
    assert order_of(done) == [second.pk, first.pk]
    assert done.state == State.ACCEPTED
    assert done.applied["order"] == {"before": [first.pk, second.pk], "after": [second.pk, first.pk]}
    assert done.chosen == {}
    row = AuditRow.objects.get(act="proposal.accepted")
    assert row.detail["applied"] == done.applied


def test_another_order_than_the_proposed_one_is_taken_and_told() -> None:
    category = CategoryFactory.create()
    a, b, c = (PublishedEntryFactory.create(category=category) for _ in range(3))
    done = accept(proposing.reorder(category, [c, b, a]), order=[b.pk, a.pk, c.pk])
    assert order_of(done) == [b.pk, a.pk, c.pk]
    assert done.chosen == {"order": [b.pk, a.pk, c.pk]}


def test_featuring_puts_it_on_the_hot_list_of_the_line_for_its_days() -> None:
    line = BusinessLineFactory.create()
    done = accept(proposing.feature(PublishedEntryFactory.create(), line), days=7)
    pinned = Feature.objects.get()
    assert (pinned.line, pinned.entry) == (line, done.entry)
    assert pinned.ends_at is not None
    assert (pinned.ends_at - pinned.starts_at).days == 7


def test_another_category_is_set_at_once() -> None:
    old, new = CategoryFactory.create(), CategoryFactory.create()
    entry = PublishedEntryFactory.create(category=old)
    done = accept(proposing.move(entry, new))
    entry.refresh_from_db()
    assert entry.category == new
    assert done.applied["category"]["before"] == old.pk


def test_another_line_is_asked_of_every_seat_with_the_evidence() -> None:
    entry, line = PublishedEntryFactory.create(), BusinessLineFactory.create()
    expert = BusinessExpertFactory.create(lines=[line])
    done = accept(proposing.move(entry, line))
    entry.refresh_from_db()
    draft = Revision.objects.get(pk=done.applied["draft"])
    assert entry.line != line
    assert (draft.line, draft.state) == (line, RevisionState.IN_REVIEW)
    assert list(draft.lines_concerned.all()) == [entry.line]
    assert f"/reports/reshuffle/{done.pk}/" in draft.reason
    assert Notification.objects.filter(person=expert).count() == 1
    proposing.sign(draft)
    entry.refresh_from_db()
    assert entry.line == line


def test_combining_gives_the_wordings_at_once_and_asks_for_the_withdrawal() -> None:
    goes, stays = proposing.two_alike()
    done = accept(proposing.combine(goes, stays))
    added = SimilarQuestion.objects.filter(entry=stays)
    assert {row.text for row in added} == {"信用卡丢了怎么挂失", "卡不见了"}
    assert {row.origin for row in added} == {"combined"}
    request = Revision.objects.get(pk=done.applied["request"])
    assert (request.purpose, request.state) == (Purpose.WITHDRAWAL, RevisionState.IN_REVIEW)
    assert "14" in request.reason
    assert leading.led_from(goes.pk) is None
    goes.refresh_from_db()
    assert goes.state == EntryState.PUBLISHED


def test_when_every_seat_has_signed_the_old_address_leads_to_the_other() -> None:
    goes, stays = proposing.two_alike()
    done = accept(proposing.combine(goes, stays))
    proposing.sign(Revision.objects.get(pk=done.applied["request"]))
    led = leading.led_from(goes.pk)
    assert led is not None
    assert led.into_id == stays.pk
    goes.refresh_from_db()
    assert goes.state == EntryState.WITHDRAWN


def test_a_withdrawal_that_nobody_proposed_leads_nowhere() -> None:
    goes, stays = proposing.two_alike()
    proposing.combine(goes, stays)
    by = InformationAdministratorFactory.create()
    proposing.sign(withdrawing.request_withdrawal(goes, by=by, reason="停办"))
    assert not Redirect.objects.exists()


def test_a_merged_draft_holds_both_texts_if_asked_for() -> None:
    goes, stays = proposing.two_alike()
    done = accept(proposing.combine(goes, stays), merge=True)
    draft = Revision.objects.get(pk=done.applied["draft"])
    assert draft.key_points == ["立即挂失", "核对身份"]
    assert draft.state == RevisionState.DRAFT
    stays.refresh_from_db()
    assert stays.live_revision_id != draft.pk


def test_what_only_some_may_read_is_not_combined_with_what_all_read() -> None:
    goes, stays = proposing.two_alike()
    Entry.objects.filter(pk=goes.pk).update(is_restricted=True)
    with pytest.raises(RuleBrokenError):
        accept(proposing.combine(goes, stays))
    assert not SimilarQuestion.objects.filter(entry=stays).exists()


def test_nothing_is_combined_into_what_the_seats_are_asked_to_withdraw() -> None:
    goes, stays = proposing.two_alike()
    withdrawing.request_withdrawal(stays, by=SupervisorFactory.create(), reason="两条说的是一件事")
    with pytest.raises(RuleBrokenError):
        accept(proposing.combine(goes, stays))
    assert not Revision.objects.filter(entry=goes).open_requests().exists()


def test_splitting_drafts_the_second_question_and_moves_its_wordings_when_it_is_out() -> None:
    entry = PublishedEntryFactory.create(
        question="挂失怎么办", similar_questions=["卡丢了", "补卡要多久"], answer="先挂失。"
    )
    done = accept(proposing.split(entry, "补卡多久寄到", ["补卡要多久", "新卡几天到"]))
    draft = Revision.objects.get(pk=done.applied["draft"])
    assert (draft.question, draft.answer) == ("补卡多久寄到", "先挂失。")
    assert [row.text for row in entry.similar_questions.all()] == ["卡丢了", "补卡要多久"]
    publishing.publish(draft, by=SupervisorFactory.create())
    assert [row.text for row in entry.similar_questions.all()] == ["卡丢了"]
    new = draft.entry.similar_questions
    assert [row.text for row in new.all()] == ["补卡要多久", "新卡几天到"]
    SimilarQuestion.objects.create(entry=entry, text="补卡要多久")
    again = drafting.new_draft(draft.entry, by=entry.created_by)
    publishing.publish(again, by=entry.created_by)
    assert [row.text for row in entry.similar_questions.order_by("pk")] == ["卡丢了", "补卡要多久"]


def test_retiring_asks_every_seat() -> None:
    entry = PublishedEntryFactory.create()
    done = accept(proposing.retire(entry))
    proposing.sign(Revision.objects.get(pk=done.applied["request"]))
    entry.refresh_from_db()
    assert entry.state == EntryState.WITHDRAWN
    assert not Redirect.objects.exists()


def test_writing_takes_the_gap_up_and_tells_who_writes() -> None:
    line, info = BusinessLineFactory.create(), InformationAdministratorFactory.create()
    gap = Gap.objects.create(
        key="k1",
        wording="外币怎么取",
        keys=["k1"],
        wordings=[["外币怎么取", 6], ["取外币", 3]],
        calls=9,
        agents=4,
        last_at="2026-08-30T10:00:00+08:00",
    )
    done = accept(proposing.write(line, gap_key="k1"))
    entry = Entry.objects.get(pk=done.applied["entry"])
    gap.refresh_from_db()
    assert (gap.state, gap.entry) == (Gap.State.TAKEN, entry)
    assert entry.state == EntryState.DRAFT
    assert [row.text for row in entry.similar_questions.all()] == ["取外币"]
    assert Notification.objects.filter(person=info).exists()


def test_a_gap_that_somebody_decided_on_is_not_written_twice() -> None:
    line = BusinessLineFactory.create()
    Gap.objects.create(
        key="k1",
        wording="外币怎么取",
        keys=["k1"],
        wordings=[["外币怎么取", 6]],
        calls=9,
        agents=4,
        last_at="2026-08-30T10:00:00+08:00",
        state=Gap.State.IGNORED,
        decided_at="2026-09-01T10:00:00+08:00",
    )
    with pytest.raises(RuleBrokenError):
        accept(proposing.write(line, gap_key="k1"))
    assert Proposal.objects.get().state == State.OPEN
    assert not Entry.objects.exists()


def test_without_a_line_nothing_is_written() -> None:
    with pytest.raises(RuleBrokenError):
        accept(proposing.write(None))
    assert not Entry.objects.exists()


@pytest.mark.parametrize("kind", ["feature", "retire", "split", "combine", "move"])
def test_an_entry_that_was_withdrawn_meanwhile_is_told_and_nothing_is_half_done(kind: str) -> None:
    goes, stays = proposing.two_alike()
    make = {
        "feature": lambda: proposing.feature(goes),
        "retire": lambda: proposing.retire(goes),
        "split": lambda: proposing.split(goes, "补卡多久", ["卡不见了"]),
        "combine": lambda: proposing.combine(goes, stays),
        "move": lambda: proposing.move(goes, CategoryFactory.create()),
    }
    proposal = make[kind]()
    publishing.withdraw(goes, by=goes.created_by, reason="停办")
    texts = Revision.objects.count()
    with pytest.raises(RuleBrokenError):
        accept(proposal)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.applied) == (State.OPEN, {})
    assert Revision.objects.count() == texts
    assert not Feature.objects.exists()
    assert not SimilarQuestion.objects.filter(entry=stays).exists()


def test_combining_with_a_draft_open_leaves_no_wording_behind() -> None:
    goes, stays = proposing.two_alike()
    drafting.new_draft(stays, by=stays.created_by)
    with pytest.raises(RuleBrokenError):
        accept(proposing.combine(goes, stays), merge=True)
    assert not SimilarQuestion.objects.filter(entry=stays).exists()
    assert not Revision.objects.open_requests().exists()


def test_only_supervisors_accept() -> None:
    proposal = proposing.retire(PublishedEntryFactory.create())
    with pytest.raises(RuleBrokenError):
        accepting.accept(proposal, by=InformationAdministratorFactory.create())


def test_all_of_a_kind_at_once_tells_what_was_refused_and_goes_on() -> None:
    by = SupervisorFactory.create()
    good, gone = PublishedEntryFactory.create(), PublishedEntryFactory.create()
    rows = [proposing.feature(gone), proposing.feature(good)]
    publishing.withdraw(gone, by=gone.created_by, reason="停办")
    told = accepting.accept_all(rows, by=by)
    assert told.number == 1
    assert list(told.refused) == [rows[0].pk]
    assert Feature.objects.get().entry == good


@pytest.mark.parametrize("make", [proposing.retire, lambda entry: proposing.split(entry, "补卡", [])])
def test_retire_combine_and_split_are_never_accepted_all_at_once(make: Any) -> None:
    proposal = make(PublishedEntryFactory.create())
    with pytest.raises(RuleBrokenError):
        accepting.accept_all([proposal], by=SupervisorFactory.create())
    proposal.refresh_from_db()
    assert proposal.state == State.OPEN
