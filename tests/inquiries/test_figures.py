"""What a month came to, against figures worked out by hand."""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Agent, BusinessLine
from inquiries.figures import Kept, figures_of_person, month_figures
from inquiries.models import Asker, Inquiry, Pause, Round
from kb.lib.months import SITE_ZONE, Month
from tests.factories import AgentFactory, BusinessLineFactory, SupervisorFactory
from tests.inquiries.making import expert_of, forwarded

pytestmark = pytest.mark.django_db
MARCH = Month(2026, 3)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SITE_ZONE)


def past(line: BusinessLine, began: str, monkeypatch: pytest.MonkeyPatch, **ends: Any) -> Inquiry:
    """One that was forwarded then; ``replied``, ``answered``, ``closed`` and ``by`` say what became of it."""
    from inquiries.services import forwarding

    monkeypatch.setattr(forwarding, "database_now", lambda: at(began))
    inquiry = forwarded(line=line)
    by = ends.pop("by", None)
    people = {f"{name}_by": by for name in ends if name in ("replied", "answered")}
    Round.objects.filter(inquiry=inquiry).update(
        **{f"{name}_at": at(moment) for name, moment in ends.items()}, **people
    )
    return inquiry


@pytest.fixture
def march(monkeypatch: pytest.MonkeyPatch) -> tuple[BusinessLine, Agent]:
    """Seven questions of two lines; every Monday of that month is the 2nd, 9th, 16th, 23rd or 30th."""
    line, other = BusinessLineFactory.create(code="A"), BusinessLineFactory.create(code="B")
    expert = expert_of(line)
    past(line, "03-02T10:00", monkeypatch, replied="03-02T11:00", answered="03-03T10:00", by=expert)
    late = past(line, "03-02T10:00", monkeypatch, replied="03-03T12:00", answered="03-10T10:00", by=expert)
    Pause.objects.create(  # longer than it was late, for the answer only
        inquiry=late,
        round=1,
        reason="等批复",
        paused_by=expert,
        paused_at=at("03-05T09:00"),
        resumed_at=at("03-06T18:00"),
    )
    past(line, "03-02T10:00", monkeypatch, replied="03-03T10:00", answered="03-09T10:01", by=expert)
    past(line, "03-02T10:00", monkeypatch)  # never answered
    past(other, "03-16T10:00", monkeypatch, closed="03-16T12:00")  # taken back at once
    past(other, "03-16T10:00", monkeypatch, closed="03-30T12:00")  # when it was late already
    past(other, "03-30T10:00", monkeypatch, replied="03-31T09:00")  # its answer is due in April
    return line, expert


def test_a_deadline_belongs_to_the_month_it_falls_in(march: tuple[BusinessLine, Agent]) -> None:
    figures = month_figures(MARCH, None)
    assert (figures.forwarded, figures.joined, figures.closed_without_answer) == (7, 0, 2)
    assert figures.reply == Kept(due=6, met=3, met_without_pauses=3)
    assert figures.answer == Kept(due=5, met=1, met_without_pauses=2)
    assert month_figures(Month(2026, 4), None).answer == Kept(due=1, met=0, met_without_pauses=0)


def test_times_are_those_of_the_clock(march: tuple[BusinessLine, Agent]) -> None:
    figures = month_figures(MARCH, None)
    assert (figures.to_reply.number, figures.to_reply.median_minutes) == (4, 23 * 60)
    assert figures.to_reply.p90_minutes == 26 * 60
    assert (figures.to_answer.number, figures.to_answer.median_minutes) == (3, 7 * 24 * 60 + 1)


def test_open_and_overdue_are_those_of_the_months_end(march: tuple[BusinessLine, Agent]) -> None:
    figures = month_figures(MARCH, None)
    assert (figures.open_at_end, figures.overdue_at_end) == (2, 1)
    Round.objects.filter(answered_at__isnull=True).update(answered_at=at("04-01T09:00"))
    assert month_figures(MARCH, None).open_at_end == 2


def test_the_lines_add_up_and_one_line_is_its_own(march: tuple[BusinessLine, Agent]) -> None:
    figures, line = month_figures(MARCH, None), march[0]
    assert [one.forwarded for one in figures.lines] == [4, 3]
    assert sum(one.answer.due for one in figures.lines) == figures.answer.due
    alone = month_figures(MARCH, line)
    assert (alone.reply, alone.answer) == (figures.lines[0].reply, figures.lines[0].answer)
    assert alone.lines == ()
    assert alone.as_json()["answer"] == {"due": 4, "met": 1, "met_without_pauses": 2}


def test_joined_calls_are_counted_apart(march: tuple[BusinessLine, Agent]) -> None:
    inquiry = Inquiry.objects.earliest("pk")
    for _call in range(2):
        Asker.objects.create(
            inquiry=inquiry, person=AgentFactory.create(), call_id=uuid4(), asked_at=at("03-20T10:00")
        )
    assert month_figures(MARCH, None).joined == 2


def test_a_month_without_any_has_no_shares() -> None:
    figures = month_figures(Month(2026, 1), None)
    assert figures.answer.share is None
    assert figures.to_answer.median_minutes is None


def test_figures_of_a_person_are_theirs_and_their_own_supervisors(march: tuple[BusinessLine, Agent]) -> None:
    expert, boss = march[1], SupervisorFactory.create()
    expert.supervisor = boss
    expert.save(update_fields=["supervisor"])
    figures = figures_of_person(expert, MARCH, reader=boss)
    assert figures == figures_of_person(expert, MARCH, reader=expert)
    assert figures.answer == Kept(due=3, met=1, met_without_pauses=2)
    for stranger in (SupervisorFactory.create(), AgentFactory.create()):
        with pytest.raises(PermissionDenied):
            figures_of_person(expert, MARCH, reader=stranger)


def test_the_page_shows_one_person_to_them_and_to_their_own_supervisor(
    march: tuple[BusinessLine, Agent], client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    expert, boss = march[1], SupervisorFactory.create()
    expert.supervisor = boss
    expert.save(update_fields=["supervisor"])
    for reader in (expert, boss):
        client.force_login(reader, "accounts.backends.AccountBackend")
        with django_assert_max_num_queries(20):
            page = client.get("/inquiries/figures/?month=2026-03").content.decode()
        found = re.findall(r'<td class="number">([^<]+)</td>', page)
        assert found == ["3", "2", "1", "2", "3", "24.0", "26.0", "3", "1", "2", "2", "3", "168.0", "192.0"]
        assert 'href="?month=2026-02&amp;person=' in page
    assert "/inquiries/figures/" in client.get("/inquiries/").content.decode()
