"""The hub’s own profile; files of rolls, people and schools, and the pupils on roll they bring."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("schools", "0010_calendar_feeds"),
    ]

    dependencies = [
        ("files", "0001_stored_files_and_pictures"),
        ("schools", "0002_messages_to_groups"),
    ]

    operations = [
        migrations.CreateModel(
            name="GiasFile",
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
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("rows", models.PositiveIntegerField()),
                ("picked", models.JSONField(blank=True, default=list)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                (
                    "used_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="schools added"),
                ),
            ],
            options={
                "verbose_name": "GIAS file",
            },
        ),
        migrations.CreateModel(
            name="HistoricalHubProfile",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(default="Teaching school hub", max_length=80)),
                ("alliance_name", models.CharField(blank=True, max_length=80)),
                ("contact_name", models.CharField(blank=True, max_length=80)),
                (
                    "contact_email",
                    models.EmailField(
                        blank=True,
                        help_text="A person reads this address.",
                        max_length=254,
                        verbose_name="replies go to",
                    ),
                ),
                ("telephone", models.CharField(blank=True, max_length=30)),
                ("address", models.TextField(blank=True)),
                (
                    "brand_colour",
                    models.CharField(
                        default="#0b5563",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}$", "Write it like #0b5563."
                            )
                        ],
                    ),
                ),
                (
                    "roll_change_warning_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("20"),
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="warn when a roll changes by more than (%)",
                    ),
                ),
                (
                    "sign_in_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="days a sign-in lasts",
                    ),
                ),
                (
                    "reading_days_after_leaving",
                    models.PositiveSmallIntegerField(
                        default=90, verbose_name="days a school that has left may still read"
                    ),
                ),
                (
                    "is_demo",
                    models.BooleanField(default=False, editable=False, verbose_name="demo hub"),
                ),
                (
                    "lead_school",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="schools.school",
                    ),
                ),
                (
                    "logo",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="files.storedfile",
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
                "verbose_name": "historical hub profile",
                "verbose_name_plural": "historical hub profile",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HubProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(default="Teaching school hub", max_length=80)),
                ("alliance_name", models.CharField(blank=True, max_length=80)),
                (
                    "lead_school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="schools.school",
                    ),
                ),
                ("contact_name", models.CharField(blank=True, max_length=80)),
                (
                    "contact_email",
                    models.EmailField(
                        blank=True,
                        help_text="A person reads this address.",
                        max_length=254,
                        verbose_name="replies go to",
                    ),
                ),
                ("telephone", models.CharField(blank=True, max_length=30)),
                ("address", models.TextField(blank=True)),
                (
                    "logo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "brand_colour",
                    models.CharField(
                        default="#0b5563",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}$", "Write it like #0b5563."
                            )
                        ],
                    ),
                ),
                (
                    "roll_change_warning_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("20"),
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="warn when a roll changes by more than (%)",
                    ),
                ),
                (
                    "sign_in_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="days a sign-in lasts",
                    ),
                ),
                (
                    "reading_days_after_leaving",
                    models.PositiveSmallIntegerField(
                        default=90, verbose_name="days a school that has left may still read"
                    ),
                ),
                (
                    "is_demo",
                    models.BooleanField(default=False, editable=False, verbose_name="demo hub"),
                ),
            ],
            options={
                "verbose_name": "hub profile",
                "verbose_name_plural": "hub profile",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="hub_profile_is_one_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PeopleImport",
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
                ("people_added", models.PositiveIntegerField(default=0)),
                ("posts_added", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "list of people",
                "verbose_name_plural": "lists of people",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("saved_at__isnull", True),
                            ("discarded_at__isnull", True),
                            _connector="OR",
                        ),
                        name="people_import_saved_or_put_aside",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RollImport",
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
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                (
                    "file_sha256",
                    models.CharField(blank=True, max_length=64, verbose_name="hash of the file"),
                ),
                (
                    "format",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("gias", "GIAS extract"),
                            ("census", "School-level census file"),
                            ("performance", "Performance tables census"),
                            ("list", "List of URNs and pupils"),
                            ("by_hand", "Entered by hand"),
                        ],
                        max_length=20,
                    ),
                ),
                ("census_on", models.DateField(blank=True, null=True, verbose_name="census date")),
                (
                    "definition",
                    models.CharField(
                        blank=True,
                        choices=[("headcount", "Headcount"), ("r_to_11", "Reception to year 11")],
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
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
                ("findings", models.JSONField(blank=True, default=dict)),
                (
                    "report",
                    models.JSONField(blank=True, default=list, verbose_name="as it was saved"),
                ),
                ("sentence", models.CharField(blank=True, max_length=300)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                (
                    "saved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "roll file",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("saved_at__isnull", True), ("saved_by__isnull", True)),
                            models.Q(("saved_at__isnull", False), ("saved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="roll_import_saved_has_who_and_when",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PupilRoll",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rolls",
                        to="schools.school",
                    ),
                ),
                ("census_on", models.DateField(verbose_name="census date")),
                ("pupils", models.PositiveIntegerField(verbose_name="pupils on roll")),
                (
                    "definition",
                    models.CharField(
                        choices=[("headcount", "Headcount"), ("r_to_11", "Reception to year 11")],
                        default="headcount",
                        max_length=20,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("gias", "GIAS extract"),
                            ("census", "School-level census file"),
                            ("performance", "Performance tables census"),
                            ("list", "List of URNs and pupils"),
                            ("by_hand", "Entered by hand"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "roll_import",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rolls",
                        to="schools.rollimport",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("entered_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["school", "definition", "census_on", "id"],
                        name="roll_latest_of_school",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "by_hand"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="roll_by_hand_has_a_reason",
                    )
                ],
            },
        ),
    ]
