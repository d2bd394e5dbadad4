"""Registers: who was there at each session, and who came without a place."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cpd.choices import WAS_THERE, Mark
from cpd.models.bookings import Booking
from cpd.models.cohorts import Session
from cpd.querysets import AttendanceQuerySet


class Attendance(models.Model):
    """What the register says of one place at one session. Rule BK-10.

    `person` and `named_as` are whoever had the place when it was marked: somebody who gave it
    up later keeps the session they sat through. What it said before, who said so and when,
    is in the trail. `told_at` is when the school heard that nobody came.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances")
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="attendances")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
    )
    named_as = models.CharField(max_length=150, blank=True)
    mark = models.CharField(max_length=15, choices=Mark)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "mark on a register"
        verbose_name_plural = "marks on registers"
        indexes = [models.Index(fields=["person", "mark"], name="attendance_by_person_and_mark")]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "booking"], name="attendance_once_per_session_and_place"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(mark__in=WAS_THERE),
                name="attendance_is_of_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.get_mark_display()


class WalkIn(models.Model):
    """A booking that was made at the door, over the capacity if need be, and why. Rule BK-10.

    Whoever walks into a later session was not expected at those before it.
    """

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="walk_in")
    session = models.ForeignKey(Session, models.PROTECT, related_name="walk_ins")
    reason = models.CharField(max_length=300)

    class Meta:
        verbose_name = "walk-in"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="walk_in_says_why")]

    def __str__(self) -> str:
        return f"walk-in {self.pk}"
