"""Pushing to open pages: a row and a notification, in the transaction of the act itself.

The push processes read the rows (`kb.live`); a page that is not open misses nothing it could not read later.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, transaction

from accounts.models import Agent
from courier.models import PushEvent

CHANNEL = "wenqu_push"


@transaction.atomic
def push(
    kind: PushEvent.Kind,
    payload: dict[str, Any],
    *,
    people: Iterable[Agent] | None = None,
    roles: Collection[str] = (),
    line_ids: Collection[int] = (),
) -> None:
    """Tell the open pages of these people, or of everybody with one of these roles and of one of these lines.

    Each narrows only where it is given. Put nothing into the payload that the least of them may not read.
    """
    chosen = None if people is None else sorted({person.pk for person in people})
    if chosen == []:
        return
    PushEvent.objects.create(
        kind=kind, payload=payload, person_ids=chosen, roles=sorted(roles), line_ids=sorted(line_ids)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
