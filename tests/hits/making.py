"""Short ways to say what somebody did."""

from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from accounts.models import Agent
from faq.models import Entry
from hits.counting import Recorded, Use, record_event
from hits.models import How

DESK = {"X-Wenqu-Desk": "1"}


def use(
    person: Agent,
    entry: Entry,
    how: How,
    *,
    call_id: UUID | None = None,
    event_id: UUID | None = None,
    counts: bool = True,
) -> Recorded:
    """Record a use as the desk would."""
    said = Use(id=event_id or uuid4(), entry_id=entry.pk, how=how, call_id=call_id)
    return record_event(person, said, counts=counts)


def post(client: Client, address: str, body: dict[str, Any], **headers: str) -> Any:
    """POST to the API as the desk does; ``headers={}`` would leave the mark out."""
    return client.post(f"/api/v1/{address}", body, content_type="application/json", headers=headers or DESK)


def logged_in(person: Agent) -> Client:
    client = Client()
    client.force_login(person)
    return client
