"""Programmes, their cohorts and sessions, requests for places, waiting lists, needs and joining details."""

import django.core.validators
import django.db.models.deletion
import hub_portal.shared.plain_text
import hub_portal.shared.rich_text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("cpd", "0001_courses_and_bookings"),
        ("cpd", "0002_who_books_and_pays"),
        ("cpd", "0003_booking_policy"),
        ("cpd", "0004_earlier_delegates_names"),
        ("cpd", "0005_dates_in_order"),
        ("cpd", "0006_sessions_called_off"),
        ("cpd", "0007_waiting_lists"),
        ("cpd", "0008_demand"),
        ("cpd", "0009_awaiting_approval"),
        ("cpd", "0010_fabulinus_tickets"),
        ("cpd", "0011_ticket_policy"),
        ("cpd", "0012_asking_and_apologies"),
        ("cpd", "0013_delegate_policy"),
        ("cpd", "0014_delegate_policy_to_start_from"),
        ("cpd", "0015_needs"),
        ("cpd", "0016_messages_to_delegates"),
        ("cpd", "0017_registers"),
        ("cpd", "0018_evaluations"),
        ("cpd", "0019_certificates"),
        ("cpd", "0020_minimum_pointed_out"),
        ("cpd", "0021_invoices"),
    ]

    initial = True

    dependencies = [
        ("schools", "0001_people_schools_and_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgrammeKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
            ],
            options={
                "verbose_name": "kind of programme",
                "verbose_name_plural": "kinds of programme",
            },
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True)),
            ],
            options={
                "verbose_name": "subject or theme",
                "verbose_name_plural": "subjects and themes",
            },
        ),
        migrations.CreateModel(
            name="DelegatePolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "first_reminder_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        help_text="Another goes the day before each session.",
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="reminder this many days before the first session",
                    ),
                ),
                (
                    "names_wanted_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="missing names asked for this many days before the first session",
                    ),
                ),
                (
                    "names_wanted_again_days",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="and once more this many days before",
                    ),
                ),
                (
                    "needs_asked_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="access and dietary needs asked for this many days before the first session",
                    ),
                ),
                (
                    "needs_kept_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="and deleted this many days after the last",
                    ),
                ),
            ],
            options={
                "verbose_name": "reminders and needs",
                "verbose_name_plural": "reminders and needs",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="delegate_policy_is_one_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_reminder_days__gte", 2)),
                        name="delegate_policy_reminds_before_the_last_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("names_wanted_again_days__lt", models.F("names_wanted_days"))
                        ),
                        name="delegate_policy_asks_again_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BookingPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "places_per_school",
                    models.PositiveSmallIntegerField(
                        default=3, verbose_name="places per school and cohort"
                    ),
                ),
                (
                    "limit_ends_school_days_before",
                    models.PositiveSmallIntegerField(
                        default=10,
                        verbose_name="the limit ends this many school days before the start",
                    ),
                ),
                (
                    "offer_school_days",
                    models.PositiveSmallIntegerField(
                        default=2,
                        verbose_name="school days to answer an offer from the waiting list",
                    ),
                ),
                (
                    "late_call_school_days",
                    models.PositiveSmallIntegerField(
                        default=5,
                        verbose_name="school days before the start from which every waiting school is called at once",
                    ),
                ),
                (
                    "approval_school_days",
                    models.PositiveSmallIntegerField(
                        default=5, verbose_name="school days a headteacher has to approve a booking"
                    ),
                ),
                (
                    "minimum_told_working_days_before",
                    models.PositiveSmallIntegerField(
                        default=10,
                        verbose_name="a course below its minimum is pointed out this many working days before",
                    ),
                ),
                (
                    "free_place_charge",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Given up too late, or nobody came and nobody sent apologies. 0: it costs none.",
                        verbose_name="credits a free place costs that nobody takes up",
                    ),
                ),
                (
                    "reasons_kept_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        verbose_name="days a reason for cancelling is kept after the cohort",
                    ),
                ),
            ],
            options={
                "verbose_name": "booking policy",
                "verbose_name_plural": "booking policy",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="booking_policy_is_one_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "percent_of_places",
                    models.PositiveSmallIntegerField(
                        default=25,
                        help_text="Rounded down, and always at least one place.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="places of a course that tickets may take (%)",
                    ),
                ),
                (
                    "years",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="a ticket is good until 31 August, so many years after the award",
                    ),
                ),
            ],
            options={
                "verbose_name": "ticket policy",
                "verbose_name_plural": "ticket policy",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="ticket_policy_is_one_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent_of_places__lte", 100)),
                        name="ticket_policy_gives_at_most_all",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("slug", models.SlugField(max_length=80, unique=True)),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="cpd.programmekind",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="cpd.subject",
                        verbose_name="subject or theme",
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        help_text="One sentence, shown in the catalogue.", max_length=240
                    ),
                ),
                ("description", hub_portal.shared.rich_text.RichTextField(blank=True)),
                (
                    "audience",
                    models.CharField(
                        blank=True,
                        help_text="For example: middle leaders",
                        max_length=200,
                        verbose_name="who it is for",
                    ),
                ),
                ("for_early_years", models.BooleanField(default=False, verbose_name="early years")),
                ("for_primary", models.BooleanField(default=False, verbose_name="primary")),
                ("for_secondary", models.BooleanField(default=False, verbose_name="secondary")),
                ("for_special", models.BooleanField(default=False, verbose_name="special")),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("in_person", "In person"),
                            ("online", "Online"),
                            ("blended", "Blended"),
                        ],
                        default="in_person",
                        max_length=10,
                    ),
                ),
                (
                    "hours",
                    models.DecimalField(decimal_places=1, max_digits=5, verbose_name="CPD hours"),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="schools.partnerorganisation",
                        verbose_name="partner organisation",
                    ),
                ),
                (
                    "provider_school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes_provided",
                        to="schools.school",
                        verbose_name="member school",
                    ),
                ),
                (
                    "tickets_welcome",
                    models.BooleanField(
                        default=False,
                        help_text="Newly qualified colleagues may take places with a Fabulinus Ticket.",
                        verbose_name="tickets welcome",
                    ),
                ),
                (
                    "certificate_after_evaluation",
                    models.BooleanField(
                        default=False, verbose_name="certificate only after the evaluation"
                    ),
                ),
                (
                    "is_public",
                    models.BooleanField(default=True, verbose_name="shown in the catalogue"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("provider__isnull", True),
                            ("provider_school__isnull", True),
                            _connector="OR",
                        ),
                        name="programme_has_one_provider",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("for_early_years", True),
                            ("for_primary", True),
                            ("for_secondary", True),
                            ("for_special", True),
                            _connector="OR",
                        ),
                        name="programme_is_for_some_phase",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__gt", 0)), name="programme_has_hours"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CancellationBand",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bands",
                        to="cpd.bookingpolicy",
                    ),
                ),
                (
                    "working_days",
                    models.PositiveSmallIntegerField(verbose_name="working days' notice, at least"),
                ),
                (
                    "percent_returned",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="returned (%)",
                    ),
                ),
            ],
            options={
                "verbose_name": "cancellation band",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("policy", "working_days"), name="band_once_per_notice"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("percent_returned__lte", 100)),
                        name="band_returns_at_most_all",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cohort",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cohorts",
                        to="cpd.programme",
                    ),
                ),
                (
                    "activity",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cohorts",
                        to="schools.activity",
                        verbose_name="activity of the action plan",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("offered", "Offered"),
                            ("cancelled", "Cancelled"),
                            ("completed", "Completed"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("in_person", "In person"),
                            ("online", "Online"),
                            ("blended", "Blended"),
                        ],
                        default="in_person",
                        max_length=10,
                    ),
                ),
                ("price", models.PositiveIntegerField(verbose_name="price per place (credits)")),
                (
                    "invoice_price",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="price per place by invoice (pence)"
                    ),
                ),
                ("capacity", models.PositiveSmallIntegerField(verbose_name="places")),
                (
                    "minimum",
                    models.PositiveSmallIntegerField(default=1, verbose_name="runs with at least"),
                ),
                (
                    "places_per_school",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: as the booking policy says.",
                        null=True,
                        verbose_name="places per school",
                    ),
                ),
                ("booking_opens_at", models.DateTimeField(verbose_name="booking opens")),
                ("booking_closes_at", models.DateTimeField(verbose_name="booking closes")),
                ("starts_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("ends_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("venue", models.CharField(blank=True, max_length=200)),
                ("joining_details", hub_portal.shared.rich_text.RichTextField(blank=True)),
                (
                    "organiser",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cohorts_organised",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                ("cancelled_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("completed_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["status", "starts_at"], name="cohort_by_status_and_start"),
                    models.Index(fields=["starts_at", "id"], name="cohort_by_start"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("capacity__gt", 0)), name="cohort_has_places"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minimum__lte", models.F("capacity"))),
                        name="cohort_minimum_fits_its_places",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("invoice_price__isnull", True),
                            ("invoice_price__gt", 0),
                            _connector="OR",
                        ),
                        name="cohort_by_invoice_costs_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("booking_closes_at__gt", models.F("booking_opens_at"))),
                        name="cohort_booking_closes_after_it_opens",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ends_at__isnull", True), ("starts_at__isnull", True)),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="cohort_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "offered"), _negated=True),
                            ("starts_at__isnull", False),
                            _connector="OR",
                        ),
                        name="cohort_offered_has_a_session",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cancelled_at__isnull", True), ("cancelled_by__isnull", True)
                            ),
                            models.Q(
                                ("cancelled_at__isnull", False), ("cancelled_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="cohort_cancelled_has_who_and_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvaluationForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "moment",
                    models.CharField(
                        choices=[("after", "After the last session"), ("later", "A term later")],
                        default="after",
                        max_length=10,
                        verbose_name="asked",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluation_forms",
                        to="cpd.programmekind",
                        verbose_name="for a kind of programme",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluation_forms",
                        to="cpd.programme",
                        verbose_name="for one programme",
                    ),
                ),
                (
                    "introduction",
                    models.CharField(
                        blank=True,
                        help_text="A sentence or two above the questions.",
                        max_length=300,
                    ),
                ),
                (
                    "is_in_use",
                    models.BooleanField(default=False, editable=False, verbose_name="in use"),
                ),
            ],
            options={
                "verbose_name": "evaluation form",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__isnull", True), ("programme__isnull", True), _connector="OR"
                        ),
                        name="evaluation_form_is_for_one_or_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("moment", "after"),
                            ("kind__isnull", False),
                            ("programme__isnull", False),
                            _connector="OR",
                        ),
                        name="evaluation_form_later_is_for_some",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_in_use", True), ("programme__isnull", False)),
                        fields=("programme", "moment"),
                        name="evaluation_form_in_use_once_per_programme",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_in_use", True), ("kind__isnull", False)),
                        fields=("kind", "moment"),
                        name="evaluation_form_in_use_once_per_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("is_in_use", True), ("kind__isnull", True), ("programme__isnull", True)
                        ),
                        fields=("moment",),
                        name="evaluation_form_in_use_once_for_all",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="cpd.cohort",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("title", models.CharField(blank=True, max_length=120)),
                (
                    "venue",
                    models.CharField(blank=True, max_length=200, verbose_name="place, if another"),
                ),
                ("called_off_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "called_off_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="session_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("called_off_at__isnull", True)),
                        fields=("cohort", "starts_at"),
                        name="session_once_at_a_time_per_cohort",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("called_off_at__isnull", True), ("called_off_by__isnull", True)
                            ),
                            models.Q(
                                ("called_off_at__isnull", False), ("called_off_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="session_called_off_has_who_and_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BookingRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.school",
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="cpd.cohort",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "booking request",
            },
        ),
        migrations.CreateModel(
            name="AskedPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places_asked_for",
                        to="cpd.cohort",
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
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places_asked_for",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for"),
                            ("declined", "Declined by the school"),
                            ("withdrawn", "Taken back by the teacher"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "place asked for",
                "verbose_name_plural": "places asked for",
                "indexes": [
                    models.Index(fields=["school", "status"], name="asked_place_by_school")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cohort", "school", "person"),
                        name="asked_place_once_per_person_school_and_cohort",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                                ("status", "asked"),
                            ),
                            models.Q(
                                models.Q(("status", "asked"), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="asked_place_answered_has_who_and_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Demand",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demand",
                        to="cpd.programme",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demand",
                        to="schools.school",
                    ),
                ),
                ("wanted", models.PositiveSmallIntegerField(verbose_name="places wanted")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Asked for"),
                            ("planned", "A date is planned"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned_for",
                        to="cpd.cohort",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="planned or withdrawn"
                    ),
                ),
            ],
            options={
                "verbose_name": "wish for a course",
                "verbose_name_plural": "wishes for courses",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("programme", "school"),
                        name="demand_once_per_school_and_programme",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wanted__gt", 0)), name="demand_for_some_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("ended_by__isnull", True),
                                ("status", "open"),
                            ),
                            models.Q(
                                models.Q(("status", "open"), _negated=True),
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="demand_ended_has_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cohort__isnull", False), ("status", "planned")),
                            models.Q(
                                models.Q(("status", "planned"), _negated=True),
                                ("cohort__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="demand_planned_has_its_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvaluationQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="cpd.evaluationform",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("words", models.CharField(max_length=200, verbose_name="question or statement")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rating", "By five ratings"), ("words", "In their own words")],
                        default="rating",
                        max_length=10,
                        verbose_name="answered",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
            },
        ),
        migrations.CreateModel(
            name="EvaluatedCohort",
            fields=[],
            options={
                "verbose_name": "evaluation",
                "proxy": True,
            },
            bases=("cpd.cohort",),
        ),
        migrations.CreateModel(
            name="JoiningDetails",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joining_versions",
                        to="cpd.cohort",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                (
                    "words",
                    hub_portal.shared.rich_text.RichTextField(verbose_name="joining details"),
                ),
                (
                    "what_changed",
                    models.CharField(
                        blank=True,
                        max_length=300,
                        validators=[hub_portal.shared.plain_text.validate_line],
                    ),
                ),
                (
                    "are_told",
                    models.BooleanField(default=False, verbose_name="delegates were told"),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("saved_at", models.DateTimeField(verbose_name="saved")),
            ],
            options={
                "verbose_name": "version of joining details",
                "verbose_name_plural": "joining details",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cohort", "number"), name="joining_details_numbered_once_per_cohort"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0)),
                        name="joining_details_are_numbered_from_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True),
                        name="joining_details_say_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CohortMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="cpd.cohort",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        max_length=150, validators=[hub_portal.shared.plain_text.validate_line]
                    ),
                ),
                ("words", models.TextField(max_length=4000)),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                ("readers", models.PositiveIntegerField(default=0, verbose_name="mails written")),
            ],
            options={
                "verbose_name": "message to delegates",
                "verbose_name_plural": "messages to delegates",
            },
        ),
        migrations.CreateModel(
            name="Needs",
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
                        related_name="needs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs",
                        to="cpd.cohort",
                    ),
                ),
                ("sealed", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("said_at", models.DateTimeField(blank=True, null=True)),
                ("link_version", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "needs",
                "verbose_name_plural": "needs",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "cohort"), name="needs_once_per_cohort"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cohort__isnull", True)),
                        fields=("person",),
                        name="needs_kept_once_per_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sealed", ""), ("said_at__isnull", False), _connector="OR"
                        ),
                        name="needs_said_has_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitingEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting",
                        to="cpd.cohort",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting_entries",
                        to="schools.school",
                    ),
                ),
                ("wanted", models.PositiveSmallIntegerField(verbose_name="places still wanted")),
                ("all_or_none", models.BooleanField(default=False, verbose_name="all or none")),
                (
                    "joined_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("joined_at", models.DateTimeField(verbose_name="joined")),
                ("in_line_since", models.DateTimeField()),
                ("sits_out", models.BooleanField(default=False, verbose_name="let an offer go")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("served", "Has its places"),
                            ("left", "Left the list"),
                            ("ended", "Ended with the course"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "waiting school",
                "verbose_name_plural": "waiting lists",
                "indexes": [
                    models.Index(
                        fields=["cohort", "status", "in_line_since"], name="waiting_in_line"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "waiting")),
                        fields=("cohort", "school"),
                        name="waiting_once_per_school_and_cohort",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "waiting"), _negated=True),
                            ("wanted__gt", 0),
                            _connector="OR",
                        ),
                        name="waiting_for_some_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("ended_by__isnull", True),
                                ("status", "waiting"),
                            ),
                            models.Q(
                                models.Q(("status", "waiting"), _negated=True),
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="waiting_ended_has_who_and_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LateCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late_calls",
                        to="cpd.cohort",
                    ),
                ),
                ("places", models.PositiveSmallIntegerField()),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("called_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("places__gt", 0)), name="late_call_of_some_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JoiningRead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reads",
                        to="cpd.joiningdetails",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joining_details_read",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("read_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "joining details read",
                "verbose_name_plural": "joining details read",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "person"), name="joining_details_read_once_per_person"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JoiningReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="cpd.joiningdetails",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joining_reminders",
                        to=settings.AUTH_USER_MODEL,
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
            ],
            options={
                "verbose_name": "reminder of joining details",
                "verbose_name_plural": "reminders of joining details",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "person"), name="joining_reminder_once_per_person"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitingDelegate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="delegates",
                        to="cpd.waitingentry",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "named_as",
                    models.CharField(
                        max_length=150, verbose_name="delegate as the school knows them"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entry", "person"), name="waiting_delegate_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="cpd.waitingentry",
                    ),
                ),
                ("places", models.PositiveSmallIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="offered",
                        max_length=10,
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("offered_at", models.DateTimeField(verbose_name="offered")),
                ("answer_by", models.DateTimeField(verbose_name="to be answered by")),
                (
                    "reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why out of turn"),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="answered or lapsed"),
                ),
                (
                    "request",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offer",
                        to="cpd.bookingrequest",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["status", "answer_by"], name="offer_by_status_and_time")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "offered")),
                        fields=("entry",),
                        name="offer_one_live_per_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("places__gt", 0)), name="offer_of_some_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                                ("status", "offered"),
                            ),
                            models.Q(
                                models.Q(("status", "offered"), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="offer_answered_has_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("request__isnull", False), ("status", "accepted")),
                            models.Q(
                                models.Q(("status", "accepted"), _negated=True),
                                ("request__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="offer_accepted_has_its_booking",
                    ),
                ],
            },
        ),
    ]
