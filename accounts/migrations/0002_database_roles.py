"""The role *web*: what the processes that serve people may do in the database.

The login of DATABASE_URL owns the tables and runs migrations and loaders; web and worker processes
``SET ROLE wenqu_web`` as they connect (``WENQU_DB_ROLE=web``). The role belongs to the whole server, so it may
exist already and is left in place when this migration is reversed.
"""

from django.db import migrations

FORWARDS = """
DO $$
BEGIN
    CREATE ROLE wenqu_web NOLOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wenqu_web') THEN
            RAISE EXCEPTION 'The role wenqu_web is missing and this login may not create it.'
                USING HINT = 'As a superuser: CREATE ROLE wenqu_web NOLOGIN; GRANT wenqu_web TO the owner.';
        END IF;
END
$$;
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'wenqu_web', 'MEMBER') THEN
        EXECUTE format('GRANT wenqu_web TO %I', current_user);
    END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO wenqu_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO wenqu_web;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO wenqu_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO wenqu_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO wenqu_web;
REVOKE UPDATE, DELETE ON accounts_auditrow, accounts_settingvalue FROM wenqu_web;
REVOKE DELETE ON accounts_agent FROM wenqu_web;
"""

BACKWARDS = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM wenqu_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM wenqu_web;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM wenqu_web;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM wenqu_web;
REVOKE USAGE ON SCHEMA public FROM wenqu_web;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people_and_lines")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
