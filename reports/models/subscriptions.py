"""Who gets the report by mail on the first working day of the month."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, BusinessLine


class Subscription(models.Model):
    """One person's standing order for one scope; ``line`` is null for all lines."""

    person = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    line = models.ForeignKey(BusinessLine, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["person", "line"], name="subscription_once_per_line"),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(line__isnull=True), name="subscription_once_for_all"
            ),
        ]
