"""A mail to many can be held back, let go and stopped as a whole."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0002_one_mail_gate"),
    ]

    operations = [
        migrations.AddField(
            model_name="body",
            name="held_back_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="held back since"),
        ),
        migrations.AddField(
            model_name="body",
            name="stopped_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="stopped for good"),
        ),
        migrations.AddConstraint(
            model_name="body",
            constraint=models.CheckConstraint(
                condition=models.Q(("held_back_at", None), ("stopped_at", None), _connector="OR"),
                name="body_stopped_is_not_held_back_too",
            ),
        ),
    ]
