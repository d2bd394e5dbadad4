"""How programmes, cohorts and bookings are read. Filters are adjectives."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from cpd.choices import (
    HOLDS_A_PLACE,
    ON_THE_REGISTER,
    WAS_THERE,
    BookingStatus,
    CertificateStatus,
    CohortStatus,
)

if TYPE_CHECKING:
    from cpd.models import Session
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

    def organised_by(self, person: "Person") -> Self:
        """Cohorts somebody runs, once they were offered. Rule BK-10."""
        return self.filter(organiser=person).exclude(status=CohortStatus.DRAFT)


class AttendanceQuerySet(models.QuerySet[Any]):
    def there(self) -> Self:
        """Marks of people who were in the room, wholly or in part. Rule BK-10."""
        return self.filter(mark__in=WAS_THERE)

    def of_person(self, person: "Person") -> Self:
        return self.filter(person=person)


class SessionQuerySet(models.QuerySet[Any]):
    def standing(self) -> Self:
        """Dates that hold."""
        return self.filter(called_off_at__isnull=True)

    def called_off(self) -> Self:
        """Dates that fell away, whose rows stay. Rule BK-11."""
        return self.filter(called_off_at__isnull=False)

    def with_register(self) -> Self:
        """Adds `held`, the places expected, and `marked`, those of them with a mark. BK-10."""
        from_then_on = Q(cohort__bookings__walk_in__session__starts_at__lte=F("starts_at"))
        expected = Q(cohort__bookings__walk_in__isnull=True) | from_then_on
        held = Q(cohort__bookings__status__in=ON_THE_REGISTER) & expected
        marked = Q(attendances__booking__status__in=ON_THE_REGISTER)
        return self.annotate(
            held=Count("cohort__bookings", filter=held, distinct=True),
            marked=Count("attendances", filter=marked, distinct=True),
        )


class EvaluationQuerySet(models.QuerySet[Any]):
    def open(self, at: datetime) -> Self:
        """Asked, not answered yet, and the link still lives. Rule BK-12."""
        return self.filter(answered_at__isnull=True, person__isnull=False, expires_at__gt=at)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)


class CertificateQuerySet(models.QuerySet[Any]):
    def valid(self) -> Self:
        return self.filter(status=CertificateStatus.VALID)

    def for_person(self, person: "Person") -> Self:
        """A person's certificates, whatever became of them, newest first."""
        return self.filter(person=person).order_by("-issued_at", "-pk")


class BookingQuerySet(models.QuerySet[Any]):
    def for_school(self, school: "School") -> Self:
        return self.filter(school=school)

    def of_schools_acted_for_by(self, person: "Person") -> Self:
        return self.filter(school__in=person.appointments.live().of_the_school().values("school"))

    def live(self) -> Self:
        """Bookings that hold a place. Rule BK-3."""
        return self.filter(status__in=HOLDS_A_PLACE)

    def on_the_register(self) -> Self:
        """Bookings whose delegates are expected at the sessions. Rule BK-10."""
        return self.filter(status__in=ON_THE_REGISTER)

    def expected_at(self, session: "Session") -> Self:
        """Places on the register of one session: walk-ins from the one they walked into on."""
        from_then_on = Q(walk_in__session__starts_at__lte=session.starts_at)
        return self.on_the_register().filter(
            Q(walk_in__isnull=True) | from_then_on, cohort=session.cohort_id
        )

    def booked(self) -> Self:
        return self.filter(status=BookingStatus.BOOKED)

    def upcoming(self, at: datetime) -> Self:
        return self.booked().filter(cohort__ends_at__gt=at)
