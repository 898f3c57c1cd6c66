"""The environment is read by type, and a bad value is an error that names its variable."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from kb.lib import env

NAME = "WENQU_TEST_VALUE"


def test_what_is_not_set_or_empty_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    assert env.text(NAME, "default") == "default"
    monkeypatch.setenv(NAME, " ")
    assert env.text(NAME, "default") == "default"
    assert env.flag(NAME, True) is True
    assert env.integer(NAME, 8000) == 8000
    assert env.words(NAME, ["localhost"]) == ["localhost"]
    assert env.path(NAME, Path("/srv/var")) == Path("/srv/var")
    assert env.database(NAME) is None


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("Yes", True), ("0", False), ("off", False)])
def test_a_flag(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:  # noqa: FBT001
    monkeypatch.setenv(NAME, value)
    assert env.flag(NAME, not expected) is expected


def test_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "kb.example.com, 10.0.0.1,")
    assert env.words(NAME) == ["kb.example.com", "10.0.0.1"]


def test_a_relative_path_starts_where_the_default_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "my data/x")
    assert env.path(NAME, Path("/srv/kb/var")) == Path("/srv/kb/my data/x")
    monkeypatch.setenv(NAME, "/else/where")
    assert env.path(NAME, Path("/srv/kb/var")) == Path("/else/where")


@pytest.mark.parametrize("value", ["http", "0", "65536", "8000.0"])
def test_a_bad_number_names_its_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.integer(NAME, 8000, 1, 65535)


def test_a_bad_flag_and_a_bad_choice_name_their_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "maybe")
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.flag(NAME)
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} must be one of memory, whoosh"):
        env.choice(NAME, "whoosh", ["whoosh", "memory"])


def test_a_database_address_is_taken_apart_and_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        NAME, "postgres://wen%40qu:p%2Fw%23@db.example.com:6432/kb?sslmode=verify-full&connect_timeout=3"
    )
    assert env.database(NAME) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "kb",
        "USER": "wen@qu",
        "PASSWORD": "p/w#",
        "HOST": "db.example.com",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "verify-full", "connect_timeout": "3"},
    }


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://%2Frun%2Fpostgresql/kb", "/run/postgresql", ""),
        ("postgresql:///kb?host=/run/postgresql&port=5433", "/run/postgresql", "5433"),
        ("postgresql://[::1]:5433/kb", "::1", "5433"),
        ("postgresql://one:5432,two:5433/kb?target_session_attrs=read-write", "one,two", "5432,5433"),
    ],
)
def test_sockets_and_several_hosts(monkeypatch: pytest.MonkeyPatch, url: str, host: str, port: str) -> None:
    monkeypatch.setenv(NAME, url)
    found = env.database(NAME)
    assert found is not None
    assert (found["HOST"], found["PORT"], found["NAME"]) == (host, port, "kb")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:secret@host/kb",
        "sqlite:///db.sqlite3",
        "postgresql://me:secret@host/",
        "postgresql://me:secret@host:99999/kb",
        "postgresql://me:secret@host:http/kb",
        "postgresql://me:secret%zz@host/kb",
        "postgresql://me:secret@[::1/kb",
        "postgresql://me:secret@host/kb?no_such_option=1",
    ],
)
def test_a_bad_address_names_its_variable_and_keeps_the_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(NAME, url)
    with pytest.raises(ImproperlyConfigured, match=NAME) as caught:
        env.database(NAME)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://li:p%40ss@mail.example.com:2525", ("mail.example.com", 2525, "li", "p@ss", True, False)),
        ("smtp://mail.example.com", ("mail.example.com", 587, "", "", True, False)),
        ("smtps://mail.example.com/", ("mail.example.com", 465, "", "", False, True)),
        ("smtp://relay:25?tls=off", ("relay", 25, "", "", False, False)),
    ],
)
def test_a_mail_server(monkeypatch: pytest.MonkeyPatch, url: str, server: tuple[object, ...]) -> None:
    monkeypatch.setenv(NAME, url)
    assert tuple(env.mail_server(NAME).values()) == server
    monkeypatch.delenv(NAME)
    assert env.mail_server(NAME) == {}


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://li:topsecret@",
        "smtp://li:topsecret@host:0x",
        "smtp://li:topsecret@host:99999",
        "smtp://li:topsecret@host/inbox",
        "smtp://li:topsecret@host?tls=no",
        "smtps://li:topsecret@host?tls=off",
        "smtp://li:topsecret@[host",
    ],
)
def test_a_bad_mail_server_names_its_variable_and_no_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(NAME, url)
    with pytest.raises(ImproperlyConfigured, match=NAME) as error:
        env.mail_server(NAME)
    assert "topsecret" not in str(error.value)


@pytest.mark.parametrize("value", ["kb@example.com", "问渠 <kb@example.com>"])
def test_whom_mails_come_from(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.address(NAME) == value


@pytest.mark.parametrize("value", ["kb", "kb@", "@example.com", "a@b.c, d@e.f", "a@b.c\nBcc: d@e.f", "a b@c"])
def test_a_bad_sender_names_its_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.address(NAME)


@pytest.mark.parametrize(
    "value",
    ["https://kb.example.com", "http://127.0.0.1:8000", "http://[::1]:8000", "https://kb.example.com/"],
)
def test_where_the_site_is_found(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    assert env.site(NAME, "http://127.0.0.1:8000") == value.rstrip("/")


@pytest.mark.parametrize(
    "value", ["kb.example.com", "ftp://kb", "https://kb/knowledge", "https://a b", "https://"]
)
def test_a_bad_site_names_its_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.site(NAME, "http://127.0.0.1:8000")
