"""What every test stands on: a real PostgreSQL, our own or the one DATABASE_URL names, and what is cheap."""

from collections.abc import Sequence
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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """A file stays in one process, and there too what empties the tables comes after what only rolls back."""
    for item in items:
        kind = "emptying" if empties_tables(item) else "rolling back"
        item.add_marker(pytest.mark.xdist_group(f"{item.path.stem} {kind}"))


def empties_tables(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    if mark and mark.kwargs.get("transaction"):
        return True
    return not {"transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", ()))
