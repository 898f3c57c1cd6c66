"""Wenqu refuses to start on what would lose rows or put them into the wrong day."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from pytest_django.fixtures import Settings

from kb import checks


@pytest.mark.django_db
def test_the_server_of_the_tests_can_be_relied_on() -> None:
    assert list(checks.server_problems(connection)) == []
    assert list(checks.schema_problems(connection)) == []


@pytest.mark.django_db
def test_a_server_that_may_lose_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MUST_BE_ON", ("enable_seqscan",))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off; SET LOCAL enable_seqscan = off")
    found = list(checks.server_problems(connection))
    assert len(found) == 2
    assert "enable_seqscan off" in found[0]
    assert "synchronous_commit off" in found[1]


@pytest.mark.django_db
def test_a_server_of_an_unknown_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "OLDEST", 99)
    assert any("is not supported" in problem for problem in checks.server_problems(connection))


@pytest.mark.django_db
def test_another_time_zone_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    assert any("TIME_ZONE must be Asia/Shanghai" in problem for problem in checks.server_problems(connection))
    monkeypatch.setattr(checks, "TIME_ZONE", "Asia/Nowhere")
    assert any("does not know the time zone" in problem for problem in checks.server_problems(connection))


@pytest.mark.django_db
def test_a_database_that_lacks_migrations_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    (problem,) = checks.schema_problems(connection)
    assert "lacks 1 of the migrations, first sessions.0001_initial" in problem


@pytest.mark.django_db
def test_a_database_newer_than_the_program_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('faq', '9999_of_tomorrow', now())"
        )
    (problem,) = checks.schema_problems(connection)
    assert "newer than this program, see faq.9999_of_tomorrow" in problem


def test_a_short_secret_key_is_refused_outside_the_demo(settings: Settings) -> None:
    settings.SECRET_KEY = "short"
    settings.WENQU_DEMO = False
    assert any("WENQU_SECRET_KEY" in problem for problem in checks.secret_key_problems())
    settings.WENQU_DEMO = True
    assert list(checks.secret_key_problems()) == []


def test_deploying_the_demo_fails(settings: Settings) -> None:
    settings.WENQU_DEMO = True
    with pytest.raises(SystemCheckError, match=r"kb\.E003"):
        call_command("check", deploy=True)


@pytest.mark.django_db
def test_a_start_says_every_reason_at_once(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(checks, "OLDEST", 99)
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's transaction stays open
    settings.SECRET_KEY = "short"
    settings.WENQU_DEMO = False
    with pytest.raises(ImproperlyConfigured, match=r"(?s)does not start:.*WENQU_SECRET_KEY.*not supported"):
        checks.refuse_what_cannot_be_relied_on()


def test_a_house_without_a_mail_server_is_told(settings: Settings) -> None:
    settings.WENQU_DEMO, settings.HAS_MAIL_SERVER = False, False
    (told,) = checks.check_mail_server(None)
    assert "WENQU_MAIL_URL" in (told.hint or "")
    settings.HAS_MAIL_SERVER = True
    assert checks.check_mail_server(None) == []
    settings.WENQU_DEMO, settings.HAS_MAIL_SERVER = True, False
    assert checks.check_mail_server(None) == []
