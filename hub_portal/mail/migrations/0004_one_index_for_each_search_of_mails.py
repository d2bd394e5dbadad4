"""Without the second index that PostgreSQL gets for each indexed text, which nothing uses."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0003_bodies_held_back_and_stopped"),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="about",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="dedupe_key",
            field=models.CharField(max_length=200),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="kind",
            field=models.CharField(max_length=60),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="message_id",
            field=models.CharField(max_length=200, verbose_name="Message-ID"),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="to",
            field=models.EmailField(max_length=254, verbose_name="to"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["kind"], name="delivery_kind"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["to"], name="delivery_to"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["about"], name="delivery_about"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("dedupe_key",), name="delivery_one_per_dedupe_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("message_id",), name="delivery_one_per_message_id"
            ),
        ),
    ]
