"""A school that leaves the alliance."""

from django.conf import settings
from django.db import models

from schools.models.schools import Membership
from schools.querysets import DepartureQuerySet


class Departure(models.Model):
    """That a school leaves after its last day, as the hub manager settled it. Rule SC-2.

    `gives_up` names what is cancelled then ("booking:345"); whatever else it holds stays to the
    end. `done_at` is when it was carried out, `reading_ended_at` when its people stopped reading.
    """

    membership = models.OneToOneField(Membership, models.PROTECT, related_name="departure")
    gives_up = models.JSONField(default=list, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    reading_ended_at = models.DateTimeField(null=True, blank=True)

    objects = DepartureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reading_ended_at__isnull=True) | models.Q(done_at__isnull=False),
                name="departure_reading_ends_after_it_is_done",
            ),
        ]

    def __str__(self) -> str:
        return f"departure of {self.membership.school}"
