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
    WhyUnused,
)
from cpd.models.cohorts import Cohort
from cpd.querysets import BookingQuerySet
from cpd.rules import cost_in_words, reference_of, where_from
from credits.models import JournalEntry
from hub_portal.shared.wording import in_credits, in_pounds
from schools.models import School, SchoolYear


class BookingRequest(models.Model):
    """One press of "Confirm": its key makes a second press harmless. Rule BK-3."""

    key = models.CharField(max_length=64, unique=True)
    fingerprint = models.CharField(max_length=64)
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="+"
    )  # none for a ticket or a guest
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
    One paid by invoice costs no credits: its `price_pence` is frozen, and `kept_pence` is what
    the school still owes. A place taken with a Fabulinus Ticket belongs to no school (Rule
    FT-2), nor does that of a guest, who comes from outside the membership (`comes_from`).
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
    price_pence = models.PositiveIntegerField("price by invoice (pence)", default=0)
    bands = models.JSONField("cancellation bands")
    charge_if_unused = models.PositiveSmallIntegerField(
        "costs, if nobody takes it up (credits)", default=0
    )
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
    kept_pence = models.PositiveIntegerField("kept (pence)", null=True, blank=True)
    comes_from = models.CharField("a guest comes from", max_length=150, blank=True)
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
                condition=Q(
                    paid_by=PaidBy.CREDITS, price__gt=0, price_pence=0, commit_entry__isnull=False
                )
                | Q(paid_by=PaidBy.INVOICE, price=0, price_pence__gt=0, commit_entry__isnull=True)
                | Q(
                    paid_by__in=(PaidBy.FREE, PaidBy.TICKET),
                    price=0,
                    price_pence=0,
                    commit_entry__isnull=True,
                ),
                name="booking_paid_by_one_means",
            ),
            models.CheckConstraint(
                condition=Q(paid_by=PaidBy.TICKET, school__isnull=True, delegate__isnull=False)
                | Q(~Q(paid_by=PaidBy.TICKET), school__isnull=False)
                | Q(
                    paid_by__in=(PaidBy.INVOICE, PaidBy.FREE),
                    school__isnull=True,
                    delegate__isnull=False,
                ),
                name="booking_without_school_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(~Q(paid_by=PaidBy.INVOICE), kept_pence__isnull=True)
                | Q(paid_by=PaidBy.INVOICE, status__in=STANDS, kept_pence__isnull=True)
                | Q(
                    ~Q(status__in=STANDS),
                    paid_by=PaidBy.INVOICE,
                    kept_pence__isnull=False,
                    kept_pence__lte=F("price_pence"),
                ),
                name="booking_by_invoice_keeps_no_more_than_its_price",
            ),
            models.CheckConstraint(
                condition=Q(charge_if_unused=0) | Q(paid_by=PaidBy.FREE, school__isnull=False),
                name="booking_charged_if_unused_is_free",
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
    def is_by_invoice(self) -> bool:
        return self.paid_by == PaidBy.INVOICE

    @property
    def is_of_a_guest(self) -> bool:
        """Somebody from outside the membership, who came for themselves. Rule BK-14."""
        return self.school_id is None and self.paid_by != PaidBy.TICKET

    @property
    def cost(self) -> int:
        """What the place costs in its own money: pence by invoice, credits otherwise."""
        return self.price_pence if self.is_by_invoice else self.price

    @property
    def cost_kept(self) -> int:
        """What is kept of the cost once it is cancelled or completed, in the same money."""
        return (self.kept_pence if self.is_by_invoice else self.kept) or 0

    @property
    def cost_in_words(self) -> str:
        """“3 credits”, “£120 by invoice”, “free of charge”, “a Fabulinus Ticket”."""
        if self.paid_by == PaidBy.TICKET:
            return "a Fabulinus Ticket"
        return cost_in_words(credits=self.price, pence=self.price_pence)

    def in_its_money(self, amount: int) -> str:
        """An amount of what the place costs: “£60” or “2 credits”."""
        return in_pounds(amount) if self.is_by_invoice else in_credits(amount)

    @property
    def kept_in_words(self) -> str:
        return self.in_its_money(self.cost_kept)

    @property
    def returned_in_words(self) -> str:
        return self.in_its_money(self.cost - self.cost_kept)

    @property
    def school_in_words(self) -> str:
        """Which school booked, for lists of delegates."""
        name = self.school.name if self.school else ""
        return where_from(school=name, paid_by=self.paid_by, comes_from=self.comes_from)

    @property
    def school_in_acts(self) -> str:
        """The school as acts name it: "school:12", or '' for a guest or a ticket’s holder."""
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


class UnusedPlace(models.Model):
    """A free place that nobody took up, and what it cost the school. Rule BK-14.

    `due` is what was frozen on the booking, or the part of it that its bands keep; `charged` is
    as much of that as the school had. The rest is reported and never asked for again.
    """

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="unused")
    why = models.CharField(max_length=10, choices=WhyUnused)
    due = models.PositiveIntegerField("to pay (credits)")
    charged = models.PositiveIntegerField("charged (credits)")
    charged_at = models.DateTimeField()
    waived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "free place not taken up"
        verbose_name_plural = "free places not taken up"
        constraints = [
            models.CheckConstraint(condition=Q(due__gt=0), name="unused_place_costs_something"),
            models.CheckConstraint(
                condition=Q(charged__lte=F("due")), name="unused_place_charged_at_most_what_is_due"
            ),
        ]

    def __str__(self) -> str:
        return f"unused place of {self.booking_id}"

    @property
    def not_charged(self) -> int:
        """What the school did not have."""
        return self.due - self.charged


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
