"""Every entry can be named in a file."""

from django.db import migrations, models

import faq.models.entry


class Migration(migrations.Migration):
    dependencies = [("faq", "0003_fill_validity_and_external_ids")]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="external_id",
            field=models.CharField(
                blank=True,
                default=faq.models.entry.new_external_id,
                max_length=100,
                unique=True,
                verbose_name="external id",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("external_id", ""), _negated=True), name="entry_has_external_id"
            ),
        ),
    ]
