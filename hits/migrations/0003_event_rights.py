"""Events are written once, and their time and place in the order are the database's own.

The web role may insert an event without naming ``at``, ``xid`` or ``seq``, and may never change or delete one;
the owner, as whom loaders and tests work, may give them.
"""

from django.db import migrations

FORWARDS = """
REVOKE INSERT, UPDATE, DELETE ON hits_hitevent FROM wenqu_web;
GRANT INSERT (id, agent_id, entry_id, line_id, call_id, search_id, how, settings, counts) ON hits_hitevent
    TO wenqu_web;
REVOKE UPDATE ON SEQUENCE hits_hitevent_seq FROM wenqu_web;
"""

BACKWARDS = """
REVOKE INSERT (id, agent_id, entry_id, line_id, call_id, search_id, how, settings, counts) ON hits_hitevent
    FROM wenqu_web;
GRANT INSERT, UPDATE, DELETE ON hits_hitevent TO wenqu_web;
"""


class Migration(migrations.Migration):
    dependencies = [("hits", "0002_roll_ups")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
