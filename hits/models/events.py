"""What happened on the desks: calls, searches and the events that hits are counted from."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, BusinessLine
from faq.models import Entry
from kb.lib.fields import ClockTimestamp, CurrentTransactionId, NextOf, TransactionIdField


class How(models.TextChoices):
    """How an entry was used; ``hits.rule`` says which of them make a hit."""

    OPENED = "opened", _("Opened")
    DWELLED = "dwelled", _("Read")
    COPIED = "copied", _("Copied")
    CONFIRMED = "confirmed", _("Answered it")
    TAKEN_BACK = "taken_back", _("Taken back")


class Call(models.Model):
    """One conversation with a caller; the desk makes the id, so that it needs no answer to begin."""

    id = models.UUIDField(primary_key=True)
    external_id = models.CharField(_("id of the telephone system"), max_length=100, blank=True)
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="calls")
    started_at = models.DateTimeField(db_default=ClockTimestamp())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = [
            models.Index(fields=["agent"], condition=Q(ended_at__isnull=True), name="call_running"),
            models.Index(fields=["agent", "started_at"], name="call_of_agent"),
        ]


class SearchLog(models.Model):
    """A search that settled; ``id`` is the ``search_id`` the server gave with its answer.

    ``text`` is stored masked, ``match_ids`` in the order shown.
    """

    id = models.UUIDField(primary_key=True)
    call_id = models.UUIDField(null=True)
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)
    filters = models.JSONField(default=dict)
    match_ids = ArrayField(models.BigIntegerField(), default=list)
    took_ms = models.PositiveIntegerField()
    at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        indexes = [
            models.Index(fields=["call_id"], name="search_of_call"),
            models.Index(fields=["at"], name="search_at"),
        ]


class HitEvent(models.Model):
    """One thing an agent did with an entry; written once, never changed.

    Events are read as an outbox is: in the order of (``xid``, ``seq``). That pair and ``at`` are the
    database's, and the web role may not give them. ``line`` is the entry's at that moment, ``call_id`` is
    null for API clients only, ``settings`` are those in force. People, entries and lines are never deleted,
    so the database does not look them up again for every event.
    """

    id = models.UUIDField(primary_key=True)
    xid = TransactionIdField(db_default=CurrentTransactionId())
    seq = models.BigIntegerField(db_default=NextOf("hits_hitevent_seq"))
    at = models.DateTimeField(db_default=ClockTimestamp())
    agent = models.ForeignKey(Agent, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    entry = models.ForeignKey(Entry, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    line = models.ForeignKey(
        BusinessLine, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    call_id = models.UUIDField(null=True)
    search_id = models.UUIDField(null=True)
    how = models.CharField(max_length=16, choices=How)
    settings = models.JSONField()
    counts = models.BooleanField()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["xid", "seq"], name="event_outbox"),
            BrinIndex(fields=["at"], name="event_at"),  # events come in the order of their times, nearly
            models.Index(
                fields=["call_id", "entry"], condition=Q(call_id__isnull=False), name="event_in_call"
            ),
            models.Index(
                fields=["agent", "entry", "at"], condition=Q(call_id__isnull=True), name="event_without_call"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(how__in=How.values), name="event_known_way"),
        ]
