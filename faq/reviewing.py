"""A text as whoever signs or writes it sees it: what differs, the seats, the remarks. Read only."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Agent
from faq import comparing, presenting
from faq.comparing import Difference
from faq.models import Comment, EntryState, Purpose, ReviewRequest, Revision, RevisionState, SignOff
from faq.models.revision import OPEN_STATES
from faq.seating import SeatState, seats_for
from faq.services.deciding import was_withdrawn_since
from faq.services.locking import database_now

TONES = {
    RevisionState.DRAFT: "soft",
    RevisionState.IN_REVIEW: "warn",
    RevisionState.REJECTED: "bad",
    RevisionState.SCHEDULED: "warn",
    RevisionState.PUBLISHED: "good",
    RevisionState.DONE: "good",
    RevisionState.SUPERSEDED: "soft",
    RevisionState.DISCARDED: "soft",
}


@dataclass(frozen=True)
class Field:
    """One field of the text, and what was remarked on it."""

    difference: Difference
    comments: list[Comment]

    @property
    def name(self) -> str:
        return self.difference.name


@dataclass(frozen=True)
class Review:
    """Plain values; nothing here asks the database again."""

    revision: Revision
    tone: str
    base: Revision | None
    fields: list[Field]
    seats: list[SeatState]
    is_overdue: bool
    is_out_since: bool
    is_open: bool
    may_submit: bool
    may_take_back: bool
    may_comment: bool
    may_ask: bool
    may_ask_again: bool
    may_drop: bool
    points: list[presenting.KeyPoint] = field(default_factory=list)
    script: list[presenting.Block] = field(default_factory=list)
    answer: list[presenting.Block] = field(default_factory=list)

    @property
    def my_seats(self) -> list[SeatState]:
        return [seat for seat in self.seats if seat.is_mine]

    @property
    def is_request(self) -> bool:
        return self.revision.purpose != Purpose.TEXT

    @property
    def has_changes(self) -> bool:
        return any(each.difference.is_changed for each in self.fields)

    @property
    def unsettled(self) -> int:
        return sum(comment.resolved_at is None for each in self.fields for comment in each.comments)


def with_all(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """With everything `review_of` reads of a text."""
    return revisions.select_related("entry__live_revision", "line", "created_by").prefetch_related(
        "lines_concerned",
        "attachments",
        "authors",
        Prefetch("sign_offs", SignOff.objects.select_related("reviewer", "line").order_by("signed_at", "pk")),
        Prefetch("review_requests", ReviewRequest.objects.select_related("reviewer")),
        Prefetch("comments", Comment.objects.select_related("written_by", "resolved_by")),
    )


def review_of(revision: Revision, person: Agent) -> Review:
    """The text as this person sees it; it came through `with_all`."""
    base = _base(revision)
    is_unsigned = revision.entry.is_unsigned and revision.entry.live_revision_id == revision.pk
    is_open = revision.state in OPEN_STATES or is_unsigned
    writes = permissions.may_write_entries(person)
    is_author = answers_for(revision, person)
    is_text = revision.purpose == Purpose.TEXT
    return Review(
        revision=revision,
        tone=TONES[RevisionState(revision.state)],
        base=base,
        fields=_fields(revision, base),
        seats=seats_for(revision, person, with_candidates=writes and is_open),
        is_overdue=bool(revision.due_at and is_open and revision.due_at <= database_now()),
        is_out_since=is_text and is_open and was_withdrawn_since(revision, revision.entry),
        is_open=is_open,
        may_submit=is_author and is_text and revision.state == RevisionState.DRAFT,
        may_take_back=is_author
        and is_text
        and revision.state in (RevisionState.IN_REVIEW, RevisionState.SCHEDULED),
        may_comment=is_open and writes,
        may_ask=is_open and writes,
        may_ask_again=writes and not is_text and revision.state == RevisionState.REJECTED,
        may_drop=is_author and not is_text and is_open and revision.purpose != Purpose.EMERGENCY,
        points=presenting.key_points(revision.key_points),
        script=presenting.blocks(revision.script),
        answer=presenting.blocks(revision.answer),
    )


def answers_for(revision: Revision, person: Agent) -> bool:
    """Whether it is theirs to submit, take back or drop: its authors', and information administrators'."""
    return permissions.may_write_entries(person) and (
        revision.created_by_id == person.pk
        or any(author.pk == person.pk for author in revision.authors.all())
        or permissions.may_import(person)
    )


def _base(revision: Revision) -> Revision | None:
    """What the text is held against: the live one, or for a text that was live the one before it.

    The live one ends when its entry does, which may have been shortened: signing this text would undo that.
    """
    if revision.purpose != Purpose.TEXT:
        return None
    texts = Revision.objects.filter(entry=revision.entry_id, published_at__isnull=False)
    if revision.published_at is not None:
        texts = texts.filter(published_at__lt=revision.published_at)
    texts = texts.exclude(pk=revision.pk).select_related("line")
    base = texts.prefetch_related("lines_concerned", "attachments").order_by("-published_at").first()
    if base is not None and base.pk == revision.entry.live_revision_id:
        base.valid_until = revision.entry.valid_until
    return base


def _fields(revision: Revision, base: Revision | None) -> list[Field]:
    before = comparing.values(base) if base else None
    remarks: dict[str, list[Comment]] = {}
    for comment in revision.comments.all():
        remarks.setdefault(comment.field, []).append(comment)
    differences = comparing.compare(before, comparing.values(revision))
    return [Field(each, remarks.get(each.name, [])) for each in differences]


def what_happens(revision: Revision) -> str:
    """What the last approval does, said before somebody gives it."""
    if revision.purpose == Purpose.WITHDRAWAL:
        return _("When every seat has approved, the entry is taken out of use. A rejection keeps it.")
    if revision.purpose == Purpose.EMERGENCY:
        return _("The entry is out of use already. One rejection brings it back at once.")
    if revision.purpose == Purpose.RESTORATION:
        return _("When every seat has approved, the entry is back in use. A rejection keeps it out.")
    if revision.entry.live_revision_id == revision.pk:
        return _("Agents read this text already. When every seat has approved, it counts as signed.")
    if revision.entry.state == EntryState.WITHDRAWN:
        return _("When every seat has approved, the entry is back in use with this text.")
    return _("When every seat has approved, agents read this text.")


def open_questions(requests: Iterable[ReviewRequest]) -> list[tuple[ReviewRequest, str]]:
    """What a person was asked to sign, each with the seat's name."""
    return [(one, str(one.line) if one.line else _("Call centre")) for one in requests]
