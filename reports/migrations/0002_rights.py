"""A closed report stays as it is: the worker may add one, and nobody but the owner changes or deletes it."""

from django.db import migrations

FROZEN = "reports_report, reports_reportrow"

FORWARDS = f"""
REVOKE INSERT, UPDATE, DELETE ON {FROZEN} FROM wenqu_web;
GRANT SELECT, INSERT ON {FROZEN} TO wenqu_counter;
"""
BACKWARDS = f"""
REVOKE INSERT ON {FROZEN} FROM wenqu_counter;
GRANT INSERT, UPDATE, DELETE ON {FROZEN} TO wenqu_web;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_reports_and_proposals"), ("hits", "0004_counter_role")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
