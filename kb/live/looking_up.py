"""What a stream asks the database: who it belongs to, and what it missed."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare

from accounts.backends import AccountBackend
from accounts.models import Agent
from kb.live.events import Event, Person, Told, in_order
from kb.live.positions import Position
from kb.live.reading import BETWEEN, PAGE, event_of

KEPT_SECONDS = 24 * 3600
AHEAD_SECONDS = 60
MOST_MISSED = 5000


def people_of(session_keys: Collection[str]) -> dict[str, Person]:
    """Who is logged in with these sessions, and what each may hear now; two queries, however many."""
    sessions = Session.objects.filter(session_key__in=session_keys, expire_date__gt=Now())
    logged_in = {session.session_key: session.get_decoded() for session in sessions}
    agents = _agents({data.get(SESSION_KEY, "") for data in logged_in.values()})
    found = {}
    for key, data in logged_in.items():
        agent = agents.get(data.get(SESSION_KEY, ""))
        if agent is not None and _is_of(data, agent):
            roles, lines = frozenset(agent.role_names), frozenset(agent.ids_of_lines)
            found[key] = Person(agent.pk, roles, lines)
    return found


def _agents(pks: set[Any]) -> dict[str, Any]:
    numbers = [pk for pk in pks if isinstance(pk, str) and pk.isdecimal()]
    agents = Agent.objects.filter(pk__in=numbers).annotate(
        role_names=ArrayAgg("groups__name", filter=Q(groups__isnull=False), distinct=True, default=[]),
        ids_of_lines=ArrayAgg("lines", filter=Q(lines__isnull=False), distinct=True, default=[]),
    )
    backend = AccountBackend()
    return {str(agent.pk): agent for agent in agents if backend.user_can_authenticate(agent)}


def _is_of(data: dict[str, Any], agent: Agent) -> bool:
    """As Django's own log-in asks: a changed password ends the sessions of before."""
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    return constant_time_compare(data.get(HASH_SESSION_KEY, ""), agent.get_session_auth_hash())


def missed(since: Position, until: Position) -> list[Told] | None:
    """Everything between two positions, whoever it is for.

    None when that is not known any more, or no page could take it: it was longer ago than events are kept, in
    another database, or more than there may be.
    """
    if since.server != until.server or not until.at - KEPT_SECONDS < since.at <= until.at + AHEAD_SECONDS:
        return None
    told: list[Told] = []
    for start, end in since.stretches(until):
        events = _between(start, end, MOST_MISSED - len(told))
        if events is None:
            return None
        told += in_order(events, start, end)
    return told


def _between(since: Position, until: Position, most: int) -> list[Event] | None:
    events: list[Event] = []
    upto = since.upto
    while len(events) <= most:
        with connection.cursor() as cursor:
            cursor.execute(BETWEEN, {"before": since.before, "within": until.before, "upto": upto})
            rows = cursor.fetchall()
        events += map(event_of, rows)
        if len(rows) < PAGE:
            break
        upto = rows[-1][0]
    return events if len(events) <= most else None
