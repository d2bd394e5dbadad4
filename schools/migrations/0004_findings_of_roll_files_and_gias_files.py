"""What was found in a roll file is kept with it; GIAS files to pick schools from."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0002_whose_file_it_is"),
        ("schools", "0003_ending_sessions_and_lists_of_people"),
    ]

    operations = [
        migrations.RenameField(
            model_name="rollimport",
            old_name="report",
            new_name="findings",
        ),
        migrations.AddField(
            model_name="rollimport",
            name="file_sha256",
            field=models.CharField(blank=True, max_length=64, verbose_name="hash of the file"),
        ),
        migrations.AlterField(
            model_name="rollimport",
            name="status",
            field=models.CharField(
                choices=[
                    ("reading", "Being read"),
                    ("previewed", "Ready to check"),
                    ("refused", "Could not be read"),
                    ("saved", "Saved"),
                    ("discarded", "Put aside"),
                ],
                default="reading",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="GiasFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("rows", models.PositiveIntegerField()),
                ("picked", models.JSONField(blank=True, default=list)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "used_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="schools added"),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "GIAS file",
            },
        ),
    ]
