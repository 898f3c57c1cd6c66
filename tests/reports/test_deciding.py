"""Dismissed for good, put off, open again; and two people at the same moment."""

import pytest

from accounts.models import AuditRow
from faq.models import Entry, Revision
from faq.services import drafting, publishing
from kb.lib.errors import RuleBrokenError
from reports.models import Proposal
from reports.services import accepting, deciding, undoing
from reports.services.acts import combine as combine_act
from reports.services.acts import retire as retire_act
from tests.factories import (
    BusinessLineFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)
from tests.faq.test_at_the_same_moment import both, held_at
from tests.reports import proposing

State = Proposal.State


@pytest.mark.django_db
def test_dismissing_needs_a_reason_and_keeps_who_and_why() -> None:
    proposal, by = proposing.retire(PublishedEntryFactory.create()), SupervisorFactory.create()
    with pytest.raises(RuleBrokenError):
        deciding.dismiss(proposal, by=by, reason="  ")
    done = deciding.dismiss(proposal, by=by, reason="年底会问")
    assert (done.state, done.decided_by, done.reason) == (State.DISMISSED, by, "年底会问")
    assert AuditRow.objects.get(act="proposal.dismissed").detail["reason"] == "年底会问"


@pytest.mark.django_db
def test_what_was_put_off_can_still_be_decided_and_opened_again() -> None:
    proposal, by = proposing.retire(PublishedEntryFactory.create()), SupervisorFactory.create()
    put_off = deciding.later(proposal, by=by)
    assert put_off.state == State.LATER
    with pytest.raises(RuleBrokenError):
        deciding.later(put_off, by=by)
    assert deciding.take_back(put_off, by=by).state == State.OPEN
    assert accepting.accept(deciding.later(proposal, by=by), by=by).state == State.ACCEPTED


@pytest.mark.django_db
def test_a_dismissed_one_is_not_opened_beside_the_same_proposed_anew() -> None:
    entry, by = PublishedEntryFactory.create(), SupervisorFactory.create()
    old = deciding.dismiss(proposing.retire(entry), by=by, reason="不")
    proposing.retire(entry)
    with pytest.raises(RuleBrokenError):
        deciding.take_back(old, by=by)
    with pytest.raises(RuleBrokenError):
        deciding.take_back(Proposal.objects.get(state=State.OPEN), by=by)


@pytest.mark.django_db
def test_only_supervisors_decide() -> None:
    proposal, info = proposing.write(BusinessLineFactory.create()), InformationAdministratorFactory.create()
    with pytest.raises(RuleBrokenError):
        deciding.dismiss(proposal, by=info, reason="不")
    with pytest.raises(RuleBrokenError):
        deciding.later(proposal, by=info)
    with pytest.raises(RuleBrokenError):
        deciding.take_back(proposal, by=info)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_is_told_that_it_was_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    goes, stays = proposing.two_alike()
    proposal, first, second = (
        proposing.combine(goes, stays),
        SupervisorFactory.create(),
        SupervisorFactory.create(),
    )
    with held_at(combine_act, "used", monkeypatch):
        told = both(
            lambda: accepting.accept(proposal, by=first), lambda: accepting.accept(proposal, by=second)
        )
    assert sorted(told) == ["done", "refused"]
    assert Revision.objects.open_requests().count() == 1
    assert stays.similar_questions.count() == 2


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_who_undo_at_once_one_is_told_that_it_was_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    by = SupervisorFactory.create()
    done = accepting.accept(proposing.retire(PublishedEntryFactory.create()), by=by)
    proposing.sign(Revision.objects.get(pk=done.applied["request"]))
    with held_at(undoing, "lock_touched", monkeypatch):
        told = both(lambda: undoing.undo(done, by=by), lambda: undoing.undo(done, by=by))
    assert sorted(told) == ["done", "refused"]
    assert Revision.objects.open_requests().count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_accepting_while_the_entry_is_withdrawn_does_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    entry, by = PublishedEntryFactory.create(), SupervisorFactory.create()
    proposal = proposing.retire(entry)
    with held_at(retire_act, "used_entry", monkeypatch), held_at(publishing, "lock_entry", monkeypatch):
        told = both(
            lambda: accepting.accept(proposal, by=by),
            lambda: publishing.withdraw(entry, by=entry.created_by, reason="停办"),
        )
    proposal.refresh_from_db()
    is_accepted = proposal.state == State.ACCEPTED
    assert told == (["done", "done"] if is_accepted else ["refused", "done"])
    assert Revision.objects.open_requests().count() == int(is_accepted)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_accepting_while_somebody_begins_a_draft_of_the_same_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    entry, line, by = PublishedEntryFactory.create(), BusinessLineFactory.create(), SupervisorFactory.create()
    proposal = proposing.move(entry, line)
    with held_at(drafting, "lock_entry", monkeypatch):
        told = both(
            lambda: accepting.accept(proposal, by=by),
            lambda: drafting.new_draft(Entry.objects.get(pk=entry.pk), by=entry.created_by),
        )
    assert sorted(told) == ["done", "refused"]
    proposal.refresh_from_db()
    assert (proposal.state == State.ACCEPTED) == (told[0] == "done")
    assert Revision.objects.open().count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_undoing_while_the_last_seat_signs_leaves_no_redirect_of_an_undone_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    goes, stays = proposing.two_alike()
    by = SupervisorFactory.create()
    done = accepting.accept(proposing.combine(goes, stays), by=by)
    request = Revision.objects.get(pk=done.applied["request"])
    with held_at(undoing, "lock_touched", monkeypatch):
        told = both(lambda: undoing.undo(done, by=by), lambda: proposing.sign(request))
    done.refresh_from_db()
    goes.refresh_from_db()
    assert told[0] == "done"
    if goes.state == "published":
        assert stays.similar_questions.count() == 0
    else:
        assert "restoration" in done.applied["undone"]
