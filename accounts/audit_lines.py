"""Rows of the audit trail in words: who did what to what, and what it was before and is after.

Only what the row itself holds is told, and the names of people and business lines; nothing else is looked up.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import audit_rights
from accounts.audit_words import ACTS, FIELDS, FIELDS_OF_ACT, LINES, PEOPLE, SUBJECTS, VALUES
from accounts.models import Agent, AuditRow, BusinessLine
from kb.lib.row_ids import row_id

MISSING: Any = object()
NOTHING = "–"
LONG = 300  # characters; what is longer is folded
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")


@dataclass(frozen=True)
class Fact:
    """One thing a row tells: its value, or what it was before and after, as far as the row has them."""

    label: str
    value: str | None = None
    before: str | None = None
    after: str | None = None

    @property
    def length(self) -> int:
        return sum(len(text or "") for text in (self.label, self.value, self.before, self.after))


@dataclass(frozen=True)
class Line:
    """A row as it is shown; ``by`` is None for what was done by itself.

    Of what its reader may not read there is no address and no fact; ``is_closed`` where facts are kept back.
    """

    at: datetime
    by: Agent | None
    act: str
    subject: str
    address: str = ""
    facts: Sequence[Fact] = ()
    is_closed: bool = False

    @property
    def is_long(self) -> bool:
        return sum(fact.length for fact in self.facts) > LONG


def lines(rows: Sequence[AuditRow], reader: Agent) -> list[Line]:
    """The rows in words, as far as this reader may know: two queries, and one for each kind of subject."""
    closed = audit_rights.closed_to(reader, rows)
    names = _Names([row for row in rows if row.pk not in closed])
    return [_closed_line(row) if row.pk in closed else _line(row, names) for row in rows]


def kind_name(kind: str) -> str:
    """What a kind of subject is called; one that is no more keeps its own name."""
    if kind == "accounts.settingvalue":
        return _("setting")
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind


class _Names:
    """The people and lines that rows speak of by their numbers."""

    def __init__(self, rows: Sequence[AuditRow]) -> None:
        told = [(row.act, name, value) for row in rows for name, *values in _told(row) for value in values]
        self.people = Agent.objects.in_bulk(_numbers(told, PEOPLE) | _subjects(rows, "accounts.agent"))
        self.lines = BusinessLine.objects.in_bulk(
            _numbers(told, LINES) | _subjects(rows, "accounts.businessline")
        )

    def subject(self, row: AuditRow) -> str:
        pk, found = row_id(row.subject_id) or 0, None
        if row.subject_kind == "accounts.agent":
            found = str(self.people.get(pk, ""))
        elif row.subject_kind == "accounts.businessline":
            found = str(self.lines.get(pk, ""))
        return found or row.subject_id

    def value(self, act: str, name: str, value: Any) -> str:
        """The name that a number stands for; "" where it is no number of anybody known."""
        pk = _number(value) or 0
        if (act, name) in PEOPLE:
            return str(self.people.get(pk, ""))
        return str(self.lines.get(pk, "")) if (act, name) in LINES else ""


def _numbers(told: Iterable[tuple[str, str, Any]], places: Collection[tuple[str, str]]) -> set[int]:
    return {_number(value) or 0 for act, name, value in told if (act, name) in places} - {0}


def _subjects(rows: Iterable[AuditRow], kind: str) -> set[int]:
    return {row_id(row.subject_id) or 0 for row in rows if row.subject_kind == kind} - {0}


def _line(row: AuditRow, names: _Names) -> Line:
    page = SUBJECTS.get(row.subject_kind)
    pk = row_id(row.subject_id)
    return replace(
        _outline(row, names.subject(row)),
        address=reverse(page, args=[pk]) if page and pk else "",
        facts=[_fact(row, names, *told) for told in _told(row)],
    )


def _closed_line(row: AuditRow) -> Line:
    return replace(_outline(row, row.subject_id), is_closed=any(_told(row)))


def _outline(row: AuditRow, subject: str) -> Line:
    """Who did what, when and to what."""
    act = str(ACTS.get(row.act, row.act))
    return Line(row.at, row.actor, act, f"{kind_name(row.subject_kind)} {subject}")


def _told(row: AuditRow) -> Iterator[tuple[str, Any, Any, Any]]:
    """Name, value, before and after of each thing; what stayed the same is left out. "" names the whole."""
    detail: Mapping[str, Any] = row.detail if isinstance(row.detail, dict) else {"": row.detail}
    before, after = detail.get("before", MISSING), detail.get("after", MISSING)
    if isinstance(before, dict) or isinstance(after, dict):
        old, new = (side if isinstance(side, dict) else {} for side in (before, after))
        for name in {**old, **new}:
            pair = old.get(name, MISSING), new.get(name, MISSING)
            if pair[0] != pair[1]:
                yield name, MISSING, *pair
    elif before is not MISSING or after is not MISSING:
        yield "", MISSING, before, after
    for name, value in detail.items():
        if name not in {"before", "after"}:
            yield name, value, MISSING, MISSING


def _fact(row: AuditRow, names: _Names, name: str, *values: Any) -> Fact:
    value, before, after = (
        None if each is MISSING else names.value(row.act, name, each) or _said(row, name, each)
        for each in values
    )
    return Fact(_label(row.act, name), value, before, after)


def _label(act: str, name: str) -> str:
    if not name:
        return _("Value")
    return str(FIELDS_OF_ACT.get((act, name)) or FIELDS.get(name) or name)


def _said(row: AuditRow, name: str, value: Any) -> str:
    if name.startswith(("is_", "was_")):
        return _("Yes") if value else _("No")
    if isinstance(value, str):
        return str(VALUES.get((name, value)) or _choice(row.subject_kind, name, value) or _text(value))
    return _text(value)


def _choice(kind: str, name: str, value: str) -> str | None:
    """The word for one of the values that a column of the subject can have."""
    try:
        field = apps.get_model(kind)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    words = dict(getattr(field, "flatchoices", ()))
    return str(words[value]) if value in words else None


def _text(value: Any) -> str:
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return pgettext("between names", ", ").join(_text(each) for each in value)
    if isinstance(value, dict):
        return "\n".join(f"{_label('', name)}: {_text(each)}" for name, each in value.items())
    return _moment(value) if isinstance(value, str) and _MOMENT.fullmatch(value) else str(value)


def _moment(text: str) -> str:
    """As clocks here show it; what has no time zone was told by a clock here."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{timezone.localtime(moment) if moment.tzinfo else moment:%Y-%m-%d %H:%M:%S}"


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else row_id(value) if isinstance(value, str) else None
