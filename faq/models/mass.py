"""Many entries at once: imports from files, and bulk acts from lists. Both can be undone as one."""

from typing import ClassVar, Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import HasKey
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent
from faq.models.entry import Entry


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def for_pages(self) -> Self:
        """Without the file's bytes, which no page shows."""
        return self.select_related("importer", "undone_by").defer("content")


class ImportRun(models.Model):
    """One file on its way into the knowledge base: read, previewed, applied, undone.

    Its preview are its `ImportRow`s, which ``fingerprint`` holds against what an import would do later.
    ``run`` names the audit rows of what it did, which tell what was before. ``progress`` counts rows, and
    ``told_at`` is when the worker last told of it. ``options``: line, make_lines, publish, language, samples
    and columns as read. ``outcome`` is what undoing did and what it left.
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
    notes = models.JSONField(default=list)
    error = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    run = models.UUIDField(null=True, blank=True)
    outcome = models.JSONField(default=dict)
    told_at = models.DateTimeField(db_default=Now())
    uploaded_at = models.DateTimeField(db_default=Now())
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager["ImportRun"]] = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def readable_by(self, person: Agent) -> Self:
        """Whoever imported reads every row; a colleague none of restricted entries of lines not theirs.

        That an entry is restricted may have come later than its row.
        """
        entries = Entry.objects.filter(external_id=OuterRef("external_id"))
        closed = entries.exclude(pk__in=Entry.objects.unrestricted_for(person).values("pk"))
        was_open = Q(is_restricted=False) | Q(line_ids__overlap=sorted(person.line_ids))
        return self.filter(Q(run__importer=person) | (was_open & ~Q(Exists(closed))))


class ImportRow(models.Model):
    """What one row of a file would do, as it is shown before: see `services.import_runs`.

    ``number`` is its line in the file, 0 what concerns the file as a whole. ``changes`` holds a pair of texts
    (before, after) by field, ``problems`` field, cell and reason of each.
    """

    class Status(models.TextChoices):
        NEW = "new", _("New")
        CHANGED = "changed", _("Changed")
        UNCHANGED = "unchanged", _("Unchanged")
        ERROR = "error", _("Error")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=16, choices=Status)
    external_id = models.CharField(max_length=100, blank=True)
    question = models.CharField(max_length=500, blank=True)
    changes = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    is_restricted = models.BooleanField(default=False)
    line_ids = ArrayField(models.BigIntegerField(), default=list)

    objects: ClassVar[models.Manager["ImportRow"]] = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        indexes = [models.Index(fields=["run", "status", "number"], name="import_row_by_status")]


class ColumnMap(models.Model):
    """Which of our fields the columns of a person's files are; remembered by the header they had."""

    person = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    header = models.CharField(max_length=64)
    fields = models.JSONField(default=dict)
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "header"], name="column_map_once")]


class BulkActQuerySet(models.QuerySet["BulkAct"]):
    def open_to(self, person: Agent) -> Self:
        """Leave out acts on restricted entries of lines this person does not belong to."""
        lines = sorted(person.line_ids)
        closed = Entry.objects.filter(is_restricted=True).exclude(concerned_line_ids__overlap=lines)
        is_touched = HasKey(OuterRef("before"), Cast("pk", models.TextField()))
        return self.filter(~Exists(closed.filter(is_touched)))


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

    objects: ClassVar[models.Manager["BulkAct"]] = BulkActQuerySet.as_manager()

    class Meta:
        ordering = ["-done_at", "-pk"]
        verbose_name = _("bulk act")
        verbose_name_plural = _("bulk acts")
