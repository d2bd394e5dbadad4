"""Newsletters and their issues."""

import datetime
import django.core.validators
import django.db.models.deletion
import hub_portal.shared.rich_text
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("newsletter", "0001_issues_and_subscriptions"),
        ("newsletter", "0002_a_slot_given_up_is_free"),
        ("newsletter", "0003_one_mail_for_each_person"),
    ]

    initial = True

    dependencies = [
        ("mail", "0001_outbox_gate_and_bounces"),
        ("schools", "0001_people_schools_and_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="Issue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                ("subject", models.CharField(max_length=150)),
                (
                    "opening",
                    hub_portal.shared.rich_text.RichTextField(
                        blank=True, verbose_name="opening words"
                    ),
                ),
                ("words", models.TextField(blank=True, editable=False)),
                ("slot_at", models.DateTimeField(verbose_name="goes at")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("approved", "approved, waits for its time"),
                            ("sending", "being sent"),
                            ("paused", "paused"),
                            ("sent", "sent"),
                            ("cancelled", "cancelled"),
                            ("missed", "missed its time"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("drafted_at", models.DateTimeField()),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "frozen_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="frozen, and began to go"
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mail.body",
                    ),
                ),
                (
                    "public_body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mail.body",
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="sent, cancelled or missed"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="why it was cancelled or paused"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["status", "slot_at"], name="issue_by_status_and_slot")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("cancelled", "missed")), _negated=True),
                        fields=("slot_at",),
                        name="issue_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at", None), ("approved_by", None)),
                            models.Q(
                                ("approved_at__isnull", False), ("approved_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="issue_approved_by_somebody_at_some_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("body", None), ("frozen_at", None), ("public_body", None)),
                            models.Q(
                                ("approved_at__isnull", False),
                                ("body__isnull", False),
                                ("frozen_at__isnull", False),
                                ("public_body__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="issue_frozen_has_its_bodies_and_was_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("sending", "paused", "sent")), _negated=True),
                            ("frozen_at__isnull", False),
                            _connector="OR",
                        ),
                        name="issue_goes_out_frozen",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", False),
                                ("status__in", ("sent", "cancelled", "missed")),
                            ),
                            models.Q(
                                models.Q(
                                    ("status__in", ("sent", "cancelled", "missed")), _negated=True
                                ),
                                ("ended_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="issue_ended_at_is_set_when_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalNewsletter",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(default="The weekly newsletter", max_length=80)),
                (
                    "is_weekly",
                    models.BooleanField(
                        default=False,
                        help_text="Off: an issue is begun by hand.",
                        verbose_name="drafts itself each week in term",
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        default=4,
                    ),
                ),
                (
                    "hour",
                    models.TimeField(default=datetime.time(7, 0), verbose_name="time, London"),
                ),
                (
                    "drafted_days_before",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(6),
                        ],
                        verbose_name="days before its time that an issue drafts itself",
                    ),
                ),
                (
                    "grace_hours",
                    models.PositiveSmallIntegerField(
                        default=6,
                        validators=[django.core.validators.MaxValueValidator(48)],
                        verbose_name="hours after its time in which an issue approved late still goes",
                    ),
                ),
                (
                    "sign_off",
                    hub_portal.shared.rich_text.RichTextField(
                        blank=True, verbose_name="words at the end of every issue"
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical newsletter",
                "verbose_name_plural": "historical newsletter",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Newsletter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(default="The weekly newsletter", max_length=80)),
                (
                    "is_weekly",
                    models.BooleanField(
                        default=False,
                        help_text="Off: an issue is begun by hand.",
                        verbose_name="drafts itself each week in term",
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        default=4,
                    ),
                ),
                (
                    "hour",
                    models.TimeField(default=datetime.time(7, 0), verbose_name="time, London"),
                ),
                (
                    "drafted_days_before",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(6),
                        ],
                        verbose_name="days before its time that an issue drafts itself",
                    ),
                ),
                (
                    "grace_hours",
                    models.PositiveSmallIntegerField(
                        default=6,
                        validators=[django.core.validators.MaxValueValidator(48)],
                        verbose_name="hours after its time in which an issue approved late still goes",
                    ),
                ),
                (
                    "sign_off",
                    hub_portal.shared.rich_text.RichTextField(
                        blank=True, verbose_name="words at the end of every issue"
                    ),
                ),
            ],
            options={
                "verbose_name": "newsletter",
                "verbose_name_plural": "newsletter",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="newsletter_is_one_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekday__lte", 6)),
                        name="newsletter_goes_on_a_day_of_the_week",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("drafted_days_before__gte", 1), ("drafted_days_before__lte", 6)
                        ),
                        name="newsletter_is_drafted_within_its_week",
                    ),
                ],
            },
        ),
    ]
