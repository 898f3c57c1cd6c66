"""What was pushed stays what it was; the worker forgets it after a day."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON courier_pushevent FROM wenqu_web;
GRANT SELECT, INSERT, DELETE ON courier_pushevent TO wenqu_counter;
"""
BACKWARDS = """
REVOKE DELETE ON courier_pushevent FROM wenqu_counter;
GRANT UPDATE, DELETE ON courier_pushevent TO wenqu_web;
"""


class Migration(migrations.Migration):
    dependencies = [("courier", "0002_push_events"), ("hits", "0004_counter_role")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
