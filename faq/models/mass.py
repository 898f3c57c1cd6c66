"""Many entries at once: imports from files, and bulk acts from lists. Both can be undone as one."""

from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent


class ImportRun(models.Model):
    """One file on its way into the knowledge base: read, previewed, applied, undone.

    ``rows`` is the preview, a dictionary a row; ``run`` names the audit rows of what it did, which tell what
    was before. ``progress`` counts rows.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        READING = "reading", _("Being read")
        READY = "ready", _("Ready to apply")
        APPLYING = "applying", _("Being applied")
        DONE = "done", _("Applied")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Refused")

    key = models.UUIDField(unique=True, default=uuid4)
    importer = models.ForeignKey(Agent, models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State, default=State.UPLOADED)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    rows = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    error = models.TextField(blank=True)
    run = models.UUIDField(null=True, blank=True)
    uploaded_at = models.DateTimeField(db_default=Now())
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")


class ColumnMap(models.Model):
    """Which of our fields the columns of a person's files are; remembered by the header they had."""

    person = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    header = models.CharField(max_length=64)
    fields = models.JSONField(default=dict)
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "header"], name="column_map_once")]


class BulkAct(models.Model):
    """One act on the entries chosen in a list: done at once, or joint-review requests for it.

    ``before`` tells for each entry's key what it was, so that it can be undone; ``after`` what was set.
    """

    kind = models.CharField(max_length=32)
    reason = models.CharField(_("reason"), max_length=500)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    done_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(db_default=Now())
    undone_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-done_at", "-pk"]
        verbose_name = _("bulk act")
        verbose_name_plural = _("bulk acts")
