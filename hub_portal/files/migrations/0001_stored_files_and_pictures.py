"""Files the portal keeps, and the pictures of texts."""

import django.db.models.deletion
import hub_portal.files.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("files", "0001_files_the_portal_keeps"),
        ("files", "0002_whose_file_it_is"),
        ("files", "0003_pictures_of_texts"),
    ]

    initial = True

    dependencies = [
        ("schools", "0001_people_schools_and_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        default=hub_portal.files.models.new_name,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                ("shown_name", models.CharField(max_length=150, verbose_name="file name")),
                ("kind", models.CharField(db_index=True, max_length=40)),
                ("about", models.CharField(blank=True, db_index=True, max_length=80)),
                ("content_type", models.CharField(max_length=100, verbose_name="type")),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="hash")),
                (
                    "made_here",
                    models.BooleanField(default=False, verbose_name="made by the portal"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stored_files",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="kept since")),
                (
                    "delete_after",
                    models.DateTimeField(
                        blank=True, db_index=True, null=True, verbose_name="kept until"
                    ),
                ),
            ],
            options={
                "verbose_name": "stored file",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="stored_file_is_not_empty"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delete_after", None),
                            ("delete_after__gt", models.F("created_at")),
                            _connector="OR",
                        ),
                        name="stored_file_is_kept_for_some_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stored",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="picture",
                        to="files.storedfile",
                    ),
                ),
                ("description", models.CharField(max_length=200)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("description", ""), _negated=True),
                        name="picture_is_described_in_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("height__gt", 0), ("width__gt", 0)),
                        name="picture_has_a_size",
                    ),
                ],
            },
        ),
    ]
