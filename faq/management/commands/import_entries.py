"""Import entries from a file: all rows or none."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from accounts.models import Agent
from faq import exchange
from faq.services import applying, importing
from faq.services.importing import Order, Plan
from kb.lib.errors import RuleBrokenError


class Command(BaseCommand):
    help = (
        "Import entries from an XLSX, CSV or JSONL file: all rows or none. Rows are matched by external_id; "
        "imported texts are drafts unless --publish is given. Exit 1 lists every bad row."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--line", default="", help="owning line of rows that name none (its code)")
        parser.add_argument("--create-lines", action="store_true", help="make lines that do not exist yet")
        parser.add_argument(
            "--publish", action="store_true", help="without sign-off; needs the permission publish_unsigned"
        )
        parser.add_argument(
            "--as",
            dest="username",
            default="",
            help="who imports; not needed when there is exactly one active superuser",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        order = Order(
            importer=_importer(options["username"]),
            line=options["line"],
            is_making_lines=options["create_lines"],
            is_publishing=options["publish"],
        )
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("There is no file “%(name)s”.") % {"name": path})
        try:
            plan = self._plan(path, order)
            with tqdm(total=len(plan.items), desc=_("Writing"), unit="row", file=sys.stderr) as bar:
                done = applying.apply(plan, file_name=path.name, tell=bar.update)
        except (RuleBrokenError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(new)s new, %(changed)s changed, %(unchanged)s unchanged; %(published)s published.")
            % {
                "new": done.new,
                "changed": done.changed,
                "unchanged": done.unchanged,
                "published": done.published,
            }
        )

    def _plan(self, path: Path, order: Order) -> Plan:
        """The plan, or an end with the list of what is wrong."""
        self.stderr.write(_("Reading %(name)s ...") % {"name": path.name})
        reading = exchange.read(path)
        with tqdm(total=len(reading.rows), desc=_("Checking"), unit="row", file=sys.stderr) as bar:
            plan = importing.plan(reading, order, tell=bar.update)
        for note in plan.notes:
            self.stderr.write(note)
        if plan.new_lines:
            self.stderr.write(_("New business lines: %(codes)s") % {"codes": ", ".join(plan.new_lines)})
        if plan.problems:
            for problem in plan.problems:
                self.stderr.write(str(problem))
            raise CommandError(_("%(count)s problems; nothing was imported.") % {"count": len(plan.problems)})
        return plan


def _importer(username: str) -> Agent:
    if username:
        person = Agent.objects.filter(username=username, is_active=True).first()
        if person is None:
            raise CommandError(_("There is no active account “%(name)s”.") % {"name": username})
        return person
    superusers = list(Agent.objects.filter(is_superuser=True, is_active=True)[:2])
    if len(superusers) != 1:
        raise CommandError(_("Say who imports: --as USERNAME."))
    return superusers[0]
