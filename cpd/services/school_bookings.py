"""A school's bookings as its rep looks at them: filtered, one by one, and what is next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from cpd.choices import BookingStatus
from cpd.models import Booking
from cpd.querysets import BookingQuerySet
from cpd.services.catalogue import TermSpan
from hub_portal.shared.london import start_of_day
from schools.models import School

STATES = {
    "": "Coming up",
    "to-be-named": "To be named",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "all": "Every booking",
}
"""How an address and a page name the states a rep looks for."""


@dataclass(frozen=True)
class WantedBookings:
    """Which bookings a rep looks for; all empty means those coming up."""

    state: str = ""
    term: TermSpan | None = None
    person: str = ""


def bookings_of(school: School) -> BookingQuerySet:
    """Every booking a school ever made, with what a list shows of each."""
    return (
        Booking.objects.for_school(school)
        .select_related("cohort__programme", "delegate", "booked_by")
        .defer("cohort__joining_details", "cohort__programme__description", "bands")
    )


def find_bookings(wanted: WantedBookings, *, school: School, at: datetime) -> BookingQuerySet:
    """The school's bookings that match: what is to come soonest first, what is over last first."""
    found = bookings_of(school).filter(_in_state(wanted.state, at))
    if wanted.term:
        found = found.filter(cohort__starts_at__gte=start_of_day(wanted.term.from_on))
        if wanted.term.before:
            found = found.filter(cohort__starts_at__lt=start_of_day(wanted.term.before))
    for word in wanted.person.split():
        found = found.filter(named_as__icontains=word)
    if wanted.state in ("", "to-be-named"):
        return found.order_by("cohort__starts_at", "pk")
    return found.order_by("-cohort__starts_at", "pk")


def bookings_to_come(*, school: School, at: datetime, limit: int) -> list[Booking]:
    """The next places of a school, soonest first."""
    to_come = bookings_of(school).upcoming(at).order_by("cohort__starts_at", "pk")
    return list(to_come[:limit])


def bookings_to_name(*, school: School, at: datetime) -> BookingQuerySet:
    """Places booked for somebody who is still to be named. Rule BK-2."""
    return Booking.objects.for_school(school).filter(_in_state("to-be-named", at))


def _in_state(state: str, at: datetime) -> Q:
    return {
        "": Q(status=BookingStatus.BOOKED, cohort__ends_at__gt=at),
        "to-be-named": Q(
            status=BookingStatus.BOOKED, delegate__isnull=True, cohort__ends_at__gt=at
        ),
        "completed": Q(status=BookingStatus.COMPLETED),
        "cancelled": Q(status=BookingStatus.CANCELLED),
        "all": Q(),
    }[state]
