"""What schools ask for that nobody has planned yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cpd.choices import DemandStatus
from cpd.models.cohorts import Cohort
from cpd.models.programmes import Programme
from cpd.querysets import DemandQuerySet
from schools.models import School


class Demand(models.Model):
    """A school's “tell me when this runs”: so many places on a programme. Rule PU-4.

    Once the hub plans a date from it, `cohort` is that date.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="demand")
    school = models.ForeignKey(School, models.PROTECT, related_name="demand")
    wanted = models.PositiveSmallIntegerField("places wanted")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("asked")
    status = models.CharField(max_length=10, choices=DemandStatus, default=DemandStatus.OPEN)
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="planned_for"
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField("planned or withdrawn", null=True, blank=True)

    objects = DemandQuerySet.as_manager()

    class Meta:
        verbose_name = "wish for a course"
        verbose_name_plural = "wishes for courses"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "school"],
                condition=Q(status=DemandStatus.OPEN),
                name="demand_once_per_school_and_programme",
            ),
            models.CheckConstraint(condition=Q(wanted__gt=0), name="demand_for_some_place"),
            models.CheckConstraint(
                condition=Q(status=DemandStatus.OPEN, ended_by__isnull=True, ended_at__isnull=True)
                | Q(~Q(status=DemandStatus.OPEN), ended_by__isnull=False, ended_at__isnull=False),
                name="demand_ended_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(status=DemandStatus.PLANNED, cohort__isnull=False)
                | Q(~Q(status=DemandStatus.PLANNED), cohort__isnull=True),
                name="demand_planned_has_its_date",
            ),
        ]

    def __str__(self) -> str:
        return f"wish {self.pk}"
