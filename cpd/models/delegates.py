"""How delegates are looked after: the hub's settings for reminders and needs."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class DelegatePolicy(models.Model):
    """When delegates are reminded and asked, and what is forgotten. Rules BK-2, BK-11, BK-13.

    There is one row.
    """

    first_reminder_days = models.PositiveSmallIntegerField(
        "reminder this many days before the first session",
        default=7,
        validators=[MinValueValidator(2), MaxValueValidator(60)],
        help_text="Another goes the day before each session.",
    )
    names_wanted_days = models.PositiveSmallIntegerField(
        "missing names asked for this many days before the first session",
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    names_wanted_again_days = models.PositiveSmallIntegerField(
        "and once more this many days before",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    needs_asked_days = models.PositiveSmallIntegerField(
        "access and dietary needs asked for this many days before the first session",
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    needs_kept_days = models.PositiveSmallIntegerField(
        "and deleted this many days after the last",
        default=30,
        validators=[MaxValueValidator(365)],
    )

    class Meta:
        verbose_name = "reminders and needs"
        verbose_name_plural = "reminders and needs"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="delegate_policy_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(first_reminder_days__gte=2),
                name="delegate_policy_reminds_before_the_last_day",
            ),
            models.CheckConstraint(
                condition=models.Q(names_wanted_again_days__lt=models.F("names_wanted_days")),
                name="delegate_policy_asks_again_later",
            ),
        ]

    def __str__(self) -> str:
        return "Reminders and needs"
