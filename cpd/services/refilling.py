"""What late cancellations kept, and how it comes back. Rule BK-6.

It comes back when another paid booking takes the place, and when the hub calls the whole
cohort off. Everything here happens under the cohort's lock.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from cpd.choices import BookingStatus, CancelledBy
from cpd.emails import booking_mails
from cpd.models import Booking, Cohort
from cpd.services.moving import school_of
from credits.services.commitments import waiver
from credits.services.ledger import NewEntry


def refilled_entries(*, cohort: Cohort, places: int) -> tuple[list[Booking], list[NewEntry]]:
    """The late-cancelled bookings that these paid places take over, with their entries.

    Each place takes over one, first cancelled first.
    """
    if not _late(cohort).exists():
        return [], []
    refilled = list(_kept(cohort)[:places])
    return refilled, [_giving_back(booking, "place_taken_again") for booking in refilled]


def kept_entries(*, cohort: Cohort) -> tuple[list[Booking], list[NewEntry]]:
    """Every late-cancelled booking of which something was kept, with its entry."""
    late = list(_kept(cohort))
    return late, [_giving_back(booking, "cohort_cancelled") for booking in late]


def mark_refilled(
    refilled: Sequence[Booking], *, by_bookings: Sequence[Booking], at: datetime
) -> None:
    """Write on each late-cancelled booking that everything went back, and to whom."""
    for late, taken_by in zip(refilled, by_bookings, strict=False):
        late.refilled_by = taken_by
    mark_returned(refilled)
    for late in refilled:
        booking_mails.kept_credits_returned(booking=late, at=at)


def mark_returned(late: Sequence[Booking]) -> None:
    """Write that nothing is kept any more."""
    for booking in late:
        booking.kept, booking.returned = 0, booking.price
        booking.save(update_fields=["kept", "returned", "refilled_by"])


def _late(cohort: Cohort) -> "QuerySet[Booking]":
    return Booking.objects.filter(
        cohort=cohort,
        status=BookingStatus.CANCELLED,
        cancelled_from=CancelledBy.SCHOOL,
        kept__gt=0,
    )


def _kept(cohort: Cohort) -> "QuerySet[Booking]":
    return (
        _late(cohort)
        .select_for_update(no_key=True, of=("self",))
        .select_related("school", "year", "booked_by", "cohort__programme")
        .order_by("cancelled_at", "pk")
    )


def _giving_back(booking: Booking, why: str) -> NewEntry:
    return waiver(
        key=f"booking:{booking.pk}:{why}",
        about=f"booking:{booking.pk}",
        school=school_of(booking),
        year=booking.year,
        amount=booking.kept or 0,
        person_id=booking.delegate_id,
    )
