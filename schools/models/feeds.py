"""Private addresses under which calendars read somebody's dates."""

from django.db import models

from schools.models.appointments import Appointment
from schools.models.people import Person


class CalendarFeed(models.Model):
    """A private address of a person's own dates, or of their school's. Rule EV-4.

    One of a school belongs to one person's appointment and ends with it. The address is made
    from `version` and kept nowhere; counting it up makes a new one and kills the old.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="calendar_feeds")
    appointment = models.OneToOneField(
        Appointment, models.CASCADE, null=True, blank=True, related_name="calendar_feed"
    )
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "calendar feed"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(appointment__isnull=True),
                name="calendar_feed_one_of_ones_own_per_person",
            )
        ]

    def __str__(self) -> str:
        return f"calendar feed {self.pk}"
