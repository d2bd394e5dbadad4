"""People and their posts, schools and partners, the school year and its calendar, the Hub Action Plan."""

import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("schools", "0001_schools_and_people"),
        ("schools", "0002_the_portal_and_its_calendar"),
        ("schools", "0003_ending_sessions_and_lists_of_people"),
        ("schools", "0004_findings_of_roll_files_and_gias_files"),
        ("schools", "0005_history_of_reference_data"),
        ("schools", "0006_report_of_saved_rolls"),
        ("schools", "0007_roll_files_by_their_name"),
        ("schools", "0008_people_who_are_one"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SchoolYear",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(unique=True, verbose_name="first day")),
                (
                    "closed_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="books closed"
                    ),
                ),
            ],
            options={
                "verbose_name": "school year",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_on__day", 1), ("starts_on__month", 9)),
                        name="school_year_starts_on_1_september",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BankHoliday",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(unique=True, verbose_name="day")),
                ("name", models.CharField(max_length=80)),
            ],
            options={
                "verbose_name": "bank holiday",
            },
        ),
        migrations.CreateModel(
            name="CensusDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(unique=True, verbose_name="day")),
                ("name", models.CharField(max_length=80)),
            ],
            options={
                "verbose_name": "census day",
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("full_name", models.CharField(max_length=150, verbose_name="name")),
                (
                    "email",
                    models.EmailField(
                        blank=True,
                        default=None,
                        max_length=254,
                        null=True,
                        unique=True,
                        verbose_name="email address",
                    ),
                ),
                (
                    "staff_role",
                    models.CharField(
                        blank=True,
                        choices=[("hub_manager", "Hub manager"), ("finance", "Finance officer")],
                        max_length=20,
                        verbose_name="works for the hub as",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                (
                    "is_portal",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="the portal itself"
                    ),
                ),
                (
                    "sessions_ended",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="how often all sessions were ended"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="is one with",
                    ),
                ),
                ("known_since", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="person_one_per_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email")),
                            models.Q(("email", ""), _negated=True),
                        ),
                        name="person_address_is_lower_case_or_null",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_portal", True)),
                        fields=("is_portal",),
                        name="person_only_one_portal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(
                                ("email__isnull", True), ("is_active", False), ("staff_role", "")
                            ),
                            _connector="OR",
                        ),
                        name="person_merged_into_another_signs_in_no_more",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="School",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("urn", models.PositiveIntegerField(unique=True, verbose_name="URN")),
                (
                    "laestab",
                    models.CharField(
                        blank=True,
                        help_text="Local authority and establishment number, without the stroke. Not unique.",
                        max_length=7,
                        verbose_name="LAEstab",
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("nursery", "Nursery"),
                            ("infant", "Infant"),
                            ("junior", "Junior"),
                            ("primary", "Primary"),
                            ("middle", "Middle"),
                            ("secondary", "Secondary"),
                            ("all_through", "All-through"),
                            ("special", "Special"),
                            ("alternative", "Alternative provision"),
                            ("post_16", "16 plus"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("lowest_age", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("highest_age", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(blank=True, max_length=80, verbose_name="type of school"),
                ),
                ("local_authority", models.CharField(blank=True, max_length=60)),
                ("postcode", models.CharField(blank=True, max_length=8)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("closing", "Open, but proposed to close"),
                            ("closed", "Closed"),
                            ("proposed", "Proposed to open"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("closed_on", models.DateField(blank=True, null=True)),
                (
                    "office_email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="school office address"
                    ),
                ),
                (
                    "finance_email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="finance contact address"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["name"], name="school_by_name")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("urn__gte", 100000), ("urn__lte", 999999)),
                        name="school_urn_has_six_digits",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerOrganisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("website", models.URLField(blank=True)),
                ("contact_name", models.CharField(blank=True, max_length=120)),
                ("contact_email", models.EmailField(blank=True, max_length=254)),
                ("note", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "partner organisation",
            },
        ),
        migrations.CreateModel(
            name="HistoricalTerm",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("autumn", "Autumn term"),
                            ("spring", "Spring term"),
                            ("summer", "Summer term"),
                        ],
                        max_length=10,
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("half_term_starts_on", models.DateField(verbose_name="half term from")),
                ("half_term_ends_on", models.DateField(verbose_name="half term to")),
                (
                    "year",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="schools.schoolyear",
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
                "verbose_name": "historical term",
                "verbose_name_plural": "historical terms",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="schools.schoolyear",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("autumn", "Autumn term"),
                            ("spring", "Spring term"),
                            ("summer", "Summer term"),
                        ],
                        max_length=10,
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("half_term_starts_on", models.DateField(verbose_name="half term from")),
                ("half_term_ends_on", models.DateField(verbose_name="half term to")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("year", "name"), name="term_once_per_year"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("half_term_starts_on__gt", models.F("starts_on")),
                            ("half_term_ends_on__gte", models.F("half_term_starts_on")),
                            ("ends_on__gt", models.F("half_term_ends_on")),
                        ),
                        name="term_half_term_lies_inside",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalBankHoliday",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(db_index=True, verbose_name="day")),
                ("name", models.CharField(max_length=80)),
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
                "verbose_name": "historical bank holiday",
                "verbose_name_plural": "historical bank holidays",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ActionPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="action_plan",
                        to="schools.schoolyear",
                    ),
                ),
                ("introduction", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "action plan",
            },
        ),
        migrations.CreateModel(
            name="HistoricalSchool",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("urn", models.PositiveIntegerField(db_index=True, verbose_name="URN")),
                (
                    "laestab",
                    models.CharField(
                        blank=True,
                        help_text="Local authority and establishment number, without the stroke. Not unique.",
                        max_length=7,
                        verbose_name="LAEstab",
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("nursery", "Nursery"),
                            ("infant", "Infant"),
                            ("junior", "Junior"),
                            ("primary", "Primary"),
                            ("middle", "Middle"),
                            ("secondary", "Secondary"),
                            ("all_through", "All-through"),
                            ("special", "Special"),
                            ("alternative", "Alternative provision"),
                            ("post_16", "16 plus"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("lowest_age", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("highest_age", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(blank=True, max_length=80, verbose_name="type of school"),
                ),
                ("local_authority", models.CharField(blank=True, max_length=60)),
                ("postcode", models.CharField(blank=True, max_length=8)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("closing", "Open, but proposed to close"),
                            ("closed", "Closed"),
                            ("proposed", "Proposed to open"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("closed_on", models.DateField(blank=True, null=True)),
                (
                    "office_email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="school office address"
                    ),
                ),
                (
                    "finance_email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="finance contact address"
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
                "verbose_name": "historical school",
                "verbose_name_plural": "historical schools",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="FormerUrn",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_urns",
                        to="schools.school",
                    ),
                ),
                ("urn", models.PositiveIntegerField(unique=True, verbose_name="URN")),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "former URN",
            },
        ),
        migrations.CreateModel(
            name="Membership",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="schools.school",
                    ),
                ),
                ("from_on", models.DateField(verbose_name="member from")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="last day")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("to_on__isnull", True)),
                        fields=("school",),
                        name="membership_one_open_per_school",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_on__isnull", True),
                            ("to_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="membership_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="schools.school",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("rep", "Steering group rep"),
                            ("deputy", "Deputy rep"),
                            ("headteacher", "Headteacher"),
                            ("staff", "Member of staff"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "known_as",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="known at the school as"
                    ),
                ),
                ("job_title", models.CharField(blank=True, max_length=80)),
                ("from_on", models.DateField(verbose_name="from")),
                ("to_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="on the staff list, confirmed"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["school", "role"], name="appointment_by_school_role")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("role__in", ("rep", "deputy")), ("to_on__isnull", True)
                        ),
                        fields=("school", "role"),
                        name="appointment_one_live_rep_and_one_deputy_per_school",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("to_on__isnull", True)),
                        fields=("person", "school", "role"),
                        name="appointment_held_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_on__isnull", True),
                            ("to_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="appointment_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlannedHandover",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="planned_handovers",
                        to="schools.school",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("rep", "Steering group rep"),
                            ("deputy", "Deputy rep"),
                            ("headteacher", "Headteacher"),
                            ("staff", "Member of staff"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "to_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("on", models.DateField(verbose_name="on this day")),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "planned hand-over",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=("school", "role"),
                        name="handover_one_planned_per_school_and_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ("rep", "deputy"))),
                        name="handover_of_rep_or_deputy",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalPartnerOrganisation",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(db_index=True, max_length=120)),
                ("website", models.URLField(blank=True)),
                ("contact_name", models.CharField(blank=True, max_length=120)),
                ("contact_email", models.EmailField(blank=True, max_length=254)),
                ("note", models.TextField(blank=True)),
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
                "verbose_name": "historical partner organisation",
                "verbose_name_plural": "historical partner organisations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="themes",
                        to="schools.actionplan",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("position", models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "name"), name="theme_once_per_plan")
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="schools.appointment",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="sent to")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("accepted_at__isnull", True), ("voided_at__isnull", True)
                        ),
                        fields=("appointment",),
                        name="invitation_one_open_per_post",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Departure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="departure",
                        to="schools.membership",
                    ),
                ),
                ("gives_up", models.JSONField(blank=True, default=list)),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("reading_ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reading_ended_at__isnull", True),
                            ("done_at__isnull", False),
                            _connector="OR",
                        ),
                        name="departure_reading_ends_after_it_is_done",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feeds",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "appointment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_feed",
                        to="schools.appointment",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "calendar feed",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("appointment__isnull", True)),
                        fields=("person",),
                        name="calendar_feed_one_of_ones_own_per_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Priority",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="priorities",
                        to="schools.theme",
                    ),
                ),
                ("letter", models.CharField(max_length=1)),
                ("title", models.CharField(max_length=200)),
            ],
            options={
                "verbose_name_plural": "priorities",
                "constraints": [
                    models.UniqueConstraint(fields=("theme", "letter"), name="priority_letter_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "priority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="activities",
                        to="schools.priority",
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("planned_on", models.DateField(blank=True, null=True)),
                (
                    "cost_allocated_pence",
                    models.PositiveIntegerField(default=0, verbose_name="cost allocated (pence)"),
                ),
                ("eligible_schools", models.CharField(blank=True, max_length=200)),
                ("impact_expected", models.TextField(blank=True)),
                ("impact_achieved", models.TextField(blank=True)),
            ],
            options={
                "verbose_name_plural": "activities",
            },
        ),
    ]
