"""Closing a month: its figures are frozen with the settings in force and a checksum, once and for good."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import settings
from accounts.models import BusinessLine
from faq.models import Entry
from faq.services.locking import database_now
from hits import combined, rollup
from hits import reads as hits
from kb.lib.errors import RuleBrokenError
from kb.lib.months import Month
from reports import proposing
from reports.buckets import ORDER
from reports.figures import JSON
from reports.late import Undeclared
from reports.models import Report
from reports.placing import NOBODY
from reports.reckoning import reckon
from reports.standing import KINDS, Standing, standing
from reports.vain import MonthInVain

LOCK = 0x72657073
COLUMNS = (
    "place", "entry_id", "question", "line_id", "kind", "hits", "last_hits", "late_hits", "rank", "bucket",
    "last_bucket", "is_new",
)  # fmt: skip
Line = BusinessLine | None
Values = dict[str, int | float]
Row = tuple[Any, ...]


def scopes() -> list[Line]:
    """All lines together, then each that is in use."""
    return [None, *BusinessLine.objects.filter(is_active=True).order_by("code")]


def close(month: Month, lines: Sequence[Line], *, patience_seconds: float = 60) -> list[Report]:
    """Close the month for those of these scopes for which it is not closed yet; the reports of all of them.

    Every event committed before this call is counted first. Then one transaction, which holds the roll-ups
    still, so that all scopes agree: two at once, or one killed in the middle, leave one report each. Raises
    RuleBrokenError when the month has not ended, or a running transaction keeps events unread.
    """
    if database_now() < month.ends_at:
        raise RuleBrokenError(_("A month can be closed once it has ended."))
    try:
        rollup.catch_up_to_now(patience_seconds=patience_seconds)
    except TimeoutError as error:
        raise RuleBrokenError(_("A transaction that is still running keeps hits uncounted.")) from error
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        closed = {report.line_id: report for report in Report.objects.filter(month=month.first_day)}
        missing = [line for line in lines if _key(line) not in closed]
        if missing:
            rollup.hold_the_roll_up(cursor)
            cursor.execute(
                "SET LOCAL work_mem = '64MB'"
            )  # a year of counts and a month of searches fit in it
            closed |= {_key(line): report for line, report in _close_each(month, missing)}
            if None in missing and month.later(1) == Month.of(database_now()):
                proposing.ask_for(month)
    return [closed[_key(line)] for line in lines]


def months_to_close() -> list[Month]:
    """The ended months since the first counted one that have no report of all lines, oldest first."""
    month, this_month = hits.first_month(), Month.of(database_now())
    closed = set(Report.objects.filter(line=None).values_list("month", flat=True))
    found = []
    while month is not None and month < this_month:
        if month.first_day not in closed:
            found.append(month)
        month = month.later(1)
    return found


def written(report: Report) -> Iterator[str]:
    """The lines of the report as it was closed, the same every time: its figures, then row by row."""
    rows = report.rows.order_by("place").values_list(*COLUMNS).iterator(chunk_size=2000)
    yield from _written(report.figures, rows)


def checksum(report: Report) -> str:
    """The SHA-256 of ``written``; another than the one stored means that somebody changed the report."""
    return _sha256(written(report))


def _key(line: Line) -> int | None:
    return line.pk if line else None


def _close_each(month: Month, lines: Iterable[Line]) -> Iterator[tuple[Line, Report]]:
    values, now = settings.current(), database_now()
    in_vain, undeclared = MonthInVain(month), Undeclared(month)
    live = Entry.objects.filter(live_revision__isnull=False).order_by()
    questions = dict(live.values_list("pk", "live_revision__question").iterator())
    for line in lines:
        yield line, _close_one(month, line, values, now, in_vain, undeclared, questions)


def _close_one(
    month: Month,
    line: Line,
    values: Values,
    now: datetime,
    in_vain: MonthInVain,
    undeclared: Undeclared,
    questions: dict[int, str],
) -> Report:
    into = combined.in_force().finals()
    late = undeclared.of(line, into)
    added: dict[int, int] = {}
    for one in late:
        entry = into.get(one.entry_id, one.entry_id)
        added[entry] = added.get(entry, 0) + one.hits
    found = standing(month, line, values=values, now=now, late=added)
    figures = reckon(month, line, found, values=values, now=now, in_vain=in_vain.of(line), late=late)
    return _keep(month, line, values, now, figures.to_json(), _rows(found, questions))


def _rows(found: Standing, questions: dict[int, str]) -> list[Row]:
    """The rows in the order of ``COLUMNS``."""
    columns = zip(
        range(1, len(found) + 1),
        found.entry.tolist(),
        (questions[entry] for entry in found.entry.tolist()),
        found.line.tolist(),
        (KINDS[kind] for kind in found.kind.tolist()),
        found.hits.tolist(),
        found.last_hits.tolist(),
        found.late.tolist(),
        (rank or None for rank in found.rank.tolist()),
        (ORDER[bucket].value for bucket in found.bucket.tolist()),
        ("" if last == NOBODY else ORDER[last].value for last in found.last.tolist()),
        found.is_new.tolist(),
        strict=True,
    )
    return list(columns)


def _keep(month: Month, line: Line, values: Values, now: datetime, figures: JSON, rows: list[Row]) -> Report:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xid::text, seq FROM hits_rollupcursor")
        upto_xid, upto_seq = cursor.fetchone() or ("0", 0)
        report = Report.objects.create(
            month=month.first_day,
            line=line,
            settings=values,
            figures=figures,
            sha256=_sha256(_written(figures, rows)),
            upto_xid=upto_xid,
            upto_seq=upto_seq,
            closed_at=now,
        )
        names = ", ".join(("report_id", *COLUMNS))
        with cursor.copy(f"COPY reports_reportrow ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((report.pk, *row))
    return report


def _written(figures: JSON, rows: Iterable[Row]) -> Iterator[str]:
    yield _line(figures)
    for row in rows:
        yield _line(row)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def _sha256(lines: Iterable[str]) -> str:
    found = hashlib.sha256()
    for line in lines:
        found.update(line.encode())
    return found.hexdigest()
