"""The people of the demo: business lines, agents in teams, supervisors, experts."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts import demo
from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from kb.demo.people import AGENTS, TEAMS, DemoAgent, agents, names
from kb.demo.topics import LINES

LINE_NAMES = dict(
    zip(LINES, ("个人银行", "信用卡中心", "电子银行", "贷款", "企业银行", "财富管理"), strict=True)
)
OTHERS = 20


@dataclass(frozen=True)
class House:
    """Everybody and every line, by what the generators call them."""

    lines: dict[str, BusinessLine]
    accounts: dict[str, Agent]
    agents: dict[int, Agent]
    line_experts: dict[str, Agent]
    call_centre_experts: list[Agent]


@dataclass(frozen=True)
class NewPerson:
    username: str
    name: str
    role: Role
    lines: tuple[str, ...] = ()


def demo_agents(seed: int) -> list[DemoAgent]:
    return agents(random.Random(seed))  # noqa: S311


def open_house(people: list[DemoAgent], joined_at: datetime, seed: int) -> House:
    """Make lines, demo log-ins and everybody else; the others have no password that would let them in."""
    lines = {
        code: BusinessLine.objects.get_or_create(code=code, defaults={"name": name})[0]
        for code, name in LINE_NAMES.items()
    }
    accounts = demo.create()
    others = names(AGENTS + OTHERS, random.Random(seed))[AGENTS:]  # noqa: S311
    staff = _staff(iter([name for name in others if name not in {person.name for person in people}]))
    newcomers = [*staff, *(NewPerson(one.username, one.name, Role.AGENT, one.lines) for one in people)]
    made = _make(newcomers, lines, joined_at)
    _form_teams(people, made, accounts["supervisor"])
    return House(
        lines=lines,
        accounts=accounts,
        agents={person.number: made[person.username] for person in people},
        line_experts={code: made[f"expert-{code.lower()}"] for code in LINES}
        | {"CREDITCARD": accounts["business"]},
        call_centre_experts=[accounts["callcentre"], made["callcentre-2"]],
    )


def _staff(others: Iterable[str]) -> list[NewPerson]:
    """Supervisors for all teams but the first, which is the demo supervisor's, and the experts."""
    name = iter(others)
    return [
        *(NewPerson(f"supervisor-{team + 1}", next(name), Role.SUPERVISOR) for team in range(1, TEAMS)),
        *(NewPerson(f"expert-{code.lower()}", next(name), Role.BUSINESS_EXPERT, (code,)) for code in LINES),
        NewPerson("callcentre-2", next(name), Role.CALL_CENTRE_EXPERT),
        NewPerson("info-2", next(name), Role.INFORMATION_ADMINISTRATOR),
    ]


def _make(
    newcomers: list[NewPerson], lines: dict[str, BusinessLine], joined_at: datetime
) -> dict[str, Agent]:
    made = Agent.objects.bulk_create(
        [
            Agent(
                username=one.username,
                display_name=one.name,
                is_demo=True,
                password=make_password(None),
                date_joined=joined_at,
            )
            for one in newcomers
        ]
    )
    groups = {group.name: group for group in Group.objects.all()}
    pairs = list(zip(made, newcomers, strict=True))
    Agent.groups.through.objects.bulk_create(
        [Agent.groups.through(agent=person, group=groups[one.role]) for person, one in pairs]
    )
    Agent.lines.through.objects.bulk_create(
        [
            Agent.lines.through(agent=person, businessline=lines[code])
            for person, one in pairs
            for code in one.lines
        ]
    )
    return {person.username: person for person in made}


def _form_teams(people: list[DemoAgent], made: dict[str, Agent], first: Agent) -> None:
    for team in range(TEAMS):
        supervisor = made[f"supervisor-{team + 1}"] if team else first
        members = [made[person.username].pk for person in people if person.team == team]
        Agent.objects.filter(pk__in=members).update(supervisor=supervisor)
