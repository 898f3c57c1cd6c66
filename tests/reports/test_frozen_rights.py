"""Nobody edits a count or a closed report: no page does, and no process that serves people may."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection
from django.test import Client

from hits.models import DailyHits, Hit, HitEvent, LineHours, MonthlyHits, RollUpCursor
from reports.models import Report, ReportRow
from tests.factories import SupervisorFactory, SystemAdministratorFactory

pytestmark = pytest.mark.django_db
COUNTS = (DailyHits, Hit, LineHours, MonthlyHits, RollUpCursor)
FROZEN = (Report, ReportRow)
CHANGES = ("UPDATE", "DELETE", "TRUNCATE")


def may(role: str, what: str, table: str) -> bool:
    """Whether the role may do this to the table, or to any of its columns."""
    asked = ["SELECT has_table_privilege(%s, %s, %s)"]
    if what in {"INSERT", "UPDATE"}:
        asked.append("SELECT has_any_column_privilege(%s, %s, %s)")
    with connection.cursor() as cursor:
        found = []
        for question in asked:
            cursor.execute(question, [role, table, what])
            found.append(bool(cursor.fetchone()[0]))
    return any(found)


@pytest.mark.parametrize("model", [*COUNTS, *FROZEN])
def test_the_web_role_only_reads_counts_and_closed_reports(model: type[Hit]) -> None:
    table = model._meta.db_table
    assert may("wenqu_web", "SELECT", table)
    assert [what for what in ("INSERT", *CHANGES) if may("wenqu_web", what, table)] == []


@pytest.mark.parametrize("role", ["wenqu_web", "wenqu_counter"])
@pytest.mark.parametrize("model", [HitEvent, *FROZEN])
def test_neither_role_changes_an_event_or_a_closed_report(role: str, model: type[Hit]) -> None:
    assert [what for what in CHANGES if may(role, what, model._meta.db_table)] == []


def test_the_worker_adds_closed_reports_and_the_web_role_cannot_become_it() -> None:
    assert all(may("wenqu_counter", "INSERT", model._meta.db_table) for model in FROZEN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role('wenqu_web', 'wenqu_counter', 'MEMBER')")
        assert cursor.fetchone() == (False,)


@pytest.fixture
def as_counter() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE wenqu_counter")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_report SET sha256 = ''",
        "UPDATE reports_reportrow SET hits = hits + 1",
        "DELETE FROM reports_reportrow",
        "DELETE FROM reports_report",
        "TRUNCATE reports_reportrow",
        "UPDATE hits_hitevent SET counts = false",
        "DELETE FROM hits_hitevent",
    ],
)
def test_the_worker_cannot(as_counter: None, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("factory", [SystemAdministratorFactory, SupervisorFactory])
def test_no_page_takes_a_count_from_anybody(client: Client, factory: type[SupervisorFactory]) -> None:
    """Neither Django's admin, which edits tables, nor any method of the report that writes."""
    assert not apps.is_installed("django.contrib.admin")
    client.force_login(factory.create(is_superuser=True), "accounts.backends.AccountBackend")
    methods = (client.post, client.put, client.patch, client.delete)
    assert {method("/reports/2026-10/", {"hits": 9}).status_code for method in methods} == {405}
