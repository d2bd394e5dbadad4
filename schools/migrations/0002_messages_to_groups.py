"""Messages to reps, headteachers and other groups, and who reads them."""

import django.db.models.deletion
import hub_portal.shared.plain_text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("schools", "0009_schools_that_leave"),
    ]

    dependencies = [
        ("mail", "0001_outbox_gate_and_bounces"),
        ("schools", "0001_people_schools_and_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                (
                    "group",
                    models.CharField(
                        choices=[("reps", "steering group reps"), ("headteachers", "headteachers")],
                        max_length=12,
                        verbose_name="to",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        max_length=150, validators=[hub_portal.shared.plain_text.validate_line]
                    ),
                ),
                ("words", models.TextField(max_length=4000, verbose_name="message")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mail.body",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("mails", models.PositiveIntegerField(default=0, verbose_name="mails written")),
            ],
            options={
                "verbose_name": "message to a group",
                "verbose_name_plural": "messages to groups",
            },
        ),
        migrations.CreateModel(
            name="GroupMessageReader",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readers",
                        to="schools.groupmessage",
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True)),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.school",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stands_in",
                    models.BooleanField(
                        default=False, verbose_name="headteacher, for want of a rep"
                    ),
                ),
                (
                    "left_out",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("nobody", "nobody holds this post"),
                            ("no_address", "no address on record"),
                            ("suppressed", "the address takes no mail"),
                            ("had_it", "has it already: one mail for each person"),
                        ],
                        max_length=12,
                        verbose_name="not written to",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", False), ("left_out", "nobody"), _connector="OR"
                        ),
                        name="group_message_reader_is_somebody",
                    )
                ],
            },
        ),
    ]
