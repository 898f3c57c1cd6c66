"""What every test stands on: a real PostgreSQL, our own or the one DATABASE_URL names, and what is cheap."""

from contextlib import ExitStack

import pytest
from django.conf import settings

from kb import database

until_the_end = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Before Django reads them: no manifest of static files is built here, and log-ins are many."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_sessionstart(session: pytest.Session) -> None:
    is_worker = hasattr(session.config, "workerinput")
    only_hands_out = session.config.getoption("dist", "no") != "no" and not is_worker
    if not session.config.option.collectonly and not only_hands_out:
        until_the_end.enter_context(database.at_hand())
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns about a missing one


def pytest_unconfigure(config: pytest.Config) -> None:
    until_the_end.close()
