"""Sign-offs, one per seat, and flags raised while reading."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, BusinessLine
from faq.models.entry import Entry
from faq.models.revision import Revision


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


class FlagReason(models.TextChoices):
    WRONG = "wrong", _("Wrong")
    OUTDATED = "outdated", _("Outdated")
    UNCLEAR = "unclear", _("Unclear")
    MISSING_STEP = "missing_step", _("Missing step")


class Flag(models.Model):
    """An agent's note that something is not right; a task until somebody fixes the entry or answers it."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="flags")
    reason = models.CharField(max_length=16, choices=FlagReason)
    text = models.CharField(max_length=500, blank=True)
    raised_by = models.ForeignKey(Agent, models.PROTECT, related_name="flags")
    raised_at = models.DateTimeField(db_default=Now())
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        indexes = [models.Index(fields=["entry"], condition=Q(answered_at__isnull=True), name="flag_open")]
