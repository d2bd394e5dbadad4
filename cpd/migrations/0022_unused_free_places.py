"""What a free place costs that nobody takes up, and what was charged."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cpd", "0021_invoices"),
        ("credits", "0004_approvals"),
        ("schools", "0010_calendar_feeds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            },
        ),
        migrations.AddField(
            model_name="booking",
            name="charge_if_unused",
            field=models.PositiveSmallIntegerField(
                default=0, verbose_name="costs, if nobody takes it up (credits)"
            ),
        ),
        migrations.AddField(
            model_name="bookingpolicy",
            name="free_place_charge",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="Given up too late, or nobody came and nobody sent apologies. 0: it costs none.",
                verbose_name="credits a free place costs that nobody takes up",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("charge_if_unused", 0),
                    models.Q(("paid_by", "free"), ("school__isnull", False)),
                    _connector="OR",
                ),
                name="booking_charged_if_unused_is_free",
            ),
        ),
        migrations.AddField(
            model_name="unusedplace",
            name="booking",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="unused", to="cpd.booking"
            ),
        ),
        migrations.AddConstraint(
            model_name="unusedplace",
            constraint=models.CheckConstraint(
                condition=models.Q(("due__gt", 0)), name="unused_place_costs_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="unusedplace",
            constraint=models.CheckConstraint(
                condition=models.Q(("charged__lte", models.F("due"))),
                name="unused_place_charged_at_most_what_is_due",
            ),
        ),
    ]
