"""Fabulinus Tickets: a free place for every colleague who gained QTS with the alliance's SCITT."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from cpd.choices import WITH_A_BOOKING, TicketStatus
from cpd.models.bookings import Booking
from cpd.querysets import TicketQuerySet
from hub_portal.files.models import SentList, saved_or_put_aside
from schools.models import SchoolYear


class TicketPolicy(models.Model):
    """How far tickets reach and how long they live. Rules FT-2 and FT-4. There is one row."""

    percent_of_places = models.PositiveSmallIntegerField(
        "places of a course that tickets may take (%)",
        default=25,
        validators=[MaxValueValidator(100)],
        help_text="Rounded down, and always at least one place.",
    )
    years = models.PositiveSmallIntegerField(
        "a ticket is good until 31 August, so many years after the award",
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )

    class Meta:
        verbose_name = "ticket policy"
        verbose_name_plural = "ticket policy"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="ticket_policy_is_one_row"),
            models.CheckConstraint(
                condition=Q(percent_of_places__lte=100), name="ticket_policy_gives_at_most_all"
            ),
        ]

    def __str__(self) -> str:
        return "Ticket policy"


class FabulinusTicket(models.Model):
    """One free place for one person, for one award of QTS. Rules FT-1 to FT-4.

    The code is never kept: it is made of id and version under TICKET_KEY, and found by its
    keyed hash. `last_on` is the last day to redeem it; the course may be later.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tickets", verbose_name="holder"
    )
    email = models.EmailField("address it was sent to", max_length=254)
    award_on = models.DateField("QTS awarded on")
    award_year = models.ForeignKey(
        SchoolYear, models.PROTECT, related_name="+", verbose_name="SCITT award year"
    )
    status = models.CharField(max_length=10, choices=TicketStatus, default=TicketStatus.ISSUED)
    last_on = models.DateField("redeem by")
    version = models.PositiveIntegerField(default=1)
    code_hash = models.CharField(max_length=64, blank=True)
    redeemed_by = models.OneToOneField(
        Booking, models.PROTECT, null=True, blank=True, related_name="ticket"
    )
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField("issued")
    sent_at = models.DateTimeField("emailed", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField("withdrawn", null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = "Fabulinus Ticket"
        indexes = [models.Index(fields=["status", "last_on"], name="ticket_by_status_and_end")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "award_year"],
                condition=~Q(status=TicketStatus.WITHDRAWN),
                name="ticket_one_per_award",
            ),
            models.UniqueConstraint(
                fields=["code_hash"], condition=~Q(code_hash=""), name="ticket_one_per_code"
            ),
            models.CheckConstraint(
                condition=Q(status__in=WITH_A_BOOKING, redeemed_by__isnull=False)
                | (~Q(status__in=WITH_A_BOOKING) & Q(redeemed_by__isnull=True)),
                name="ticket_redeemed_has_its_booking",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=TicketStatus.WITHDRAWN,
                    withdrawn_by__isnull=False,
                    withdrawn_at__isnull=False,
                )
                | (
                    ~Q(status=TicketStatus.WITHDRAWN)
                    & Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)
                ),
                name="ticket_withdrawn_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(last_on__gte=F("award_on")), name="ticket_ends_after_its_award"
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")) & ~Q(email=""),
                name="ticket_address_is_lower_case",
            ),
        ]

    def __str__(self) -> str:
        return f"ticket {self.pk}"

    @property
    def shown_address(self) -> str:
        """“j•••@”: what is said of the address until its holder is proved."""
        return f"{self.email[:1]}•••@"

    def is_past(self, on: date) -> bool:
        """Whether its last day is over."""
        return on > self.last_on


class TicketImport(SentList):
    """One list of SCITT graduates, and how many tickets came of it. Rule FT-1."""

    is_to_be_mailed = models.BooleanField("tickets are emailed", default=True)
    people_added = models.PositiveIntegerField(default=0)
    tickets_issued = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "list of graduates"
        verbose_name_plural = "lists of graduates"
        constraints = [saved_or_put_aside("ticket_import")]
