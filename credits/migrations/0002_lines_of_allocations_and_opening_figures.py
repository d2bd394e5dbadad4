"""What a school gets by its roll, and balances taken over from before the portal."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("credits", "0005_opening_figures"),
    ]

    dependencies = [
        ("credits", "0001_ledger_and_policies"),
        ("files", "0001_stored_files_and_pictures"),
        ("schools", "0003_the_hub_and_its_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="AllocationLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="credits.allocationrun",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocation_lines",
                        to="schools.school",
                    ),
                ),
                (
                    "roll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.pupilroll",
                    ),
                ),
                ("pupils", models.PositiveIntegerField(verbose_name="pupils on roll")),
                ("weight", models.PositiveIntegerField()),
                ("exact_share", models.DecimalField(decimal_places=9, max_digits=18)),
                ("remainder", models.DecimalField(decimal_places=9, max_digits=10)),
                ("credits", models.PositiveIntegerField(verbose_name="credits")),
                (
                    "reason",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="why on another roll"
                    ),
                ),
            ],
            options={
                "verbose_name": "allocation line",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "school"), name="allocation_line_once_per_school"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "discarded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="put aside"),
                ),
                ("schools_opened", models.PositiveIntegerField(default=0, verbose_name="schools")),
                (
                    "credits_received",
                    models.PositiveIntegerField(default=0, verbose_name="received (credits)"),
                ),
                (
                    "credits_spent",
                    models.PositiveIntegerField(default=0, verbose_name="spent (credits)"),
                ),
            ],
            options={
                "verbose_name": "list of opening figures",
                "verbose_name_plural": "lists of opening figures",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("saved_at__isnull", True),
                            ("discarded_at__isnull", True),
                            _connector="OR",
                        ),
                        name="opening_import_saved_or_put_aside",
                    )
                ],
            },
        ),
    ]
