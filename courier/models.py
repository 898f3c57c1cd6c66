"""What reaches people: the bell of the page, and mails on their way out."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent


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
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Given up")

    to = models.ForeignKey(Agent, models.CASCADE, related_name="mails")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    key = models.CharField(max_length=100)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    written_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="mail_once")]
