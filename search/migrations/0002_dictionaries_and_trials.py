import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_outbox_and_postings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DictionaryChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("synonyms", "Synonyms"),
                            ("alias", "Aliases"),
                            ("word", "Words"),
                            ("hidden", "Never suggested"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "members",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), size=None
                    ),
                ),
                ("is_removal", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "change of the dictionary",
                "verbose_name_plural": "changes of the dictionary",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "members"), name="dictionary_change_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["synonyms", "alias", "word", "hidden"])),
                        name="dictionary_change_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["word", "hidden"]), ("members__len", 1)),
                            models.Q(("kind", "alias"), ("members__len", 2)),
                            models.Q(
                                ("kind", "synonyms"), ("members__len__gte", 2), ("members__len__lte", 20)
                            ),
                            _connector="OR",
                        ),
                        name="dictionary_change_members",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("members__contains", [""]), _negated=True),
                        name="dictionary_change_no_empty_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DictionaryVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=32)),
                ("changes", models.JSONField(default=list)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "restored",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="search.dictionaryversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of the dictionary",
                "verbose_name_plural": "versions of the dictionary",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest", ""), _negated=True),
                        name="dictionary_version_has_digest",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("dictionary", "Dictionary"),
                            ("weights", "Weights"),
                            ("ranker", "Ranking model"),
                        ],
                        max_length=16,
                    ),
                ),
                ("before_ref", models.CharField(max_length=64)),
                ("after_ref", models.CharField(max_length=64)),
                ("payload", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("error", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "trial",
                "verbose_name_plural": "trials",
                "indexes": [models.Index(fields=["kind", "-id"], name="trial_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("progress__lte", 100)), name="trial_progress_in_percent"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("after__isnull", False), ("before__isnull", False)),
                            _connector="OR",
                        ),
                        name="trial_done_has_figures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("before_ref", models.F("after_ref")), _negated=True),
                        name="trial_of_a_change",
                    ),
                ],
            },
        ),
    ]
