"""Trials: last month's confirmed searches, asked before and after a change that is not in force yet.

A trial of the dictionary builds two indexes of its own beside the one in use and asks both. Other changes
take part by ``compare``, which takes any two contexts: what is in force inside each is what is measured.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import settings
from accounts.models import Agent
from faq.models import Entry
from hits.confirmed import ConfirmedSearch, confirmed_searches
from kb.lib.errors import RuleBrokenError
from kb.lib.months import Month
from search import dictionaries, lexicon
from search.dictionary_lines import content_of, lexicon_of, read_content
from search.documents import documents
from search.engines.base import Document, Query
from search.evaluation import own_engine
from search.lexicon import Lexicon
from search.matching import Ranking
from search.models import Trial
from search.yardstick import DEPTH, Figures, measure

FORGOTTEN_AFTER = timedelta(minutes=10)
STEPS = 20  # how often a trial says how far it is
Told = Callable[[int], None]

RUNNERS: dict[str, Callable[[Trial, Told], tuple[Figures, Figures]]] = {}
"""How a trial of each kind is run: the trial and who is told the percentage, the figures before and after."""


def pairs_of_last_month() -> list[ConfirmedSearch]:
    """The confirmed searches a change is measured with: last month's, of entries that are still in force."""
    last = Month.of(timezone.now()).later(-1)
    found = confirmed_searches(last, int(settings.current()["yardstick_most_searches"]))
    wanted = {pair.entry_id for pair in found}
    in_force = set(Entry.objects.in_force().filter(pk__in=wanted).values_list("pk", flat=True))
    return [pair for pair in found if pair.entry_id in in_force]


def compare(
    before: AbstractContextManager[Any],
    after: AbstractContextManager[Any],
    *,
    pairs: Sequence[ConfirmedSearch],
    told: Told = lambda _percent: None,
) -> tuple[Figures, Figures]:
    """Ask the same searches of the same entries inside each of two contexts.

    ``told`` hears the percentage done. Each side has an index of its own that is gone afterwards.
    """
    entries = list(documents()) if pairs else []
    with before:
        figures_before = _ask(entries, pairs, lambda percent: told(percent // 2))
    with after:
        figures_after = _ask(entries, pairs, lambda percent: told(50 + percent // 2))
    return figures_before, figures_after


@transaction.atomic
def try_dictionary(*, by: Agent) -> Trial:
    """Ask for a trial of the changes that wait; the worker runs it. Takes the dictionary's lock.

    Raises RuleBrokenError without a change, or while a trial of the dictionary runs.
    """
    dictionaries.one_at_a_time()
    lines = dictionaries.next_lines(dictionaries.lines_in_force(), dictionaries.waiting_changes())
    changed = lexicon_of(lines).version
    in_force = dictionaries.version_in_force()
    if changed == in_force:
        raise RuleBrokenError(_("There is nothing to try: the dictionary would say what it says now."))
    return ask(Trial.Kind.DICTIONARY, in_force, changed, {"content": content_of(lines)}, by=by)


@transaction.atomic
def ask(
    kind: Trial.Kind, before_ref: str, after_ref: str, payload: dict[str, Any], *, by: Agent | None
) -> Trial:
    """Let the worker run a trial; raises RuleBrokenError while another one of its kind runs."""
    from search.tasks import run_trial

    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE search_trial IN SHARE ROW EXCLUSIVE MODE")
    open_ones = Trial.objects.filter(kind=kind, state__in=[Trial.State.WAITING, Trial.State.RUNNING])
    open_ones.filter(seen_at__lt=Now() - FORGOTTEN_AFTER).update(
        state=Trial.State.FAILED, error=_("It stood still and was given up.")
    )
    if open_ones.exists():
        raise RuleBrokenError(_("A trial is running. Wait for its figures."))
    trial = Trial.objects.create(
        kind=kind, before_ref=before_ref, after_ref=after_ref, payload=payload, asked_by=by
    )
    run_trial.defer(trial_id=trial.pk)
    return trial


def run(trial: Trial) -> None:
    """Run a trial to its end, whatever that is; what goes wrong stands in the trial. For the worker."""
    if not _advance(trial, state=Trial.State.RUNNING):
        return
    try:
        before, after = RUNNERS[trial.kind](trial, lambda percent: _progress(trial, percent))
    except RuleBrokenError as error:
        _advance(trial, state=Trial.State.FAILED, error=str(error)[:500])
        return
    except Exception as error:
        _advance(trial, state=Trial.State.FAILED, error=str(error)[:500])
        raise
    _advance(
        trial, state=Trial.State.DONE, progress=100, before=before.as_json(), after=after.as_json(), error=""
    )


def _run_dictionary(trial: Trial, told: Told) -> tuple[Figures, Figures]:
    changed = lexicon_of(read_content(trial.payload["content"]))
    return compare_lexicons(dictionaries.load(), changed, pairs=pairs_of_last_month(), told=told)


RUNNERS[Trial.Kind.DICTIONARY] = _run_dictionary


def compare_lexicons(
    before: Lexicon, after: Lexicon, *, pairs: Sequence[ConfirmedSearch], told: Told = lambda _percent: None
) -> tuple[Figures, Figures]:
    """The figures under one dictionary and under another."""
    return compare(lexicon.using(before), lexicon.using(after), pairs=pairs, told=told)


def _ask(entries: list[Document], pairs: Sequence[ConfirmedSearch], told: Told) -> Figures:
    at = timezone.now().timestamp()
    every = max(len(pairs) // STEPS, 1)

    def heard(asked: int) -> None:
        if asked % every == 0:
            told(10 + 90 * asked // len(pairs))

    with own_engine("whoosh") as engine:
        if pairs:
            engine.rebuild(entries, None)
        told(10)

        def search(text: str) -> list[int]:
            return [match.id for match in Ranking(Query(text, at=at), engine).portion(0, DEPTH)]

        return measure(pairs, search, heard)


def _progress(trial: Trial, percent: int) -> None:
    _advance(trial, progress=min(percent, 100))


def _advance(trial: Trial, **values: Any) -> bool:
    """Write how far a trial is; nothing is written into one that has ended or was given up."""
    is_open = Trial.objects.filter(pk=trial.pk, state__in=[Trial.State.WAITING, Trial.State.RUNNING])
    return bool(is_open.update(seen_at=Now(), **values))
