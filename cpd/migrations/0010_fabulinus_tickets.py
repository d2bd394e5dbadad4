"""Fabulinus Tickets, their policy, lists of graduates; a ticket's place belongs to no school."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cpd", "0009_awaiting_approval"),
        ("credits", "0001_the_books"),
        ("files", "0002_whose_file_it_is"),
        ("schools", "0007_roll_files_by_their_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FabulinusTicket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="address it was sent to")),
                ("award_on", models.DateField(verbose_name="QTS awarded on")),
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
                ("issued_at", models.DateTimeField(verbose_name="issued")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="emailed")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="withdrawn"),
                ),
            ],
            options={
                "verbose_name": "Fabulinus Ticket",
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
                ("file_name", models.CharField(max_length=200)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "is_to_be_mailed",
                    models.BooleanField(default=True, verbose_name="tickets are emailed"),
                ),
                ("people_added", models.PositiveIntegerField(default=0)),
                ("tickets_issued", models.PositiveIntegerField(default=0)),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "discarded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="put aside"),
                ),
            ],
            options={
                "verbose_name": "list of graduates",
                "verbose_name_plural": "lists of graduates",
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
            },
        ),
        migrations.RemoveConstraint(
            model_name="booking",
            name="booking_paid_by_one_means",
        ),
        migrations.RemoveConstraint(
            model_name="booking",
            name="booking_cancelled_has_who_and_when",
        ),
        migrations.AddField(
            model_name="programme",
            name="tickets_welcome",
            field=models.BooleanField(
                default=False,
                help_text="Newly qualified colleagues may take places with a Fabulinus Ticket.",
                verbose_name="tickets welcome",
            ),
        ),
        migrations.AlterField(
            model_name="booking",
            name="cancelled_from",
            field=models.CharField(
                blank=True,
                choices=[
                    ("school", "Cancelled by the school"),
                    ("holder", "Given back by the ticket’s holder"),
                    ("hub", "Cancelled by the hub"),
                    ("approver", "Not approved"),
                ],
                max_length=10,
                verbose_name="who called it off",
            ),
        ),
        migrations.AlterField(
            model_name="booking",
            name="paid_by",
            field=models.CharField(
                choices=[
                    ("credits", "Hub credits"),
                    ("ticket", "Fabulinus Ticket"),
                    ("free", "Free of charge"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="booking",
            name="school",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                to="schools.school",
            ),
        ),
        migrations.AlterField(
            model_name="bookingrequest",
            name="school",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schools.school",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("commit_entry__isnull", False), ("paid_by", "credits"), ("price__gt", 0)
                    ),
                    models.Q(
                        ("commit_entry__isnull", True),
                        ("paid_by__in", ("free", "ticket")),
                        ("price", 0),
                    ),
                    _connector="OR",
                ),
                name="booking_paid_by_one_means",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("delegate__isnull", False), ("paid_by", "ticket"), ("school__isnull", True)
                    ),
                    models.Q(
                        models.Q(("paid_by", "ticket"), _negated=True), ("school__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="booking_without_school_is_a_ticket_holders",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("cancelled_by__isnull", False),
                        ("cancelled_from__in", ["school", "holder", "hub", "approver"]),
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
        ),
        migrations.AddField(
            model_name="fabulinusticket",
            name="award_year",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schools.schoolyear",
                verbose_name="SCITT award year",
            ),
        ),
        migrations.AddField(
            model_name="fabulinusticket",
            name="issued_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="fabulinusticket",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tickets",
                to=settings.AUTH_USER_MODEL,
                verbose_name="holder",
            ),
        ),
        migrations.AddField(
            model_name="fabulinusticket",
            name="redeemed_by",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ticket",
                to="cpd.booking",
            ),
        ),
        migrations.AddField(
            model_name="fabulinusticket",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ticketimport",
            name="file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="files.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="ticketimport",
            name="uploaded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("pk", 1)), name="ticket_policy_is_one_row"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent_of_places__lte", 100)),
                name="ticket_policy_gives_at_most_all",
            ),
        ),
        migrations.AddIndex(
            model_name="fabulinusticket",
            index=models.Index(fields=["status", "last_on"], name="ticket_by_status_and_end"),
        ),
        migrations.AddConstraint(
            model_name="fabulinusticket",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "withdrawn"), _negated=True),
                fields=("person", "award_year"),
                name="ticket_one_per_award",
            ),
        ),
        migrations.AddConstraint(
            model_name="fabulinusticket",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code_hash", ""), _negated=True),
                fields=("code_hash",),
                name="ticket_one_per_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="fabulinusticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("redeemed_by__isnull", False), ("status__in", ("redeemed", "used"))),
                    models.Q(
                        models.Q(("status__in", ("redeemed", "used")), _negated=True),
                        ("redeemed_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="ticket_redeemed_has_its_booking",
            ),
        ),
        migrations.AddConstraint(
            model_name="fabulinusticket",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="fabulinusticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_on__gte", models.F("award_on"))),
                name="ticket_ends_after_its_award",
            ),
        ),
        migrations.AddConstraint(
            model_name="fabulinusticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("email", django.db.models.functions.text.Lower("email")),
                    models.Q(("email", ""), _negated=True),
                ),
                name="ticket_address_is_lower_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("saved_at__isnull", True), ("discarded_at__isnull", True), _connector="OR"
                ),
                name="ticket_import_saved_or_put_aside",
            ),
        ),
    ]
