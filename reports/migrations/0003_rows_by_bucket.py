"""The rows of a bucket are read in their order, and a row costs no look-up of its report when it is written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_rights")]

    operations = [
        migrations.AddIndex(
            "reportrow", models.Index(fields=["report", "bucket", "place"], name="report_row_bucket")
        ),
        migrations.AlterField(
            "reportrow",
            "report",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=models.deletion.CASCADE,
                related_name="rows",
                to="reports.report",
            ),
        ),
    ]
