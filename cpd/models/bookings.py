"""Places booked: the request, the bookings, who took over, why one was cancelled."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cpd.choices import (
    HOLDS_A_PLACE,
    STANDS,
    BookingStatus,
    CancelledBy,
    CancelReason,
    PaidBy,
)
from cpd.models.cohorts import Cohort
from cpd.querysets import BookingQuerySet
from cpd.rules import reference_of
from credits.models import JournalEntry
from schools.models import School, SchoolYear


class BookingRequest(models.Model):
    """One press of "Confirm": its key makes a second press harmless. Rule BK-3."""

    key = models.CharField(max_length=64, unique=True)
    fingerprint = models.CharField(max_length=64)
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="+"
    )  # none for a ticket
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="requests")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "booking request"

    def __str__(self) -> str:
        return f"request {self.pk}"


class Booking(models.Model):
    """One place of one delegate on one cohort. Rules BK-2 to BK-4, BK-6, BK-7 and BK-14.

    No delegate means "to be named". Price and cancellation bands are frozen when booked;
    `kept` and `returned` are set when cancelled or completed and add up to the price; a
    late-cancelled place that another paid booking takes (`refilled_by`) returns it all.
    A place taken with a Fabulinus Ticket belongs to no school (Rule FT-2).
    `sequence` is that of the delegate's calendar entry. One that came in a list of running
    courses is not told of, and the clock writes to nobody about it, until the hub manager says
    so (Rule SC-8).
    """

    request = models.ForeignKey(BookingRequest, models.PROTECT, related_name="bookings")
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="bookings")
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
    )
    named_as = models.CharField("delegate as the school knows them", max_length=150, blank=True)
    status = models.CharField(max_length=12, choices=BookingStatus, default=BookingStatus.BOOKED)
    year = models.ForeignKey(
        SchoolYear, models.PROTECT, related_name="+", verbose_name="paid from the year"
    )
    paid_by = models.CharField(max_length=10, choices=PaidBy)
    price = models.PositiveIntegerField("price (credits)")
    bands = models.JSONField("cancellation bands")
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    commit_entry = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_from = models.CharField(
        "who called it off", max_length=10, choices=CancelledBy, blank=True
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    kept = models.PositiveIntegerField(null=True, blank=True)
    returned = models.PositiveIntegerField(null=True, blank=True)
    refilled_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="refills"
    )
    sequence = models.PositiveIntegerField(default=0)
    is_told = models.BooleanField("delegate has been told", default=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["school", "status"], name="booking_by_school_and_status"),
            models.Index(fields=["cohort", "status"], name="booking_by_cohort_and_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "delegate"],
                condition=Q(status__in=HOLDS_A_PLACE),
                name="booking_one_live_place_per_person_and_cohort",
            ),
            models.CheckConstraint(
                condition=Q(paid_by=PaidBy.CREDITS, price__gt=0, commit_entry__isnull=False)
                | Q(paid_by__in=(PaidBy.FREE, PaidBy.TICKET), price=0, commit_entry__isnull=True),
                name="booking_paid_by_one_means",
            ),
            models.CheckConstraint(
                condition=Q(paid_by=PaidBy.TICKET, school__isnull=True, delegate__isnull=False)
                | (~Q(paid_by=PaidBy.TICKET) & Q(school__isnull=False)),
                name="booking_without_school_is_a_ticket_holders",
            ),
            models.CheckConstraint(
                condition=Q(status__in=STANDS, kept__isnull=True, returned__isnull=True)
                | Q(
                    ~Q(status__in=STANDS),
                    kept__isnull=False,
                    returned__isnull=False,
                    price=F("kept") + F("returned"),
                ),
                name="booking_kept_and_returned_make_the_price",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=BookingStatus.CANCELLED,
                    cancelled_by__isnull=False,
                    cancelled_at__isnull=False,
                    cancelled_from__in=CancelledBy.values,
                )
                | Q(
                    ~Q(status=BookingStatus.CANCELLED),
                    cancelled_by__isnull=True,
                    cancelled_at__isnull=True,
                    cancelled_from="",
                ),
                name="booking_cancelled_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(status=BookingStatus.COMPLETED, completed_at__isnull=False)
                | Q(~Q(status=BookingStatus.COMPLETED), completed_at__isnull=True),
                name="booking_completed_has_when",
            ),
        ]

    def __str__(self) -> str:
        return f"booking {self.pk}"

    @property
    def reference(self) -> str:
        """How people name a booking on the telephone: "B-000345"."""
        return reference_of(self.pk)

    @property
    def school_in_words(self) -> str:
        """Which school booked, for lists of delegates."""
        return self.school.name if self.school else "with a Fabulinus Ticket"

    @property
    def school_in_acts(self) -> str:
        """The school as acts name it: "school:12", or '' for a place with a ticket."""
        return f"school:{self.school_id}" if self.school_id else ""


class Substitution(models.Model):
    """One delegate gave a place to another, free of charge. Rule BK-7."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="substitutions")
    from_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    from_named_as = models.CharField(max_length=150, blank=True)
    to_person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_person__isnull=True) | ~Q(from_person=F("to_person")),
                name="substitution_is_between_two_people",
            )
        ]

    def __str__(self) -> str:
        return f"substitution {self.pk}"


class CancellationReason(models.Model):
    """Why a school cancelled, seen by the hub only and deleted in time. Rule BK-6.

    A row of its own: it never stands in ledger, act, mail or statement.
    """

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="reason")
    code = models.CharField("reason", max_length=20, choices=CancelReason)
    given_at = models.DateTimeField()
    waived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "reason for cancelling"
        verbose_name_plural = "reasons for cancelling"

    def __str__(self) -> str:
        return self.get_code_display()
