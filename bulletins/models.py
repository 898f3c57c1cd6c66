"""Notices of the bank as they came in, and bulletins: what agents are told before callers ask."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, BusinessLine
from faq.models import Entry, Source


class Notice(models.Model):
    """A notice's whole text; entries made of it are those of its ``source``."""

    source = models.OneToOneField(Source, models.PROTECT, related_name="notice")
    text = models.TextField(_("text"))
    file_name = models.CharField(max_length=200, blank=True)
    added_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-added_at", "-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")


class Passage(models.Model):
    """The paragraphs of a notice that an entry was made of.

    ``batch`` is of the form that was sent, so that a form sent twice makes one set of drafts.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="passages")
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="passages")
    paragraphs = ArrayField(models.PositiveIntegerField())
    batch = models.UUIDField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        constraints = [
            models.UniqueConstraint(fields=["notice", "batch", "position"], name="passage_once_in_batch")
        ]


class Bulletin(models.Model):
    """What agents are told: for whom, from when until when, and whether they have to say they have read it.

    A draft has no ``published_at``. ``roles`` and ``lines`` are its audience, each empty for all; a
    restricted one is closed to people of other lines, everywhere. Must-read ones may ask a ``quiz``, whose
    answers are ``choices`` and the right one ``right_choice`` (counted from 0). ``version`` rises with each
    major change, and only receipts of the present version count.
    """

    class Urgency(models.TextChoices):
        INFO = "info", _("Info")
        IMPORTANT = "important", _("Important")
        URGENT = "urgent", _("Urgent")

    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    urgency = models.CharField(_("urgency"), max_length=16, choices=Urgency, default=Urgency.INFO)
    roles = ArrayField(models.CharField(max_length=64), default=list, blank=True, verbose_name=_("roles"))
    lines = models.ManyToManyField(
        BusinessLine, blank=True, related_name="+", verbose_name=_("business lines")
    )
    is_restricted = models.BooleanField(_("restricted"), default=False)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    entries = models.ManyToManyField(
        Entry, blank=True, related_name="bulletins", verbose_name=_("linked entries")
    )
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="bulletins")
    is_must_read = models.BooleanField(_("must be read"), default=False)
    quiz = models.CharField(_("question"), max_length=300, blank=True)
    choices = ArrayField(
        models.CharField(max_length=200), default=list, blank=True, verbose_name=_("answers")
    )
    right_choice = models.PositiveSmallIntegerField(_("right answer"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        indexes = [
            models.Index(fields=["ends_at"], condition=Q(published_at__isnull=False), name="bulletin_out")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="bulletin_times_in_order",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="bulletin_has_title"),
        ]

    def __str__(self) -> str:
        return self.title


class Receipt(models.Model):
    """That a person has read one version of a bulletin."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="receipts")
    person = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "person", "version"], name="receipt_once_per_version")
        ]
