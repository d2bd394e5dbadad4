"""The ledger: accounts, entries and the books check; funding, instalments, allocation runs, approvals."""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("credits", "0001_the_books"),
        ("credits", "0002_schools_that_leave"),
        ("credits", "0003_omissions_stay"),
        ("credits", "0004_approvals"),
    ]

    initial = True

    dependencies = [
        ("schools", "0001_people_schools_and_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="schools.schoolyear",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="schools.school",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("available", "Available"),
                            ("committed", "Committed"),
                            ("spent", "Spent"),
                            ("funding", "Funding"),
                            ("pool", "Pool"),
                            ("reserve", "Reserve"),
                            ("earned", "Earned"),
                            ("lapsed", "Lapsed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("debits", models.PositiveBigIntegerField(default=0)),
                ("credits", models.PositiveBigIntegerField(default=0)),
                (
                    "balance",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("credits"), "-", models.F("debits")
                        ),
                        output_field=models.BigIntegerField(),
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("school__isnull", False)),
                        fields=("school", "year", "kind"),
                        name="account_one_per_school_year_and_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("school__isnull", True)),
                        fields=("year", "kind"),
                        name="account_one_per_hub_year_and_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("available", "committed", "spent")),
                                ("school__isnull", False),
                            ),
                            models.Q(
                                ("kind__in", ("funding", "pool", "reserve", "earned", "lapsed")),
                                ("school__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="account_kind_fits_its_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("available", "committed", "pool", "reserve")),
                                _negated=True,
                            ),
                            ("credits__gte", models.F("debits")),
                            _connector="OR",
                        ),
                        name="account_never_below_zero",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("fund", "Funding received"),
                            ("allocate", "Allocation"),
                            ("opening", "Opening figures"),
                            ("correction", "Correction of a roll"),
                            ("joiner", "School joined"),
                            ("adjustment", "Adjustment"),
                            ("transfer", "Transfer between schools"),
                            ("leave", "School left"),
                            ("commit", "Committed"),
                            ("settle", "Settled"),
                            ("release", "Returned"),
                            ("reversal", "Reversal"),
                        ],
                        max_length=12,
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="date")),
                ("posted_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("about", models.CharField(blank=True, db_index=True, max_length=80)),
                ("memo", models.JSONField(blank=True, default=dict)),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="credits.journalentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "journal entry",
                "verbose_name_plural": "journal entries",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "reversal"), ("reverses__isnull", False)),
                            models.Q(
                                models.Q(("kind", "reversal"), _negated=True),
                                ("reverses__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="entry_reversal_names_what_it_reverses",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BooksCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("differences", models.JSONField(blank=True, default=list)),
                ("entries_checked", models.PositiveBigIntegerField(default=0)),
                ("last_entry", models.PositiveBigIntegerField(default=0)),
                ("last_act", models.PositiveBigIntegerField(default=0)),
                ("head", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "books check",
            },
        ),
        migrations.CreateModel(
            name="Funding",
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
                        related_name="funding",
                        to="schools.schoolyear",
                    ),
                ),
                (
                    "share_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("50"),
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="share returned to schools (%)",
                    ),
                ),
                (
                    "pence_per_credit",
                    models.PositiveIntegerField(
                        default=1000, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                (
                    "reserve_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("2"),
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="kept for corrections (%)",
                    ),
                ),
                (
                    "lump_sum",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Counted like pupils, added to the roll.",
                        verbose_name="lump sum per school",
                    ),
                ),
                (
                    "floor",
                    models.PositiveIntegerField(
                        default=10, verbose_name="at least, per school and run"
                    ),
                ),
                (
                    "cap",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="at most, per school and run"
                    ),
                ),
            ],
            options={
                "verbose_name": "funding",
                "verbose_name_plural": "funding",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cap__isnull", True), ("cap__gte", models.F("floor")), _connector="OR"
                        ),
                        name="funding_cap_is_not_below_floor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pence_per_credit__gt", 0)),
                        name="funding_credit_costs_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SchoolSpendingPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "school",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spending_policy",
                        to="schools.school",
                    ),
                ),
                (
                    "threshold",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="ask above (credits)"
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("set_at", models.DateTimeField(verbose_name="set")),
            ],
            options={
                "verbose_name": "spending limit",
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("about", models.CharField(max_length=60, unique=True)),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="schools.school",
                    ),
                ),
                ("credits", models.PositiveIntegerField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("answer_by", models.DateTimeField(verbose_name="to be answered by")),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "Waiting for approval"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("lapsed", "Lapsed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
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
                    "reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why declined"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["status", "answer_by"], name="approval_by_status_and_time")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("credits__gt", 0)), name="approval_of_some_credits"
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
                        name="approval_answered_has_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="approval_declined_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
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
                        related_name="transfers",
                        to="credits.journalentry",
                    ),
                ),
                (
                    "debit_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debit_transfers",
                        to="credits.account",
                    ),
                ),
                (
                    "credit_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_transfers",
                        to="credits.account",
                    ),
                ),
                ("amount", models.PositiveIntegerField()),
                (
                    "for_person",
                    models.ForeignKey(
                        blank=True,
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
                        condition=models.Q(("amount__gt", 0)), name="transfer_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("debit_account", models.F("credit_account")), _negated=True
                        ),
                        name="transfer_between_two_accounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "funding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instalments",
                        to="credits.funding",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("received_on", models.DateField(verbose_name="received")),
                ("pence", models.PositiveBigIntegerField(verbose_name="amount (pence)")),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("pool_credits", models.PositiveIntegerField()),
                ("reserve_credits", models.PositiveIntegerField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instalment",
                        to="credits.journalentry",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("funding", "number"), name="instalment_number_once_per_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pence__gt", 0)), name="instalment_is_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllocationRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "instalment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="credits.instalment",
                    ),
                ),
                ("census_on", models.DateField(verbose_name="census date")),
                (
                    "definition",
                    models.CharField(
                        choices=[("headcount", "Headcount"), ("r_to_11", "Reception to year 11")],
                        max_length=20,
                    ),
                ),
                ("pool_credits", models.PositiveIntegerField()),
                ("rate_numerator", models.PositiveBigIntegerField()),
                ("rate_denominator", models.PositiveBigIntegerField()),
                ("lump_sum", models.PositiveIntegerField()),
                ("floor", models.PositiveIntegerField()),
                ("cap", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocation_run",
                        to="credits.journalentry",
                    ),
                ),
                (
                    "run_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("run_at", models.DateTimeField()),
                (
                    "taken_back_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "allocation run",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at__isnull", True)),
                        fields=("instalment",),
                        name="allocation_run_one_live_per_instalment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate_denominator__gt", 0)),
                        name="allocation_rate_is_a_fraction",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("taken_back_at__isnull", True), ("taken_back_by__isnull", True)
                            ),
                            models.Q(
                                ("taken_back_at__isnull", False), ("taken_back_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="allocation_run_taken_back_has_who_and_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllocationOmission",
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
                        related_name="omissions",
                        to="credits.allocationrun",
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
                ("reason", models.CharField(max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "school"), name="allocation_omission_once_per_school"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="allocation_omission_has_a_reason",
                    ),
                ],
            },
        ),
    ]
