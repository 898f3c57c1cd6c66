"""Roll-ups read committed events only, so many tests here commit; they clean up row by row."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import TransactionTestCase

from accounts.roles import Role

KEPT = {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "django_migrations"}


@pytest.fixture
def without_truncating(monkeypatch: pytest.MonkeyPatch) -> None:
    """A TRUNCATE of every table takes up to two seconds a test; few rows are deleted in milliseconds."""
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_tables())


@pytest.fixture
def committed(without_truncating: None, transactional_db: None) -> Iterator[None]:
    """A test database in which transactions really end, and which is empty again afterwards.

    Nothing here is about surviving a crash, so commits do not wait for the disk.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    for role in Role:
        Group.objects.get_or_create(name=role.value)
    yield
    connection.close()


def empty_tables() -> None:
    assert str(connection.settings_dict["NAME"]).startswith("test_")
    names = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are looked at when it ends
        cursor.execute(filled)
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name}")
