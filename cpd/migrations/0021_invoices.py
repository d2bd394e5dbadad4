"""Places paid by invoice: prices in pence, lines and credit notes, guests and their payers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cpd", "0020_minimum_pointed_out"),
        ("credits", "0004_approvals"),
        ("schools", "0010_calendar_feeds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            ],
            options={
                "verbose_name": "line to invoice",
                "verbose_name_plural": "invoices and credit notes",
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
                ("number", models.CharField(max_length=40)),
                ("raised_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "invoice raised",
                "verbose_name_plural": "invoices raised",
            },
        ),
        migrations.RemoveConstraint(
            model_name="booking",
            name="booking_paid_by_one_means",
        ),
        migrations.RemoveConstraint(
            model_name="booking",
            name="booking_without_school_is_a_ticket_holders",
        ),
        migrations.RemoveConstraint(
            model_name="booking",
            name="booking_cancelled_has_who_and_when",
        ),
        migrations.AddField(
            model_name="booking",
            name="comes_from",
            field=models.CharField(blank=True, max_length=150, verbose_name="a guest comes from"),
        ),
        migrations.AddField(
            model_name="booking",
            name="kept_pence",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="kept (pence)"),
        ),
        migrations.AddField(
            model_name="booking",
            name="price_pence",
            field=models.PositiveIntegerField(default=0, verbose_name="price by invoice (pence)"),
        ),
        migrations.AddField(
            model_name="cohort",
            name="invoice_price",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="price per place by invoice (pence)"
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
                    ("guest", "Cancelled for a guest"),
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
                    ("invoice", "Invoice"),
                    ("free", "Free of charge"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
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
                    models.Q(
                        ("delegate__isnull", False),
                        ("paid_by__in", ("invoice", "free")),
                        ("school__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="booking_without_school_is_somebodys",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("cancelled_by__isnull", False),
                        ("cancelled_from__in", ["school", "holder", "hub", "guest", "approver"]),
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
        migrations.AddConstraint(
            model_name="cohort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("invoice_price__isnull", True), ("invoice_price__gt", 0), _connector="OR"
                ),
                name="cohort_by_invoice_costs_something",
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="booking",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoice_lines",
                to="cpd.booking",
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invoicepayer",
            name="booking",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="payer", to="cpd.booking"
            ),
        ),
        migrations.AddField(
            model_name="invoiceraised",
            name="line",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="raised",
                to="cpd.invoiceline",
            ),
        ),
        migrations.AddField(
            model_name="invoiceraised",
            name="raised_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="invoiceline",
            index=models.Index(fields=["at", "id"], name="invoice_line_by_time"),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("pence__gt", 0)), name="invoice_line_is_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", "booked"), ("kind", "line")),
                    models.Q(("kind", "credit_note"), models.Q(("cause", "booked"), _negated=True)),
                    _connector="OR",
                ),
                name="invoice_line_is_for_a_place_booked",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicepayer",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="payer_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceraised",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), _negated=True), name="raised_has_a_number"
            ),
        ),
    ]
