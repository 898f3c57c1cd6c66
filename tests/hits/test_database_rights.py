"""What the processes that serve people can do to events, whatever their code says."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from hits import calls, rollup
from hits.models import DailyHits, HitEvent, How
from hits.searches import blank_old_texts
from tests.factories import AgentFactory, PublishedEntryFactory
from tests.hits.making import use

INSERT = (
    "INSERT INTO hits_hitevent (id, agent_id, entry_id, line_id, how, settings, counts{more})"
    " VALUES (gen_random_uuid(), 1, 1, 1, 'copied', '{{}}', true{value})"
)


@pytest.fixture
def as_web(committed: None) -> Iterator[None]:
    """The connection works as wenqu_web until the test ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE wenqu_web")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hits_hitevent SET at = now()",
        "UPDATE hits_hitevent SET counts = false",
        "DELETE FROM hits_hitevent",
        "TRUNCATE hits_hitevent",
        INSERT.format(more=", at", value=", now()"),
        INSERT.format(more=", at", value=", DEFAULT"),
        INSERT.format(more=", xid", value=", '3'"),
        INSERT.format(more=", seq", value=", 3"),
        "SELECT setval('hits_hitevent_seq', 1)",
        "ALTER TABLE hits_hitevent ALTER at SET DEFAULT '2020-01-01'",
        "UPDATE hits_dailyhits SET hits = hits + 1",
        "UPDATE hits_monthlyhits SET hits = hits + 1",
        "DELETE FROM hits_linehours",
        "DELETE FROM hits_hit",
        "UPDATE hits_rollupcursor SET seq = 0",
        "DELETE FROM hits_call",
        "UPDATE hits_searchlog SET text = ''",
        "DELETE FROM faq_signoff",
        "DELETE FROM faq_entry",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('hits', 'x', now())",
    ],
)
def test_the_web_role_cannot(as_web: None, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_web_role_records_events_and_the_counter_rolls_them_up(committed: None) -> None:
    person, entry, call_id = AgentFactory.create(), PublishedEntryFactory.create(), uuid4()
    with connection.cursor() as cursor:
        try:
            cursor.execute("SET ROLE wenqu_web")
            calls.start_call(person, call_id=call_id)
            assert use(person, entry, How.COPIED, call_id=call_id).counted
            cursor.execute("SET ROLE wenqu_counter")
            assert rollup.catch_up() == 1
            assert blank_old_texts() == 0
            assert calls.end_forgotten_calls() == 0
            cursor.execute("SET ROLE wenqu_web")
            assert use(person, entry, How.TAKEN_BACK, call_id=call_id).is_new
            cursor.execute("SET ROLE wenqu_counter")
            assert rollup.catch_up() == 1
        finally:
            cursor.execute("RESET ROLE")
    assert not DailyHits.objects.exists()


@pytest.mark.django_db
def test_the_owner_may_give_an_event_its_time() -> None:
    at = datetime(2025, 3, 1, tzinfo=UTC)
    with transaction.atomic():
        event = HitEvent.objects.create(
            id=uuid4(), agent_id=1, entry_id=1, line_id=1, how=How.COPIED, settings={}, counts=True, at=at
        )
    assert HitEvent.objects.get(pk=event.pk).at == at
