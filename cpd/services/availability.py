"""What a page says about getting a place: words, never a number that means something else.

The same words stand in the catalogue, on the course page and on the public home page. They
tell; the gate (`services/gate.py`) decides.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cpd.choices import CohortStatus
from hub_portal.shared.london import london_date
from hub_portal.shared.wording import clock_time, counted

FEW = 5
"""From so many places down the page says how many; above it, only that there are some."""


class Dated(Protocol):
    """A cohort, or a row that says as much of one."""

    status: str
    starts_at: datetime | None
    ends_at: datetime | None
    booking_opens_at: datetime
    booking_closes_at: datetime


@dataclass(frozen=True, slots=True)
class Availability:
    """“3 places left” in a tone (ok, warn, bad, plain), and whether the form is worth opening.

    `is_full`: open for booking, with nothing to be booked but the waiting list to join.
    """

    words: str
    tone: str
    is_open: bool = False
    is_full: bool = False


def availability(*, cohort: Dated, places_left: int, at: datetime) -> Availability:
    """What to say of a cohort at this moment. Rules BK-1 and BK-4."""
    stopped = _stopped(cohort, at)
    if stopped is not None:
        return stopped
    if at < cohort.booking_opens_at:
        return Availability(f"Booking opens {_day_and_month(cohort.booking_opens_at, at)}", "plain")
    if at >= cohort.booking_closes_at:
        return Availability("Booking closed", "plain")
    if places_left == 0:
        return Availability("Full", "warn", is_full=True)
    return _with_places(cohort, places_left, at)


def _stopped(cohort: Dated, at: datetime) -> Availability | None:
    if cohort.status == CohortStatus.CANCELLED:
        return Availability("Cancelled", "bad")
    if cohort.status == CohortStatus.COMPLETED or (cohort.ends_at and at >= cohort.ends_at):
        return Availability("Finished", "plain")
    if cohort.starts_at and at >= cohort.starts_at:
        return Availability("Already running", "plain")
    if cohort.status != CohortStatus.OFFERED:
        return Availability("Not open for booking", "plain")
    return None


def _with_places(cohort: Dated, places_left: int, at: datetime) -> Availability:
    left = f"{counted(places_left, 'place')} left" if places_left <= FEW else ""
    if london_date(cohort.booking_closes_at) == london_date(at):
        closes = f"Closes today at {clock_time(cohort.booking_closes_at)}"
        return Availability(f"{left}. {closes}" if left else closes, "warn", is_open=True)
    if left:
        return Availability(left, "warn", is_open=True)
    return Availability("Places available", "ok", is_open=True)


def _day_and_month(then: datetime, at: datetime) -> str:
    """“4 January”, with the year when that is far off."""
    on = london_date(then)
    year = f" {on.year}" if (on - london_date(at)).days > 300 else ""
    return f"{on.day} {on:%B}{year}"
