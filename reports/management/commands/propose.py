"""The proposals of a month."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError
from kb.lib.months import Month
from reports import proposing
from reports.models import Proposal


class Command(BaseCommand):
    """Closing a month asks for this by itself; by hand it brings the newest month's up to date."""

    requires_system_checks = []  # they load every page of the site
    help = "Propose what the figures of a month that has ended say; prints how many are open of each kind."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", metavar="YYYY-MM")

    def handle(self, *args: Any, **options: Any) -> None:
        now = database_now()
        try:
            month = Month.parse(options["month"])
            if now < month.ends_at:
                raise CommandError(f"{month} has not ended yet.")
            proposing.propose(month, now)
        except (ValueError, RuleBrokenError) as error:
            raise CommandError(str(error)) from error
        kinds = Proposal.objects.filter(state=Proposal.State.OPEN).order_by("kind").values_list("kind")
        for kind, number in kinds.annotate(n=Count("pk")):
            self.stdout.write(f"{kind}: {number}")
