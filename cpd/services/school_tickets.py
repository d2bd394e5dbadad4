"""Places that a school's colleagues have taken with their tickets: cover to arrange. Rule FT-2."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cpd.choices import BookingStatus
from cpd.models import Booking, Session
from cpd.services.ticket_returns import lives_again_until
from schools.models import Appointment, School
from schools.rules import HubCalendar
from schools.services.calendar import hub_calendar


@dataclass(frozen=True)
class ColleaguesPlace:
    """One place of a colleague, as the school may see it; `release_until` while it may say no."""

    booking: Booking
    name: str
    release_until: date | None

    @property
    def is_booked(self) -> bool:
        return self.booking.status == BookingStatus.BOOKED

    @property
    def sessions(self) -> Sequence[Session]:
        """Its dates in order; a list of places has them fetched beforehand."""
        return sorted(self.booking.cohort.sessions.all(), key=lambda session: session.starts_at)


def colleagues_places(*, school: School) -> "QuerySet[Any]":
    """Every place somebody on the school's staff list has taken with a ticket.

    Each with `known_name`: the colleague as the school knows them (Rule PE-1).
    """
    posts = Appointment.objects.live().filter(school=school)
    typed = posts.filter(person=OuterRef("delegate")).exclude(known_as="").order_by("-pk")
    places: QuerySet[Any] = Booking.objects.with_a_ticket().filter(
        delegate__in=posts.values("person")
    )
    return places.select_related("cohort__programme").annotate(
        known_name=Coalesce(Subquery(typed.values("known_as")[:1]), F("delegate__full_name"))
    )


def colleagues_places_to_come(*, school: School, at: datetime) -> "QuerySet[Any]":
    """Those of them still to come."""
    upcoming: QuerySet[Any] = colleagues_places(school=school).upcoming(at)  # type: ignore[attr-defined]
    return upcoming


def places_to_come(*, school: School, at: datetime) -> list[ColleaguesPlace]:
    """Those still to come, the soonest first: one question, unless their dates are read."""
    upcoming = colleagues_places_to_come(school=school, at=at)
    bookings = list(upcoming.order_by("cohort__starts_at", "pk"))
    calendar = hub_calendar() if bookings else None
    return [_place(booking, calendar, at=at) for booking in bookings]


def one_place(*, booking: Any, at: datetime) -> ColleaguesPlace:
    """One of `colleagues_places`, whatever became of it."""
    return _place(booking, None, at=at)


def _place(booking: Any, calendar: HubCalendar | None, *, at: datetime) -> ColleaguesPlace:
    is_booked = booking.status == BookingStatus.BOOKED
    until = lives_again_until(booking=booking, at=at, calendar=calendar) if is_booked else None
    return ColleaguesPlace(booking=booking, name=booking.known_name, release_until=until)
