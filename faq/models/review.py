"""Sign-offs, one per seat, and flags raised while reading."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Agent, BusinessLine
from accounts.roles import Role
from faq.models.entry import Entry
from faq.models.revision import OPEN_STATES, Revision


class Seat(models.TextChoices):
    """Whose verdict it is; a business line's seat names its line beside it."""

    CALL_CENTRE = "call_centre", _("Call centre")
    LINE = "line", _("Business line")


class Verdict(models.TextChoices):
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class SignOff(models.Model):
    """One side's verdict on exactly this text; an edit voids it, and a voided one stays as history."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="sign_offs")
    seat = models.CharField(max_length=16, choices=Seat)
    line = models.ForeignKey(BusinessLine, models.PROTECT, null=True, blank=True, related_name="+")
    reviewer = models.ForeignKey(Agent, models.PROTECT, related_name="sign_offs")
    verdict = models.CharField(max_length=16, choices=Verdict)
    comment = models.TextField(blank=True)
    signed_at = models.DateTimeField(db_default=Now())
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        constraints = [
            models.CheckConstraint(
                condition=Q(seat=Seat.CALL_CENTRE, line__isnull=True) | Q(seat=Seat.LINE, line__isnull=False),
                name="sign_off_seat_names_its_line",
            ),
            models.UniqueConstraint(
                fields=["revision", "line"],
                condition=Q(voided_at__isnull=True),
                name="sign_off_one_per_line",
            ),
            models.UniqueConstraint(
                fields=["revision"],
                condition=Q(voided_at__isnull=True, line__isnull=True),
                name="sign_off_one_for_call_centre",
            ),
            models.UniqueConstraint(
                fields=["revision", "reviewer"],
                condition=Q(voided_at__isnull=True),
                name="sign_off_one_seat_per_person",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.REJECTED) | ~Q(comment=""), name="sign_off_rejection_has_reason"
            ),
        ]


class ReviewRequestQuerySet(models.QuerySet["ReviewRequest"]):
    def waiting(self) -> Self:
        """Those whose text is open, or live and not yet signed, and whose seat has given no verdict."""
        text = Q(revision__state__in=OPEN_STATES) | Q(
            revision__entry__is_unsigned=True, revision__live_entry__isnull=False
        )
        verdicts = SignOff.objects.filter(revision=OuterRef("revision"), voided_at__isnull=True)
        of_centre = Q(Exists(verdicts.filter(line__isnull=True)), line__isnull=True)
        return self.filter(text, ~of_centre, ~Exists(verdicts.filter(line=OuterRef("line"))))

    def open_to(self, person: Agent) -> Self:
        """Leave out those about restricted entries of lines this person does not belong to."""
        return self.filter(Exists(Revision.objects.open_to(person).filter(pk=OuterRef("revision"))))


class ReviewRequest(models.Model):
    """A named person is asked to fill a seat. Whoever else stands for the seat may step in all the same."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="review_requests")
    line = models.ForeignKey(BusinessLine, models.PROTECT, null=True, blank=True, related_name="+")
    reviewer = models.ForeignKey(Agent, models.PROTECT, related_name="review_requests")
    asked_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager["ReviewRequest"]] = ReviewRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("review request")
        verbose_name_plural = _("review requests")
        constraints = [
            models.UniqueConstraint(fields=["revision", "line"], name="review_request_one_per_line"),
            models.UniqueConstraint(
                fields=["revision"],
                condition=Q(line__isnull=True),
                name="review_request_one_for_call_centre",
            ),
        ]


class Comment(models.Model):
    """A remark on one field of a draft's text; settled one by one, and kept."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="comments")
    field = models.CharField(max_length=32)
    text = models.TextField()
    written_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    resolved_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_has_text"),
            models.CheckConstraint(
                condition=Q(resolved_by__isnull=True, resolved_at__isnull=True)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False),
                name="comment_resolved_by_somebody",
            ),
        ]


class FlagReason(models.TextChoices):
    WRONG = "wrong", _("Wrong")
    OUTDATED = "outdated", _("Outdated")
    UNCLEAR = "unclear", _("Unclear")
    MISSING_STEP = "missing_step", _("Missing step")


class FlagQuerySet(models.QuerySet["Flag"]):
    """Which flags; the pages and the work list go through these verbs."""

    def open(self) -> Self:
        """Not answered yet."""
        return self.filter(answered_at__isnull=True)

    def about_visible_to(self, person: Agent) -> Self:
        """Those of entries this person may read."""
        entries = Entry.objects.visible_to(person).filter(pk=OuterRef("entry"))
        return self.filter(Exists(entries))

    def worked_off_by(self, person: Agent) -> Self:
        """Those this person may answer: of entries their lines own, of all for information administrators.

        Those of restricted entries stay with the lines of these.
        """
        if not permissions.may_work_off_flags(person):
            return self.none()
        entries = Entry.objects.unrestricted_for(person).filter(pk=OuterRef("entry"))
        found = self.filter(Exists(entries))
        if person.has_role(Role.INFORMATION_ADMINISTRATOR):
            return found
        return found.filter(entry__line__in=sorted(person.line_ids))


class Flag(models.Model):
    """An agent's note that something is not right; a task until somebody fixes the entry or answers it.

    ``owner`` is who took it on. ``fixed_in`` is the text that answers it once it is published.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="flags")
    reason = models.CharField(max_length=16, choices=FlagReason)
    text = models.CharField(max_length=500, blank=True)
    raised_by = models.ForeignKey(Agent, models.PROTECT, related_name="flags")
    raised_at = models.DateTimeField(db_default=Now())
    owner = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="owned_flags")
    fixed_in = models.ForeignKey(Revision, models.SET_NULL, null=True, blank=True, related_name="fixed_flags")
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Flag"]] = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        indexes = [models.Index(fields=["entry"], condition=Q(answered_at__isnull=True), name="flag_open")]
