"""What a closed month proposes, kept with what was decided on earlier proposals."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from kb.lib import jobs
from kb.lib.errors import RuleBrokenError
from kb.lib.months import Month
from reports import proposal_inputs, reshuffle
from reports.models import Proposal
from reports.rules.base import Suggestion

LOCK = 0x70726F70
MOST_OPEN = 30  # of a kind: what a quarter of an hour can work off
UPDATED = (
    "month", "state", "entry", "other", "category", "line", "gap_key", "weight", "evidence", "change",
)  # fmt: skip
WAITING = (Proposal.State.OPEN, Proposal.State.LATER)
DECIDED_AGAINST = (Proposal.State.DISMISSED, Proposal.State.UNDONE)
FOR_A_WHILE = (Proposal.Kind.REORDER, Proposal.Kind.FEATURE)
BATCH = 200
Known = Mapping[str, Proposal]


def ask_for(month: Month) -> None:
    """Let the worker propose for the newest month; asked twice is asked once."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        jobs.defer("reports.propose", queueing_lock="reports.propose", month=str(month))


def propose(month: Month, now: datetime) -> int:
    """Propose what this month's figures say; how many proposals are open afterwards.

    What is suggested again is brought up to date, what is not is no longer true. What was dismissed or undone
    comes back when its weight has doubled, what was put off with the next month. What was accepted does not,
    but for an order and a place on the hot list: those may be suggested by a month that began after it.
    Raises RuleBrokenError when a later month was proposed for already.
    """
    _refuse_unless_newest(month)
    inputs = proposal_inputs.gather(month, now)
    found = reshuffle.suggestions(inputs)
    with transaction.atomic():
        _be_the_only_one()
        _refuse_unless_newest(month)
        waiting = {one.key: one for one in Proposal.objects.filter(state__in=WAITING).select_for_update()}
        wanted = _wanted(found, waiting, month)
        _store(month, reshuffle.with_searches(wanted, inputs), waiting)
    return Proposal.objects.filter(state=Proposal.State.OPEN).count()


def _refuse_unless_newest(month: Month) -> None:
    newest = Proposal.objects.aggregate(month=Max("month"))["month"]
    if newest is not None and newest > month.first_day:
        raise RuleBrokenError(_("There are proposals of a later month already."))


def _be_the_only_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _wanted(found: Iterable[Suggestion], waiting: Known, month: Month) -> list[Suggestion]:
    """Without what was decided on, and of each kind as many as can be worked off: what waits goes first."""
    suggested = list(found)
    decided = _decided({key for one in suggested for key in (one.key, *one.aliases)})
    kinds: dict[str, list[Suggestion]] = {}
    for one in suggested:
        earlier = [row for key in {one.key, *one.aliases} for row in decided.get(key, ())]
        if not any(_stands_against(row, one, month) for row in earlier):
            kinds.setdefault(one.kind, []).append(one)
    wanted = []
    for of_kind in kinds.values():
        known = [one for one in of_kind if _row_of(one, waiting)]
        new = [one for one in of_kind if not _row_of(one, waiting)]
        wanted += known + new[: max(MOST_OPEN - len(known), 0)]
    return wanted


def _decided(keys: set[str]) -> dict[str, list[Proposal]]:
    """By key, what was decided."""
    states = (*DECIDED_AGAINST, Proposal.State.ACCEPTED)
    rows = Proposal.objects.filter(key__in=keys, state__in=states).defer("evidence", "change", "applied")
    found: dict[str, list[Proposal]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row)
    return found


def _stands_against(row: Proposal, one: Suggestion, month: Month) -> bool:
    if row.state in DECIDED_AGAINST:
        return one.weight < 2 * max(row.weight, 1)
    if row.kind in FOR_A_WHILE:
        return row.decided_at is None or row.decided_at > month.starts_at
    return True


def _row_of(one: Suggestion, waiting: Known) -> Proposal | None:
    """The waiting proposal of the same, under this key or an earlier one."""
    keys = [one.key, *sorted(one.aliases)]
    return next((waiting[key] for key in keys if key in waiting), None)


def _store(month: Month, wanted: Iterable[Suggestion], waiting: Known) -> None:
    kept: dict[int, Proposal] = {}
    new: dict[str, Proposal] = {}
    for one in wanted:
        row = _row_of(one, waiting)
        if row is None:
            new.setdefault(one.key, _written(Proposal(kind=one.kind, key=one.key), one, month))
        elif row.pk not in kept:
            if row.month < month.first_day:
                row.state = Proposal.State.OPEN
            kept[row.pk] = _written(row, one, month)
    gone = [row.pk for row in waiting.values() if row.pk not in kept]
    Proposal.objects.filter(pk__in=gone).update(state=Proposal.State.GONE)
    Proposal.objects.bulk_update(kept.values(), UPDATED, batch_size=BATCH)
    Proposal.objects.bulk_create(new.values(), batch_size=BATCH)


def _written(row: Proposal, one: Suggestion, month: Month) -> Proposal:
    row.month, row.weight, row.gap_key = month.first_day, one.weight, one.gap_key
    row.entry_id, row.other_id = one.entry, one.other
    row.category_id, row.line_id = one.category, one.line
    row.change, row.evidence = dict(one.change), dict(one.evidence)
    return row
