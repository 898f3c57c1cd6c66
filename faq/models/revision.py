"""The versions of an entry's text."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, BusinessLine
from faq.models.entry import Entry, Kind


class RevisionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    REJECTED = "rejected", _("Sent back")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


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


class Revision(models.Model):
    """One version of all that needs all seats: question, key points, answer, script, kind, lines, validity.

    A published revision is never changed; a change makes a new draft. At most one is open per entry.
    ``authors`` is everybody who saved a change of it, which is everybody since the last published text.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=RevisionState, default=RevisionState.DRAFT)
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
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    authors = models.ManyToManyField(Agent, related_name="+", blank=True)
    created_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["entry", "-number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="revision_number_in_entry"),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state__in=OPEN_STATES), name="revision_one_open"
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state=RevisionState.PUBLISHED), name="revision_one_published"
            ),
            models.CheckConstraint(condition=~Q(question=""), name="revision_has_question"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
                name="revision_validity_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} ({self.number})"
