"""Imports by the page, the worker's half: read and preview a file, apply it as previewed, undo it as one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Agent
from courier import telling
from faq import exchange
from faq.exchange import Reading
from faq.models import ImportRun
from faq.services import applying, import_columns, import_previews, importing, undoing
from faq.services.import_runs import State, save
from faq.services.importing import Order, Plan
from faq.services.locking import database_now
from kb.lib.errors import RuleBrokenError


def run_reading(run_id: int) -> None:
    """Read a file and keep its preview, or the reason why it is refused. For the worker."""
    run = _begin(run_id, State.UPLOADED, State.READING)
    if run is None:
        return
    with _in_words_of(run), _failing(run, State.FAILED, _("The file could not be read.")):
        with _file(run) as path:
            peek = exchange.peek(path)
            run.options["samples"] = list(peek.samples.items())  # a JSON object would lose their order
            run.options["columns"] = import_columns.columns_for(run.importer, list(peek.samples))
            reading, plan = _planned(run, path, peek.refused)
        _keep(run, reading, plan, State.READING)


def run_applying(run_id: int) -> None:
    """Do what the preview shows, or make a fresh one when it is not so any more. For the worker."""
    run = _begin(run_id, State.APPLYING, State.APPLYING)
    if run is None:
        return
    failed = _("Something went wrong; nothing was imported.")
    with _in_words_of(run), _failing(run, State.READY, failed), _file(run) as path:
        reading, plan = _planned(run, path)
        if not plan.problems and import_previews.fingerprint(plan) == run.fingerprint:
            try:
                _apply(run, plan)
            except RuleBrokenError:
                reading, plan = _planned(run, path)
            else:
                return
        _keep(run, reading, plan, State.APPLYING, error=_changed_meanwhile())


def _changed_meanwhile() -> str:
    return _(
        "Somebody changed entries of the file since the preview; nothing was imported. This is a fresh one."
    )


@transaction.atomic
def _apply(run: ImportRun, plan: Plan) -> None:
    locked = ImportRun.objects.select_for_update().defer("content").get(pk=run.pk)
    if locked.state != State.APPLYING:
        return
    done = applying.apply(plan, file_name=run.file_name)
    counts = {**locked.counts, "published": done.published}
    save(locked, state=State.DONE, run=done.run, counts=counts, applied_at=database_now())
    _tell(locked, locked.importer, lambda: _("“%(file)s” is imported.") % {"file": run.file_name})


def run_undoing(run_id: int) -> None:
    """Undo an import as one. For the worker."""
    run = _begin(run_id, State.UNDOING, State.UNDOING)
    if run is None:
        return
    failed = _("Something went wrong; nothing was undone.")
    with _in_words_of(run), _failing(run, State.DONE, failed), transaction.atomic():
        locked = ImportRun.objects.select_for_update().defer("content").get(pk=run.pk)
        if locked.state != State.UNDOING:
            return
        assert locked.run and locked.undone_by and locked.applied_at  # noqa: S101, PT018  asked for so
        outcome = undoing.undo(locked.run, by=locked.undone_by, applied_at=locked.applied_at)
        save(locked, state=State.UNDONE, outcome=outcome.as_json(), undone_at=database_now())
        _tell(
            locked,
            locked.undone_by,
            lambda: _("The import of “%(file)s” is undone.") % {"file": locked.file_name},
        )


def _tell(run: ImportRun, person: Agent, said: telling.Text) -> None:
    """Whoever waits for it may have left the page; each time it was asked for is told of once."""
    telling.tell(
        [person],
        said,
        key=f"import-{run.pk}-{run.told_at:%y%m%d%H%M%S%f}",
        address=reverse("faq:import", args=[run.key]),
    )


def _begin(run_id: int, before: str, state: str) -> ImportRun | None:
    """The run, if it still waits for this; a job that comes twice does nothing the second time."""
    waiting = ImportRun.objects.filter(pk=run_id, state=before)
    if not waiting.update(state=state, told_at=Now()):
        return None
    return ImportRun.objects.select_related("importer", "undone_by").get(pk=run_id)


def _in_words_of(run: ImportRun) -> Any:
    """Reasons are told in the language of whoever brought the file."""
    return translation.override(run.options.get("language"))


@contextmanager
def _failing(run: ImportRun, state: str, sentence: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        told = str(error) if isinstance(error, RuleBrokenError) else sentence
        with transaction.atomic():
            ImportRun.objects.filter(pk=run.pk).update(state=state, error=told, told_at=Now())
            _tell(
                run,
                run.importer,
                lambda: _("Something about the file “%(file)s” did not work.") % {"file": run.file_name},
            )
        if not isinstance(error, RuleBrokenError):
            raise


@contextmanager
def _file(run: ImportRun) -> Iterator[Path]:
    with TemporaryDirectory() as place:
        path = Path(place) / f"import{Path(run.file_name).suffix.lower()}"
        path.write_bytes(bytes(run.content))
        yield path


def _planned(run: ImportRun, path: Path, refused: str = "") -> tuple[Reading, Plan]:
    reading = Reading()
    if refused:
        reading.refuse(refused)
    else:
        reading = exchange.read(path, run.options["columns"])
    ImportRun.objects.filter(pk=run.pk).update(total=len(reading.rows), progress=0, told_at=Now())
    order = Order(
        run.importer,
        line=run.options.get("line", ""),
        is_making_lines=bool(run.options.get("make_lines")),
        is_publishing=bool(run.options.get("publish")),
        is_narrowed=True,
    )
    if _is_refused(reading):
        return reading, Plan(order, problems=reading.problems, notes=reading.notes)
    return reading, importing.plan(reading, order, tell=_teller(run))


def _is_refused(made: Reading | Plan) -> bool:
    """Whether the file as a whole cannot be imported, so that its rows need not be looked at."""
    return any(problem.line is None for problem in made.problems)


def _teller(run: ImportRun) -> Callable[[int], None]:
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        ImportRun.objects.filter(pk=run.pk).update(progress=done, told_at=Now())

    return tell


@transaction.atomic
def _keep(run: ImportRun, reading: Reading, plan: Plan, state: str, error: str = "") -> None:
    """The preview, or of a file that is refused as a whole the reasons."""
    locked = ImportRun.objects.select_for_update().defer("content").get(pk=run.pk)
    if locked.state != state:
        return
    locked.options = run.options
    if _is_refused(plan):
        locked.rows.all().delete()
        reasons = [str(problem) for problem in plan.problems if problem.line is None]
        error = import_previews.storable(" ".join(reasons))
        save(locked, state=State.FAILED, error=error, options=locked.options, counts={}, notes=plan.notes)
        return
    import_previews.keep(locked, reading, plan)
    save(
        locked,
        state=State.READY,
        error=error,
        options=locked.options,
        counts=locked.counts,
        notes=locked.notes,
        fingerprint=locked.fingerprint,
    )
