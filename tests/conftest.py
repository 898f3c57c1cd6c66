"""What every test stands on: a real PostgreSQL, our own or the one DATABASE_URL names."""

from contextlib import ExitStack

import pytest

from kb import database

until_the_end = ExitStack()


def pytest_sessionstart(session: pytest.Session) -> None:
    if not session.config.option.collectonly:
        until_the_end.enter_context(database.at_hand())


def pytest_unconfigure(config: pytest.Config) -> None:
    until_the_end.close()
