"""A place that came free late and was taken again: what was kept goes back. Rule BK-6."""

from collections.abc import Sequence

from cpd.choices import BookingStatus, CancelledBy
from cpd.models import Booking, Cohort
from credits.services.commitments import waiver
from credits.services.ledger import NewEntry


def refilled_entries(*, cohort: Cohort, places: int) -> tuple[list[Booking], list[NewEntry]]:
    """The earliest late-cancelled bookings that these places take over, with their entries.

    Called under the cohort's lock by a booking that is paid; each paid place takes over
    one late-cancelled place, first cancelled first.
    """
    waiting = (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("school", "year")
        .filter(
            cohort=cohort,
            status=BookingStatus.CANCELLED,
            cancelled_from=CancelledBy.SCHOOL,
            kept__gt=0,
        )
        .order_by("cancelled_at", "pk")[:places]
    )
    refilled = list(waiting)
    return refilled, [
        waiver(
            key=f"booking:{booking.pk}:place_taken_again",
            about=f"booking:{booking.pk}",
            school=booking.school,
            year=booking.year,
            amount=booking.kept or 0,
            person_id=booking.delegate_id,
        )
        for booking in refilled
    ]


def mark_refilled(refilled: Sequence[Booking], *, by_bookings: Sequence[Booking]) -> None:
    """Write on each late-cancelled booking that everything went back, and to whom."""
    for late, taken_by in zip(refilled, by_bookings, strict=False):
        late.kept, late.returned, late.refilled_by = 0, late.price, taken_by
        late.save(update_fields=["kept", "returned", "refilled_by"])
