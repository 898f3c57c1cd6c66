"""Every roll-up anew from the events."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from hits.recount import recount

MOST_SHOWN = 200


class Command(BaseCommand):
    """Counts are derived: this counts all events again, repairs what differs and says every difference."""

    help = "Rebuild every roll-up from the events; exit 1 and a list when anything differed."

    def handle(self, *args: Any, **options: Any) -> None:
        differences = recount()
        for line in differences[:MOST_SHOWN]:
            self.stdout.write(line)
        if len(differences) > MOST_SHOWN:
            self.stdout.write(f"... and {len(differences) - MOST_SHOWN} more")
        if differences:
            self.stderr.write(f"{len(differences)} figures differed; all are right now.")
            sys.exit(1)
        self.stdout.write("Every figure agrees with the events.")
