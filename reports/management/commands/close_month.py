"""The frozen report of a month."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import BusinessLine
from kb.lib.errors import RuleBrokenError
from kb.lib.months import Month
from reports import closing
from reports.models import Report


class Command(BaseCommand):
    """Closes what is not closed, and gives the closed report: the same bytes however often."""

    requires_system_checks = []  # they load every page of the site
    help = "Close a month that has ended (all lines and each, or one) and print its report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument("--line", metavar="CODE", help="only this line's report")
        parser.add_argument("--output", metavar="FILE", help="write the report there instead of printing it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            month = Month.parse(options["month"])
            reports = closing.close(month, _lines(options["line"]))
        except (ValueError, RuleBrokenError) as error:
            raise CommandError(str(error)) from error
        if options["output"]:
            with Path(options["output"]).open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(_lines_of(reports))
        else:
            for line in _lines_of(reports):
                self.stdout.write(line, ending="")
        for report in reports:
            scope = report.line.code if report.line else "all"
            sys.stderr.write(f"{month} {scope}: sha256 {report.sha256}\n")


def _lines(code: str | None) -> list[BusinessLine | None]:
    if code is None:
        return closing.scopes()
    line = BusinessLine.objects.filter(code=code).first()
    if line is None:
        raise CommandError(f"There is no business line {code}.")
    return [line]


def _lines_of(reports: list[Report]) -> Iterator[str]:
    for report in reports:
        yield from closing.written(report)
