"""Entries that were combined into another."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent
from faq.models.entry import Entry


class RedirectQuerySet(models.QuerySet["Redirect"]):
    """Which redirects."""

    def in_force(self) -> Self:
        return self.filter(undone_at__isnull=True)


class Redirect(models.Model):
    """From ``at`` on the old entry's address and what finds it lead to ``into``; until it is undone.

    Events and counts stay with the entry they were of; views add the two up.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="redirects")
    into = models.ForeignKey(Entry, models.PROTECT, related_name="redirected_here")
    at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager["Redirect"]] = RedirectQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(undone_at__isnull=True), name="redirect_one_in_force"
            ),
            models.CheckConstraint(condition=~Q(entry=F("into")), name="redirect_elsewhere"),
        ]
