"""Bookings and all that hangs on one: registers, certificates, invoices, evaluations and tickets."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("cpd", "0022_unused_free_places"),
    ]

    dependencies = [
        ("cpd", "0001_programmes_and_cohorts"),
        ("credits", "0001_ledger_and_policies"),
        ("schools", "0001_people_schools_and_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="Booking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="cpd.bookingrequest",
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="cpd.cohort",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="schools.school",
                    ),
                ),
                (
                    "delegate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "named_as",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="delegate as the school knows them"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("awaiting", "Awaiting approval"),
                            ("booked", "Booked"),
                            ("cancelled", "Cancelled"),
                            ("completed", "Completed"),
                        ],
                        default="booked",
                        max_length=12,
                    ),
                ),
                (
                    "year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolyear",
                        verbose_name="paid from the year",
                    ),
                ),
                (
                    "paid_by",
                    models.CharField(
                        choices=[
                            ("credits", "Hub credits"),
                            ("ticket", "Fabulinus Ticket"),
                            ("invoice", "Invoice"),
                            ("free", "Free of charge"),
                        ],
                        max_length=10,
                    ),
                ),
                ("price", models.PositiveIntegerField(verbose_name="price (credits)")),
                (
                    "price_pence",
                    models.PositiveIntegerField(default=0, verbose_name="price by invoice (pence)"),
                ),
                ("bands", models.JSONField(verbose_name="cancellation bands")),
                (
                    "charge_if_unused",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="costs, if nobody takes it up (credits)"
                    ),
                ),
                (
                    "booked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("booked_at", models.DateTimeField()),
                (
                    "commit_entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="credits.journalentry",
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cancelled_from",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("school", "Cancelled by the school"),
                            ("holder", "Given back by the ticket’s holder"),
                            ("hub", "Cancelled by the hub"),
                            ("guest", "Cancelled for a guest"),
                            ("approver", "Not approved"),
                        ],
                        max_length=10,
                        verbose_name="who called it off",
                    ),
                ),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                ("kept", models.PositiveIntegerField(blank=True, null=True)),
                ("returned", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "kept_pence",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="kept (pence)"),
                ),
                (
                    "comes_from",
                    models.CharField(blank=True, max_length=150, verbose_name="a guest comes from"),
                ),
                (
                    "refilled_by",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refills",
                        to="cpd.booking",
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0)),
                (
                    "is_told",
                    models.BooleanField(default=True, verbose_name="delegate has been told"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["school", "status"], name="booking_by_school_and_status"),
                    models.Index(fields=["cohort", "status"], name="booking_by_cohort_and_status"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("awaiting", "booked", "completed"))),
                        fields=("cohort", "delegate"),
                        name="booking_one_live_place_per_person_and_cohort",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("commit_entry__isnull", False),
                                ("paid_by", "credits"),
                                ("price__gt", 0),
                                ("price_pence", 0),
                            ),
                            models.Q(
                                ("commit_entry__isnull", True),
                                ("paid_by", "invoice"),
                                ("price", 0),
                                ("price_pence__gt", 0),
                            ),
                            models.Q(
                                ("commit_entry__isnull", True),
                                ("paid_by__in", ("free", "ticket")),
                                ("price", 0),
                                ("price_pence", 0),
                            ),
                            _connector="OR",
                        ),
                        name="booking_paid_by_one_means",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("delegate__isnull", False),
                                ("paid_by", "ticket"),
                                ("school__isnull", True),
                            ),
                            models.Q(
                                models.Q(("paid_by", "ticket"), _negated=True),
                                ("school__isnull", False),
                            ),
                            models.Q(
                                ("delegate__isnull", False),
                                ("paid_by__in", ("invoice", "free")),
                                ("school__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="booking_without_school_is_somebodys",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("paid_by", "invoice"), _negated=True),
                                ("kept_pence__isnull", True),
                            ),
                            models.Q(
                                ("kept_pence__isnull", True),
                                ("paid_by", "invoice"),
                                ("status__in", ("awaiting", "booked")),
                            ),
                            models.Q(
                                models.Q(("status__in", ("awaiting", "booked")), _negated=True),
                                ("kept_pence__isnull", False),
                                ("kept_pence__lte", models.F("price_pence")),
                                ("paid_by", "invoice"),
                            ),
                            _connector="OR",
                        ),
                        name="booking_by_invoice_keeps_no_more_than_its_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("charge_if_unused", 0),
                            models.Q(("paid_by", "free"), ("school__isnull", False)),
                            _connector="OR",
                        ),
                        name="booking_charged_if_unused_is_free",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kept__isnull", True),
                                ("returned__isnull", True),
                                ("status__in", ("awaiting", "booked")),
                            ),
                            models.Q(
                                models.Q(("status__in", ("awaiting", "booked")), _negated=True),
                                ("kept__isnull", False),
                                (
                                    "price",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("kept"), "+", models.F("returned")
                                    ),
                                ),
                                ("returned__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="booking_kept_and_returned_make_the_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cancelled_at__isnull", False),
                                ("cancelled_by__isnull", False),
                                (
                                    "cancelled_from__in",
                                    ["school", "holder", "hub", "guest", "approver"],
                                ),
                                ("status", "cancelled"),
                            ),
                            models.Q(
                                models.Q(("status", "cancelled"), _negated=True),
                                ("cancelled_at__isnull", True),
                                ("cancelled_by__isnull", True),
                                ("cancelled_from", ""),
                            ),
                            _connector="OR",
                        ),
                        name="booking_cancelled_has_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("completed_at__isnull", False), ("status", "completed")),
                            models.Q(
                                models.Q(("status", "completed"), _negated=True),
                                ("completed_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="booking_completed_has_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Substitution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="substitutions",
                        to="cpd.booking",
                    ),
                ),
                (
                    "from_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("from_named_as", models.CharField(blank=True, max_length=150)),
                (
                    "to_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                ("reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_person__isnull", True),
                            models.Q(("from_person", models.F("to_person")), _negated=True),
                            _connector="OR",
                        ),
                        name="substitution_is_between_two_people",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnusedPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unused",
                        to="cpd.booking",
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[("absent", "Did not attend"), ("cancelled", "Given up too late")],
                        max_length=10,
                    ),
                ),
                ("due", models.PositiveIntegerField(verbose_name="to pay (credits)")),
                ("charged", models.PositiveIntegerField(verbose_name="charged (credits)")),
                ("charged_at", models.DateTimeField()),
                ("waived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "free place not taken up",
                "verbose_name_plural": "free places not taken up",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due__gt", 0)), name="unused_place_costs_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("charged__lte", models.F("due"))),
                        name="unused_place_charged_at_most_what_is_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CancellationReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reason",
                        to="cpd.booking",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("illness", "Illness"),
                            ("bereavement", "Bereavement"),
                            ("ofsted", "Ofsted inspection"),
                            ("safeguarding", "Safeguarding"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("given_at", models.DateTimeField()),
                ("waived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "reason for cancelling",
                "verbose_name_plural": "reasons for cancelling",
            },
        ),
        migrations.CreateModel(
            name="Apology",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="apologies",
                        to="cpd.booking",
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
                ("sent_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "apologies",
                "verbose_name_plural": "apologies",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at__isnull", True)),
                        fields=("booking", "person"),
                        name="apology_stands_once_per_place_and_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=12, unique=True)),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="cpd.cohort",
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="cpd.booking",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("printed_name", models.CharField(max_length=150, verbose_name="name as printed")),
                ("title", models.CharField(max_length=120, verbose_name="programme")),
                ("from_on", models.DateField(verbose_name="from")),
                ("to_on", models.DateField(verbose_name="to")),
                (
                    "hours",
                    models.DecimalField(
                        decimal_places=1, max_digits=5, verbose_name="hours of CPD"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("valid", "Valid"),
                            ("withdrawn", "Withdrawn"),
                            ("replaced", "Replaced"),
                        ],
                        default="valid",
                        max_length=10,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="cpd.certificate",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("issued_at", models.DateTimeField()),
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
                (
                    "reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why it ended"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "valid")),
                        fields=("cohort", "person"),
                        name="certificate_one_valid_per_person_and_cohort",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("ended_by__isnull", True),
                                ("reason", ""),
                                ("status", "valid"),
                            ),
                            models.Q(
                                models.Q(("status", "valid"), _negated=True),
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="certificate_ended_has_who_when_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__gt", 0)), name="certificate_has_hours"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_on__gte", models.F("from_on"))),
                        name="certificate_dates_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="cpd.evaluationform",
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="cpd.cohort",
                    ),
                ),
                (
                    "moment",
                    models.CharField(
                        choices=[("after", "After the last session"), ("later", "A term later")],
                        max_length=10,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="evaluations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="evaluations",
                        to="cpd.booking",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("link_version", models.PositiveIntegerField(default=1)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("may_quote", models.BooleanField(default=False, verbose_name="may be quoted")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cohort", "person", "moment"), name="evaluation_asked_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_at__isnull", False), ("may_quote", False), _connector="OR"
                        ),
                        name="evaluation_quoted_is_answered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoicePayer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="payer",
                        to="cpd.booking",
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="who gets the invoice")),
                ("address", models.TextField(max_length=500, verbose_name="their address")),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="address for invoices"
                    ),
                ),
                (
                    "reference",
                    models.CharField(blank=True, max_length=60, verbose_name="their reference"),
                ),
            ],
            options={
                "verbose_name": "payer of an invoice",
                "verbose_name_plural": "payers of invoices",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="payer_has_a_name"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=60, unique=True)),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="cpd.booking",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("line", "Invoice"), ("credit_note", "Credit note")], max_length=12
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("booked", "Place booked"),
                            ("cancelled", "Place cancelled"),
                            ("waived", "Waived by the hub"),
                            ("taken_again", "Place taken again"),
                            ("cohort_cancelled", "Course cancelled by the hub"),
                        ],
                        max_length=20,
                        verbose_name="why",
                    ),
                ),
                ("pence", models.PositiveIntegerField()),
                ("at", models.DateTimeField(verbose_name="due since")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "line to invoice",
                "verbose_name_plural": "invoices and credit notes",
                "indexes": [models.Index(fields=["at", "id"], name="invoice_line_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pence__gt", 0)), name="invoice_line_is_of_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause", "booked"), ("kind", "line")),
                            models.Q(
                                ("kind", "credit_note"),
                                models.Q(("cause", "booked"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="invoice_line_is_for_a_place_booked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="cpd.booking",
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
                (
                    "marked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("marked_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
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
                ("reason", models.CharField(max_length=300)),
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
        migrations.CreateModel(
            name="FabulinusTicket",
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
                        related_name="tickets",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="holder",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="address it was sent to")),
                ("award_on", models.DateField(verbose_name="QTS awarded on")),
                (
                    "award_year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.schoolyear",
                        verbose_name="SCITT award year",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("issued", "To be redeemed"),
                            ("redeemed", "Redeemed"),
                            ("used", "Used"),
                            ("expired", "Expired"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="issued",
                        max_length=10,
                    ),
                ),
                ("last_on", models.DateField(verbose_name="redeem by")),
                ("version", models.PositiveIntegerField(default=1)),
                ("code_hash", models.CharField(blank=True, max_length=64)),
                (
                    "redeemed_by",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticket",
                        to="cpd.booking",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("issued_at", models.DateTimeField(verbose_name="issued")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="emailed")),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="withdrawn"),
                ),
            ],
            options={
                "verbose_name": "Fabulinus Ticket",
                "indexes": [
                    models.Index(fields=["status", "last_on"], name="ticket_by_status_and_end")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "withdrawn"), _negated=True),
                        fields=("person", "award_year"),
                        name="ticket_one_per_award",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("code_hash", ""), _negated=True),
                        fields=("code_hash",),
                        name="ticket_one_per_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("redeemed_by__isnull", False), ("status__in", ("redeemed", "used"))
                            ),
                            models.Q(
                                models.Q(("status__in", ("redeemed", "used")), _negated=True),
                                ("redeemed_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="ticket_redeemed_has_its_booking",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status", "withdrawn"),
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                            ),
                            models.Q(
                                models.Q(("status", "withdrawn"), _negated=True),
                                ("withdrawn_at__isnull", True),
                                ("withdrawn_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="ticket_withdrawn_has_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_on__gte", models.F("award_on"))),
                        name="ticket_ends_after_its_award",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email")),
                            models.Q(("email", ""), _negated=True),
                        ),
                        name="ticket_address_is_lower_case",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvaluationAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="cpd.evaluation",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="cpd.evaluationquestion",
                    ),
                ),
                (
                    "rating",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "Not at all"),
                            (2, "A little"),
                            (3, "Partly"),
                            (4, "Mostly"),
                            (5, "Fully"),
                        ],
                        null=True,
                    ),
                ),
                ("words", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "answer",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("evaluation", "question"), name="answer_once_per_question"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rating__in", [1, 2, 3, 4, 5]), ("words", "")),
                            models.Q(
                                ("rating__isnull", True), models.Q(("words", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="answer_is_a_rating_or_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceRaised",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="raised",
                        to="cpd.invoiceline",
                    ),
                ),
                ("number", models.CharField(max_length=40)),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "invoice raised",
                "verbose_name_plural": "invoices raised",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        name="raised_has_a_number",
                    )
                ],
            },
        ),
    ]
