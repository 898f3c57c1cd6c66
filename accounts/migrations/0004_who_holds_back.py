"""What /metrics may tell of the server's transactions.

The role *web* sees nothing of other sessions in pg_stat_activity, so it asks this function, which looks as the
owner and gives no more than three ages. The owner sees its own sessions; other logins' only as a superuser or
a member of pg_read_all_stats.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION wenqu_oldest_transactions(
    OUT pid integer, OUT application_name text, OUT seconds double precision
) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT a.pid, coalesce(a.application_name, ''), extract(epoch FROM clock_timestamp() - a.xact_start)::float8
    FROM pg_stat_activity a
    WHERE a.xact_start IS NOT NULL AND a.pid <> pg_backend_pid()
    ORDER BY a.xact_start LIMIT 3
$$;
REVOKE ALL ON FUNCTION wenqu_oldest_transactions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wenqu_oldest_transactions() TO wenqu_web;
"""
BACKWARDS = "DROP FUNCTION wenqu_oldest_transactions();"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_role_groups")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
