"""A recipient may be left out because the same person has the issue already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0002_a_slot_given_up_is_free")]

    operations = [
        migrations.AlterField(
            model_name="recipient",
            name="left_out",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unsubscribed", "unsubscribed"),
                    ("suppressed", "the address takes no mail"),
                    ("no_address", "no address on record"),
                    ("had_it", "has it already: one mail for each person"),
                ],
                max_length=12,
                verbose_name="not sent because",
            ),
        ),
    ]
