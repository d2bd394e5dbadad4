"""The arithmetic of booking: what comes back on cancelling, and until when limits hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from cpd.choices import PaidBy
from hub_portal.shared.wording import in_credits, in_pounds
from schools.rules import ONE_DAY, HubCalendar, TermDates

FOUR_MONTHS = timedelta(days=120)


@dataclass(frozen=True)
class Band:
    """With at least so many working days' notice, so many per cent come back. Rule BK-6."""

    working_days: int
    percent_returned: int


@dataclass(frozen=True)
class Refund:
    """How a price is split when a booking is cancelled; the two add up to it.

    In the money of the booking: whole credits, or whole pence when it is paid by invoice.
    """

    kept: int
    returned: int


def refund(*, price: int, notice: int, bands: Sequence[Band]) -> Refund:
    """Split a price by working days of notice, in the school's favour. Rule BK-6.

    The band with the longest notice that is met decides; none met returns nothing. What is
    kept is rounded down to whole credits, or to whole pence for an invoice (Rule BK-14).
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


DAYS_LATE = 2
"""So many days late a reminder still makes sense, when the portal was down on its own day."""


def is_due_before(*, on: date, days: int, today: date) -> bool:
    """Whether what is due so many days before a day is due today, or a little late. Rule BK-11."""
    due_on = on - ONE_DAY * days
    return due_on <= today <= due_on + ONE_DAY * DAYS_LATE and today < on


def digest_day(*, monday: date, calendar: HubCalendar) -> date:
    """The day of the rep's digest: Monday, or the first working day after a bank holiday.

    Rule BK-11. A week without any keeps its Monday.
    """
    week = [monday + ONE_DAY * n for n in range(5)]
    return next((day for day in week if calendar.is_working_day(day)), monday)


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


def cost_in_words(*, credits: int, pence: int) -> str:
    """What a place costs, in the one money it is paid with. Rule BK-14."""
    if pence:
        return f"{in_pounds(pence)} by invoice"
    return in_credits(credits) if credits else "free of charge"


def where_from(*, school: str, paid_by: str, comes_from: str = "") -> str:
    """What lists of delegates say of whose somebody is: the school, or a guest's own words."""
    if school:
        return school
    if paid_by == PaidBy.TICKET:
        return "with a Fabulinus Ticket"
    return comes_from or "guest of the hub"


def is_for_phase(*, phase: str, audience: Collection[str]) -> bool:
    """Whether a school of this phase is among those a course is for. Rule BK-4.

    An all-through or middle school belongs to several; a school whose phase says nothing
    about ages is never refused.
    """
    belongs_to = _AUDIENCE_OF_PHASE.get(phase)
    return belongs_to is None or not belongs_to.isdisjoint(audience)


def last_day_of_ticket(*, award_on: date, years: int) -> date:
    """31 August so many years after the award. Rule FT-4."""
    return date(award_on.year + years, 8, 31)


def places_for_tickets(*, capacity: int, percent: int) -> int:
    """How many places of a cohort tickets may take, rounded down, at least one. Rule FT-2."""
    return max(capacity * percent // 100, 1)


def end_of_next_term(*, today: date, terms: Sequence[TermDates]) -> date:
    """The last day of the next term to begin. Rule FT-4.

    Where no such term is on record, the end of a school year at least four months away.
    """
    to_come = [term for term in terms if term.starts_on > today]
    if to_come:
        return min(to_come, key=lambda term: term.starts_on).ends_on
    then = today + FOUR_MONTHS
    return date(then.year + (then.month > 8), 8, 31)


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
