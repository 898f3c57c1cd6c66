"""What the events add up to: derived, never edited, rebuilt by ``manage.py rebuild_counts``."""

from django.db import models
from django.db.models import Q
from django.db.models.constraints import Deferrable
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, BusinessLine
from faq.models import Entry
from kb.lib.fields import TransactionIdField


class RollUpCursor(models.Model):
    """How far the events were read: everything here follows from the events up to (``xid``, ``seq``)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    xid = TransactionIdField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="roll_up_cursor_is_one")]


class Hit(models.Model):
    """One counted hit, known by the event that made it; its line and time are that event's."""

    event_id = models.UUIDField(primary_key=True)
    call_id = models.UUIDField(null=True)
    agent = models.ForeignKey(Agent, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    entry = models.ForeignKey(Entry, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    line = models.ForeignKey(
        BusinessLine, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    search_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("hit")
        verbose_name_plural = _("hits")
        indexes = [
            models.Index(fields=["agent", "at"], name="hit_of_agent"),
            models.Index(fields=["at"], name="hit_at"),
            models.Index(
                fields=["agent", "entry", "at"], condition=Q(call_id__isnull=True), name="hit_without_call"
            ),
        ]
        constraints = [
            # Checked when a statement ends: one statement may put another hit in a hit's place.
            models.UniqueConstraint(
                fields=["call_id", "entry"], name="hit_once_per_call", deferrable=Deferrable.IMMEDIATE
            ),
        ]


class DailyHits(models.Model):
    """Hits of one entry on one day, by the line that owned it then."""

    day = models.DateField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", db_constraint=False)
    line = models.ForeignKey(
        BusinessLine, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    hits = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "entry", "line"], name="daily_hits_once"),
            models.CheckConstraint(condition=Q(hits__gt=0), name="daily_hits_some"),
        ]


class MonthlyHits(models.Model):
    """Hits of one entry in one month (its first day), by the line that owned it then."""

    month = models.DateField()
    entry = models.ForeignKey(Entry, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    line = models.ForeignKey(
        BusinessLine, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    hits = models.PositiveIntegerField()

    class Meta:
        constraints = [
            # A year is read out of the index alone, in its order.
            models.UniqueConstraint(
                fields=["month", "entry", "line"], include=["hits"], name="monthly_hits_once"
            ),
            models.CheckConstraint(condition=Q(hits__gt=0), name="monthly_hits_some"),
        ]


class LineHours(models.Model):
    """Hits of one line in one hour (its first moment)."""

    hour = models.DateTimeField()
    line = models.ForeignKey(
        BusinessLine, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    hits = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hour", "line"], name="line_hours_once"),
            models.CheckConstraint(condition=Q(hits__gt=0), name="line_hours_some"),
        ]
