"""How programmes, cohorts and bookings are read. Filters are adjectives."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from cpd.choices import (
    HOLDS_A_PLACE,
    LIVE_TICKETS,
    BookingStatus,
    CohortStatus,
    PaidBy,
    TicketStatus,
)

if TYPE_CHECKING:
    from schools.models import Person, School


class ProgrammeQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        return self.filter(is_public=True)


class CohortQuerySet(models.QuerySet[Any]):
    def public(self) -> Self:
        """Cohorts the catalogue may show: offered, or called off after they were offered."""
        return self.filter(programme__is_public=True).exclude(status=CohortStatus.DRAFT)

    def upcoming(self, at: datetime) -> Self:
        """Offered and not yet begun."""
        return self.filter(status=CohortStatus.OFFERED, starts_at__gt=at)

    def open_for_booking(self, at: datetime) -> Self:
        """Offered, inside the booking window, and not yet begun. Rule BK-1."""
        return self.upcoming(at).filter(booking_opens_at__lte=at, booking_closes_at__gt=at)

    def with_places_left(self) -> Self:
        """Adds `places_left`: capacity less live places. Rule BK-3.

        A subquery per row, so that a page of twenty counts for twenty.
        """
        return self.annotate(places_left=Greatest(F("capacity") - self._live_places(), 0))

    def with_places_of(self, school: "School | None") -> Self:
        """Adds `ours`: the live places this school holds, none for nobody's school."""
        return self.annotate(ours=self._live_places(school=school) if school else Value(0))

    def _live_places(self, **whose: Any) -> Coalesce:
        bookings = self.model._meta.get_field("bookings").related_model
        live = (
            bookings._default_manager.live()
            .filter(cohort=OuterRef("pk"), **whose)
            .order_by()
            .values("cohort")
            .annotate(places=Count("pk"))
            .values("places")
        )
        return Coalesce(Subquery(live), 0)


class SessionQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Dates that hold."""
        return self.filter(called_off_at__isnull=True)

    def called_off(self) -> Self:
        """Dates that fell away, whose rows stay. Rule BK-11."""
        return self.filter(called_off_at__isnull=False)


class BookingQuerySet(models.QuerySet[Any]):
    def for_school(self, school: "School") -> Self:
        return self.filter(school=school)

    def of_schools_acted_for_by(self, person: "Person") -> Self:
        return self.filter(school__in=person.appointments.live().of_the_school().values("school"))

    def live(self) -> Self:
        """Bookings that hold a place. Rule BK-3."""
        return self.filter(status__in=HOLDS_A_PLACE)

    def booked(self) -> Self:
        return self.filter(status=BookingStatus.BOOKED)

    def upcoming(self, at: datetime) -> Self:
        return self.booked().filter(cohort__ends_at__gt=at)

    def with_a_ticket(self) -> Self:
        """Places taken with a Fabulinus Ticket. Rule FT-2."""
        return self.filter(paid_by=PaidBy.TICKET)


class TicketQuerySet(models.QuerySet[Any]):
    def live(self) -> Self:
        """Tickets that may still be redeemed, or hold a place to come."""
        return self.filter(status__in=LIVE_TICKETS)

    def to_be_redeemed(self) -> Self:
        return self.filter(status=TicketStatus.ISSUED)

    def past(self, on: date) -> Self:
        """Tickets whose last day is over though nothing has been written yet. Rule FT-4."""
        return self.to_be_redeemed().filter(last_on__lt=on)

    def expiring(self, on: date, *, within: int) -> Self:
        """Tickets to be redeemed within so many days."""
        return self.to_be_redeemed().filter(last_on__gte=on, last_on__lte=on + timedelta(within))
