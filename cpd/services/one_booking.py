"""One booking as its school sees it: the facts, and what cancelling would do by which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from cpd import rules
from cpd.choices import STANDS, BookingStatus
from cpd.models import Attendance, Booking, Session, Substitution, UnusedPlace
from cpd.rules import Refund
from cpd.services.cancelling import effect_of_cancelling
from cpd.services.policy import bands_of
from cpd.services.school_bookings import Standing, standing_of
from cpd.services.unused import cost_of_giving_up
from hub_portal.shared.london import london_date
from hub_portal.shared.wording import day, in_credits, in_pounds
from schools.models import Person
from schools.services.calendar import hub_calendar


@dataclass(frozen=True)
class BookingPage:
    """What the page of a booking says, and which acts it offers now."""

    booking: Booking
    standing: Standing
    sessions: Sequence[Session]
    substitutions: Sequence[Substitution]
    marks: Sequence[Attendance]
    effect: Refund | None
    charge_now: int
    unused: UnusedPlace | None
    cancelling_in_words: Sequence[str]
    may_substitute: bool
    has_apologies: bool

    @property
    def may_cancel(self) -> bool:
        return self.effect is not None


def bookings_for(person: Person) -> QuerySet[Booking]:
    """The bookings a person may look at and change: those of the schools they act for."""
    return Booking.objects.of_schools_acted_for_by(person).select_related(
        "cohort__programme", "school", "delegate", "booked_by", "cancelled_by", "refilled_by"
    )


def booking_page(*, booking: Booking, at: datetime) -> BookingPage:
    """Everything the page of one booking says. Rules BK-6 and BK-7."""
    sessions = list(booking.cohort.sessions.order_by("starts_at"))
    is_booked = booking.status == BookingStatus.BOOKED
    starts_at = booking.cohort.starts_at
    begun = starts_at is not None and at >= starts_at
    first_is_over = bool(sessions) and at >= sessions[0].ends_at
    may_cancel = booking.status in STANDS and not begun
    return BookingPage(
        booking=booking,
        standing=standing_of(booking),
        sessions=sessions,
        substitutions=list(
            booking.substitutions.select_related("to_person", "made_by").order_by("made_at")
        ),
        marks=list(booking.attendances.select_related("session").order_by("session__starts_at")),
        effect=effect_of_cancelling(booking=booking, at=at) if may_cancel else None,
        charge_now=cost_of_giving_up(booking=booking, at=at) if may_cancel else 0,
        unused=_unused(booking),
        cancelling_in_words=_by_which_day(booking, at) if may_cancel and is_booked else (),
        may_substitute=is_booked and not first_is_over,
        has_apologies=is_booked and booking.apologies.standing().exists(),
    )


def _unused(booking: Booking) -> UnusedPlace | None:
    """What it has cost that nobody took a free place up. Rule BK-14."""
    if not booking.charge_if_unused:
        return None
    return UnusedPlace.objects.filter(booking=booking).first()


def _by_which_day(booking: Booking, at: datetime) -> list[str]:
    """A sentence per band that can still be met, by the bands frozen on the booking."""
    starts_at = booking.cohort.starts_at
    if not booking.cost or starts_at is None:
        return []
    first_on, today, calendar = london_date(starts_at), london_date(at), hub_calendar()
    bands = bands_of(booking.bands)
    said = []
    for band in sorted(bands, key=lambda band: -band.working_days):
        last = rules.last_day_in_band(band=band, first_on=first_on, calendar=calendar, today=today)
        if last is None:
            continue
        back = rules.refund(price=booking.cost, notice=band.working_days, bands=bands).returned
        if back:
            said.append(f"Cancel by {day(last)} and {_comes_back(booking, back)}.")
        else:
            said.append(_nothing_comes_back(booking, after=bool(said)))
    return said


def _nothing_comes_back(booking: Booking, *, after: bool) -> str:
    if booking.is_by_invoice:
        return f"{'After that' if after else 'Now'} the invoice is to be paid in full."
    return "After that nothing comes back." if after else "Nothing comes back now."


def _comes_back(booking: Booking, back: int) -> str:
    price = booking.cost
    if booking.is_by_invoice:
        some = f"{in_pounds(back)} is taken off the invoice"
        return "nothing is to be paid" if back == price else some
    verb = "comes" if back == 1 else "come"
    return f"{'all ' if back == price and back > 1 else ''}{in_credits(back)} {verb} back"
