"""Notices of the bank as they came in; the entries made of one keep its source."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent
from faq.models import Source


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
