"""What calls teach becomes a proposal, and what becomes of proposals."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts import permissions, settings
from accounts.models import Agent, AuditRow
from accounts.roles import Role
from faq import wording
from faq.models import Entry, SimilarQuestion
from faq.services import curating
from faq.services.curating import Curation
from kb.lib.errors import RuleBrokenError
from search import similar_questions, tasks
from search.models import OutboxRow, ProposedQuestion
from tests.factories import (
    AgentFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    InformationAdministratorFactory,
    PersonFactory,
    PublishedEntryFactory,
    SystemAdministratorFactory,
    WithdrawnEntryFactory,
)
from tests.hits.test_confirmed import searched

pytestmark = pytest.mark.django_db
ACCEPTED, REJECTED = ProposedQuestion.State.ACCEPTED, ProposedQuestion.State.REJECTED


@pytest.fixture
def entry() -> Entry:
    found: Entry = PublishedEntryFactory.create(question="信用卡丢了怎么挂失")
    return found


@pytest.fixture
def owner() -> Agent:
    person: Agent = InformationAdministratorFactory.create()
    return person


def asked(text: str, entry: Entry, *, calls: int = 3, agents: int = 2, **more: Any) -> None:
    """Confirmed in so many calls, shared out among so many agents."""
    people = [AgentFactory.create() for _ in range(agents)]
    more.setdefault("at", timezone.now() - timedelta(days=2))
    for number in range(calls):
        searched(text, entry.pk, agent=people[number % agents], **more)


def waiting() -> list[str]:
    return sorted(ProposedQuestion.objects.waiting().values_list("text", flat=True))


def proposed(text: str, entry: Entry) -> ProposedQuestion:
    asked(text, entry)
    similar_questions.refresh()
    return ProposedQuestion.objects.get(entry=entry, text=text)


def similar(entry: Entry) -> list[str]:
    return list(entry.similar_questions.values_list("text", flat=True))


def test_three_calls_of_two_agents_make_a_proposal_and_fewer_do_not(entry: Entry) -> None:
    asked("卡不见了", entry)
    asked("卡没了", entry, calls=2)
    asked("卡丢了", entry, calls=5, agents=1)
    assert similar_questions.refresh() == 1
    (proposal,) = ProposedQuestion.objects.all()
    assert (proposal.text, proposal.entry, proposal.calls, proposal.agents) == ("卡不见了", entry, 3, 2)


def test_one_call_that_confirms_three_times_is_one_call(entry: Entry) -> None:
    first, second = AgentFactory.create(), AgentFactory.create()
    moment = timezone.now() - timedelta(days=2)
    call = searched("卡不见了", entry.pk, agent=first, at=moment)
    searched("卡不见了？", entry.pk, agent=first, at=moment, call_id=call)
    searched("卡不见了", entry.pk, agent=second, at=moment)
    assert similar_questions.refresh() == 0
    searched("卡不见了", entry.pk, agent=second, at=moment)
    assert similar_questions.refresh() == 1


def test_spellings_that_differ_in_nothing_heard_are_one_wording(entry: Entry) -> None:
    asked("ＥＴＣ 怎么挂失？", entry, calls=1, agents=1)
    asked("etc怎么挂失", entry, calls=2, agents=1)
    similar_questions.refresh()
    (proposal,) = ProposedQuestion.objects.all()
    assert (proposal.text, proposal.calls, proposal.agents) == ("etc怎么挂失", 3, 2)


def test_it_is_spelt_as_in_most_calls_not_as_in_most_clicks(entry: Entry) -> None:
    asked("卡不见了", entry, calls=2)
    moment = timezone.now() - timedelta(days=2)
    searched("卡不见了！", entry.pk, "confirmed", "confirmed", "confirmed", at=moment)
    similar_questions.refresh()
    assert waiting() == ["卡不见了"]


def test_what_entries_say_already_and_what_is_no_wording_is_left_out(entry: Entry) -> None:
    other = PublishedEntryFactory.create(question="怎么注销信用卡")
    SimilarQuestion.objects.create(entry=other, text="销卡")
    for text in ("信用卡丢了,怎么挂失?", "怎么注销 信用卡", "“销卡”", "？？", "卡号***************1234丢了"):
        asked(text, entry)
    assert similar_questions.refresh() == 0


def test_only_entries_in_force_get_proposals() -> None:
    asked("卡不见了", WithdrawnEntryFactory.create())
    past = timezone.now() - timedelta(days=1)
    asked("卡没了", PublishedEntryFactory.create(valid_until=past, valid_from=past - timedelta(days=9)))
    assert similar_questions.refresh() == 0


def test_texts_that_are_no_longer_kept_teach_nothing(entry: Entry) -> None:
    settings.change("search_text_months", 2, by=SystemAdministratorFactory.create())
    asked("卡不见了", entry, at=timezone.now() - timedelta(days=70))
    assert similar_questions.refresh() == 0


def test_confirmations_taken_back_or_of_no_agent_teach_nothing(entry: Entry) -> None:
    people = [AgentFactory.create(), AgentFactory.create()]
    moment = timezone.now() - timedelta(days=2)
    for number in range(4):
        searched("卡没了", entry.pk, "confirmed", "taken_back", agent=people[number % 2], at=moment)
    asked("卡不见了", entry, counts=False)
    assert similar_questions.refresh() == 0


def test_every_night_again_changes_nothing_and_new_calls_are_counted(entry: Entry) -> None:
    proposal = proposed("卡不见了", entry)
    similar_questions.refresh()
    assert ProposedQuestion.objects.get() == proposal
    asked("卡不见了！", entry, calls=4)
    similar_questions.refresh()
    proposal.refresh_from_db()
    assert (proposal.text, proposal.calls, proposal.agents) == ("卡不见了！", 7, 4)


def test_a_proposal_that_lost_its_reason_goes(entry: Entry) -> None:
    proposed("卡不见了", entry)
    SimilarQuestion.objects.create(entry=entry, text="卡不见了。")
    assert similar_questions.refresh() == 0
    assert not ProposedQuestion.objects.exists()


def test_accepting_adds_the_wording_behind_the_others_and_says_who(entry: Entry, owner: Agent) -> None:
    SimilarQuestion.objects.create(entry=entry, text="钱包丢了")
    proposal = proposed("卡不见了", entry)
    OutboxRow.objects.all().delete()
    similar_questions.accept(proposal, by=owner)
    assert similar(entry) == ["钱包丢了", "卡不见了"]
    added = entry.similar_questions.get(text="卡不见了")
    assert (added.origin, added.added_by) == (SimilarQuestion.Origin.LEARNED, owner)
    assert entry.similar_questions.get(text="钱包丢了").origin == SimilarQuestion.Origin.PERSON
    assert OutboxRow.objects.get().entry_id == entry.pk
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (ACCEPTED, owner)
    row = AuditRow.objects.get(act="similar_question.accepted")
    assert (row.actor, row.subject_id) == (owner, str(entry.pk))
    assert row.detail == {"text": "卡不见了", "calls": 3, "agents": 2, "calls_elsewhere": 0}
    assert similar_questions.refresh() == 0


def test_what_was_rejected_is_never_proposed_again(entry: Entry, owner: Agent) -> None:
    similar_questions.reject(proposed("卡不见了", entry), by=owner)
    asked("卡不见了", entry, calls=9)
    assert similar_questions.refresh() == 0
    assert similar(entry) == []
    assert ProposedQuestion.objects.get().state == REJECTED
    assert AuditRow.objects.get(act="similar_question.rejected").actor == owner


def test_what_somebody_took_out_again_is_not_proposed_again(entry: Entry, owner: Agent) -> None:
    similar_questions.accept(proposed("卡不见了", entry), by=owner)
    curating.apply([Curation(entry.pk, {}, similar_questions=[])], by=owner)
    assert similar_questions.refresh() == 0


def test_a_proposal_is_decided_on_once(entry: Entry, owner: Agent) -> None:
    proposal = proposed("卡不见了", entry)
    similar_questions.accept(proposal, by=owner)
    for act in (similar_questions.accept, similar_questions.reject):
        with pytest.raises(RuleBrokenError):
            act(proposal, by=owner)
    assert similar(entry) == ["卡不见了"]


def test_a_wording_of_two_entries_goes_to_the_one_it_is_accepted_for(entry: Entry, owner: Agent) -> None:
    other = PublishedEntryFactory.create(question="储蓄卡怎么挂失")
    asked("卡不见了", other, calls=4)
    mine = proposed("卡不见了", entry)
    theirs = ProposedQuestion.objects.get(entry=other)
    assert (mine.calls_elsewhere, theirs.calls_elsewhere) == (4, 3)
    similar_questions.accept(mine, by=owner)
    with pytest.raises(RuleBrokenError):
        similar_questions.accept(theirs, by=owner)
    assert (similar(entry), similar(other)) == (["卡不见了"], [])


def test_an_entry_that_says_it_is_full_or_is_gone_takes_none(entry: Entry, owner: Agent) -> None:
    proposal = proposed("卡不见了", entry)
    curating.apply([Curation(entry.pk, {}, similar_questions=["卡 不见了"])], by=owner)
    with pytest.raises(RuleBrokenError, match=r"已有"):
        similar_questions.accept(proposal, by=owner)
    full = [f"说法{number}" for number in range(wording.MOST_SIMILAR_QUESTIONS)]
    curating.apply([Curation(entry.pk, {}, similar_questions=full)], by=owner)
    with pytest.raises(RuleBrokenError, match=r"200"):
        similar_questions.accept(proposal, by=owner)
    Entry.objects.filter(pk=entry.pk).update(state="withdrawn", withdrawn_at=timezone.now())
    with pytest.raises(RuleBrokenError, match=r"停用"):
        similar_questions.accept(proposal, by=owner)
    assert similar(entry) == full


def test_with_the_setting_what_is_clear_is_accepted_by_itself(entry: Entry) -> None:
    other = PublishedEntryFactory.create(question="储蓄卡怎么挂失")
    asked("卡不见了", entry)
    asked("丢了", entry)
    asked("丢了", other, calls=1, agents=1)
    settings.change("accept_learned_questions", 1, by=SystemAdministratorFactory.create())
    assert similar_questions.refresh() == 1
    assert waiting() == ["丢了"]
    added = entry.similar_questions.get()
    assert (added.text, added.origin, added.added_by) == ("卡不见了", SimilarQuestion.Origin.LEARNED, None)
    assert AuditRow.objects.get(act="similar_question.accepted").actor is None


def test_a_full_entry_does_not_stop_the_others(entry: Entry, owner: Agent) -> None:
    other = PublishedEntryFactory.create(question="储蓄卡怎么挂失")
    full = [f"说法{number}" for number in range(wording.MOST_SIMILAR_QUESTIONS)]
    curating.apply([Curation(entry.pk, {}, similar_questions=full)], by=owner)
    settings.change("accept_learned_questions", 1, by=SystemAdministratorFactory.create())
    asked("卡不见了", entry)
    asked("折子不见了", other)
    assert similar_questions.refresh() == 1
    assert similar(other) == ["折子不见了"]


def test_who_may_decide_is_said_alike_by_predicate_and_rows(entry: Entry) -> None:
    proposal = proposed("卡不见了", entry)
    other = BusinessLineFactory.create()
    for role in Role:
        for line in (entry.line, other):
            person = PersonFactory.create(roles=[role], lines=[line])
            may = permissions.may_tend_entries_of(person, entry.line)
            assert may == ProposedQuestion.objects.decidable_by(person).filter(pk=proposal.pk).exists()
    expert = BusinessExpertFactory.create(lines=[entry.line])
    assert ProposedQuestion.objects.decidable_by(expert).get() == proposal
    Entry.objects.filter(pk=entry.pk).update(is_restricted=True)
    assert not ProposedQuestion.objects.decidable_by(InformationAdministratorFactory.create()).exists()
    assert ProposedQuestion.objects.decidable_by(expert).exists()


def test_the_worker_may_do_all_of_it_every_night(entry: Entry) -> None:
    asked("卡不见了", entry)
    asked("丢了", entry)
    asked("丢了", PublishedEntryFactory.create(), calls=1, agents=1)
    settings.change("accept_learned_questions", 1, by=SystemAdministratorFactory.create())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_counter")
    assert tasks.propose_similar_questions(0) == 1
    assert similar(entry) == ["卡不见了"]
    asked_at = [
        periodic.cron
        for periodic in app.periodic_registry.periodic_tasks.values()
        if periodic.task.name == "search.propose_similar_questions"
    ]
    assert asked_at == ["40 18 * * *"]
