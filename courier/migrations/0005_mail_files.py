"""Files go out with a mail."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courier", "0004_mail_wishes"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=100)),
                ("content", models.BinaryField()),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="courier.mail"
                    ),
                ),
            ],
            options={
                "verbose_name": "attached file of a mail",
                "verbose_name_plural": "attached files of mails",
                "ordering": ["pk"],
            },
        ),
    ]
