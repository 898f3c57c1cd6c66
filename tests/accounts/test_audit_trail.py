"""What the web role cannot do: change or remove what was recorded, or remove people."""

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts import audit
from accounts.models import AuditRow
from tests.factories import AgentFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditrow SET act = 'nothing'",
        "DELETE FROM accounts_auditrow",
        "TRUNCATE accounts_auditrow",
        "UPDATE accounts_settingvalue SET value = '0'",
        "DELETE FROM accounts_settingvalue",
        "DELETE FROM accounts_agent",
    ],
)
def test_the_web_role_may_not(statement: str) -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL ROLE wenqu_web")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(statement)


def test_the_web_role_records_and_reads() -> None:
    person = AgentFactory.create()
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL ROLE wenqu_web")
        audit.record(person, "thing.done", person, why="x")
        audit.record_all(person, "thing.done", [(person, {"n": 1}), (person, {"n": 2})])
        assert AuditRow.objects.filter(act="thing.done").count() == 3
        cursor.execute("RESET ROLE")


def test_a_row_says_who_did_what_to_what() -> None:
    person = AgentFactory.create()
    row = AuditRow.objects.get(pk=audit.record(person, "thing.done", person, why="x").pk)
    assert (row.actor, row.act, row.subject_kind, row.subject_id) == (
        person,
        "thing.done",
        "accounts.agent",
        str(person.pk),
    )
    assert row.detail == {"why": "x"}
    assert row.at is not None
