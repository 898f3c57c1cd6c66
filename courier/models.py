"""What reaches people: the bell of the page, mails on their way out, and events pushed to open desks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent
from courier.filling import filled
from kb.lib.fields import ClockTimestamp, CurrentTransactionId, TransactionIdField


class Notification(models.Model):
    """One line under a person's bell: what happened, and where to look. Written with the act itself.

    ``key`` makes a repeated telling one row.
    """

    person = models.ForeignKey(Agent, models.CASCADE, related_name="notifications")
    text = models.CharField(max_length=500)
    address = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=100)
    told_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-told_at", "-pk"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notification_once"),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(seen_at__isnull=True), name="notification_unseen")
        ]


class Mail(models.Model):
    """A mail to one person, handed over by the worker at least once, under one Message-ID.

    In the demo nothing leaves the house: the outbox page shows it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        COLLECTED = "collected", _("For the daily mail")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Given up")

    to = models.ForeignKey(Agent, models.CASCADE, related_name="mails")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    key = models.CharField(max_length=100)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    part_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="parts")
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    written_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="mail_once")]

    @property
    def text(self) -> str:
        """As its reader gets it: what must not lie in the database is filled in."""
        return filled(self.body)


class MailWish(models.Model):
    """How a person wishes to be written to: of each thing at once, or once a day of what is not urgent."""

    person = models.OneToOneField(Agent, models.CASCADE, primary_key=True, related_name="mail_wish")
    is_daily = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("mail wish")
        verbose_name_plural = _("mail wishes")


class PushEvent(models.Model):
    """One thing that open pages hear of at once; kept for a day, so that a page that was away catches up.

    Events are read in the order of (``xid``, ``id``), below the oldest transaction still running.
    ``person_ids`` names whom it is for; where it is null it is for everybody who holds one of ``roles`` and
    belongs to one of ``line_ids`` (each empty: all). ``payload`` holds what a page needs to show it.
    """

    class Kind(models.TextChoices):
        BULLETIN = "bulletin", _("Bulletin")
        ENTRY = "entry", _("Entry")
        INQUIRY = "inquiry", _("Inquiry")
        FLAG = "flag", _("Flag")
        SPIKE = "spike", _("Spike")
        BELL = "bell", _("Bell")

    id = models.BigAutoField(primary_key=True)
    xid = TransactionIdField(db_default=CurrentTransactionId())
    at = models.DateTimeField(db_default=ClockTimestamp())
    kind = models.CharField(max_length=16, choices=Kind)
    payload = models.JSONField(default=dict)
    person_ids = ArrayField(models.BigIntegerField(), null=True)
    roles = ArrayField(models.CharField(max_length=64), default=list)
    line_ids = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = _("push event")
        verbose_name_plural = _("push events")
        indexes = [
            models.Index(fields=["xid", "id"], name="push_event_order"),
            models.Index(fields=["at"], name="push_event_age"),
        ]
