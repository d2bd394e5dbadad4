"""What a teacher says to the school's rep: may I have a place, and I cannot come."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cpd.choices import AskStatus
from cpd.models.bookings import Booking
from cpd.models.cohorts import Cohort
from cpd.querysets import ApologyQuerySet, AskedPlaceQuerySet
from schools.models import School


class AskedPlace(models.Model):
    """A place a teacher has asked the rep for; it holds nothing. Rule BK-2.

    Once the teacher has a live place on the cohort, the booking is the answer and the row
    says nothing more.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="places_asked_for")
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="places_asked_for"
    )
    status = models.CharField(max_length=10, choices=AskStatus, default=AskStatus.ASKED)
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = AskedPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "place asked for"
        verbose_name_plural = "places asked for"
        indexes = [models.Index(fields=["school", "status"], name="asked_place_by_school")]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "school", "person"],
                name="asked_place_once_per_person_school_and_cohort",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=AskStatus.ASKED, answered_by__isnull=True, answered_at__isnull=True
                )
                | Q(
                    ~Q(status=AskStatus.ASKED),
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
                name="asked_place_answered_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"place asked for {self.pk}"


class Apology(models.Model):
    """A delegate cannot come; the place stays theirs until the school changes it.

    Not why: a reason is given to the school in person, and to the hub by a code (Rule BK-6).
    """

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="apologies")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = ApologyQuerySet.as_manager()

    class Meta:
        verbose_name = "apologies"
        verbose_name_plural = "apologies"
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "person"],
                condition=Q(taken_back_at__isnull=True),
                name="apology_stands_once_per_place_and_person",
            )
        ]

    def __str__(self) -> str:
        return f"apologies {self.pk}"
