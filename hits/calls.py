"""Calls begin and end as the desk says; the server only sees to it that an agent has one at a time."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Agent
from hits.models import Call, HitEvent, SearchLog
from kb.lib.fields import ClockTimestamp

FORGOTTEN = timedelta(hours=1)


@transaction.atomic
def start_call(person: Agent, *, call_id: UUID, external_id: str = "") -> Call:
    """Begin this call and end those of the same person that began before it.

    Sent again it changes nothing: a late repetition ends no newer call. Locks the person, so of two starts
    at the same moment one ends the other. Raises Call.DoesNotExist for another person's call.
    """
    Agent.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    call = call_of(person, call_id)
    if call.ended_at is None:
        _end(Call.objects.filter(agent=person, started_at__lt=call.started_at))
    if external_id and not call.external_id:
        call.external_id = external_id
        call.save(update_fields=["external_id"])
    return call


@transaction.atomic
def end_call(person: Agent, *, call_id: UUID) -> None:
    """End this call now; one that has ended stays as it is. Raises Call.DoesNotExist for another's call."""
    call = call_of(person, call_id)
    _end(Call.objects.filter(pk=call.pk))


def end_calls_of(person: Agent) -> None:
    """End whatever call of this person is running, as logging out does."""
    _end(Call.objects.filter(agent=person))


def end_forgotten_calls() -> int:
    """End calls that left no trace for ``FORGOTTEN``: their browser closed without a word. How many.

    Much longer than the idle time of the desk, which knows of keys and clicks that the server does not.
    """
    since = ClockTimestamp() - FORGOTTEN
    events = HitEvent.objects.filter(call_id=OuterRef("pk"), at__gt=since)
    searches = SearchLog.objects.filter(call_id=OuterRef("pk"), at__gt=since)
    forgotten = Call.objects.filter(~Exists(events), ~Exists(searches), ended_at=None, started_at__lt=since)
    return forgotten.update(ended_at=ClockTimestamp())


def call_of(person: Agent, call_id: UUID, *, lock: bool = False) -> Call:
    """This person's call, made when it is seen for the first time: events may arrive before its start.

    With ``lock``, nobody can end it until the transaction does. Raises Call.DoesNotExist for another's call.
    """
    calls = Call.objects.select_for_update() if lock else Call.objects.all()
    call = next(iter(calls.filter(pk=call_id)), None)
    if call is None:
        Call.objects.bulk_create([Call(id=call_id, agent=person)], ignore_conflicts=True)
        call = calls.get(pk=call_id)
    if call.agent_id != person.pk:
        raise Call.DoesNotExist
    return call


def _end(calls: QuerySet[Call]) -> None:
    calls.filter(ended_at__isnull=True).update(ended_at=ClockTimestamp())
