"""The outbox of what has to be indexed, and the tables of the postgres engine."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from kb.lib.fields import CurrentTransactionId, TransactionIdField


class OutboxRow(models.Model):
    """Something an index has to take over, written in the transaction that changed it."""

    class Subject(models.TextChoices):
        ENTRY = "entry"

    id = models.BigAutoField(primary_key=True)
    xid = TransactionIdField(db_default=CurrentTransactionId())
    subject = models.CharField(max_length=16, choices=Subject, default=Subject.ENTRY)
    entry_id = models.BigIntegerField(null=True)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["xid", "id"], name="outbox_order"),
            models.Index(fields=["written_at"], name="outbox_age"),
        ]


class Horizon(models.Model):
    """One row: up to which transaction the outbox has been pruned. An index behind it has to be rebuilt."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    xid = TransactionIdField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="horizon_is_one_row")]


class Document(models.Model):
    """One published entry in the postgres engine; lengths are in the order of ``terms.SCORED_FIELDS``."""

    entry_id = models.BigIntegerField(primary_key=True)
    fingerprint = models.CharField(max_length=32)
    lengths = ArrayField(models.IntegerField())
    filters = ArrayField(models.TextField())
    question_key = models.CharField(max_length=24)
    similar_keys = ArrayField(models.CharField(max_length=24))
    valid_from = models.FloatField(null=True)
    valid_until = models.FloatField(null=True)
    category_id = models.BigIntegerField(default=0)
    wording_heads = models.BinaryField(default=b"")
    wording_keys = models.BinaryField(default=b"")

    class Meta:
        indexes = [
            models.Index(fields=["question_key"], name="document_question"),
            GinIndex(fields=["similar_keys"], name="document_similar"),
        ]


class Posting(models.Model):
    """One term in one field of one entry: how often, and how long that field is (as one byte says it)."""

    pk = models.CompositePrimaryKey("term", "field", "entry_id")
    term = models.TextField(db_collation="C")
    field = models.SmallIntegerField()
    entry_id = models.BigIntegerField(db_index=True)
    frequency = models.FloatField()
    length = models.FloatField()


class Rarity(models.Model):
    """How many wordings hold a key of each bucket; see ``engines.wordings``."""

    bucket = models.IntegerField(primary_key=True)
    wordings = models.BigIntegerField()


class IndexState(models.Model):
    """One row: the statistics of the postgres engine's index, and how far it has read the outbox."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    documents = models.BigIntegerField(default=0)
    wordings = models.BigIntegerField(default=0)
    averages = ArrayField(models.FloatField(), default=list)
    generation = models.BigIntegerField(default=0)
    system_identifier = models.CharField(max_length=24, default="")
    database_oid = models.BigIntegerField(default=0)
    xid = TransactionIdField(default="0")
    outbox_id = models.BigIntegerField(default=0)
    cut_as = models.CharField(max_length=24, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="index_state_is_one_row")]
