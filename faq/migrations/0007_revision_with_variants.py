"""The few texts with variants are found without reading all others: the desk asks for their names."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("faq", "0006_joint_authoring")]

    operations = [
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(
                fields=["entry"],
                condition=models.Q(("variants", []), _negated=True),
                name="revision_with_variants",
            ),
        ),
    ]
