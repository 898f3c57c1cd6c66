"""Roll-ups read committed events only, so many tests here commit; they clean up row by row."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from accounts.roles import Role

KEPT = {"auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "django_migrations"}


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database in which transactions really end, and which is empty again afterwards.

    The same as ``transactional_db`` without its TRUNCATE of every table, which takes two seconds a test.
    """
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        for role in Role:
            Group.objects.get_or_create(name=role.value)
        try:
            yield
        finally:
            empty_tables()
            connection.close()


def empty_tables() -> None:
    names = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are looked at when it ends
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name}")
