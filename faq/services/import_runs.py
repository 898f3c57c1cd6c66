"""Imports by the page: what a person asks for; the worker does it (`import_work`)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Agent
from faq import exchange
from faq.models import ImportRow, ImportRun
from faq.services import import_columns
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError

State = ImportRun.State
LARGEST_UPLOAD = 20_000_000  # bytes; larger files are for the command import_entries
FORGOTTEN_AFTER = timedelta(minutes=10)
AT_WORK = (State.UPLOADED, State.READING, State.APPLYING, State.UNDOING)


def is_forgotten(run: ImportRun, at: datetime) -> bool:
    """Whether the worker has not told of it for so long that it will not any more."""
    return run.state in AT_WORK and run.told_at < at - FORGOTTEN_AFTER


@transaction.atomic
def upload(file_name: str, content: bytes, *, by: Agent, options: Mapping[str, Any]) -> ImportRun:
    """Keep a file and let the worker read it. ``options``: line, make_lines, publish.

    Raises RuleBrokenError when the file is empty, too large or of no format of ours.
    """
    from faq.tasks import read_import

    _check_right(by)
    name = Path(file_name.replace("\\", "/")).name.replace("\x00", "")[-200:]
    if Path(name).suffix.lower() not in exchange.READERS:
        raise RuleBrokenError(_refused_format(name))
    if not content:
        raise RuleBrokenError(_("The file is empty."))
    if len(content) > LARGEST_UPLOAD:
        raise RuleBrokenError(too_large())
    told = {**options, "language": translation.get_language()}
    run = ImportRun.objects.create(importer=by, file_name=name, content=content, options=told)
    read_import.defer(run_id=run.pk)
    return run


def too_large() -> str:
    return _(
        "The file is larger than %(most)s MB. Split it, or let an operator import it at the machine."
    ) % {"most": LARGEST_UPLOAD // 1_000_000}


def _refused_format(name: str) -> str:
    if name.lower().endswith((".xls", ".xlsm", ".xlsb", ".ods", ".numbers")):
        return _("Save the workbook as .xlsx; “%(name)s” cannot be read.") % {"name": name[:80]}
    return _("“%(name)s” is neither XLSX, CSV nor JSONL.") % {"name": name[:80]}


@transaction.atomic
def read_again(
    run: ImportRun, *, by: Agent, options: Mapping[str, Any], columns: Mapping[str, str] | None = None
) -> ImportRun:
    """Make a fresh preview, with other options or other columns, which are remembered. Locks the run.

    Raises RuleBrokenError when the import is being worked on or was applied.
    """
    from faq.tasks import read_import

    run = _locked(run, by)
    if run.state not in {State.READY, State.FAILED} and not (
        is_forgotten(run, database_now()) and run.state != State.UNDOING
    ):
        raise RuleBrokenError(_("This import cannot be read again: it is being worked on or was applied."))
    if columns is not None:
        import_columns.remember(by, [name for name, _values in run.options.get("samples", [])], columns)
    run.options = {**run.options, **options, "language": translation.get_language()}
    save(run, state=State.UPLOADED, progress=0, total=0, error="", options=run.options)
    read_import.defer(run_id=run.pk)
    return run


@transaction.atomic
def ask_to_apply(run: ImportRun, *, by: Agent) -> ImportRun:
    """Let the worker do what the preview shows. Locks the run.

    Raises RuleBrokenError when the preview has errors, changes nothing, or is not there (any more).
    """
    from faq.tasks import apply_import

    run = _locked(run, by)
    if run.state != State.READY:
        raise RuleBrokenError(_("This import is not ready to be applied (any more)."))
    if run.counts.get("error"):
        raise RuleBrokenError(_("The file has problems; nothing was imported."))
    if not run.counts.get("new") and not run.counts.get("changed"):
        raise RuleBrokenError(_("There is nothing to import: every entry says this already."))
    save(run, state=State.APPLYING, progress=0, error="")
    apply_import.defer(run_id=run.pk)
    return run


@transaction.atomic
def ask_to_undo(run: ImportRun, *, by: Agent) -> ImportRun:
    """Let the worker undo what was applied; any colleague of the same right may. Locks the run.

    Raises RuleBrokenError when it was not applied, or holds rows of entries closed to the person.
    """
    from faq.tasks import undo_import

    _check_right(by)
    run = ImportRun.objects.select_for_update().defer("content").get(pk=run.pk)
    is_again = run.state == State.UNDOING and is_forgotten(run, database_now())
    if run.state != State.DONE and not is_again:
        raise RuleBrokenError(_("Only an import that was applied can be undone, and only once."))
    if ImportRow.objects.readable_by(by).filter(run=run).count() != run.rows.count():
        raise RuleBrokenError(
            _("The import holds restricted entries of other lines; its importer can undo it.")
        )
    save(run, state=State.UNDOING, progress=0, error="", undone_by=by)
    undo_import.defer(run_id=run.pk)
    return run


def _check_right(person: Agent) -> None:
    if not permissions.may_import(person):
        raise RuleBrokenError(_("You may not import entries."))


def _locked(run: ImportRun, by: Agent) -> ImportRun:
    _check_right(by)
    run = ImportRun.objects.select_for_update().defer("content").get(pk=run.pk)
    if run.importer_id != by.pk:
        raise RuleBrokenError(_("Only who brought the file can do this."))
    return run


def save(run: ImportRun, /, **values: Any) -> None:
    """Set these columns, and say that somebody is at it."""
    for name, value in values.items():
        setattr(run, name, value)
    run.told_at = database_now()
    run.save(update_fields=[*values, "told_at"])
