"""Demo data for trying Wenqu: people, entries and a year of calls."""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import Model

from faq.models import Entry
from hits.models import HitEvent, RollUpCursor
from kb.demo import loading
from kb.demo.calls import CALLS
from kb.lib.errors import RuleBrokenError

FEWEST_CALLS = 100
OURS = ("accounts", "faq", "hits", "search", "reports")
BOOKKEEPING = {RollUpCursor._meta.label, "search.Horizon"}  # rows that are there without anybody's doing


class Command(BaseCommand):
    help = "Load the demo: lines, people, 254 entries and twelve months of calls. Only into an empty house."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--calls", type=int, default=CALLS, help=f"how many calls ({CALLS})")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.WENQU_DEMO:
            raise CommandError("Demo mode is off, so nothing was loaded; WENQU_DEMO=1 turns it on.")
        if options["calls"] < FEWEST_CALLS:
            raise CommandError(f"--calls must be {FEWEST_CALLS} or more.")
        refuse_unless_owner()
        refuse_unless_empty()
        try:
            loading.load(options["calls"])
        except RuleBrokenError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{Entry.objects.count()} entries, {HitEvent.objects.count()} events of {options['calls']} calls."
        )


def refuse_unless_owner() -> None:
    """The web role may give no event a time of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = 'wenqu_web'")
        if cursor.fetchone()[0]:
            raise CommandError("Demo data is loaded by the owner of the tables: leave WENQU_DB_ROLE unset.")


def refuse_unless_empty() -> None:
    """In a database of our own no entry and no event; on a server somebody named, no row at all."""
    models: list[type[Model]] = [Entry, HitEvent]
    if not settings.IS_EMBEDDED:
        models = [model for name in OURS for model in apps.get_app_config(name).get_models()]
    for model in models:
        name = model._meta.label
        if name not in BOOKKEEPING and model._default_manager.exists():
            raise CommandError(
                f"Nothing was loaded: demo data goes into an empty database, and {name} has rows."
            )
