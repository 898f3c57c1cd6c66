"""Notices of the bank as they came in, and the passages that became entries."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent
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
