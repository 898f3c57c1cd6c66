"""What an import would do, row by row, as it is kept for the page; and whether that is still so."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessLine
from faq.exchange import BY_NAME, Content, Problem, Reading, Row
from faq.models import Entry, ImportRow, ImportRun
from faq.services.exporting import Snapshot
from faq.services.importing import Item, Plan, Status

LONGEST_SHOWN = 4_000
BATCH = 1000


def storable(text: str) -> str:
    """A text of a stranger's file as the database can hold it: no NUL, no half of a character."""
    return text.replace("\x00", "�").encode(errors="replace").decode()


def fingerprint(plan: Plan) -> str:
    """The same for plans that would do the same to the same entries, and for no others."""
    told = hashlib.sha256()
    for item in plan.items:
        told.update(json.dumps([item.row.line, item.status.value, _of_item(item)]).encode())
    for problem in plan.problems:
        told.update(str(problem).encode(errors="replace"))
    return told.hexdigest()


def _of_item(item: Item) -> list[Any]:
    if item.status == Status.UNCHANGED:
        return []
    would = [item.fields, sorted(item.at_once), item.writes_text, item.publishes, item.content.digest()]
    return [*would, _of_snapshot(item.before) if item.before else None]


def _of_snapshot(before: Snapshot) -> list[Any]:
    draft = before.draft
    told = [before.entry_id, before.state, before.last_number, before.content.digest()]
    if draft is None:
        return told
    return [*told, draft.revision_id, draft.state, sorted(draft.author_ids), draft.content.digest()]


@transaction.atomic
def keep(run: ImportRun, reading: Reading, plan: Plan) -> None:
    """Keep this preview instead of the one before, with its counts; the caller saves the run."""
    run.rows.all().delete()
    rows = list(_rows(run, reading, plan))
    ImportRow.objects.bulk_create(rows, batch_size=BATCH)
    run.counts = {
        status.value: sum(row.status == status and row.number > 0 for row in rows)
        for status in ImportRow.Status
    }
    if any(row.status == ImportRow.Status.ERROR and row.number == 0 for row in rows):
        run.counts["error"] += 1
    run.notes = list(map(storable, plan.notes))
    if plan.new_lines:
        run.notes.append(_("New business lines: %(codes)s") % {"codes": ", ".join(plan.new_lines)})
    run.fingerprint = fingerprint(plan)


def _rows(run: ImportRun, reading: Reading, plan: Plan) -> Iterator[ImportRow]:
    lines = dict(BusinessLine.objects.values_list("code", "pk"))
    problems: dict[int, list[Problem]] = defaultdict(list)
    for problem in plan.problems:
        problems[problem.line or 0].append(problem)
    for item in plan.items:
        if item.row.line not in problems:
            yield _of(run, item, lines)
    yield from _bad_rows(run, reading, problems, lines)


def _of(run: ImportRun, item: Item, lines: dict[str, int]) -> ImportRow:
    before = item.before.content if item.before else Content()
    concerned = (before, item.content)
    codes = {code for content in concerned for code in (content.line, *content.lines_concerned)}
    return ImportRow(
        run=run,
        number=item.row.line,
        status=item.status.value,
        external_id=item.content.external_id,
        question=item.content.question,
        changes={name: [_shown(before, name), _shown(item.content, name)] for name in _fields(item)},
        is_restricted=any(content.is_restricted for content in concerned),
        line_ids=sorted(lines[code] for code in codes if code in lines),
    )


def _fields(item: Item) -> Iterable[str]:
    return item.fields if item.status != Status.UNCHANGED else ()


def _shown(content: Content, name: str) -> str:
    field = BY_NAME[name]
    value = getattr(content, name)
    text = "\n".join(value) if field.is_list else field.to_text(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _bad_rows(
    run: ImportRun, reading: Reading, problems: dict[int, list[Problem]], lines: dict[str, int]
) -> Iterator[ImportRow]:
    """Rows with problems; what they would do to a restricted entry is as closed as the entry."""
    rows: dict[int, Row] = {row.line: row for row in reading.rows if row.line in problems}
    names = {str(row.values.get("external_id", "")) for row in rows.values()}
    closed = dict(
        Entry.objects.filter(external_id__in=names, is_restricted=True).values_list(
            "external_id", "concerned_line_ids"
        )
    )
    for number, told in problems.items():
        values = rows[number].values if number in rows else {}
        name = str(values.get("external_id", ""))
        yield ImportRow(
            run=run,
            number=number,
            status=ImportRow.Status.ERROR,
            external_id=name[:100],
            question=str(values.get("question", ""))[:500],
            problems=[[problem.field, problem.cell, storable(problem.reason)] for problem in told],
            is_restricted=name in closed or bool(values.get("is_restricted")),
            line_ids=closed.get(name) or [pk for code, pk in lines.items() if code == values.get("line")],
        )
