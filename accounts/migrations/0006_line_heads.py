"""A line has a head, who hears of what is late."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_language_of_the_person"),
    ]

    operations = [
        migrations.AddField(
            model_name="businessline",
            name="head",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="head of the line",
            ),
        ),
    ]
