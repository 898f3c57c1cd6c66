"""Whose an inquiry is: assigning, another line, absences, and who stands in."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Agent
from courier.models import Mail, Notification
from inquiries import audience
from inquiries.models import Absence, Inquiry
from inquiries.services import answering, assigning
from inquiries.standing_in import Away, now_here, stands_in_for
from kb.lib.errors import RuleBrokenError
from tests.factories import (
    AgentFactory,
    AuditorFactory,
    BusinessExpertFactory,
    BusinessLineFactory,
    InformationAdministratorFactory,
)
from tests.inquiries.making import expert_of, forwarded

TODAY = date(2026, 11, 26)


def away(person: Agent, substitute: Agent) -> Absence:
    """Away from yesterday to tomorrow, whatever today is."""
    from faq.services.locking import database_now

    today = database_now().date()
    return assigning.set_absence(
        person,
        substitute=substitute,
        starts_on=today - timedelta(days=2),
        ends_on=today + timedelta(days=2),
        by=person,
    )


@pytest.mark.django_db
def test_an_assigned_one_is_its_experts_and_only_they_are_told() -> None:
    inquiry = forwarded()
    first, second = (expert_of(inquiry.line, email=f"{n}@example.com") for n in "ab")
    assigned = assigning.assign(inquiry, to=second, by=first)
    assert (assigned.state, assigned.assigned_to) == (Inquiry.State.ASSIGNED, second)
    assert Mail.objects.get().to == second
    back = assigning.assign(inquiry, to=first, by=InformationAdministratorFactory.create())
    assert back.assigned_to == first
    again = assigning.assign(inquiry, to=second, by=first)
    assert again.rounds.count() == 1
    assert Mail.objects.filter(to=second).count() == 2


@pytest.mark.django_db
def test_only_who_works_on_it_assigns_it_and_only_to_experts_of_the_line() -> None:
    inquiry = forwarded()
    expert, other = expert_of(inquiry.line), expert_of(BusinessLineFactory.create())
    for to, by in [(expert, AgentFactory.create()), (expert, other), (other, expert)]:
        with pytest.raises(RuleBrokenError):
            assigning.assign(inquiry, to=to, by=by)


@pytest.mark.django_db
def test_another_line_takes_it_over_and_the_deadlines_stay() -> None:
    inquiry, line = forwarded(), BusinessLineFactory.create()
    before, there = inquiry.rounds.values().get(), expert_of(line)
    here = expert_of(inquiry.line)
    assigning.assign(inquiry, to=here, by=here)
    sent = assigning.send_to_line(inquiry, line=line, by=here, reason="这是贷款的事")
    assert (sent.line, sent.assigned_to, sent.state) == (line, None, Inquiry.State.OPEN)
    assert inquiry.rounds.values().get() == before
    assert Notification.objects.filter(person=there).count() == 1
    with pytest.raises(RuleBrokenError):
        answering.answer(inquiry, text="改用磁条", by=here, key=uuid4())


@pytest.mark.django_db
def test_whoever_stands_in_is_told_and_works_on_it() -> None:
    substitute = BusinessExpertFactory.create()
    expert = expert_of(line := BusinessLineFactory.create())
    absence = away(expert, substitute)
    inquiry = forwarded(line=line)
    assert [row.person for row in Notification.objects.all()] == [substitute]
    assert list(Inquiry.objects.worked_by(substitute)) == [inquiry]
    answering.reply(inquiry, text="代为核实", by=substitute, key=uuid4())
    assigning.end_absence(absence, by=expert)
    assert not Inquiry.objects.worked_by(substitute).exists()
    assert audience.workers(inquiry) == [expert]


@pytest.mark.django_db
def test_absences_are_in_order_once_a_day_and_ones_own() -> None:
    expert, other = BusinessExpertFactory.create_batch(2)
    day = timedelta(days=1)

    def enter(starts: date, ends: date, *, substitute: Agent = other, by: Agent = expert) -> Absence:
        return assigning.set_absence(expert, substitute=substitute, starts_on=starts, ends_on=ends, by=by)

    enter(TODAY, TODAY + 5 * day)
    enter(TODAY + 6 * day, TODAY + 6 * day, by=InformationAdministratorFactory.create())
    for starts, ends, more in [
        (TODAY + 5 * day, TODAY + 9 * day, {}),
        (TODAY + 9 * day, TODAY + 8 * day, {}),
        (TODAY + 9 * day, TODAY + 9 * day, {"substitute": expert}),
        (TODAY + 9 * day, TODAY + 9 * day, {"substitute": AgentFactory.create()}),
        (TODAY + 9 * day, TODAY + 9 * day, {"by": other}),
    ]:
        with pytest.raises(RuleBrokenError):
            enter(starts, ends, **more)


def test_a_chain_of_substitutes_leads_to_whoever_is_here() -> None:
    chain = [Away(1, 2), Away(2, 3)]
    assert [now_here(person, chain) for person in (1, 2, 3, 4)] == [3, 3, 3, 4]
    assert stands_in_for(3, chain) == {1, 2}
    assert stands_in_for(2, chain) == set()


def test_when_everybody_of_a_circle_is_away_each_stays_themselves() -> None:
    circle = [Away(1, 2), Away(2, 1)]
    assert (now_here(1, circle), now_here(2, circle)) == (1, 2)


@pytest.mark.django_db
def test_who_sees_what() -> None:
    inquiry = forwarded()
    expert, stranger = expert_of(inquiry.line), expert_of(BusinessLineFactory.create())
    info, agent, auditor = (
        InformationAdministratorFactory.create(),
        AgentFactory.create(),
        AuditorFactory.create(),
    )
    everybody = [inquiry.forwarded_by, expert, stranger, info, agent, auditor]
    assert all(Inquiry.objects.visible_to(person).exists() for person in everybody)
    answering.answer(inquiry, text="改用磁条", by=expert, key=uuid4())
    assert all(Inquiry.objects.visible_to(person).exists() for person in everybody)
    Inquiry.objects.update(entry_published_at=timezone.now())
    seen = [Inquiry.objects.visible_to(person).exists() for person in everybody]
    assert seen == [True, True, False, True, False, True]
    works = [Inquiry.objects.worked_by(person).exists() for person in everybody]
    assert works == [False, True, False, True, False, False]
    gone = AgentFactory.create(is_active=False)
    assert not Inquiry.objects.visible_to(gone).exists()
