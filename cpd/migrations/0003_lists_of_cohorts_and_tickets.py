"""Cohorts and Fabulinus Tickets that come from lists."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("cpd", "0023_joining_details"),
    ]

    dependencies = [
        ("cpd", "0002_bookings_and_tickets"),
        ("files", "0001_stored_files_and_pictures"),
        ("schools", "0001_people_schools_and_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="CohortImport",
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
                (
                    "cohorts_added",
                    models.PositiveIntegerField(default=0, verbose_name="courses added"),
                ),
                (
                    "places_added",
                    models.PositiveIntegerField(default=0, verbose_name="places added"),
                ),
            ],
            options={
                "verbose_name": "list of running courses",
                "verbose_name_plural": "lists of running courses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("saved_at__isnull", True),
                            ("discarded_at__isnull", True),
                            _connector="OR",
                        ),
                        name="cohort_import_saved_or_put_aside",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketImport",
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
                (
                    "is_to_be_mailed",
                    models.BooleanField(default=True, verbose_name="tickets are emailed"),
                ),
                ("people_added", models.PositiveIntegerField(default=0)),
                ("tickets_issued", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "list of graduates",
                "verbose_name_plural": "lists of graduates",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("saved_at__isnull", True),
                            ("discarded_at__isnull", True),
                            _connector="OR",
                        ),
                        name="ticket_import_saved_or_put_aside",
                    )
                ],
            },
        ),
    ]
