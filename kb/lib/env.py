"""Typed readers of the environment: a bad value is an error that names its variable.

A variable that is set but empty counts as not set, as in compose files and systemd units.
Values are never repeated in an error, except where they cannot hold a secret.
"""

import os
import re
from collections.abc import Collection
from email.utils import getaddresses
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

__all__ = ["address", "choice", "database", "flag", "integer", "mail_server", "path", "site", "text", "words"]

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def words(name: str, default: Collection[str] = ()) -> list[str]:
    """Read a comma-separated list; blanks around the items do not matter."""
    items = [item.strip() for item in text(name).split(",")]
    return [item for item in items if item] or list(default)


def choice(name: str, default: str, choices: Collection[str]) -> str:
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(choices))}, not {value!r}.")
    return value


def flag(name: str, default: bool = False) -> bool:  # noqa: FBT001
    value = text(name).lower()
    if not value:
        return default
    if value not in YES | NO:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in YES


def integer(name: str, default: int, minimum: int | None = None, maximum: int | None = None) -> int:
    value = text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if minimum is not None and number < minimum:
        raise ImproperlyConfigured(f"{name} must be {minimum} or more, not {number}.")
    if maximum is not None and number > maximum:
        raise ImproperlyConfigured(f"{name} must be {maximum} or less, not {number}.")
    return number


def path(name: str, default: Path) -> Path:
    """Read a path; a relative one starts where the default lies, not where the command was typed."""
    value = text(name)
    return (default.parent / Path(value).expanduser()).absolute() if value else default


def database(name: str) -> dict[str, Any] | None:
    """Read a PostgreSQL address into one of Django's DATABASES; None when the variable is not set.

    libpq itself takes the address apart, so percent-encoding, sockets, several hosts and options
    such as `sslmode` mean what they mean everywhere else.
    """
    url = text(name)
    if not url:
        return None
    parts = _parts(name, url)
    dbname = parts.pop("dbname", "")
    if not dbname:
        raise ImproperlyConfigured(f"{name} names no database: postgresql://user:password@host:port/database")
    port = parts.pop("port", "")
    if any(not _is_port(item) for item in port.split(",") if item):
        raise ImproperlyConfigured(f"{name} has a port that is not a number from 1 to 65535.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": dbname,
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": port,
        "OPTIONS": parts,
    }


def _parts(name: str, url: str) -> dict[str, str]:
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured(f"{name} must begin with postgresql://, Wenqu runs on PostgreSQL only.")
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        # libpq's sentence may repeat the password, except when it is about an option.
        reason = str(error).strip() if "query parameter" in str(error) else "libpq cannot read it"
        raise ImproperlyConfigured(f"{name} is not a PostgreSQL address: {reason}.") from None
    return {key: str(value) for key, value in parts.items() if value is not None}


def _is_port(value: str) -> bool:
    return value.isascii() and value.isdigit() and 1 <= int(value) <= 65535


MAIL_PORTS = {"smtp": 587, "smtps": 465}


def mail_server(name: str) -> dict[str, Any]:
    """Read a mail server's address into Django's EMAIL_ settings; empty when the variable is not set.

    ``smtp://`` speaks STARTTLS on port 587, ``smtps://`` TLS on port 465; only ``?tls=off`` goes without,
    for a relay in the house. User and password are percent-encoded.
    """
    url = text(name)
    if not url:
        return {}
    parts, port = _mail_parts(name, url)
    has_tls = parts.query != "tls=off"
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp" and has_tls,
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def _mail_parts(name: str, url: str) -> tuple[SplitResult, int]:
    form = f"{name} must look like smtp://user:password@host:587"
    try:
        parts = urlsplit(url)
        port = parts.port or MAIL_PORTS.get(parts.scheme, 0)
    except ValueError:
        raise ImproperlyConfigured(f"{form}; its host or port cannot be read.") from None
    if parts.scheme not in MAIL_PORTS or not parts.hostname:
        raise ImproperlyConfigured(f"{form}, or begin with smtps://.")
    if parts.path not in {"", "/"} or parts.fragment or parts.query not in {"", "tls=off"}:
        raise ImproperlyConfigured(f"{form}; after the port it takes ?tls=off and nothing else.")
    if parts.scheme == "smtps" and parts.query:
        raise ImproperlyConfigured(f"{name} cannot have ?tls=off with smtps://.")
    return parts, port


def address(name: str, default: str = "") -> str:
    """Read the address a mail comes from: ``name@example.com`` or ``Wenqu <name@example.com>``."""
    value = text(name, default)
    mailboxes = [mailbox for _shown, mailbox in getaddresses([value])]
    if (
        len(mailboxes) != 1
        or not re.fullmatch(r"[^\s@,;]+@[^\s@,;]+", mailboxes[0])
        or not value.isprintable()
    ):
        raise ImproperlyConfigured(f"{name} must be a mail address, not {value!r}.")
    return value


def site(name: str, default: str) -> str:
    """Read where people find the site, ``https://wenqu.example.com``; what mails link to begins with it."""
    value = text(name).rstrip("/")
    if not value:
        return default
    if not re.fullmatch(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?", value):
        raise ImproperlyConfigured(f"{name} must look like https://wenqu.example.com, without a path.")
    return value
