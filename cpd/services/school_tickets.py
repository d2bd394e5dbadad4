"""Places that a school's colleagues have taken with their tickets: cover to arrange. Rule FT-2."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from cpd.choices import BookingStatus
from cpd.models import Booking, Session
from cpd.services.ticket_returns import lives_again_until
from schools.models import School
from schools.rules import HubCalendar
from schools.services.calendar import hub_calendar
from schools.services.staff import colleague_names


@dataclass(frozen=True)
class ColleaguesPlace:
    """One place of a colleague, as the school may see it; `release_until` while it may say no."""

    booking: Booking
    name: str
    sessions: Sequence[Session]
    release_until: date | None

    @property
    def is_booked(self) -> bool:
        return self.booking.status == BookingStatus.BOOKED


def colleagues_places(*, school: School) -> QuerySet[Booking]:
    """Every place somebody on the school's staff list has taken with a ticket."""
    staff = school.appointments.live().values("person")
    places: QuerySet[Booking] = Booking.objects.with_a_ticket().filter(delegate__in=staff)
    return places.select_related("cohort__programme", "delegate", "cancelled_by")


def places_to_come(*, school: School, at: datetime) -> list[ColleaguesPlace]:
    """Those still to come, the soonest first."""
    names, calendar = colleague_names(school=school), hub_calendar()
    upcoming = colleagues_places(school=school).upcoming(at)  # type: ignore[attr-defined]
    places = upcoming.prefetch_related("cohort__sessions").order_by("cohort__starts_at", "pk")
    return [_place(booking, names, calendar, at=at) for booking in places]


def one_place(*, school: School, booking: Booking, at: datetime) -> ColleaguesPlace:
    """One of them, whatever became of it."""
    return _place(booking, colleague_names(school=school), hub_calendar(), at=at)


def _place(
    booking: Booking, names: dict[int, str], calendar: HubCalendar, *, at: datetime
) -> ColleaguesPlace:
    is_booked = booking.status == BookingStatus.BOOKED
    until = lives_again_until(booking=booking, at=at, calendar=calendar) if is_booked else None
    return ColleaguesPlace(
        booking=booking,
        name=names[booking.delegate_id or 0],
        sessions=sorted(booking.cohort.sessions.all(), key=lambda session: session.starts_at),
        release_until=until,
    )
