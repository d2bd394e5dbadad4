"""What courses hold of a school that leaves: its places, kept or given up. Rule SC-2."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from cpd.choices import STANDS, BookingStatus, CancelledBy
from cpd.emails import booking_mails
from cpd.models import Booking
from cpd.services.cancelling import ask_for_less, everything_back, take_off
from cpd.services.demand import withdraw_every_wish
from cpd.services.moving import lock_booking
from cpd.services.promotion import places_came_free
from cpd.services.waiting import leave_every_list
from hub_portal.shared.retrying import retried
from hub_portal.shared.wording import plain_day
from schools.models import Person, School
from schools.services.leaving import AppsPart, Held, register_leaving


def register_cpd_part() -> None:
    register_leaving("cpd", AppsPart(held=places_held, give_up=give_up_places))


def places_held(school: School) -> list[Held]:
    """Every place the school has booked that is still to come, soonest first."""
    live = Booking.objects.filter(school=school).standing().select_related("cohort__programme")
    return [
        Held(f"booking:{booking.pk}", _words(booking))
        for booking in live.order_by("cohort__starts_at", "pk")
    ]


def give_up_places(*, school: School, subjects: Collection[str], by: Person, at: datetime) -> None:
    """Cancel the places named, all of their price coming back, and tell delegate and booker.

    What was invoiced is credited.
    Waiting entries and offers end whatever is kept; what comes free goes to the next in line.
    """
    leave_every_list(school=school, by=by, at=at)
    withdraw_every_wish(school=school, by=by, at=at)
    for held in places_held(school):
        if held.about in subjects:
            _give_up(int(held.about.partition(":")[2]), by=by, at=at)


@retried
def _give_up(booking_id: int, *, by: Person, at: datetime) -> None:
    with transaction.atomic():
        booking = lock_booking(booking_id)
        if booking.status not in STANDS:
            return
        was_told = booking.status == BookingStatus.BOOKED
        take_off(booking, everything_back(booking), cancelled_from=CancelledBy.HUB, by=by, at=at)
        if was_told:
            booking_mails.place_given_up(booking=booking, at=at)
        else:
            ask_for_less(booking, by=by, at=at)
        places_came_free(cohort=booking.cohort, by=by, at=at)


def _words(booking: Booking) -> str:
    cohort = booking.cohort
    when = f", {plain_day(cohort.starts_at)}" if cohort.starts_at else ""
    who = booking.named_as or "to be named"
    return f"{who}: {cohort.programme.title}{when}, {booking.cost_in_words}"
