"""The newsletter itself: when it goes, and what stands under every issue."""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from hub_portal.shared.rich_text import RichTextField
from newsletter.choices import Weekday


class Newsletter(models.Model):
    """The hub's weekly newsletter and its settings †. There is one row. Rule NL-1."""

    title = models.CharField(max_length=80, default="The weekly newsletter")
    is_weekly = models.BooleanField(
        "drafts itself each week in term",
        default=False,
        help_text="Off: an issue is begun by hand.",
    )
    weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.FRIDAY)
    hour = models.TimeField("time, London", default=time(7, 0))
    drafted_days_before = models.PositiveSmallIntegerField(
        "days before its time that an issue drafts itself",
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(6)],
    )
    grace_hours = models.PositiveSmallIntegerField(
        "hours after its time in which an issue approved late still goes",
        default=6,
        validators=[MaxValueValidator(48)],
    )
    sign_off = RichTextField("words at the end of every issue", blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "newsletter"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="newsletter_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6), name="newsletter_goes_on_a_day_of_the_week"
            ),
            models.CheckConstraint(
                condition=models.Q(drafted_days_before__gte=1, drafted_days_before__lte=6),
                name="newsletter_is_drafted_within_its_week",
            ),
        ]

    def __str__(self) -> str:
        return self.title
