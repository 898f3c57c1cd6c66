"""What Wenqu relies on: looked at before the first request, and by `manage.py check`.

A server that may lose confirmed rows, or puts an hour into another day, counts wrongly without a word.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

OLDEST, NEWEST = 14, 18
TIME_ZONE = "Asia/Shanghai"
SECRET_KEY_LENGTH = 32
MUST_BE_ON = ("fsync", "full_page_writes")
SAMPLE = datetime(2026, 7, 1, tzinfo=ZoneInfo(TIME_ZONE))


def refuse_what_cannot_be_relied_on() -> None:
    """Stop a process that would serve on a bad footing; raises ImproperlyConfigured with every reason."""
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        problems = [*secret_key_problems(), *server_problems(connection), *schema_problems(connection)]
    except DatabaseError as error:
        raise ImproperlyConfigured(f"Wenqu cannot reach its database: {error}") from error
    finally:
        connection.close()
    if problems:
        raise ImproperlyConfigured(
            "Wenqu does not start:\n" + "\n".join(f"- {problem}" for problem in problems)
        )


def secret_key_problems() -> Iterator[str]:
    if not settings.WENQU_DEMO and len(settings.SECRET_KEY) < SECRET_KEY_LENGTH:
        yield f"WENQU_SECRET_KEY must have {SECRET_KEY_LENGTH} characters or more."


def server_problems(connection: BaseDatabaseWrapper) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        major = cursor.fetchone()[0]
        if not OLDEST <= major <= NEWEST:
            yield f"PostgreSQL {major} is not supported: use {OLDEST} to {NEWEST}."
        for name in MUST_BE_ON:
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone()[0] != "on":
                yield f"The server runs with {name} off and may lose confirmed rows: turn it on."
        cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('server_encoding')")
        synchronous_commit, encoding = cursor.fetchone()
        if synchronous_commit == "off":
            yield "The server runs with synchronous_commit off and may lose confirmed rows: turn it on."
        if encoding != "UTF8":
            yield f"The database's encoding is {encoding}: make it with ENCODING 'UTF8'."
        yield from _time_zone_problems(cursor)


def _time_zone_problems(cursor: Any) -> Iterator[str]:
    if settings.TIME_ZONE != TIME_ZONE or not settings.USE_TZ:
        yield f"TIME_ZONE must be {TIME_ZONE} with USE_TZ: days and months of the report follow from it."
    cursor.execute(
        "SELECT count(*) FROM pg_timezone_names WHERE name = %s AND utc_offset = %s",
        [TIME_ZONE, SAMPLE.utcoffset()],
    )
    if cursor.fetchone()[0] != 1:
        yield f"The server does not know the time zone {TIME_ZONE}: install its time zone data."


def schema_problems(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """Migrations this program has and the database has not, or the other way about."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    missing = [migration for migration, _ in executor.migration_plan(loader.graph.leaf_nodes())]
    if missing:
        first = f"{missing[0].app_label}.{missing[0].name}"
        yield f"The database lacks {len(missing)} of the migrations, first {first}: run manage.py migrate."
    apps = {app for app, _ in loader.disk_migrations or {}}
    newer = [key for key in loader.applied_migrations if key[0] in apps and key not in loader.graph.nodes]
    newer = [key for key in newer if key not in loader.replacements]
    if newer:
        first = ".".join(min(newer))
        yield f"The database is newer than this program, see {first}: start the version that belongs to it."


@register(Tags.database)
def check_server(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001
    databases: Sequence[str] | None,
    **kwargs: Any,  # noqa: ARG001
) -> list[CheckMessage]:
    found = [problem for alias in databases or () for problem in server_problems(connections[alias])]
    return [Error(problem, id="kb.E001") for problem in found]


@register(Tags.security)
def check_secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    return [Error(problem, id="kb.E002") for problem in secret_key_problems()]


@register(Tags.security, deploy=True)
def check_no_demo(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Everybody knows the demo accounts' password: it stands on the log-in page."""
    if not settings.WENQU_DEMO:
        return []
    return [Error("WENQU_DEMO is on: the demo accounts can log in.", hint="Set WENQU_DEMO=0.", id="kb.E003")]


@register(deploy=True)
def check_mail_server(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Without one, mails wait and are given up; the bell on the page works all the same."""
    if settings.WENQU_DEMO or settings.HAS_MAIL_SERVER:
        return []
    hint = "Set WENQU_MAIL_URL, WENQU_MAIL_FROM and WENQU_ADDRESS."
    return [Info("No mail server is named: nobody gets a mail.", hint=hint, id="kb.I004")]
