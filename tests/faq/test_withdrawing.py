"""Out of use and back: requests the seats sign, and the emergency that cannot wait for them."""

from datetime import timedelta

import pytest

from accounts.models import Agent, AuditRow
from courier.models import Notification
from faq import reads
from faq.models import Entry, EntryState, Purpose, Revision, RevisionState, Seat, Verdict
from faq.services import drafting, limiting, publishing, reviewing, withdrawing
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError
from kb.lib.workdays import same_time_next_workday
from tests.factories import (
    AgentFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
    WithdrawnEntryFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Entry:
    return PublishedEntryFactory.create(lines_concerned=[BusinessLineFactory.create()])


@pytest.fixture
def asker() -> Agent:
    return InformationAdministratorFactory.create()


def sign_all(revision: Revision, verdict: Verdict = Verdict.APPROVED) -> Revision:
    """Every seat says the same, as far as it gets to."""
    for key in sorted(reviewing.seats(revision), key=str):
        line = next((one for one in [revision.line, *revision.lines_concerned.all()] if one.pk == key), None)
        who = BusinessExpertFactory.create(lines=[line]) if line else CallCentreExpertFactory.create()
        seat = Seat.LINE if line else Seat.CALL_CENTRE
        comment = "" if verdict == Verdict.APPROVED else "还要用"
        revision = reviewing.sign_off(
            revision, seat=seat, line=line, reviewer=who, verdict=verdict, comment=comment
        )
        if verdict == Verdict.REJECTED:
            break
    return revision


def state_of(entry: Entry) -> str:
    return Entry.objects.get(pk=entry.pk).state


def test_the_last_seat_withdraws_and_until_then_the_entry_stays(entry: Entry, asker: Agent) -> None:
    request = withdrawing.request_withdrawal(entry, by=asker, reason="业务停办")
    assert (request.state, request.purpose) == (RevisionState.IN_REVIEW, Purpose.WITHDRAWAL)
    assert drafting.Text.of(request) == drafting.Text.of(entry.revisions.get(number=1))
    assert len(reviewing.seats(request)) == 3
    reviewing.sign_off(
        request,
        seat=Seat.CALL_CENTRE,
        reviewer=CallCentreExpertFactory.create(),
        verdict=Verdict.APPROVED,
    )
    assert state_of(entry) == EntryState.PUBLISHED
    for line in (request.line, *request.lines_concerned.all()):
        done = reviewing.sign_off(
            request,
            seat=Seat.LINE,
            line=line,
            reviewer=BusinessExpertFactory.create(lines=[line]),
            verdict=Verdict.APPROVED,
        )
    assert done.state == RevisionState.DONE
    assert state_of(entry) == EntryState.WITHDRAWN
    assert AuditRow.objects.get(act="entry.withdrawn").detail == {"reason": "业务停办"}
    assert Notification.objects.get(person=asker).text.endswith("所有席位均已同意。")


def test_who_asks_does_not_sign(entry: Entry) -> None:
    expert = CallCentreExpertFactory.create()
    for act in (withdrawing.request_withdrawal, withdrawing.withdraw_at_once):
        request = act(entry, by=expert, reason="过时")
        assert request not in Revision.objects.awaiting(expert)
        with pytest.raises(RuleBrokenError):
            reviewing.sign_off(request, seat=Seat.CALL_CENTRE, reviewer=expert, verdict=Verdict.APPROVED)


def test_a_rejected_request_is_asked_again_or_dropped(entry: Entry, asker: Agent) -> None:
    request = withdrawing.request_withdrawal(entry, by=asker, reason="业务停办")
    request = sign_all(request, Verdict.REJECTED)
    assert request.state == RevisionState.REJECTED
    assert "还要用" in Notification.objects.get(person=asker).text
    second = CallCentreExpertFactory.create()
    with pytest.raises(RuleBrokenError):
        withdrawing.ask_again(request, by=second, reason=" ")
    request = withdrawing.ask_again(request, by=second, reason="已有公告")
    assert (request.state, request.reason) == (RevisionState.IN_REVIEW, "已有公告")
    assert not request.sign_offs.filter(voided_at=None).exists()
    assert not reviewing.may_sign(request, None, second)
    assert withdrawing.drop(request, by=asker).state == RevisionState.DISCARDED
    assert state_of(entry) == EntryState.PUBLISHED
    for act in (withdrawing.drop, lambda one, by: withdrawing.ask_again(one, by=by, reason="再试")):
        with pytest.raises(RuleBrokenError):
            act(request, by=asker)
    assert withdrawing.request_withdrawal(entry, by=asker, reason="再提").number == request.number + 1


def test_the_seats_are_asked_one_thing_at_a_time(entry: Entry, asker: Agent) -> None:
    withdrawing.request_withdrawal(entry, by=asker, reason="业务停办")
    with pytest.raises(RuleBrokenError):
        withdrawing.request_withdrawal(entry, by=asker, reason="业务停办")


def test_an_emergency_takes_the_entry_out_at_once_and_asks_the_same_seats(entry: Entry, asker: Agent) -> None:
    earlier = withdrawing.request_withdrawal(entry, by=asker, reason="业务停办")
    drafting.new_draft(entry, by=asker)
    request = withdrawing.withdraw_at_once(entry, by=asker, reason="数字写错")
    assert state_of(entry) == EntryState.WITHDRAWN
    assert request.purpose == Purpose.EMERGENCY
    assert reviewing.seats(request) == reviewing.seats(earlier)
    assert request.submitted_at is not None
    assert request.due_at == same_time_next_workday(request.submitted_at)
    earlier.refresh_from_db()
    assert earlier.state == RevisionState.DISCARDED
    assert sign_all(request).state == RevisionState.DONE
    assert state_of(entry) == EntryState.WITHDRAWN


def test_a_rejection_of_an_emergency_restores_at_once(entry: Entry, asker: Agent) -> None:
    request = withdrawing.withdraw_at_once(entry, by=asker, reason="数字写错")
    with pytest.raises(RuleBrokenError):
        withdrawing.drop(request, by=asker)
    assert sign_all(request, Verdict.REJECTED).state == RevisionState.DISCARDED
    assert state_of(entry) == EntryState.PUBLISHED
    assert AuditRow.objects.filter(act="entry.restored").count() == 1
    assert "还要用" in Notification.objects.get(person=asker).text


def test_an_overdue_emergency_shows_until_it_is_signed_and_restores_nothing(
    entry: Entry, asker: Agent
) -> None:
    request = withdrawing.withdraw_at_once(entry, by=asker, reason="数字写错")
    late = database_now() - timedelta(days=1)
    Revision.objects.filter(pk=request.pk).update(due_at=late)
    (task,) = reads.emergencies(SupervisorFactory.create(), 5)
    assert (task.pk, task.due) == (request.pk, late)
    assert state_of(entry) == EntryState.WITHDRAWN
    sign_all(request)
    assert not reads.emergencies(SupervisorFactory.create(), 5)
    assert state_of(entry) == EntryState.WITHDRAWN


def test_every_seat_brings_an_entry_back(asker: Agent) -> None:
    entry = WithdrawnEntryFactory.create()
    request = withdrawing.request_restoration(entry, by=asker, reason="恢复办理")
    assert state_of(entry) == EntryState.WITHDRAWN
    assert sign_all(request).state == RevisionState.DONE
    assert state_of(entry) == EntryState.PUBLISHED


def test_only_what_is_there_is_withdrawn_or_restored(entry: Entry, asker: Agent) -> None:
    with pytest.raises(RuleBrokenError):
        withdrawing.request_restoration(entry, by=asker, reason="恢复")
    for act in (withdrawing.request_withdrawal, withdrawing.withdraw_at_once):
        with pytest.raises(RuleBrokenError):
            act(WithdrawnEntryFactory.create(), by=asker, reason="停办")
        with pytest.raises(RuleBrokenError):
            act(entry, by=asker, reason=" ")
        with pytest.raises(RuleBrokenError):
            act(entry, by=AgentFactory.create(), reason="停办")
        with pytest.raises(RuleBrokenError, match="刚刚发布"):
            act(entry, by=asker, reason="停办", seen=-1)
    assert state_of(entry) == EntryState.PUBLISHED
    assert Revision.objects.filter(entry=entry).count() == 1


def test_a_new_text_closes_the_requests_about_the_old_one(entry: Entry, asker: Agent) -> None:
    request = withdrawing.request_withdrawal(entry, by=asker, reason="业务停办")
    draft = drafting.new_draft(entry, by=asker)
    draft = drafting.save_draft(draft, drafting.Text("改过的问题", entry.line), by=asker)
    publishing.publish(draft, by=asker)
    request.refresh_from_db()
    assert request.state == RevisionState.DISCARDED
    assert "新内容已先行发布" in Notification.objects.get(person=asker).text
    with pytest.raises(RuleBrokenError):
        sign_all(request)


def test_a_text_submitted_before_the_withdrawal_does_not_bring_the_entry_back(
    entry: Entry, asker: Agent
) -> None:
    draft = drafting.new_draft(entry, by=asker)
    draft = drafting.save_draft(draft, drafting.Text("改过的问题", entry.line), by=asker)
    reviewing.submit(draft, by=asker)
    withdrawing.withdraw_at_once(entry, by=asker, reason="数字写错")
    with pytest.raises(RuleBrokenError, match="下架"):
        sign_all(draft)
    assert state_of(entry) == EntryState.WITHDRAWN
    reviewing.take_back(draft, by=asker)
    reviewing.submit(draft, by=asker)
    assert sign_all(draft).state == RevisionState.PUBLISHED
    assert state_of(entry) == EntryState.PUBLISHED


def test_validity_is_shortened_at_once(entry: Entry, asker: Agent) -> None:
    now = database_now()
    limiting.shorten_validity(entry, until=now + timedelta(days=9), by=asker)
    shorter = limiting.shorten_validity(entry, until=now + timedelta(days=2), by=asker)
    assert Entry.objects.get(pk=entry.pk).valid_until == shorter.valid_until == now + timedelta(days=2)
    first, second = AuditRow.objects.filter(act="entry.validity_shortened").order_by("pk")
    assert first.detail["before"] == {"valid_until": None}
    assert second.detail["before"] == first.detail["after"]
    for until in (now + timedelta(days=3), now - timedelta(seconds=1)):
        with pytest.raises(RuleBrokenError):
            limiting.shorten_validity(entry, until=until, by=asker)
    with pytest.raises(RuleBrokenError):
        limiting.shorten_validity(entry, until=now + timedelta(days=1), by=AgentFactory.create())


def test_a_longer_validity_needs_every_seat(entry: Entry, asker: Agent) -> None:
    until = database_now() + timedelta(days=5)
    limiting.shorten_validity(entry, until=until, by=asker)
    with pytest.raises(RuleBrokenError):
        limiting.request_longer_validity(entry, until=until, by=asker, reason="活动延期")
    draft = limiting.request_longer_validity(entry, until=None, by=asker, reason="活动延期")
    assert (draft.state, draft.reason) == (RevisionState.IN_REVIEW, "活动延期")
    assert not reviewing.may_sign(draft, None, asker)
    assert Entry.objects.get(pk=entry.pk).valid_until == until
    with pytest.raises(RuleBrokenError):
        limiting.request_longer_validity(entry, until=None, by=asker, reason="再次")
    sign_all(draft)
    assert Entry.objects.get(pk=entry.pk).valid_until is None


def test_the_next_change_does_not_lengthen_a_shortened_validity_unseen(entry: Entry, asker: Agent) -> None:
    until = database_now() + timedelta(days=5)
    limiting.shorten_validity(entry, until=until, by=asker)
    draft = drafting.new_draft(entry, by=asker)
    assert draft.valid_until == until
    text = drafting.Text("改过的问题", entry.line, valid_until=until)
    sign_all(reviewing.submit(drafting.save_draft(draft, text, by=asker), by=asker))
    assert Entry.objects.get(pk=entry.pk).valid_until == until
