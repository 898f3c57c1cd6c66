"""Only the counter writes figures: the role *counter*, for the processes that roll events up and run jobs.

It may do what *web* may, and beside that write the roll-ups and blank old search texts. The web role only reads
figures, and keeps nobody's calls, searches and verdicts from staying what they were.
"""

from django.db import migrations

ROLL_UPS = "hits_hit, hits_dailyhits, hits_monthlyhits, hits_linehours, hits_rollupcursor"

FORWARDS = f"""
DO $$
BEGIN
    CREATE ROLE wenqu_counter NOLOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wenqu_counter') THEN
            RAISE EXCEPTION 'The role wenqu_counter is missing and this login may not create it.'
                USING HINT = 'As a superuser: CREATE ROLE wenqu_counter NOLOGIN; GRANT wenqu_web TO wenqu_counter;'
                    ' GRANT wenqu_counter TO the owner.';
        END IF;
END
$$;
DO $$
BEGIN
    IF NOT pg_has_role('wenqu_counter', 'wenqu_web', 'MEMBER') THEN
        GRANT wenqu_web TO wenqu_counter;
    END IF;
    IF NOT pg_has_role(current_user, 'wenqu_counter', 'MEMBER') THEN
        EXECUTE format('GRANT wenqu_counter TO %I', current_user);
    END IF;
END
$$;
REVOKE INSERT, UPDATE, DELETE ON {ROLL_UPS} FROM wenqu_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON {ROLL_UPS} TO wenqu_counter;
REVOKE DELETE ON hits_call FROM wenqu_web;
REVOKE UPDATE, DELETE ON hits_searchlog FROM wenqu_web;
GRANT UPDATE (text) ON hits_searchlog TO wenqu_counter;
REVOKE DELETE ON faq_entry, faq_signoff FROM wenqu_web;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM wenqu_web;
"""  # noqa: S608

BACKWARDS = f"""
GRANT INSERT, UPDATE, DELETE ON {ROLL_UPS}, hits_searchlog, django_migrations TO wenqu_web;
GRANT DELETE ON hits_call, faq_entry, faq_signoff TO wenqu_web;
REVOKE ALL ON {ROLL_UPS}, hits_searchlog FROM wenqu_counter;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_role_groups"),
        ("faq", "0001_entries_and_revisions"),
        ("hits", "0003_event_rights"),
    ]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
