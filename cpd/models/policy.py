"""The hub's settings for booking, edited by the hub manager."""

from django.core.validators import MaxValueValidator
from django.db import models


class BookingPolicy(models.Model):
    """How many places a school may take, and how a waiting list runs. There is one row.

    Rules BK-1, BK-5, BK-8 and BK-14.
    """

    places_per_school = models.PositiveSmallIntegerField("places per school and cohort", default=3)
    limit_ends_school_days_before = models.PositiveSmallIntegerField(
        "the limit ends this many school days before the start", default=10
    )
    offer_school_days = models.PositiveSmallIntegerField(
        "school days to answer an offer from the waiting list", default=2
    )
    late_call_school_days = models.PositiveSmallIntegerField(
        "school days before the start from which every waiting school is called at once",
        default=5,
    )
    approval_school_days = models.PositiveSmallIntegerField(
        "school days a headteacher has to approve a booking", default=5
    )
    minimum_told_working_days_before = models.PositiveSmallIntegerField(
        "a course below its minimum is pointed out this many working days before", default=10
    )
    free_place_charge = models.PositiveSmallIntegerField(
        "credits a free place costs that nobody takes up",
        default=0,
        help_text="Given up too late, or nobody came and nobody sent apologies. 0: it costs none.",
    )
    reasons_kept_days = models.PositiveSmallIntegerField(
        "days a reason for cancelling is kept after the cohort", default=30
    )

    class Meta:
        verbose_name = "booking policy"
        verbose_name_plural = "booking policy"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="booking_policy_is_one_row")
        ]

    def __str__(self) -> str:
        return "Booking policy"


class CancellationBand(models.Model):
    """With at least so many working days' notice, so much of the price comes back. Rule BK-6.

    The bands in force are frozen on a booking when it is made.
    """

    policy = models.ForeignKey(BookingPolicy, models.CASCADE, related_name="bands")
    working_days = models.PositiveSmallIntegerField("working days' notice, at least")
    percent_returned = models.PositiveSmallIntegerField(
        "returned (%)", validators=[MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = "cancellation band"
        constraints = [
            models.UniqueConstraint(fields=["policy", "working_days"], name="band_once_per_notice"),
            models.CheckConstraint(
                condition=models.Q(percent_returned__lte=100), name="band_returns_at_most_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.working_days} working days or more: {self.percent_returned} % back"
