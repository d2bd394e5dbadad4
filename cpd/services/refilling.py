"""What late cancellations kept, and how it comes back. Rule BK-6.

It comes back when another paid booking takes the place, and when the hub calls the whole
cohort off. Everything here happens under the cohort's lock.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from cpd.choices import InvoiceCause
from cpd.emails import booking_mails
from cpd.models import Booking, Cohort
from cpd.services.cancelling import everything_back, write_split
from cpd.services.invoicing import credit
from cpd.services.moving import school_of
from credits.services.commitments import waiver
from credits.services.ledger import NewEntry
from schools.models import Person


def refilled_entries(*, cohort: Cohort, places: int) -> tuple[list[Booking], list[NewEntry]]:
    """The late-cancelled bookings that these paid places take over, with their entries.

    Each place takes over one, first cancelled first. One that was paid by invoice has no entry:
    `mark_refilled` writes its credit note.
    """
    if not places:
        return [], []
    refilled = list(_kept(cohort)[:places])
    return refilled, _giving_back(refilled, "place_taken_again")


def kept_entries(*, cohort: Cohort) -> tuple[list[Booking], list[NewEntry]]:
    """Every late-cancelled booking of which something was kept, with its entry."""
    late = list(_kept(cohort))
    return late, _giving_back(late, "cohort_cancelled")


def mark_refilled(
    refilled: Sequence[Booking], *, by_bookings: Sequence[Booking], by: Person, at: datetime
) -> None:
    """Write on each late-cancelled booking that everything went back, and to whom."""
    kept = [late.cost_kept for late in refilled]
    for late, taken_by in zip(refilled, by_bookings, strict=False):
        late.refilled_by = taken_by
    mark_returned(refilled, cause=InvoiceCause.TAKEN_AGAIN, by=by, at=at)
    for late, was_kept in zip(refilled, kept, strict=True):
        booking_mails.kept_returned(booking=late, kept=was_kept, at=at)


def mark_returned(
    late: Sequence[Booking], *, cause: InvoiceCause, by: Person, at: datetime
) -> None:
    """Write that nothing is kept any more, with a credit note for what was invoiced."""
    for booking in late:
        if booking.is_by_invoice:
            credit(booking, booking.cost_kept, cause=cause, by=by, at=at)
        write_split(booking, everything_back(booking))
        booking.save(update_fields=["kept", "returned", "kept_pence", "refilled_by"])


def _kept(cohort: Cohort) -> "QuerySet[Booking]":
    return (
        Booking.objects.filter(cohort=cohort)
        .kept_late()
        .select_for_update(no_key=True, of=("self",))
        .select_related("school", "year", "booked_by", "delegate", "cohort__programme")
        .order_by("cancelled_at", "pk")
    )


def _giving_back(late: Sequence[Booking], why: str) -> list[NewEntry]:
    """The entries of those that were paid with credits."""
    return [
        waiver(
            key=f"booking:{booking.pk}:{why}",
            about=f"booking:{booking.pk}",
            school=school_of(booking),
            year=booking.year,
            amount=booking.kept,
            person_id=booking.delegate_id,
        )
        for booking in late
        if booking.kept
    ]
