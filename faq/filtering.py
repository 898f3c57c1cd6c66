"""The filters of the entry list as its address holds them; lists, bulk acts and exports share them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.db.models import DateTimeField, Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.functions import Now, TruncDate
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent
from faq.models import Category, Entry, EntryState, Flag, Purpose, Revision
from faq.models.entry import EntryQuerySet
from kb.lib.row_ids import row_id

LONGEST_TEXT = 200
MOST_DAYS = 3650
STATES = {
    "draft": _("Draft"),
    "not_yet": _("Not yet in force"),
    "in_force": _("In force"),
    "expired": _("Expired"),
    "withdrawn": _("Withdrawn"),
}


@dataclass(frozen=True)
class EntryFilters:
    """What the person asked for, as typed; a value that means nothing finds nothing.

    ``line`` is a code, ``category`` a key whose descendants count as well, ``state`` one of `STATES` by the
    clock, ``expiring`` a number of days, ``review_due`` and ``flagged`` any text for yes.
    """

    q: str = ""
    line: str = ""
    category: str = ""
    kind: str = ""
    state: str = ""
    expiring: str = ""
    review_due: str = ""
    flagged: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """Read an address; names that are no filter are left to others."""
        return cls(**{name: query.get(name, "").strip()[:LONGEST_TEXT] for name in cls.__dataclass_fields__})

    @property
    def is_empty(self) -> bool:
        return not self.as_query()

    def as_query(self) -> dict[str, str]:
        """The filters that are set, for the address of another page."""
        return {name: value for name in self.__dataclass_fields__ if (value := getattr(self, name))}

    def entries(self, person: Agent) -> EntryQuerySet:
        """What of the filtered this person's list shows; without an order of its own."""
        found = Entry.objects.listed_for(person)
        narrowing: dict[str, Callable[[str], Q]] = {
            "q": lambda text: _says(text, person),
            "line": lambda code: Q(line__code=code),
            "category": _under,
            "kind": lambda kind: Q(kind=kind),
            "state": _stands,
            "expiring": _expires_within,
            "review_due": lambda _yes: Q(review_due_on__lte=TruncDate(Now())),
            "flagged": lambda _yes: Q(
                Exists(Flag.objects.filter(entry=OuterRef("pk"), answered_at__isnull=True))
            ),
        }
        for name, value in self.as_query().items():
            found = found.filter(narrowing[name](value))
        return found


_NOTHING = Q(pk__in=[])


def _says(text: str, person: Agent) -> Q:
    """The live question holds it, or a draft's that this person may read, or the external id does."""
    if "\x00" in text:
        return _NOTHING
    # Most words have no letters to fold, and folding costs more than all the rest.
    lookup = "contains" if text.lower() == text.upper() else "icontains"
    drafts = Revision.objects.open().readable_by(person)
    drafts = drafts.filter(**{"purpose": Purpose.TEXT, f"question__{lookup}": text})
    return (
        Q(**{f"live_revision__question__{lookup}": text})
        | Q(**{f"external_id__{lookup}": text})
        | Q(pk__in=drafts.values("entry"))
    )


def _under(key: str) -> Q:
    pk = row_id(key)
    if pk is None:
        return _NOTHING
    below = Category.objects.filter(Q(pk=pk) | Q(ancestor_ids__contains=[pk]))
    return Q(category__in=below.values("pk"))


def _stands(state: str) -> Q:
    published = Q(state=EntryState.PUBLISHED)
    is_out = Q(valid_from__isnull=True) | Q(valid_from__lte=Now())
    is_over = Q(valid_until__isnull=False, valid_until__lte=Now())
    return {
        "draft": Q(state=EntryState.DRAFT),
        "withdrawn": Q(state=EntryState.WITHDRAWN),
        "in_force": published & is_out & ~is_over,
        "not_yet": published & Q(valid_from__gt=Now()),
        "expired": published & is_over,
    }.get(state, _NOTHING)


def _expires_within(days: str) -> Q:
    """In force today, and no longer after so many days."""
    if not days.isascii() or not days.isdigit() or len(days) > len(str(MOST_DAYS)):
        return _NOTHING
    end = ExpressionWrapper(Now() + timedelta(days=min(int(days), MOST_DAYS)), output_field=DateTimeField())
    return _stands("in_force") & Q(valid_until__lte=end)
