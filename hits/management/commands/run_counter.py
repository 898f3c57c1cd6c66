"""The process that keeps the figures up to date."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connection

from hits.rollup import CountsOfAnotherServerError, roll_up_all

log = logging.getLogger(__name__)
TROUBLE_SECONDS = 30.0


class Command(BaseCommand):
    """Reads what is unread every few moments; any number may run, and one that is killed loses nothing."""

    help = "Roll hit events up until ended (Ctrl-C or SIGTERM)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=2.0, metavar="SECONDS")
        parser.add_argument("--once", action="store_true", help="read what is unread now and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"{roll_up_all()} events read")
            return
        try:
            while True:
                time.sleep(options["every"] if keep_up() else TROUBLE_SECONDS)
        except KeyboardInterrupt:
            return


def keep_up() -> bool:
    """One round; False when something is in the way that has to be waited for or put right by somebody."""
    try:
        roll_up_all()
    except (OperationalError, InterfaceError) as error:
        log.warning("The counter waits for the database: %s", error)
        connection.close()
        return False
    except CountsOfAnotherServerError as error:
        log.error("The counter stands still. %s", error)
        return False
    return True
