"""The reshuffle's page: who sees it, what it shows, and that every decision goes through its forms."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent
from faq.models import Category, Entry, Feature, Revision
from faq.services import ordering
from reports import proposal_reads
from reports.models import Proposal
from reports.outcomes import Outcome, Side
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessLineFactory,
    CallCentreExpertFactory,
    CategoryFactory,
    InformationAdministratorFactory,
    PublishedEntryFactory,
    SupervisorFactory,
)
from tests.reports import proposing

pytestmark = pytest.mark.django_db
LIST = "/reports/reshuffle/"
State = Proposal.State
PIECE = {"HX-Request": "true"}


def as_(client: Client, person: Agent) -> Client:
    client.force_login(person, "accounts.backends.AccountBackend")
    return client


@pytest.fixture
def desk(client: Client) -> Client:
    """A supervisor's browser."""
    return as_(client, SupervisorFactory.create())


def post(client: Client, act: str, proposal: Proposal, *, piece: Any = False, **sent: Any) -> Any:
    headers = PIECE if piece else {}
    return client.post(reverse(f"reports:proposal-{act}", args=[proposal.pk]), sent, headers=headers)


def words(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def three_in(category: Category) -> list[Entry]:
    return [PublishedEntryFactory.create(category=category) for _ in range(3)]


def one_of_each() -> list[Proposal]:
    category, line = CategoryFactory.create(path="卡/挂失"), BusinessLineFactory.create()
    goes, stays = proposing.two_alike()
    entries = three_in(category)
    return [
        proposing.reorder(category, entries[::-1]),
        proposing.feature(entries[0]),
        proposing.move(entries[1], line),
        proposing.combine(goes, stays),
        proposing.split(entries[2], "补卡多久寄到", ["补卡要多久"]),
        proposing.retire(stays),
        proposing.write(line),
    ]


def test_all_kinds_are_listed_with_their_numbers_and_facts(desk: Client) -> None:
    one_of_each()
    page = words(desk.get(LIST))
    assert page.count("data-proposal=") == 7
    assert page.count("data-through>") == 7
    assert "卡/挂失" in page
    assert "14" in page


@pytest.mark.parametrize("number", range(7))
def test_each_kind_opens_with_evidence_preview_and_its_forms(desk: Client, number: int) -> None:
    proposal = one_of_each()[number]
    page = words(desk.get(reverse("reports:proposal", args=[proposal.pk])))
    assert f'action="/reports/reshuffle/{proposal.pk}/accept/"' in page
    assert 'class="preview"' in page
    piece = words(desk.get(reverse("reports:proposal", args=[proposal.pk]), headers=PIECE))
    assert "<html" not in piece
    assert 'data-act="accept"' in piece
    assert ("data-change" in piece) == (proposal.kind != "retire")


def test_both_texts_stand_beside_each_other_with_their_differences(desk: Client) -> None:
    proposal = proposing.combine(*proposing.two_alike())
    page = words(desk.get(reverse("reports:proposal", args=[proposal.pk])))
    assert "<ins>" in page
    assert "<del>" in page


def test_accepting_in_the_list_answers_the_decided_line(desk: Client) -> None:
    category = CategoryFactory.create()
    a, b, c = three_in(category)
    proposal = proposing.reorder(category, [c, b, a])
    answer = post(desk, "accept", proposal, piece=True)
    assert answer.status_code == 200
    assert 'data-state="accepted"' in words(answer)
    assert ordering.order_of(category) == [c.pk, b.pk, a.pk]


def test_without_scripts_a_decision_leads_back_to_the_list(desk: Client) -> None:
    proposal = proposing.feature(PublishedEntryFactory.create())
    answer = post(desk, "accept", proposal)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}?state=open")
    assert Feature.objects.exists()


def test_an_order_is_changed_by_places(desk: Client) -> None:
    category = CategoryFactory.create()
    a, b, c = three_in(category)
    proposal = proposing.reorder(category, [c, b, a])
    post(desk, "accept", proposal, change="1", order=[c.pk, b.pk, a.pk], place=["2", "1", "3"])
    assert ordering.order_of(category) == [b.pk, c.pk, a.pk]


