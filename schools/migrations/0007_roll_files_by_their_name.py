"""A roll import is called a roll file, as the hub says."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0006_report_of_saved_rolls"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="rollimport",
            options={"verbose_name": "roll file"},
        ),
    ]
