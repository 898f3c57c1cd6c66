"""A text is signed together with its validity; a source is its title, link and date."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("faq", "0001_entries_and_revisions")]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="valid_from",
            field=models.DateTimeField(blank=True, null=True, verbose_name="valid from"),
        ),
        migrations.AddField(
            model_name="revision",
            name="valid_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="valid until"),
        ),
        migrations.AlterField(
            model_name="source",
            name="title",
            field=models.CharField(max_length=300, verbose_name="title"),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_until__isnull", True),
                    ("valid_until__gt", models.F("valid_from")),
                    _connector="OR",
                ),
                name="revision_validity_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(fields=("title", "link", "dated_on"), name="source_once"),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dated_on__isnull", True)),
                fields=("title", "link"),
                name="source_undated_once",
            ),
        ),
    ]
