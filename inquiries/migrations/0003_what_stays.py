"""What was asked, said and reminded of stays; when a round began and is due is fixed. The worker alone sets the
final deadline of a provisional round, once its year is announced.
"""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON inquiries_message, inquiries_asker, inquiries_reminder FROM wenqu_web;
REVOKE DELETE ON inquiries_inquiry, inquiries_pause, inquiries_answerlink, inquiries_calendaryear FROM wenqu_web;
REVOKE UPDATE, DELETE ON inquiries_round FROM wenqu_web;
GRANT UPDATE (replied_at, replied_by_id, answered_at, answered_by_id, closed_at) ON inquiries_round TO wenqu_web;
GRANT UPDATE (answer_due_at, answer_soon_at, is_provisional) ON inquiries_round TO wenqu_counter;
"""
BACKWARDS = """
REVOKE UPDATE (answer_due_at, answer_soon_at, is_provisional) ON inquiries_round FROM wenqu_counter;
GRANT UPDATE, DELETE ON inquiries_round TO wenqu_web;
GRANT DELETE ON inquiries_inquiry, inquiries_pause, inquiries_answerlink, inquiries_calendaryear TO wenqu_web;
GRANT UPDATE, DELETE ON inquiries_message, inquiries_asker, inquiries_reminder TO wenqu_web;
"""


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0002_what_rounds_keep"), ("hits", "0004_counter_role")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
