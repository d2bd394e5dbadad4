"""A school left out of a run stays on record as long as the run: neither is ever deleted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credits", "0002_schools_that_leave")]

    operations = [
        migrations.AlterField(
            model_name="allocationomission",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="omissions",
                to="credits.allocationrun",
            ),
        ),
    ]
