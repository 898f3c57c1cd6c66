"""Spikes: questions asked far more often than at this hour of this weekday."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Agent, BusinessLine
from bulletins.models import Bulletin
from faq.models import Entry


class SpikeQuerySet(models.QuerySet["Spike"]):
    """Which spikes; of restricted entries only people of their lines hear."""

    def visible_to(self, person: Agent) -> Self:
        if not permissions.may_read_reports(person):
            return self.none()
        readable = Entry.objects.unrestricted_for(person)
        return self.filter(Q(entry__isnull=True) | Q(entry__in=readable))

    def running(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def alerts(self) -> Self:
        """Without those that are part of a line's."""
        return self.filter(absorbed_by__isnull=True)

    def with_names(self) -> Self:
        """With what a list shows, in as many queries as one."""
        return self.select_related("entry__live_revision", "line", "acknowledged_by", "bulletin")


class Spike(models.Model):
    """One alert: from the first moment the rule held until 30 minutes below half its excess.

    ``subject`` names what is asked (``entry:12``, ``line:3``, ``gap:KEY``). ``calls`` is the most in 60
    minutes so far, ``usual`` the median it is held against, ``least`` what it had to reach. ``calm_since`` is
    when it fell below half the excess, while it is open. A line's spike absorbs its entries'.
    """

    class Kind(models.TextChoices):
        ENTRY = "entry", _("Entry")
        LINE = "line", _("Business line")
        GAP = "gap", _("Asked in vain")

    kind = models.CharField(max_length=8, choices=Kind)
    subject = models.CharField(max_length=64)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    line = models.ForeignKey(BusinessLine, models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=500, blank=True)
    samples = models.JSONField(default=list)
    calls = models.PositiveIntegerField()
    agents = models.PositiveIntegerField()
    usual = models.FloatField()
    least = models.FloatField()
    started_at = models.DateTimeField()
    found_at = models.DateTimeField(db_default=Now())
    calm_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    absorbed_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")
    acknowledged_by = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    bulletin = models.ForeignKey(Bulletin, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager["Spike"]] = SpikeQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("spike")
        verbose_name_plural = _("spikes")
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(ended_at__isnull=True), name="spike_open_once"
            )
        ]
