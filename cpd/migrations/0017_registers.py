"""Registers: who was there at each session, and who came without a place."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cpd", "0016_messages_to_delegates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("named_as", models.CharField(blank=True, max_length=150)),
                (
                    "mark",
                    models.CharField(
                        choices=[
                            ("attended", "Attended"),
                            ("partly", "Partly attended"),
                            ("did_not_attend", "Did not attend"),
                            ("apologies", "Sent apologies"),
                        ],
                        max_length=15,
                    ),
                ),
                ("marked_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="cpd.booking",
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="cpd.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "mark on a register",
                "verbose_name_plural": "marks on registers",
                "indexes": [
                    models.Index(fields=["person", "mark"], name="attendance_by_person_and_mark")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "booking"), name="attendance_once_per_session_and_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", False),
                            models.Q(("mark__in", ("attended", "partly")), _negated=True),
                            _connector="OR",
                        ),
                        name="attendance_is_of_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WalkIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="walk_in",
                        to="cpd.booking",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="walk_ins",
                        to="cpd.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "walk-in",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="walk_in_says_why"
                    )
                ],
            },
        ),
    ]