@pytest.mark.parametrize(
    "sent", [{"order": ["x"], "place": ["1"]}, {"order": ["1", "2"], "place": ["1"]}, {}]
)
def test_an_order_that_is_none_is_refused_with_a_sentence(desk: Client, sent: dict[str, Any]) -> None:
    category = CategoryFactory.create()
    proposal = proposing.reorder(category, three_in(category)[::-1])
    answer = post(desk, "accept", proposal, change="1", **sent)
    assert answer.status_code == 422
    assert 'role="alert"' in words(answer)
    proposal.refresh_from_db()
    assert proposal.state == State.OPEN


def test_another_line_and_other_days_are_taken(desk: Client) -> None:
    line = BusinessLineFactory.create()
    proposal = proposing.feature(PublishedEntryFactory.create())
    post(desk, "accept", proposal, change="1", line=line.pk, days="7")
    assert Feature.objects.get().line == line
    refused = post(desk, "accept", proposing.feature(PublishedEntryFactory.create()), change="1", days="0")
    assert refused.status_code == 422


def test_a_draft_is_written_with_the_changed_question_and_wordings(desk: Client) -> None:
    line = BusinessLineFactory.create()
    proposal = proposing.write(None)
    sent = {"change": "1", "question": "美元现钞怎么取", "similar": "取美元\n\n换美元", "line": line.pk}
    assert post(desk, "accept", proposal, **sent).status_code == 302
    entry = Entry.objects.get()
    assert entry.revisions.get().question == "美元现钞怎么取"
    assert [row.text for row in entry.similar_questions.all()] == ["取美元", "换美元"]


def test_an_entry_that_the_supervisor_cannot_find_is_no_choice_to_combine_with(desk: Client) -> None:
    goes, stays = proposing.two_alike()
    closed = PublishedEntryFactory.create(question="暗号")
    Entry.objects.filter(pk=closed.pk).update(is_restricted=True)
    answer = post(desk, "accept", proposing.combine(goes, stays), change="1", into=closed.pk, similar="")
    assert answer.status_code == 422
    assert "暗号" not in words(answer)


def test_dismissing_later_and_opening_again(desk: Client) -> None:
    proposal = proposing.retire(PublishedEntryFactory.create())
    assert post(desk, "dismiss", proposal, reason="").status_code == 422
    post(desk, "later", proposal)
    assert "data-proposal" in words(desk.get(LIST, {"state": "later"}))
    post(desk, "dismiss", proposal, reason="年底会问")
    page = words(desk.get(reverse("reports:proposal", args=[proposal.pk])))
    assert "年底会问" in page
    post(desk, "take-back", proposal)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == (State.OPEN, "")


def test_undoing_shows_both_states_where_somebody_changed_it(desk: Client) -> None:
    category, by = CategoryFactory.create(), SupervisorFactory.create()
    a, b, c = three_in(category)
    proposal = proposing.reorder(category, [c, b, a])
    post(desk, "accept", proposal)
    ordering.reorder(category, [b.pk, a.pk, c.pk], by=by)
    answer = post(desk, "undo", proposal, piece=True)
    assert answer.status_code == 422
    assert words(answer).count('name="choose-order"') == 2
    seen = words(answer).split('name="seen" value="')[1].split('"')[0]
    post(desk, "undo", proposal, seen=seen, **{"choose-order": "before"})
    assert ordering.order_of(category) == [a.pk, b.pk, c.pk]
    proposal.refresh_from_db()
    assert proposal.state == State.UNDONE


def test_all_of_a_kind_asks_once_with_the_number_and_takes_only_what_was_shown(desk: Client) -> None:
    shown = [proposing.feature(PublishedEntryFactory.create()) for _ in range(2)]
    asked = words(desk.get(f"{LIST}accept-all/", {"kind": "feature"}))
    assert asked.count('name="proposal"') == 2
    late = proposing.feature(PublishedEntryFactory.create())
    answer = desk.post(f"{LIST}accept-all/", {"kind": "feature", "proposal": [one.pk for one in shown]})
    assert answer.status_code == 200
    assert Feature.objects.count() == 2
    late.refresh_from_db()
    assert late.state == State.OPEN


