"""Closed reports: frozen figures. The web role may read them, nothing else."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessLine
from kb.lib.fields import TransactionIdField


class Report(models.Model):
    """One month and scope (a line, or all) as it was when it was closed.

    ``month`` is its first day. ``figures`` is canonical JSON of everything but the entries, whose rows are
    `ReportRow`s; ``sha256`` is over both and the settings in the form `manage.py close_month` prints. Events
    behind (``upto_xid``, ``upto_seq``) came late and are declared in the next month.
    """

    month = models.DateField()
    line = models.ForeignKey(BusinessLine, models.PROTECT, null=True, related_name="+")
    settings = models.JSONField()
    figures = models.JSONField()
    sha256 = models.CharField(max_length=64)
    upto_xid = TransactionIdField()
    upto_seq = models.BigIntegerField()
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ["-month", "line"]
        verbose_name = _("closed report")
        verbose_name_plural = _("closed reports")
        constraints = [
            models.UniqueConstraint(fields=["month", "line"], name="report_once_per_line"),
            models.UniqueConstraint(
                fields=["month"], condition=Q(line__isnull=True), name="report_once_for_all"
            ),
        ]


class ReportRow(models.Model):
    """One entry's line in a closed report, in the order of the report (``place`` from 1).

    ``line_id`` owned it then; ``question`` is what it asked then. ``rank`` is null without hits and for new
    ones. Rows come in one transaction with their report, so the database looks none of them up.
    """

    report = models.ForeignKey(
        Report, models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    place = models.PositiveIntegerField()
    entry_id = models.BigIntegerField()
    question = models.CharField(max_length=500)
    line_id = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    hits = models.PositiveIntegerField()
    last_hits = models.PositiveIntegerField()
    late_hits = models.IntegerField(default=0)
    rank = models.PositiveIntegerField(null=True)
    bucket = models.CharField(max_length=16)
    last_bucket = models.CharField(max_length=16, blank=True)
    is_new = models.BooleanField(default=False)

    class Meta:
        ordering = ["place"]
        verbose_name = _("row of a closed report")
        verbose_name_plural = _("rows of closed reports")
        indexes = [models.Index(fields=["report", "bucket", "place"], name="report_row_bucket")]
        constraints = [
            models.UniqueConstraint(fields=["report", "place"], name="report_row_place"),
            models.UniqueConstraint(fields=["report", "entry_id"], name="report_row_entry"),
        ]
