"""Bulletins as one person meets them; what is returned asks the database no more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import permissions
from accounts.models import Agent
from accounts.roles import Role
from bulletins.models import Bulletin, BulletinQuerySet, Notice

PAGE_BULLETINS = 25
MOST_CARDS = 2
MOST_WAITED_FOR = 5  # each costs a query
_TONES = {Bulletin.Urgency.URGENT: "bad", Bulletin.Urgency.IMPORTANT: "warn", Bulletin.Urgency.INFO: "soft"}
_ATTRIBUTE = "_unread_bulletins"


@dataclass(frozen=True)
class Line:
    """One bulletin in a list: how urgent, where it stands, and whether the reader still has to read it."""

    pk: int
    title: str
    urgency: str
    tone: str
    version: int
    is_must_read: bool
    is_restricted: bool
    is_unread: bool
    word: str
    word_tone: str
    roles: str
    lines: str
    since: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True)
class Unread:
    """How many bulletins somebody still has to read, and for how long that stays so by itself."""

    number: int = 0
    has_cards: bool = False
    stays: timedelta | None = None

    @property
    def changes_in_ms(self) -> int | None:
        """When the first of them is over; None where none ends."""
        return None if self.stays is None else max(0, int(self.stays.total_seconds() * 1000) + 1)


def unread(person: Agent) -> Unread:
    """One query a request, whatever asks."""
    known: Unread | None = getattr(person, _ATTRIBUTE, None)
    if known is None:
        left = ExpressionWrapper(F("ends_at") - Now(), DurationField())
        found = (
            Bulletin.objects.unread_by(person)
            .order_by()
            .aggregate(number=Count("pk"), cards=Count("pk", filter=_on_cards()), stays=Min(left))
        )
        known = Unread(found["number"], bool(found["cards"]), found["stays"])
        setattr(person, _ATTRIBUTE, known)
    return known


def cards(person: Agent) -> list[Bulletin]:
    """What is put before a person wherever they are: urgent ones, and what they were reminded of."""
    shown = Bulletin.objects.unread_by(person).filter(_on_cards())
    return list(shown.order_by("-published_at", "-pk")[:MOST_CARDS])


def unread_lines(person: Agent, most: int) -> list[Line]:
    """What this person has not read, the most urgent first."""
    rows = Bulletin.objects.unread_by(person).annotate(is_unread=Value(True), read_at=Now())
    return _lines(rows.order_by(_rank(), "-published_at", "-pk")[:most])


def about_entry(entry_id: int, person: Agent) -> list[Line]:
    """The bulletins in force about that entry that are meant for this person, the most urgent first."""
    about = _with_unread(Bulletin.objects.told_to(person).filter(entries=entry_id), person)
    return _lines(about.order_by(_rank(), "-published_at", "-pk"))


def of_notice(notice: Notice, person: Agent) -> list[Line]:
    """The bulletins made of a notice, or whose text it is, as far as this person reads them; newest first."""
    rows = Bulletin.objects.visible_to(person).filter(notice=notice)
    return _lines(_with_unread(rows, person).order_by("-pk"))


def drafts(person: Agent, most: int) -> list[Line]:
    """The drafts this writer has begun; oldest first."""
    rows = Bulletin.objects.visible_to(person).filter(published_at=None, created_by=person)
    return _lines(_with_unread(rows, person).order_by("created_at", "pk")[:most])


def waited_for(person: Agent) -> list[tuple[Line, int]]:
    """The oldest that this writer sent out to be read, each with how many have not read it."""
    rows = Bulletin.objects.visible_to(person).in_force().filter(is_must_read=True, published_by=person)
    found = []
    for row in rows.order_by("published_at", "pk").prefetch_related("lines")[:MOST_WAITED_FOR]:
        missing = row.not_read_by.count()
        if missing:
            found.append((_line(row), missing))
    return found


@dataclass(frozen=True)
class Filters:
    """What the board shows: in force, or what this person may know of besides; words, and an urgency."""

    state: str = ""
    urgency: str = ""
    words: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.state or self.urgency or self.words)


def states_for(person: Agent) -> list[tuple[str, str]]:
    """What the board can be asked for by this person."""
    states = [("", _("In force")), ("unread", _("Unread"))]
    if permissions.may_write_bulletins(person):
        states += [("coming", _("Not yet in force")), ("draft", _("Drafts"))]
    if permissions.may_write_bulletins(person) or permissions.may_see_out_of_force(person):
        states.append(("past", _("Past")))
    return states


def board(person: Agent, filters: Filters, page: str | None) -> tuple[list[Line], Page[Bulletin]]:
    """One page of the board, unread first; the number of queries does not grow with the rows."""
    found = _with_unread(_of_state(person, filters.state), person)
    if filters.urgency in Bulletin.Urgency.values:
        found = found.filter(urgency=filters.urgency)
    for word in filters.words.split()[:20]:
        found = found.filter(Q(title__icontains=word) | Q(body__icontains=word))
    urgent_first = Case(When(is_unread=True, then=_rank()), default=9)
    ordered = found.order_by(urgent_first, F("published_at").desc(nulls_first=True), "-pk")
    shown = Paginator(ordered.defer("body").prefetch_related("lines"), PAGE_BULLETINS).get_page(page)
    return [_line(row) for row in shown], shown


def _of_state(person: Agent, state: str) -> BulletinQuerySet:
    visible = Bulletin.objects.visible_to(person)
    found: dict[str, BulletinQuerySet] = {
        "unread": Bulletin.objects.unread_by(person),
        "coming": visible.published().filter(starts_at__gt=Now(), withdrawn_at=None),
        "draft": visible.filter(published_at=None),
        "past": visible.over(),
    }
    return found.get(state, visible.in_force())


def _on_cards() -> Q:
    return Q(urgency=Bulletin.Urgency.URGENT) | Q(reminded_at__isnull=False)


def _rank() -> Case:
    order = (Bulletin.Urgency.URGENT, Bulletin.Urgency.IMPORTANT)
    return Case(*(When(urgency=one, then=place) for place, one in enumerate(order)), default=len(order))


def _with_unread(rows: BulletinQuerySet, person: Agent) -> BulletinQuerySet:
    mine = Bulletin.objects.unread_by(person).filter(pk=OuterRef("pk"))
    return rows.annotate(is_unread=Exists(mine), read_at=Now())


def _lines(rows: QuerySet[Bulletin]) -> list[Line]:
    return [_line(row) for row in rows.prefetch_related("lines")]


def _line(row: Bulletin) -> Line:
    word, tone = standing(row, getattr(row, "read_at", None))
    return Line(
        pk=row.pk,
        title=row.title,
        urgency=row.get_urgency_display(),
        tone=urgency_tone(row),
        version=row.version,
        is_must_read=row.is_must_read,
        is_restricted=row.is_restricted,
        is_unread=getattr(row, "is_unread", False),
        word=word,
        word_tone=tone,
        roles=roles_of(row),
        lines=_(", ").join(line.name for line in row.lines.all()),
        since=row.starts_at or row.published_at or row.created_at,
        ends_at=row.ends_at,
    )


def roles_of(row: Bulletin) -> str:
    """The roles of its audience by name; empty for all."""
    return _(", ").join(str(Role(role).label) for role in row.roles)


def urgency_tone(row: Bulletin) -> str:
    """The colour its urgency is said in."""
    return _TONES[Bulletin.Urgency(row.urgency)]


def standing(row: Bulletin, at: datetime | None) -> tuple[str, str]:
    """The word for where a bulletin stands at that moment, and its tone."""
    if row.is_draft:
        return _("Draft"), "soft"
    if row.withdrawn_at is not None:
        return pgettext("bulletin", "Withdrawn"), "bad"
    if at and row.starts_at and row.starts_at > at:
        return _("Not yet in force"), "warn"
    if at and row.ends_at and row.ends_at <= at:
        return _("Expired"), "bad"
    return _("In force"), "good"
