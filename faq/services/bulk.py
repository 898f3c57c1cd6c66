"""Bulk work: one act on the entries chosen in a list, with one reason, undone as one.

What needs no seat is done at once; the rest becomes a joint-review request for each entry, and each business
line hears once of all of its requests.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit, permissions
from accounts.models import Agent
from accounts.roles import Role
from courier import telling
from faq.models import BulkAct, Category, Entry, Purpose, Revision, RevisionState
from faq.services import curating, drafting, limiting, reviewing, withdrawing
from faq.services.bulk_planning import COLUMNS, Act, Change, Lines, Wish, as_stored, plan, stored_now
from faq.services.curating import Curation
from faq.services.locking import database_now, lock_entries
from kb.lib.errors import RuleBrokenError

MOST_AT_ONCE = 5000
MOST_REQUESTS = 200
LONGEST_REASON = 500


@transaction.atomic
def carry_out(entry_ids: Collection[int], wish: Wish, *, by: Agent, reason: str) -> BulkAct:
    """Do it to all of these entries that it is not refused for, and keep what was before.

    Locks the entries and looks at them anew. Raises RuleBrokenError without a reason, with too many entries,
    when nothing is left to do, or when the person may not.
    """
    if not permissions.may_curate(by):
        raise RuleBrokenError(_("You may not change entries."))
    reason = reason.strip()
    if not reason:
        raise RuleBrokenError(_("Say why."))
    if len(reason) > LONGEST_REASON:
        raise RuleBrokenError(_("The reason may have at most 500 characters."))
    check_number(len(set(entry_ids)), wish)
    entries = {entry.pk: entry for entry in lock_entries(entry_ids)}
    changes = plan(entry_ids, wish, by=by, now=database_now())
    refused = {change.entry_id: change.refusal for change in changes if change.refusal}
    wanted = [change for change in changes if not change.refusal]
    if not wanted:
        raise RuleBrokenError(_("Nothing would change."))
    act = BulkAct.objects.create(kind=wish.act, reason=reason, done_by=by)
    if wish.is_at_once:
        act.before = _set(act, [entries[change.entry_id] for change in wanted], wish, by)
        requests: dict[int, int] = {}
    else:
        requests, failed = _ask(wanted, entries, wish, by, reason)
        refused |= failed
        act.before = {str(pk): revision for pk, revision in requests.items()}
        if not requests:
            raise RuleBrokenError(_("Nothing would change."))
    act.after = {"value": as_stored(wish.value), "refused": {str(pk): why for pk, why in refused.items()}}
    act.save(update_fields=["before", "after"])
    audit.record(by, "bulk.done", act, kind=str(wish.act), reason=reason, entries=len(act.before))
    _tell_seats(act, list(requests.values()))
    return act


def check_number(number: int, wish: Wish) -> None:
    """Raises RuleBrokenError when these are more than one act may touch."""
    most = MOST_AT_ONCE if wish.is_at_once else MOST_REQUESTS
    if number > most:
        raise RuleBrokenError(
            _("That is %(number)s entries; at once at most %(most)s. Narrow the list.")
            % {"number": number, "most": most}
        )


def _set(act: BulkAct, entries: Sequence[Entry], wish: Wish, by: Agent) -> dict[str, Any]:
    column = COLUMNS[wish.act]
    before = {str(entry.pk): stored_now(entry, column) for entry in entries}
    _write(act, [entry.pk for entry in entries], {entry.pk: wish.value for entry in entries}, column, by)
    return before


def _write(act: BulkAct, entry_ids: Sequence[int], values: dict[int, Any], column: str, by: Agent) -> None:
    """Set the values and write an audit row for each entry, which tells what was before."""
    entries = Entry.objects.in_bulk(list(entry_ids))
    rows = [
        (
            entries[pk],
            {
                "bulk": act.pk,
                "before": {column: stored_now(entries[pk], column)},
                "after": {column: as_stored(values[pk])},
            },
        )
        for pk in entry_ids
    ]
    audit.record_all(by, "entry.curated", rows)
    curating.apply([Curation(pk, {column: values[pk]}) for pk in entry_ids], by=by)


def _ask(
    wanted: Sequence[Change], entries: dict[int, Entry], wish: Wish, by: Agent, reason: str
) -> tuple[dict[int, int], dict[int, str]]:
    """A request for each entry: its revision; and why there is none for some."""
    made, failed = {}, {}
    for change in wanted:
        try:
            with transaction.atomic():
                made[change.entry_id] = _request(entries[change.entry_id], wish, by, reason).pk
        except RuleBrokenError as broken:
            failed[change.entry_id] = str(broken)
    return made, failed


def _request(entry: Entry, wish: Wish, by: Agent, reason: str) -> Revision:
    if wish.act == Act.WITHDRAWAL:
        return withdrawing.request_withdrawal(entry, by=by, reason=reason)
    if wish.act == Act.LONGER:
        return limiting.request_longer_validity(entry, until=wish.value, by=by, reason=reason)
    lines: Lines = wish.value
    draft = drafting.new_draft(entry, by=by)
    text = drafting.Text.of(draft)
    text = replace(text, line=lines.owning or text.line, lines_concerned=lines.others)
    draft = drafting.save_draft(draft, text, by=by)
    draft.reason = reason
    draft.save(update_fields=["reason"])
    return reviewing.submit(draft, by=by)


def _tell_seats(act: BulkAct, revision_ids: Sequence[int]) -> None:
    """Each business line, and the call centre, hears once of all that it is to sign."""
    asked: dict[int | None, list[tuple[Entry, set[int]]]] = {}
    revisions = Revision.objects.filter(pk__in=revision_ids).select_related("entry")
    for revision in revisions.prefetch_related("lines_concerned"):
        lines = {revision.line_id, *(line.pk for line in revision.lines_concerned.all())}
        for seat in {None, *lines}:
            asked.setdefault(seat, []).append((revision.entry, lines))
    for seat, texts in asked.items():
        group = Q(groups__name=Role.CALL_CENTRE_EXPERT)
        if seat is not None:
            group = Q(groups__name=Role.BUSINESS_EXPERT, lines=seat)
        people = Agent.objects.filter(group, is_active=True).exclude(pk=act.done_by_id).distinct()
        for number, hearers in _by_number(people.prefetch_related("lines"), texts).items():
            _tell(act, hearers, number, key=f"bulk-{act.pk}-{seat or 'centre'}")


def _by_number(people: Iterable[Agent], texts: Sequence[tuple[Entry, set[int]]]) -> dict[int, list[Agent]]:
    """Who hears of how many; of restricted entries only their lines, and those the text brings in."""
    found: dict[int, list[Agent]] = {}
    for person in people:
        lines = [line.pk for line in person.lines.all()]
        number = sum(entry.is_open_to(lines) or not asked.isdisjoint(lines) for entry, asked in texts)
        if number:
            found.setdefault(number, []).append(person)
    return found


def _tell(act: BulkAct, people: Sequence[Agent], number: int, *, key: str) -> None:
    def said() -> str:
        return ngettext(
            "%(person)s asks for %(number)s sign-off: %(reason)s",
            "%(person)s asks for %(number)s sign-offs: %(reason)s",
            number,
        ) % {"person": act.done_by, "number": number, "reason": act.reason}

    telling.tell(people, said, key=key, address=reverse("work"))


def may_undo(act: BulkAct, person: Agent) -> bool:
    """Who did it, and information administrators to whom every entry of it is open."""
    if not permissions.may_curate(person) or act.undone_at is not None:
        return False
    if act.done_by_id == person.pk:
        return True
    return person.has_role(Role.INFORMATION_ADMINISTRATOR) and len(seen_of([act], person)) == len(act.before)


def seen_of(acts: Iterable[BulkAct], person: Agent) -> set[int]:
    """The keys of all entries of these acts that this person may know of; one query."""
    touched = {int(pk) for act in acts for pk in act.before}
    return set(Entry.objects.listed_for(person).filter(pk__in=touched).values_list("pk", flat=True))


@transaction.atomic
def undo(act: BulkAct, *, by: Agent) -> BulkAct:
    """Make every entry what it was before, but those that somebody has changed since: these are left.

    Locks the act, then the entries. Raises RuleBrokenError when it was undone meanwhile, or the person
    may not.
    """
    act = BulkAct.objects.select_for_update(of=("self",)).get(pk=act.pk)
    if act.undone_at is not None:
        raise RuleBrokenError(_("This was undone meanwhile."))
    if not may_undo(act, by):
        raise RuleBrokenError(_("Only who did it and information administrators undo it."))
    ids = [int(pk) for pk in act.before]
    lock_entries(ids)
    kind = Act(act.kind)
    left = _set_back(act, ids, kind, by) if kind in COLUMNS else _take_back(act, by)
    act.after = {**act.after, "left": left}
    act.undone_by, act.undone_at = by, database_now()
    act.save(update_fields=["after", "undone_by", "undone_at"])
    audit.record(by, "bulk.undone", act, left=left)
    return act


def _set_back(act: BulkAct, ids: Sequence[int], kind: Act, by: Agent) -> list[int]:
    column = COLUMNS[kind]
    entries = Entry.objects.select_related("live_revision").in_bulk(list(ids))
    set_then = act.after["value"]
    same = [pk for pk in ids if pk in entries and stored_now(entries[pk], column) == set_then]
    if kind == Act.SHORTER:  # the end of a text that came out since is what its seats have signed
        same = [pk for pk in same if not _came_out_since(entries[pk], act.done_at)]
    values = _values_before(act, kind, same)
    if same:
        _write(act, same, values, column, by)
    return sorted(set(ids) - set(same))


def _came_out_since(entry: Entry, at: datetime) -> bool:
    text = entry.live_revision
    return text is not None and text.published_at is not None and text.published_at > at


def _values_before(act: BulkAct, kind: Act, ids: Sequence[int]) -> dict[int, Any]:
    stored = {pk: act.before[str(pk)] for pk in ids}
    if kind == Act.SHORTER:
        return {pk: datetime.fromisoformat(value) if value else None for pk, value in stored.items()}
    if kind == Act.REVIEW_DATE:
        return {pk: date.fromisoformat(value) if value else None for pk, value in stored.items()}
    model = Category if kind == Act.CATEGORY else Agent
    rows: dict[int, Any] = model.objects.in_bulk({value for value in stored.values() if value})
    return {pk: rows.get(value) if value else None for pk, value in stored.items()}


def _take_back(act: BulkAct, by: Agent) -> list[int]:
    """Close the requests that are still open and that nobody else has written in; the others are left."""
    left = []
    for entry_id, revision_id in act.before.items():
        revision = Revision.objects.filter(pk=revision_id).prefetch_related("authors").first()
        if revision is None or not _is_ours(revision, act):
            left.append(int(entry_id))
            continue
        try:
            with transaction.atomic():
                if revision.purpose == Purpose.TEXT:
                    drafting.discard(revision, by=by)
                else:
                    withdrawing.drop(revision, by=by)
        except RuleBrokenError:
            left.append(int(entry_id))
    return sorted(left)


def _is_ours(revision: Revision, act: BulkAct) -> bool:
    is_open = revision.state in (RevisionState.IN_REVIEW, RevisionState.REJECTED, RevisionState.SCHEDULED)
    return is_open and {person.pk for person in revision.authors.all()} <= {act.done_by_id}
