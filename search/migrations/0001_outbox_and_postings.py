import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.datetime
from django.db import migrations, models

import kb.lib.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "term",
                        "field",
                        "entry_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("term", models.TextField(db_collation="C")),
                ("field", models.SmallIntegerField()),
                ("entry_id", models.BigIntegerField(db_index=True)),
                ("frequency", models.FloatField()),
                ("length", models.FloatField()),
            ],
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("entry_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=32)),
                (
                    "lengths",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "filters",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("question_key", models.CharField(max_length=24)),
                (
                    "similar_keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24), size=None
                    ),
                ),
                ("valid_from", models.FloatField(null=True)),
                ("valid_until", models.FloatField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["question_key"], name="document_question"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["similar_keys"], name="document_similar"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Horizon",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("xid", kb.lib.fields.TransactionIdField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="horizon_is_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="IndexState",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("documents", models.BigIntegerField(default=0)),
                (
                    "averages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(), default=list, size=None
                    ),
                ),
                ("generation", models.BigIntegerField(default=0)),
                ("system_identifier", models.CharField(default="", max_length=24)),
                ("database_oid", models.BigIntegerField(default=0)),
                ("xid", kb.lib.fields.TransactionIdField(default="0")),
                ("outbox_id", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="index_state_is_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("xid", kb.lib.fields.TransactionIdField(db_default=kb.lib.fields.CurrentTransactionId())),
                ("subject", models.CharField(choices=[("entry", "Entry")], default="entry", max_length=16)),
                ("entry_id", models.BigIntegerField(null=True)),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [
                    models.Index(fields=["xid", "id"], name="outbox_order"),
                    models.Index(fields=["written_at"], name="outbox_age"),
                ],
            },
        ),
    ]
