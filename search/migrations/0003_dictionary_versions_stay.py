"""What the dictionary said on a day is never rewritten: the web role adds versions and reads them."""

from django.db import migrations

FORWARDS = "REVOKE UPDATE, DELETE ON search_dictionaryversion FROM wenqu_web"
BACKWARDS = "GRANT UPDATE, DELETE ON search_dictionaryversion TO wenqu_web"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_database_roles"),
        ("search", "0002_dictionaries_and_trials"),
    ]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
