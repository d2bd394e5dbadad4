"""The catalogue reads its first page of dates from an index, however many there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cpd", "0004_earlier_delegates_names")]

    operations = [
        migrations.AddIndex(
            model_name="cohort",
            index=models.Index(fields=["starts_at", "id"], name="cohort_by_start"),
        ),
    ]
