"""Two people decide on one wording at the same moment: it ends up with one entry, once."""

import pytest

from faq.models import SimilarQuestion
from search import similar_questions
from search.models import ProposedQuestion
from tests.factories import InformationAdministratorFactory, PublishedEntryFactory
from tests.faq.test_at_the_same_moment import both, held_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def proposed_to(entry_id: int) -> ProposedQuestion:
    return ProposedQuestion.objects.create(entry_id=entry_id, key="k", text="卡不见了", calls=3, agents=2)


def test_a_wording_proposed_to_two_entries_is_accepted_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    proposals = [proposed_to(PublishedEntryFactory.create().pk) for _ in range(2)]
    people = [InformationAdministratorFactory.create() for _ in range(2)]
    with held_at(similar_questions, "append", monkeypatch):
        came_to = both(
            lambda: similar_questions.accept(proposals[0], by=people[0]),
            lambda: similar_questions.accept(proposals[1], by=people[1]),
        )
    assert sorted(came_to) == ["done", "refused"]
    assert SimilarQuestion.objects.count() == 1


def test_an_acceptance_and_a_refusal_are_one_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = proposed_to(PublishedEntryFactory.create().pk)
    people = [InformationAdministratorFactory.create() for _ in range(2)]
    with held_at(similar_questions, "_decide", monkeypatch):
        came_to = both(
            lambda: similar_questions.accept(proposal, by=people[0]),
            lambda: similar_questions.reject(proposal, by=people[1]),
        )
    assert sorted(came_to) == ["done", "refused"]
    state = ProposedQuestion.objects.get().state
    assert SimilarQuestion.objects.exists() == (state == ProposedQuestion.State.ACCEPTED)
