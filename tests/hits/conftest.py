"""Roll-ups read committed events only, so most tests here commit, and find the tables empty."""

import pytest
from django.contrib.auth.models import Group

from accounts.roles import Role


@pytest.fixture
def committed(transactional_db: None) -> None:
    """A database in which transactions really end; it is emptied afterwards, so the roles are made again."""
    for role in Role:
        Group.objects.get_or_create(name=role.value)
