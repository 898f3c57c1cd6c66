"""The versions of an entry's text."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from faq.models.entry import Entry, EntryState, Kind


class Purpose(models.TextChoices):
    """What the seats are asked: to put a text in force, to take an entry out of use, or to bring it back.

    The last three repeat the live text, which stays as it is; see ``services.withdrawing``.
    """

    TEXT = "text", _("New text")
    WITHDRAWAL = "withdrawal", _("Withdrawal")
    EMERGENCY = "emergency", _("Emergency withdrawal")
    RESTORATION = "restoration", _("Restoration")


class RevisionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    REJECTED = "rejected", _("Sent back")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")
    DONE = "done", _("Carried out")
    DISCARDED = "discarded", _("Discarded")


OPEN_STATES = [
    RevisionState.DRAFT,
    RevisionState.IN_REVIEW,
    RevisionState.REJECTED,
    RevisionState.SCHEDULED,
]


class Significance(models.TextChoices):
    TYPO = "typo", _("Typo")
    MEDIUM = "medium", _("Medium")
    MAJOR = "major", _("Major")


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Which texts; every page about drafts, reviews and history goes through these verbs."""

    def open(self) -> Self:
        """Drafts, sent back, in review or scheduled; requests too."""
        return self.filter(state__in=OPEN_STATES)

    def open_requests(self) -> Self:
        """What the seats are still asked besides new texts: to withdraw or to restore."""
        return self.filter(state__in=OPEN_STATES).exclude(purpose=Purpose.TEXT)

    def due(self, at: datetime) -> Self:
        """Scheduled texts that begin then or before, of entries that are in use."""
        return self.filter(
            state=RevisionState.SCHEDULED, valid_from__lte=at, entry__state=EntryState.PUBLISHED
        )

    def open_to(self, person: Agent) -> Self:
        """Leave out the texts of restricted entries of lines this person does not belong to.

        A line that an open text brings in belongs to it already: it has a seat, and reads what it signs.
        """
        entries = Entry.objects.unrestricted_for(person).filter(pk=OuterRef("entry"))
        return self.filter(Q(Exists(entries)) | (Q(state__in=OPEN_STATES) & _concerns(person)))

    def readable_by(self, person: Agent) -> Self:
        """Texts this person may read whatever their state: see product.md §1, "Who reads what".

        Authors, call-centre experts, information administrators, and business experts of a line concerned;
        what once was live also supervisors and auditors, while its entry is there for them. Restricted
        entries stay with their lines.
        """
        if not person.is_active:
            return self.none()
        mine = Q(pk__in=[])
        if permissions.may_see_all_drafts(person):
            mine = Q()
        else:
            wrote = Revision.objects.filter(pk=OuterRef("pk"), authors=person)
            mine |= Q(Exists(wrote)) | Q(created_by=person)
            if permissions.may_see_drafts_of_own_lines(person):
                mine |= _concerns(person)
            if permissions.may_see_out_of_force(person):
                seen = Entry.objects.visible_to(person).filter(pk=OuterRef("entry"))
                mine |= Q(Exists(seen)) & (Q(published_at__isnull=False) | ~Q(purpose=Purpose.TEXT))
        return self.open_to(person).filter(mine)

    def awaiting(self, person: Agent) -> Self:
        """Texts in review, or live and not yet signed, with a seat left that this person may fill.

        Not those they wrote, and not those where they fill a seat already.
        """
        if not person.is_active:
            return self.none()
        wrote = Revision.objects.filter(pk=OuterRef("pk"), authors=person)
        in_review = Revision.objects.filter(state=RevisionState.IN_REVIEW).order_by().values("pk")
        unsigned = Entry.objects.filter(is_unsigned=True, live_revision__isnull=False).order_by()
        # A union of two short lists, where an "or" would look at every text there ever was.
        waits = Q(pk__in=in_review.union(unsigned.values("live_revision")))
        seat = Q(pk__in=[])
        if person.has_role(Role.CALL_CENTRE_EXPERT):
            seat |= ~Q(_signed(line__isnull=True))
        if person.has_role(Role.BUSINESS_EXPERT):
            for line_id in sorted(person.line_ids):
                asked = Q(line=line_id) | Q(Exists(_with_line(line_id)))
                seat |= asked & ~Q(_signed(line=line_id))
        return self.open_to(person).filter(waits, seat, ~_signed(reviewer=person), ~Exists(wrote))


def _concerns(person: Agent) -> Q:
    lines = sorted(person.line_ids)
    through = Revision.lines_concerned.through.objects.filter(revision=OuterRef("pk"), businessline__in=lines)
    return Q(line__in=lines) | Q(Exists(through))


def _with_line(line_id: int) -> models.QuerySet[models.Model]:
    through: models.QuerySet[models.Model] = Revision.lines_concerned.through.objects.filter(
        revision=OuterRef("pk"), businessline=line_id
    )
    return through


def _signed(**seat: Any) -> Exists:
    """Whether there is a valid sign-off like that."""
    sign_offs = apps.get_model("faq", "SignOff").objects.filter(
        revision=OuterRef("pk"), voided_at__isnull=True
    )
    return Exists(sign_offs.filter(**seat))


class Revision(models.Model):
    """One version of all that needs all seats: question, key points, answer, script, kind, lines, validity.

    A published revision is never changed; a change makes a new draft. At most one text is open per entry, and
    beside it at most one request to withdraw or restore it, which is signed in the same way (``purpose``).
    ``authors`` is everybody who saved a change of it, which is everybody since the last published text; of a
    request, who made it. ``variants`` are told apart by region or customer segment: dictionaries with "name",
    "key_points", "answer" and "script". ``reason`` says why it was changed or is asked for.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=RevisionState, default=RevisionState.DRAFT)
    purpose = models.CharField(max_length=16, choices=Purpose, default=Purpose.TEXT)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    significance = models.CharField(max_length=8, choices=Significance, default=Significance.MEDIUM)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.FAQ)
    line = models.ForeignKey(BusinessLine, models.PROTECT, related_name="+", verbose_name=_("owning line"))
    lines_concerned = models.ManyToManyField(
        BusinessLine, blank=True, related_name="+", verbose_name=_("other lines concerned")
    )
    question = models.CharField(_("standard question"), max_length=500)
    key_points = ArrayField(
        models.CharField(max_length=1000), default=list, blank=True, verbose_name=_("key points")
    )
    answer = models.TextField(_("answer"), blank=True)
    script = models.TextField(_("spoken script"), blank=True)
    variants = models.JSONField(_("variants"), default=list, blank=True)
    attachments = models.ManyToManyField("faq.Attachment", related_name="revisions", blank=True)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    authors = models.ManyToManyField(Agent, related_name="+", blank=True)
    created_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Revision"]] = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["entry", "-number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        indexes = [
            models.Index(fields=["state"], condition=Q(state__in=OPEN_STATES), name="revision_open"),
            models.Index(fields=["entry"], condition=~Q(variants=[]), name="revision_with_variants"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="revision_number_in_entry"),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state__in=OPEN_STATES, purpose=Purpose.TEXT),
                name="revision_one_open",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state__in=OPEN_STATES) & ~Q(purpose=Purpose.TEXT),
                name="revision_one_open_request",
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state=RevisionState.PUBLISHED), name="revision_one_published"
            ),
            models.CheckConstraint(condition=~Q(question=""), name="revision_has_question"),
            models.CheckConstraint(
                condition=Q(purpose=Purpose.TEXT) | ~Q(reason=""), name="revision_request_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
                name="revision_validity_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} ({self.number})"
