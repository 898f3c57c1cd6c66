"""Lets a process follow what others put in force: the dictionary, the ranker, what is asked these weeks."""

import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

from django.db import connection

from search import asked, dictionaries, training

logger = logging.getLogger(__name__)
WATCH_SECONDS = 3.0
FIRST_LOOK_SECONDS = 5.0

FOLLOWED: dict[str, Callable[[], bool]] = {
    "dictionary": dictionaries.follow,
    "ranker": training.follow,
    "hits": asked.follow,
}
"""What is followed; each looks with one cheap query and says whether something new is in force."""


def look() -> None:
    """Take over now what is in force. Raises what the database raises."""
    for follow in FOLLOWED.values():
        follow()


def watch(seconds: float = WATCH_SECONDS, stopping: Event | None = None) -> Thread:
    """Follow until told to stop or the process ends, with small queries every few seconds.

    The first look is taken before it returns, unless the database is slow or away; then what this process
    knows stays in force. No connection is kept between two looks.
    """
    has_looked = Event()
    arguments = [stopping or Event(), has_looked, seconds]
    thread = Thread(target=_look_until, args=arguments, name="follow-search", daemon=True)
    thread.start()
    has_looked.wait(FIRST_LOOK_SECONDS)
    return thread


def _look_until(stopping: Event, has_looked: Event, seconds: float) -> None:
    while True:
        for name, follow in FOLLOWED.items():
            _look(name, follow)
        with suppress(Exception):  # a connection that broke is gone already
            connection.close()
        has_looked.set()
        if stopping.wait(seconds):
            return


def _look(name: str, follow: Callable[[], bool]) -> None:
    try:
        if follow():
            logger.debug("The %s that is in force was read.", name)
    except Exception as error:
        logger.warning("The %s cannot be looked at: %s", name, str(error).strip())
