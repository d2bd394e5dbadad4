"""A place taken with a ticket comes back, and what becomes of the ticket. Rules FT-2 and FT-4.

In time (the days on which the cancellation bands give everything back) the ticket lives again;
later it is used, as it is when its holder came or stayed away.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from cpd import rules
from cpd.choices import BookingStatus, CancelledBy, PaidBy, TicketStatus
from cpd.emails import ticket_mails
from cpd.errors import (
    CohortNotBookable,
    TicketNotLive,
    TicketWouldBeUsed,
    TooLateToHoldBack,
)
from cpd.models import Booking, Cohort, FabulinusTicket
from cpd.rules import Refund
from cpd.services.cancelling import mark_cancelled
from cpd.services.gate import refuse_unless_acting
from cpd.services.moving import lock_booking, refuse_unless_it_may_become
from cpd.services.policy import bands_of
from cpd.services.promotion import places_came_free
from cpd.services.ticket_moving import become, live_again, lock_ticket, lock_tickets_of
from hub_portal.shared.errors import NotAllowed
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from schools.models import Person, School
from schools.rules import HubCalendar
from schools.services.calendar import hub_calendar

NOTHING = Refund(kept=0, returned=0)


def lives_again_until(
    *, booking: Booking, at: datetime, calendar: HubCalendar | None = None
) -> date | None:
    """The last day on which giving the place back leaves the ticket alive; None once past.

    `calendar` is the hub's, for a caller that asks about many.
    """
    everything = [band for band in bands_of(booking.bands) if band.percent_returned == 100]
    if not everything or booking.cohort.starts_at is None:
        return None
    return rules.last_day_in_band(
        band=min(everything, key=lambda band: band.working_days),
        first_on=london_date(booking.cohort.starts_at),
        calendar=calendar or hub_calendar(),
        today=london_date(at),
    )


@retried
def give_place_back(*, booking_id: int, shown_as_living: bool, by: Person, at: datetime) -> bool:
    """The holder gives the place back: in time the ticket lives, later it is used. Rule FT-4.

    Whether the ticket lives. `shown_as_living` is what the page said; nothing is done if it is
    no longer so. Done twice, it changes nothing.

    Raises: NotAllowed, TicketNotLive, BookingNotLive, CohortNotBookable once the course has
    begun, TicketWouldBeUsed.
    """
    with transaction.atomic():
        booking = _lock_place(booking_id)
        if booking.delegate_id != by.pk:
            raise NotAllowed("Only the holder of a ticket gives its place back.")
        if booking.status == BookingStatus.CANCELLED and booking.cancelled_by_id == by.pk:
            return not FabulinusTicket.objects.filter(redeemed_by=booking).exists()
        refuse_unless_it_may_become(booking, BookingStatus.CANCELLED)
        _refuse_once_begun(booking, at)
        is_in_time = lives_again_until(booking=booking, at=at) is not None
        if shown_as_living and not is_in_time:
            raise TicketWouldBeUsed
        ticket = _free_the_place(booking, cancelled_from=CancelledBy.HOLDER, by=by, at=at)
        if is_in_time:
            live_again(ticket, why="given_back", by=by, at=at)
        else:
            become(ticket, TicketStatus.USED, verb="ticket.used", why="too_late", by=by, at=at)
        ticket_mails.place_given_back(ticket=ticket, booking=booking, at=at)
    return is_in_time


@retried
def cannot_release(*, booking_id: int, school_id: int, by: Person, at: datetime) -> Booking:
    """The holder's school cannot spare them: the place is free, the ticket lives. Rule FT-2.

    Done twice, it changes nothing.

    Raises: MayNotActFor, NotAMember, NotAllowed, BookingNotLive, TicketNotLive,
    TooLateToHoldBack.
    """
    with transaction.atomic():
        booking = _lock_place(booking_id)
        school = School.objects.get(pk=school_id)
        refuse_unless_acting(person=by, school=school, on=london_date(at))
        if booking.status == BookingStatus.CANCELLED and booking.cancelled_by_id == by.pk:
            return booking
        if not school.appointments.live().filter(person=booking.delegate_id).exists():
            raise NotAllowed("That person is not on your school’s staff list.")
        refuse_unless_it_may_become(booking, BookingStatus.CANCELLED)
        if lives_again_until(booking=booking, at=at) is None:
            raise TooLateToHoldBack
        ticket = _free_the_place(booking, cancelled_from=CancelledBy.SCHOOL, by=by, at=at)
        live_again(ticket, why="not_released", by=by, at=at)
        ticket_mails.place_not_released(ticket=ticket, booking=booking, school=school, at=at)
    return booking


def tickets_live_again(
    *, cohort: Cohort, bookings: Sequence[Booking], by: Person, at: datetime
) -> None:
    """The hub has called the cohort off: every ticket lives, also of places given back late.

    Rule BK-6. Called under the cohort's lock, with its bookings cancelled.
    """
    late = Booking.objects.with_a_ticket().filter(
        cohort=cohort, status=BookingStatus.CANCELLED, ticket__status=TicketStatus.USED
    )
    by_id = {booking.pk: booking for booking in [*bookings, *late]}
    for ticket in lock_tickets_of(list(by_id.values())):
        booking = by_id[ticket.redeemed_by_id]
        live_again(ticket, why="called_off", by=by, at=at)
        ticket_mails.course_called_off(ticket=ticket, booking=booking, at=at)


def tickets_are_used(*, bookings: Sequence[Booking], by: Person, at: datetime) -> None:
    """The course is over: its tickets are used, whoever came. Rule FT-4."""
    with_tickets = [booking for booking in bookings if booking.paid_by == PaidBy.TICKET]
    for ticket in lock_tickets_of(with_tickets) if with_tickets else ():
        become(ticket, TicketStatus.USED, verb="ticket.used", why="completed", by=by, at=at)


def _lock_place(booking_id: int) -> Booking:
    """Lock a place that was taken with a ticket. Raises: TicketNotLive for any other."""
    booking = lock_booking(booking_id)
    if booking.paid_by != PaidBy.TICKET:
        raise TicketNotLive("No ticket holds this place.")
    return booking


def _free_the_place(
    booking: Booking, *, cancelled_from: CancelledBy, by: Person, at: datetime
) -> FabulinusTicket:
    """Cancel a locked booking; the ticket that held it, which is locked after it.

    The place goes to the first in line of the waiting list (Rule BK-8).

    Raises: TicketNotLive.
    """
    mark_cancelled(booking, NOTHING, cancelled_from=cancelled_from, by=by, at=at)
    places_came_free(cohort=booking.cohort, at=at, by=by)
    ids = FabulinusTicket.objects.filter(redeemed_by=booking).values_list("pk", flat=True)
    ticket_id = ids.first()
    if ticket_id is None:
        raise TicketNotLive("No ticket holds this place.")
    return lock_ticket(ticket_id)


def _refuse_once_begun(booking: Booking, at: datetime) -> None:
    if booking.cohort.starts_at is not None and at >= booking.cohort.starts_at:
        raise CohortNotBookable("This course has begun, so the place cannot be given back.")
