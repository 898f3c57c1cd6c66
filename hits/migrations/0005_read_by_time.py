"""A month of events, and a year of counts, are read without the rest of their tables."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models

# Without it the planner takes entries to be few in each month, and sorts out a year of them on disk.
PAIRS = "CREATE STATISTICS monthly_hits_pairs (ndistinct) ON month, entry_id FROM hits_monthlyhits"


class Migration(migrations.Migration):
    dependencies = [("hits", "0004_counter_role")]

    operations = [
        migrations.AddIndex("hitevent", BrinIndex(fields=["at"], name="event_at")),
        migrations.RemoveConstraint("monthlyhits", "monthly_hits_once"),
        migrations.AddConstraint(
            "monthlyhits",
            models.UniqueConstraint(
                fields=("month", "entry", "line"), include=("hits",), name="monthly_hits_once"
            ),
        ),
        migrations.RunSQL(PAIRS, "DROP STATISTICS monthly_hits_pairs"),
    ]
