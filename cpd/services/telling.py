"""Telling delegates of the places a list has brought, when the hub manager says so. Rule SC-8."""

from datetime import datetime
from itertools import groupby

from django.db import transaction

from cpd.choices import BookingStatus
from cpd.emails import booking_mails, ticket_mails
from cpd.errors import EverybodyIsTold
from cpd.models import Booking, Cohort
from cpd.services.moving import lock_cohort
from cpd.services.ticket_returns import lives_again_until
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person
from schools.services.people import refuse_unless_hub


@retried
def tell_delegates(*, cohort: Cohort, by: Person, at: datetime) -> int:
    """Confirm every place of a cohort that nobody was told of, once; how many.

    Each delegate and each school's booker gets the confirmation with its calendar entry
    (Rule BK-11), and from then on what the clock sends. Of a place on a course that is over
    by now nothing is confirmed.

    Raises: OnlyTheHub, EverybodyIsTold.
    """
    refuse_unless_hub(by)
    with transaction.atomic():
        locked = lock_cohort(cohort.pk)
        bookings = _to_tell(locked)
        if not bookings:
            raise EverybodyIsTold
        Booking.objects.filter(pk__in=[booking.pk for booking in bookings]).update(is_told=True)
        _confirm([b for b in bookings if b.status == BookingStatus.BOOKED], locked, at=at)
        record_act(
            verb="cohort.told",
            subject=f"cohort:{locked.pk}",
            by=by,
            at=at,
            after={"places": len(bookings)},
        )
    return len(bookings)


def _to_tell(cohort: Cohort) -> list[Booking]:
    """Locked, in primary-key order; each with its cohort as it was read under the lock."""
    bookings = list(
        Booking.objects.to_be_told()
        .select_for_update(no_key=True, of=("self",))
        .select_related("school", "year", "delegate", "booked_by", "request")
        .filter(cohort=cohort)
        .order_by("pk")
    )
    for booking in bookings:
        booking.cohort = cohort
    return bookings


def _confirm(bookings: list[Booking], cohort: Cohort, *, at: datetime) -> None:
    of_schools = [booking for booking in bookings if booking.school_id is not None]
    of_schools.sort(key=lambda booking: (booking.request_id, booking.pk))
    for _, group in groupby(of_schools, key=lambda booking: booking.request_id):
        of_one_request = list(group)
        booking_mails.places_booked(
            cohort=cohort, bookings=of_one_request, by=of_one_request[0].booked_by, at=at
        )
    for booking in bookings:
        if booking.school_id is None:
            ticket_mails.ticket_redeemed(
                ticket=booking.ticket,
                booking=booking,
                release_until=lives_again_until(booking=booking, at=at),
                at=at,
            )
