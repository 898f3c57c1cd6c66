"""Sessions of the database that nobody closes: those of a server's or a worker's threads."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def new_ones_ended() -> Iterator[None]:
    """End every other session that began inside the block, or emptying the tables would wait for it.

    Those there were before stay: in a browser test this thread has another one, outside of playwright's loop,
    which the tests after it go on with.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (began,) = cursor.fetchone()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_start > %s",
                [began],
            )
