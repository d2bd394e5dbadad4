"""The arithmetic of booking: what comes back on cancelling, and until when limits hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from schools.rules import ONE_DAY, HubCalendar


@dataclass(frozen=True)
class Band:
    """With at least so many working days' notice, so many per cent come back. Rule BK-6."""

    working_days: int
    percent_returned: int


@dataclass(frozen=True)
class Refund:
    """How a price is split when a booking is cancelled; the two add up to it."""

    kept: int
    returned: int


def refund(*, price: int, notice: int, bands: Sequence[Band]) -> Refund:
    """Split a price by working days of notice, in the school's favour. Rule BK-6.

    The band with the longest notice that is met decides; none met returns nothing. What is
    kept is rounded down to whole credits.
    """
    met = [band for band in bands if notice >= band.working_days]
    percent = max(met, key=lambda band: band.working_days).percent_returned if met else 0
    kept = price * (100 - percent) // 100
    return Refund(kept=kept, returned=price - kept)


def notice_in_working_days(*, cancelled_on: date, first_on: date, calendar: HubCalendar) -> int:
    """Working days after the day of cancelling and before the first session. Rule SC-7."""
    return calendar.working_days_between(cancelled_on, first_on)


def last_day_in_band(
    *, band: Band, first_on: date, calendar: HubCalendar, today: date
) -> date | None:
    """The last day on which cancelling still falls into this band, or none if it is past."""
    last, notice = first_on - ONE_DAY, 0
    while notice < band.working_days:
        notice += calendar.is_working_day(last)
        last -= ONE_DAY
    return last if last >= today else None


A_TENTH = Decimal("0.1")


def cpd_hours(*, programme_hours: Decimal, sessions: Sequence[tuple[int, Decimal]]) -> Decimal:
    """The hours of CPD that count for somebody, to a tenth of an hour. Rule BK-12.

    `sessions` are all of the cohort: minutes long, and the part of it attended, 0 to 1. The
    programme's hours are shared out by length, so that whoever was at every session has
    exactly what the programme says.
    """
    length = sum(minutes for minutes, _ in sessions)
    if not length:
        return Decimal(0)
    there = sum((minutes * part for minutes, part in sessions), Decimal(0))
    return (programme_hours * there / length).quantize(A_TENTH, ROUND_HALF_UP)


def as_typed_number(typed: str) -> str:
    """A certificate's number as it is kept: capitals, without spaces, dots or hyphens."""
    return "".join(character for character in typed.upper() if character.isalnum())


def answers_shown(*, answered: int, fewest: int, is_closed: bool) -> int:
    """How many answers a summary takes in, so that nobody's own can be read out of it.

    None below `fewest`; while more may come, only whole steps of that many, so that two looks
    at the page never differ by one person's answer. Rule BK-12.
    """
    if answered < fewest:
        return 0
    return answered if is_closed else answered - answered % fewest


def reference_of(booking_id: int) -> str:
    """How a booking is called on pages, in mails and on the telephone: "B-000345"."""
    return f"B-{booking_id:06d}"


def is_for_phase(*, phase: str, audience: Collection[str]) -> bool:
    """Whether a school of this phase is among those a course is for. Rule BK-4.

    An all-through or middle school belongs to several; a school whose phase says nothing
    about ages is never refused.
    """
    belongs_to = _AUDIENCE_OF_PHASE.get(phase)
    return belongs_to is None or not belongs_to.isdisjoint(audience)


_AUDIENCE_OF_PHASE = {
    "nursery": {"early years"},
    "infant": {"early years", "primary"},
    "junior": {"primary"},
    "primary": {"early years", "primary"},
    "middle": {"primary", "secondary"},
    "secondary": {"secondary"},
    "post_16": {"secondary"},
    "all_through": {"early years", "primary", "secondary"},
    "special": {"special", "early years", "primary", "secondary"},
}
