"""What one act would do to many entries: looked at first, entry by entry, with what is refused and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from faq.models import Category, Entry, EntryState, Purpose, Revision
from faq.reads import question_of
from faq.services.limiting import is_shorter


class Act(models.TextChoices):
    """What may be done to many entries at once."""

    CATEGORY = "category", gettext_lazy("File under a category")
    REVIEW_OWNER = "review_owner", gettext_lazy("Make somebody responsible for the review")
    REVIEW_DATE = "review_due_on", gettext_lazy("Set the review date")
    SHORTER = "shorter", gettext_lazy("Let the validity end earlier")
    LONGER = "longer", gettext_lazy("Lengthen the validity")
    LINES = "lines", gettext_lazy("Change the lines concerned")
    WITHDRAWAL = "withdrawal", gettext_lazy("Withdraw")


AT_ONCE = {Act.CATEGORY, Act.REVIEW_OWNER, Act.REVIEW_DATE, Act.SHORTER}
COLUMNS = {
    Act.CATEGORY: "category",
    Act.REVIEW_OWNER: "review_owner",
    Act.REVIEW_DATE: "review_due_on",
    Act.SHORTER: "valid_until",
}


@dataclass(frozen=True)
class Lines:
    """The owning line, None to leave it, and exactly which others are concerned."""

    owning: BusinessLine | None
    others: tuple[BusinessLine, ...]


@dataclass(frozen=True)
class Wish:
    """One act with its value: a category, a person, a day, a moment, lines; none for a withdrawal."""

    act: Act
    value: Any = None

    @property
    def is_at_once(self) -> bool:
        """Whether it is done now, or asked of every seat."""
        return self.act in AT_ONCE


@dataclass(frozen=True)
class Change:
    """What would become of one entry; with a ``refusal`` nothing."""

    entry_id: int
    question: str
    line: str
    before: str
    after: str
    refusal: str = ""


def plan(entry_ids: Collection[int], wish: Wish, *, by: Agent, now: datetime) -> list[Change]:
    """Look at these entries as they are now, in the order of their keys; a few queries whatever their number.

    Entries that are not this person's to see are left out, as if they were not there.
    """
    open_ones = Revision.objects.open().filter(entry=OuterRef("pk"))
    entries = (
        Entry.objects.listed_for(by)
        .filter(pk__in=entry_ids)
        .select_related("line", "category", "review_owner")
        .annotate(
            question=question_of(),
            has_draft=Exists(open_ones.filter(purpose=Purpose.TEXT)),
            has_request=Exists(open_ones.exclude(purpose=Purpose.TEXT)),
        )
        .order_by("pk")
    )
    names = dict(BusinessLine.objects.values_list("pk", "name"))
    return [_change(entry, wish, by, now, names) for entry in entries]


def _change(entry: Any, wish: Wish, by: Agent, now: datetime, names: dict[int, str]) -> Change:
    return Change(
        entry_id=entry.pk,
        question=entry.question or entry.external_id,
        line=entry.line.name,
        before=_before(entry, wish.act, names),
        after=_after(entry, wish, names),
        refusal=_refusal(entry, wish, by, now),
    )


def _before(entry: Entry, act: Act, names: dict[int, str]) -> str:
    if act == Act.LINES:
        return _named(entry.line_id, entry.concerned_line_ids, names)
    if act == Act.WITHDRAWAL:
        return str(entry.get_state_display())
    if act in (Act.SHORTER, Act.LONGER):
        return moment(entry.valid_until)
    return str(getattr(entry, COLUMNS[act]) or "–")


def _after(entry: Entry, wish: Wish, names: dict[int, str]) -> str:
    if wish.act == Act.LINES:
        return _named(*_wanted_lines(entry, wish.value), names)
    if wish.act == Act.WITHDRAWAL:
        return _("Withdrawn, once every seat has agreed")
    if wish.act in (Act.SHORTER, Act.LONGER):
        return moment(wish.value)
    return str(wish.value or "–")


def moment(at: datetime | None) -> str:
    """A moment as the tables show it, in the site's time; a validity without an end says so."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else _("without end")


def _named(owning: int, concerned: Sequence[int], names: dict[int, str]) -> str:
    others = [pk for pk in concerned if pk != owning]
    return " + ".join(names.get(pk, "?") for pk in [owning, *others])


def _wanted_lines(entry: Entry, lines: Lines) -> tuple[int, list[int]]:
    owning = lines.owning.pk if lines.owning else entry.line_id
    return owning, sorted({owning, *(line.pk for line in lines.others)})


def _refusal(entry: Any, wish: Wish, by: Agent, now: datetime) -> str:
    """Why nothing happens to this entry; empty where it does. The services say the same once more."""
    if not _is_theirs(entry, by):
        return _("It is not of your lines.")
    if wish.act == Act.SHORTER:
        return _refusal_to_shorten(entry, wish.value, now)
    if wish.is_at_once:
        return _("It is so already.") if getattr(entry, COLUMNS[wish.act]) == wish.value else ""
    if entry.state != EntryState.PUBLISHED:
        return _("Only a published entry can be changed so.")
    if wish.act == Act.WITHDRAWAL:
        return _("The seats are being asked about this entry already.") if entry.has_request else ""
    if entry.has_draft:
        return _("A draft of this entry is open already.")
    if wish.act == Act.LONGER:
        is_longer = wish.value != entry.valid_until and not is_shorter(wish.value, entry.valid_until)
        return "" if is_longer else _("That is not longer.")
    is_same = _wanted_lines(entry, wish.value) == (entry.line_id, sorted(entry.concerned_line_ids))
    return _("It is so already.") if is_same else ""


def _refusal_to_shorten(entry: Entry, until: datetime, now: datetime) -> str:
    if entry.state != EntryState.PUBLISHED:
        return _("Only a published entry can be changed so.")
    if not is_shorter(until, entry.valid_until):
        return _("That is not shorter; a longer validity needs every seat.")
    if until < now:
        return _("The end lies in the past.")
    if entry.valid_from is not None and until <= entry.valid_from:
        return _("The validity ends before it begins.")
    return ""


def _is_theirs(entry: Entry, by: Agent) -> bool:
    """Call-centre experts and information administrators work on all lines, business experts on their own."""
    if by.has_role(Role.CALL_CENTRE_EXPERT, Role.INFORMATION_ADMINISTRATOR):
        return True
    return not by.line_ids.isdisjoint(entry.concerned_line_ids)


def as_stored(value: Category | Agent | date | datetime | Lines | None) -> Any:
    """A value as JSON keeps it: keys of rows, days, and moments in UTC."""
    if isinstance(value, Lines):
        return {
            "owning": value.owning.pk if value.owning else None,
            "others": [line.pk for line in value.others],
        }
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.pk if value is not None else None


def stored_now(entry: Entry, column: str) -> Any:
    """What the entry has in this column, as `as_stored` writes it; asks the database nothing."""
    if column in ("category", "review_owner"):
        return getattr(entry, f"{column}_id")
    return as_stored(getattr(entry, column))
