"""Cohorts: a programme on its dates, with a price and places."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cpd.choices import CohortStatus, Format
from cpd.models.programmes import Programme
from cpd.querysets import CohortQuerySet, SessionQuerySet
from hub_portal.shared.rich_text import RichTextField
from schools.models import Activity


class Cohort(models.Model):
    """A programme "starting 14 January": its sessions, price, places and window. Rule BK-1.

    `starts_at` and `ends_at` are those of its first and last session, kept in step by
    `services/cohorts.py`; the price is in whole credits. With an `invoice_price`, in pence, a
    place may be paid by invoice instead (Rule BK-14).
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="cohorts")
    activity = models.ForeignKey(
        Activity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cohorts",
        verbose_name="activity of the action plan",
    )
    status = models.CharField(
        max_length=10, choices=CohortStatus, default=CohortStatus.DRAFT, editable=False
    )
    format = models.CharField(max_length=10, choices=Format, default=Format.IN_PERSON)
    price = models.PositiveIntegerField("price per place (credits)")
    invoice_price = models.PositiveIntegerField(
        "price per place by invoice (pence)", null=True, blank=True
    )
    capacity = models.PositiveSmallIntegerField("places")
    minimum = models.PositiveSmallIntegerField("runs with at least", default=1)
    places_per_school = models.PositiveSmallIntegerField(
        "places per school",
        null=True,
        blank=True,
        help_text="Empty: as the booking policy says.",
    )
    booking_opens_at = models.DateTimeField("booking opens")
    booking_closes_at = models.DateTimeField("booking closes")
    starts_at = models.DateTimeField(null=True, blank=True, editable=False)
    ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    venue = models.CharField(max_length=200, blank=True)
    joining_details = RichTextField(blank=True)
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cohorts_organised",
    )
    sequence = models.PositiveIntegerField(default=0, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    completed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CohortQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["status", "starts_at"], name="cohort_by_status_and_start"),
            models.Index(fields=["starts_at", "id"], name="cohort_by_start"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(capacity__gt=0), name="cohort_has_places"),
            models.CheckConstraint(
                condition=Q(minimum__lte=F("capacity")), name="cohort_minimum_fits_its_places"
            ),
            models.CheckConstraint(
                condition=Q(invoice_price__isnull=True) | Q(invoice_price__gt=0),
                name="cohort_by_invoice_costs_something",
            ),
            models.CheckConstraint(
                condition=Q(booking_closes_at__gt=F("booking_opens_at")),
                name="cohort_booking_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                name="cohort_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(status=CohortStatus.OFFERED) | Q(starts_at__isnull=False),
                name="cohort_offered_has_a_session",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_by__isnull=True, cancelled_at__isnull=True)
                | Q(cancelled_by__isnull=False, cancelled_at__isnull=False),
                name="cohort_cancelled_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} ({self.pk})"


class StandingSessions(models.Manager.from_queryset(SessionQuerySet)):  # type: ignore[misc]
    """The dates that hold: one called off is seen only by those who ask for it."""

    def get_queryset(self) -> SessionQuerySet:
        return SessionQuerySet(self.model, using=self._db).standing()


class Session(models.Model):
    """One date of a cohort, with its own place if it differs.

    Its entry in calendars and its register are known by its key, so it keeps its row when it
    moves and is never deleted: a date that falls away is called off (Rule BK-11). `objects`
    and `cohort.sessions` are the dates that hold; `with_called_off` are all that ever did.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField("starts")
    ends_at = models.DateTimeField("ends")
    title = models.CharField(max_length=120, blank=True)
    venue = models.CharField("place, if another", max_length=200, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True, editable=False)
    called_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    objects = StandingSessions()
    with_called_off = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["cohort", "starts_at"],
                condition=Q(called_off_at__isnull=True),
                name="session_once_at_a_time_per_cohort",
            ),
            models.CheckConstraint(
                condition=Q(called_off_by__isnull=True, called_off_at__isnull=True)
                | Q(called_off_by__isnull=False, called_off_at__isnull=False),
                name="session_called_off_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%-d %B %Y}"
