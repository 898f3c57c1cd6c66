"""Export entries to a file that imports again without a difference."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from faq.models import Entry, EntryState
from faq.services import exporting
from kb.lib.errors import RuleBrokenError


class Command(BaseCommand):
    help = (
        "Export every entry that is not withdrawn to an XLSX, CSV or JSONL file: the live text, "
        "else the newest draft."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        withdrawn = Entry.objects.filter(state=EntryState.WITHDRAWN).count()
        total = Entry.objects.count() - withdrawn
        try:
            with tqdm(total=total, desc=_("Writing"), unit="entry", file=sys.stderr) as bar:
                count = exporting.export(options["file"], tell=bar.update)
        except (RuleBrokenError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(count)s entries; %(withdrawn)s withdrawn ones left out.")
            % {"count": count, "withdrawn": withdrawn}
        )