@pytest.mark.parametrize("kind", ["retire", "combine", "split", "none", ""])
def test_all_at_once_is_not_offered_for_what_is_looked_at_one_by_one(desk: Client, kind: str) -> None:
    for _ in range(2):
        proposing.retire(PublishedEntryFactory.create())
    assert "accept-all" not in words(desk.get(LIST))
    assert desk.get(f"{LIST}accept-all/", {"kind": kind}).status_code == 404
    assert desk.post(f"{LIST}accept-all/", {"kind": kind}).status_code == 404


def test_auditors_and_information_administrators_read_and_decide_nothing(client: Client) -> None:
    proposal = proposing.feature(PublishedEntryFactory.create())
    for person in (AuditorFactory.create(), InformationAdministratorFactory.create()):
        as_(client, person)
        assert "data-proposal" in words(client.get(LIST))
        page = words(client.get(reverse("reports:proposal", args=[proposal.pk])))
        assert 'class="preview"' in page
        assert "accept/" not in page
        for act in ("accept", "dismiss", "later", "take-back", "undo"):
            assert post(client, act, proposal).status_code == 403


def test_whoever_signs_reads_what_was_accepted_and_agents_nothing(client: Client, desk: Client) -> None:
    proposal = proposing.retire(PublishedEntryFactory.create())
    address = reverse("reports:proposal", args=[proposal.pk])
    expert = as_(Client(), CallCentreExpertFactory.create())
    assert expert.get(address).status_code == 404
    post(desk, "accept", proposal)
    request = Revision.objects.get(pk=Proposal.objects.get().applied["request"])
    assert address in request.reason
    assert f"{LIST}?state=" in words(desk.get(address))
    assert f"{LIST}?state=" not in words(expert.get(address))
    assert expert.get(LIST).status_code == 403
    assert as_(Client(), AgentFactory.create()).get(address).status_code == 403


def test_what_is_restricted_to_other_lines_is_named_nowhere(desk: Client) -> None:
    category = CategoryFactory.create()
    closed, other, third = three_in(category)
    proposal = proposing.retire(closed)
    order = proposing.reorder(category, [third, other, closed])
    Entry.objects.filter(pk=closed.pk).update(is_restricted=True)
    assert desk.get(reverse("reports:proposal", args=[proposal.pk])).status_code == 404
    assert post(desk, "accept", proposal).status_code == 404
    page = words(desk.get(LIST)) + words(desk.get(reverse("reports:proposal", args=[order.pk])))
    assert str(closed) not in page
    assert str(other) in page


@pytest.mark.parametrize("state", ["gone", "x"])
def test_a_state_that_has_no_list_is_not_there(desk: Client, state: str) -> None:
    assert desk.get(LIST, {"state": state}).status_code == 404


def test_an_empty_list_says_what_will_come(desk: Client) -> None:
    assert 'class="notice"' in words(desk.get(LIST))


def test_queries_do_not_grow_with_the_list(desk: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(8):
        proposing.feature(PublishedEntryFactory.create())
    with django_assert_max_num_queries(14):
        desk.get(LIST)


def test_what_came_of_it_is_told_and_what_got_worse_stands_first(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine, worse = (proposing.feature(PublishedEntryFactory.create()) for _ in range(2))
    for one in (worse, fine):
        post(desk, "accept", one)
    before, after = Side(40, 30, 2.0, 6.0), Side(38, 30, 4.0, 6.5)
    day = proposing.MONTH

    def told(_month: Any, _line: Any) -> list[Outcome]:
        return [
            Outcome(one.pk, one.kind, (), day, day, day, day, day, before, after, is_worse=one == worse)
            for one in (fine, worse)
        ]

    monkeypatch.setattr(proposal_reads, "outcomes", told)
    page = words(desk.get(LIST, {"state": "accepted"}))
    assert page.index(f"proposal-{worse.pk}") < page.index(f"proposal-{fine.pk}")
    assert page.count("2 → 4") == 2
    assert page.partition("</main>")[0].count('class="state bad"') == 1
    assert "2 → 4" not in words(desk.get(LIST))
