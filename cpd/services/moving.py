"""Locking one booking for a change of its state. Moving a booking starts with its cohort."""

from typing import Any

from django.db.models import BigIntegerField, QuerySet

from cpd.choices import BOOKING_MOVES, STANDS, BookingStatus
from cpd.errors import BookedForAGuest, BookedWithATicket, BookingNotLive
from cpd.models import Booking, BookingRequest, Cohort
from hub_portal.shared.prepared import prepared
from schools.models import School


def lock_booking(booking_id: int) -> Booking:
    """Lock the booking's cohort, then the booking; both are read again under the locks."""
    cohort_id = Booking.objects.values_list("cohort", flat=True).get(pk=booking_id)
    cohort = lock_cohort(cohort_id)
    booking = (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("school", "year", "delegate", "booked_by", "request")
        .get(pk=booking_id)
    )
    booking.cohort = cohort
    return booking


def lock_cohort(cohort_id: int) -> Cohort:
    """Lock one cohort and read it again, with its programme. Raises: Cohort.DoesNotExist."""
    for cohort in _locked_cohort(pk=cohort_id):
        return cohort
    raise Cohort.DoesNotExist


@prepared(pk=BigIntegerField())
def _locked_cohort(pk: Any) -> "QuerySet[Cohort]":
    locked = Cohort.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("programme").filter(pk=pk)


def lock_live_bookings(cohort: Cohort, *, awaiting: bool = False) -> list[Booking]:
    """Lock every booking of a locked cohort that still stands, in primary-key order.

    Those that wait for approval only when asked for.
    """
    bookings = list(
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("school", "year", "delegate", "booked_by", "request")
        .filter(cohort=cohort, status__in=STANDS if awaiting else (BookingStatus.BOOKED,))
        .order_by("pk")
    )
    for booking in bookings:
        booking.cohort = cohort
    return bookings


REQUEST = "booking_request"
BY_INVOICE = "invoiced_request"
"""What approvals call a request that is paid with credits, or by invoice. Rule CR-14."""


def about_request(request_id: int, *, by_invoice: bool = False) -> str:
    """How a request for approval names what was booked together."""
    return f"{BY_INVOICE if by_invoice else REQUEST}:{request_id}"


def raise_sequences(cohort: Cohort) -> list[Booking]:
    """Make every calendar entry of a locked cohort newer than the one before. Rule BK-11.

    Gives back the bookings that stand, locked.
    """
    cohort.sequence += 1
    cohort.save(update_fields=["sequence"])
    bookings = lock_live_bookings(cohort)
    for booking in bookings:
        booking.sequence += 1
    Booking.objects.bulk_update(bookings, ["sequence"])
    return bookings


def school_of(booked: Booking | BookingRequest) -> School:
    """The school that booked and pays.

    Raises: BookedWithATicket (Rule FT-2) or BookedForAGuest (Rule BK-14), when none did.
    """
    if booked.school is None:
        if isinstance(booked, Booking) and booked.is_of_a_guest:
            raise BookedForAGuest
        raise BookedWithATicket
    return booked.school


def refuse_unless_it_may_become(booking: Booking, status: BookingStatus) -> None:
    """Raises: BookingNotLive when the table of moves does not allow it."""
    if status not in BOOKING_MOVES[BookingStatus(booking.status)]:
        raise BookingNotLive(f"This booking is {booking.get_status_display().lower()} already.")
