"""What the hub writes to a group of its schools, and who got it."""

import django.db.models.deletion
import hub_portal.shared.plain_text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0004_one_index_for_each_search_of_mails"),
        ("schools", "0010_calendar_feeds"),
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
                ("sent_at", models.DateTimeField()),
                ("mails", models.PositiveIntegerField(default=0, verbose_name="mails written")),
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
                ("key", models.CharField(max_length=100, unique=True)),
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
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readers",
                        to="schools.groupmessage",
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
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.school",
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
