"""Inquiries laid into the database as a year would leave them, and what must come of each.

Beginnings lie all over 2026 with its holidays, and days an administrator has changed. Some are answered, some
replied to, closed, paused. Their moments are then moved into the next minutes, in their order: time runs by
moving the rows, the program waits for nothing.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import chinese_calendar
import numpy as np
from django.contrib.auth.models import Group

from accounts.models import Agent, BusinessLine
from inquiries import working_calendar
from inquiries.deadlines import Deadlines, deadlines
from inquiries.models import Asker, CalendarDay, Inquiry, Pause, Reminder, Round
from inquiries.services import scheduling
from kb.lib.months import SITE_ZONE

FIRST_DAY = datetime(2026, 1, 1, tzinfo=SITE_ZONE)
HOURS = "09:00-12:00,13:30-18:00"
CHANGED_DAYS = {date(2026, 3, 11): False, date(2026, 7, 24): False, date(2026, 8, 16): True}
LINES = 4
FATES = {"answered": 0.66, "replied": 0.12, "closed": 0.10, "paused": 0.06, "forgotten": 0.06}
MOMENTS = ("reply_soon_at", "reply_due_at", "answer_soon_at", "answer_due_at")
Kind = Reminder.Kind
KINDS = {
    "answered": (),
    "replied": (Kind.ANSWER_SOON, Kind.ANSWER_LATE),
    "closed": (),
    "paused": tuple(Kind),
    "forgotten": tuple(Kind),
}
LATE = (Kind.REPLY_LATE, Kind.ANSWER_LATE)


@dataclass
class Planted:
    """``expected``: every (inquiry, round, kind) that must be told, and nothing else may be."""

    expected: set[tuple[int, int, str]] = field(default_factory=set)
    fates: dict[str, int] = field(default_factory=dict)
    wrong_deadlines: int = 0
    provisional: int = 0

    @property
    def mails(self) -> int:
        """One to the expert of what is due soon, one each to head and supervisor of what is late."""
        return sum(2 if kind in LATE else 1 for _inquiry, _round, kind in self.expected)


def plant(number: int, *, seed: int = 6) -> Planted:
    """So many inquiries with the deadlines the program gives them, held against another reckoning."""
    chance, planted = random.Random(seed), Planted()
    agent, lines = _people()
    boss = Agent.objects.get(username="bench-supervisor")
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, is_working=works, set_by=boss) for day, works in CHANGED_DAYS.items()
    )
    calendar = working_calendar.current(HOURS)
    begun = [FIRST_DAY + timedelta(seconds=chance.randrange(365 * 86_400)) for _each in range(number)]
    due = [deadlines(moment, calendar) for moment in begun]
    planted.wrong_deadlines = sum(
        found.answer_due_at != other for found, other in zip(due, _reckoned_otherwise(begun), strict=True)
    )
    planted.provisional = sum(found.is_provisional for found in due)
    fates = chance.choices(list(FATES), list(FATES.values()), k=number)
    inquiries = Inquiry.objects.bulk_create(
        _inquiry(place, moment, fate, chance.choice(lines), agent)
        for place, (moment, fate) in enumerate(zip(begun, fates, strict=True))
    )
    rows = list(zip(inquiries, begun, due, fates, strict=True))
    Round.objects.bulk_create(_round(*row) for row in rows)
    Asker.objects.bulk_create(Asker(inquiry=one, person=agent, call_id=uuid4()) for one in inquiries)
    Pause.objects.bulk_create(
        Pause(inquiry=one, round=1, reason="等总行批复", paused_by=boss, paused_at=moment)
        for one, moment, _due, fate in rows
        if fate == "paused"
    )
    for one, fate in zip(inquiries, fates, strict=True):
        planted.fates[fate] = planted.fates.get(fate, 0) + 1
        planted.expected |= {(one.pk, 1, str(kind)) for kind in KINDS[fate]}
    return planted


def move(start: datetime, seconds: float, *, seed: int = 7) -> None:
    """Let every moment of every round fall into so many seconds from the start, in its order."""
    chance = random.Random(seed)
    rounds = list(Round.objects.order_by("pk"))
    for running in rounds:
        places = sorted(chance.uniform(0, seconds) for _moment in MOMENTS)
        for name, place in zip(MOMENTS, places, strict=True):
            setattr(running, name, start + timedelta(seconds=place))
    Round.objects.bulk_update(rounds, MOMENTS, batch_size=1000)
    scheduling.wake_at(getattr(running, name) for running in rounds for name in MOMENTS)


def told() -> set[tuple[int, int, str]]:
    return set(Reminder.objects.values_list("inquiry", "round", "kind"))


def _people() -> tuple[Agent, list[BusinessLine]]:
    """An agent, a supervisor, and of each line an expert and a head; all but the agent read mails."""
    lines = []
    agent = _person("bench-agent", "agent")
    _person("bench-supervisor", "supervisor", "supervisor@example.com")
    for number in range(LINES):
        head = _person(f"bench-head-{number}", "business_expert", f"head{number}@example.com")
        line = BusinessLine.objects.create(code=f"BENCH{number}", name=f"业务线{number}", head=head)
        expert = _person(f"bench-expert-{number}", "business_expert", f"expert{number}@example.com")
        expert.lines.add(line)
        lines.append(line)
    return agent, lines


def _person(username: str, role: str, email: str = "") -> Agent:
    person = Agent.objects.create(username=username, email=email)
    person.groups.add(Group.objects.get_or_create(name=role)[0])
    return person


def _inquiry(place: int, moment: datetime, fate: str, line: BusinessLine, agent: Agent) -> Inquiry:
    state = {"answered": "answered", "replied": "replied", "closed": "closed"}.get(fate, "open")
    return Inquiry(
        key=uuid4(),
        question=f"境外刷卡被拒怎么处理（{place}）",
        line=line,
        state=state,
        forwarded_by=agent,
        forwarded_at=moment,
        closed_at=moment if fate == "closed" else None,
    )


def _round(inquiry: Inquiry, moment: datetime, due: Deadlines, fate: str) -> Round:
    ends: dict[str, Any] = {
        "answered": {"replied_at": moment, "answered_at": moment},
        "replied": {"replied_at": moment},
        "closed": {"closed_at": moment},
    }.get(fate, {})
    return Round(
        inquiry=inquiry,
        number=1,
        began_at=moment,
        hours=HOURS,
        is_provisional=due.is_provisional,
        **{name: getattr(due, name) for name in MOMENTS},
        **ends,
    )


def _reckoned_otherwise(begun: Iterable[datetime]) -> list[datetime]:
    """The final deadlines by counting every minute of more than a year once."""
    days = [FIRST_DAY.date() + timedelta(days=number) for number in range(420)]
    minutes = np.arange(1440)
    inside = ((minutes >= 540) & (minutes < 720)) | ((minutes >= 810) & (minutes < 1080))
    working = np.concatenate([inside & _works(day) for day in days])
    counted = np.concatenate([[0], np.cumsum(working)])
    first = [-int((FIRST_DAY - moment) // timedelta(minutes=1)) for moment in begun]
    last = np.searchsorted(counted, counted[first] + 5 * int(inside.sum()))
    return [FIRST_DAY + timedelta(minutes=int(minute)) for minute in last]


def _works(day: date) -> bool:
    if day in CHANGED_DAYS:
        return CHANGED_DAYS[day]
    return bool(chinese_calendar.is_workday(day)) if day.year == 2026 else day.weekday() < 5
