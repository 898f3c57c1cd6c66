"""Revisions take their entry's validity, and entries without an external id get one."""

from django.db import migrations

FORWARDS = """
UPDATE faq_revision
   SET valid_from = faq_entry.valid_from, valid_until = faq_entry.valid_until
  FROM faq_entry
 WHERE faq_entry.id = faq_revision.entry_id;
UPDATE faq_entry
   SET external_id = 'wq-' || substr(md5(random()::text || id::text), 1, 16)
 WHERE external_id IS NULL OR external_id = '';
"""


class Migration(migrations.Migration):
    dependencies = [("faq", "0002_validity_with_the_text")]

    operations = [migrations.RunSQL(FORWARDS, migrations.RunSQL.noop)]
