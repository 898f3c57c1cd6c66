"""Calls, searches and the events hits are counted from."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kb.lib.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_role_groups"),
        ("faq", "0001_entries_and_revisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE hits_hitevent_seq", "DROP SEQUENCE hits_hitevent_seq"),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "external_id",
                    models.CharField(blank=True, max_length=100, verbose_name="id of the telephone system"),
                ),
                ("started_at", models.DateTimeField(db_default=kb.lib.fields.ClockTimestamp())),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "call",
                "verbose_name_plural": "calls",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)), fields=["agent"], name="call_running"
                    ),
                    models.Index(fields=["agent", "started_at"], name="call_of_agent"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchLog",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("call_id", models.UUIDField(null=True)),
                ("text", models.CharField(max_length=500)),
                ("filters", models.JSONField(default=dict)),
                (
                    "match_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("took_ms", models.PositiveIntegerField()),
                ("at", models.DateTimeField(db_default=kb.lib.fields.ClockTimestamp())),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "search",
                "verbose_name_plural": "searches",
                "indexes": [
                    models.Index(fields=["call_id"], name="search_of_call"),
                    models.Index(fields=["at"], name="search_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HitEvent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("xid", kb.lib.fields.TransactionIdField(db_default=kb.lib.fields.CurrentTransactionId())),
                ("seq", models.BigIntegerField(db_default=kb.lib.fields.NextOf("hits_hitevent_seq"))),
                ("at", models.DateTimeField(db_default=kb.lib.fields.ClockTimestamp())),
                ("call_id", models.UUIDField(null=True)),
                ("search_id", models.UUIDField(null=True)),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("opened", "Opened"),
                            ("dwelled", "Read"),
                            ("copied", "Copied"),
                            ("confirmed", "Answered it"),
                            ("taken_back", "Taken back"),
                        ],
                        max_length=16,
                    ),
                ),
                ("settings", models.JSONField()),
                ("counts", models.BooleanField()),
                (
                    "agent",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="faq.entry",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.businessline",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "indexes": [
                    models.Index(fields=["xid", "seq"], name="event_outbox"),
                    models.Index(
                        condition=models.Q(("call_id__isnull", False)),
                        fields=["call_id", "entry"],
                        name="event_in_call",
                    ),
                    models.Index(
                        condition=models.Q(("call_id__isnull", True)),
                        fields=["agent", "entry", "at"],
                        name="event_without_call",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("how__in", ["opened", "dwelled", "copied", "confirmed", "taken_back"])
                        ),
                        name="event_known_way",
                    )
                ],
            },
        ),
    ]
