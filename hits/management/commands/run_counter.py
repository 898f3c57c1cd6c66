"""The process that keeps the figures up to date."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection

from hits.rollup import roll_up_all

log = logging.getLogger(__name__)


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
                self.keep_up()
                time.sleep(options["every"])
        except KeyboardInterrupt:
            return

    def keep_up(self) -> None:
        """One round; a server that is away for a while is waited for."""
        try:
            roll_up_all()
        except OperationalError as error:
            log.warning("The counter waits for the database: %s", error)
            connection.close()
