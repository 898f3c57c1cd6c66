"""What a person keeps at hand on the desk."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import Agent
from faq.models.entry import Entry


class Pin(models.Model):
    """One entry on one person's own list; nobody else sees it, and it says nothing about the entry."""

    person = models.ForeignKey(Agent, models.CASCADE, related_name="pins")
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+")
    pinned_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pinned_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "entry"], name="pin_once")]
