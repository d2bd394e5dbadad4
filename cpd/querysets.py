"""How programmes, cohorts and bookings are read. Filters are adjectives."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from cpd.choices import HOLDS_A_PLACE, AskStatus, BookingStatus, CohortStatus

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

    def of_delegate(self, person: "Person") -> Self:
        """A person's own places, whichever school booked them. Rule SC-6."""
        return self.filter(delegate=person)

    def live(self) -> Self:
        """Bookings that hold a place. Rule BK-3."""
        return self.filter(status__in=HOLDS_A_PLACE)

    def booked(self) -> Self:
        return self.filter(status=BookingStatus.BOOKED)

    def upcoming(self, at: datetime) -> Self:
        return self.booked().filter(cohort__ends_at__gt=at)


class AskedPlaceQuerySet(models.QuerySet[Any]):
    def waiting(self, at: datetime) -> Self:
        """Asked for, on a course still to come, and not booked since. Rule BK-2."""
        bookings = self.model._meta.get_field("cohort").related_model._meta.get_field("bookings")
        booked = bookings.related_model._default_manager.filter(
            cohort=OuterRef("cohort"), delegate=OuterRef("person"), status__in=HOLDS_A_PLACE
        )
        return self.filter(
            ~Exists(booked),
            status=AskStatus.ASKED,
            cohort__status=CohortStatus.OFFERED,
            cohort__starts_at__gt=at,
        )


class ApologyQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Not taken back, and the place is still that person's."""
        return self.filter(
            taken_back_at__isnull=True,
            person=F("booking__delegate"),
            booking__status=BookingStatus.BOOKED,
        )

    def to_answer(self, at: datetime) -> Self:
        """Those a school can still do something about."""
        return self.standing().filter(booking__cohort__ends_at__gt=at)


class NeedsQuerySet(models.QuerySet[Any]):
    def said_on(self, cohort: Any) -> Self:
        """Answers for one cohort, "nothing" among them."""
        return self.filter(cohort=cohort, said_at__isnull=False)

    def open_by_link(self, at: datetime) -> Self:
        """Asked for, on a course not over yet, and the person's sessions have not ended since."""
        return self.filter(
            cohort__status=CohortStatus.OFFERED,
            cohort__ends_at__gt=at,
            person__is_active=True,
            person__sessions_ended=F("link_version"),
            asked_at__isnull=False,
        )
