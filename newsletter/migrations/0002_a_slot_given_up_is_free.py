"""An issue that was cancelled, or missed its time, leaves its slot to another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0001_issues_and_subscriptions")]

    operations = [
        migrations.AlterField(
            model_name="issue",
            name="slot_at",
            field=models.DateTimeField(verbose_name="goes at"),
        ),
        migrations.AddConstraint(
            model_name="issue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("cancelled", "missed")), _negated=True),
                fields=("slot_at",),
                name="issue_one_at_a_time",
            ),
        ),
    ]
