"""Completing a cohort after its last session: committed credits are spent. Rule CR-7."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cpd.choices import COHORT_MOVES, BookingStatus, CohortStatus
from cpd.models import Booking, Cohort
from cpd.rules import Refund
from cpd.services.cancelling import write_split
from cpd.services.moving import lock_cohort, lock_live_bookings, school_of
from cpd.services.ticket_returns import tickets_are_used
from cpd.services.waiting import end_the_line
from credits.services.commitments import settlement
from credits.services.ledger import post
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import build_act, record_act, record_acts
from schools.models import Person


def cohorts_to_settle(*, at: datetime) -> list[int]:
    """Ids of offered cohorts whose last session is over."""
    over = Cohort.objects.filter(status=CohortStatus.OFFERED, ends_at__lte=at)
    return list(over.order_by("pk").values_list("pk", flat=True))


@retried
def settle_cohort(*, cohort_id: int, by: Person, at: datetime) -> int:
    """Complete a cohort and every booking on it; the number of bookings completed.

    Whoever booked and did not come is settled in full. Done twice, or too
    early, it changes nothing; a booking that waits for approval is never settled.
    """
    with transaction.atomic():
        cohort = lock_cohort(cohort_id)
        is_over = cohort.ends_at is not None and at >= cohort.ends_at
        if CohortStatus.COMPLETED not in COHORT_MOVES[CohortStatus(cohort.status)] or not is_over:
            return 0
        if cohort.bookings.awaiting().exists():
            return 0  # it lapses first, in an act of its own
        end_the_line(cohort=cohort, by=by, at=at)
        bookings = lock_live_bookings(cohort)
        _settle(bookings, by=by, at=at)
        tickets_are_used(bookings=bookings, by=by, at=at)
        cohort.status, cohort.completed_at = CohortStatus.COMPLETED, at
        cohort.save(update_fields=["status", "completed_at"])
        record_act(
            verb="cohort.completed",
            subject=f"cohort:{cohort.pk}",
            by=by,
            at=at,
            after={"bookings": len(bookings)},
        )
    return len(bookings)


def _settle(bookings: Sequence[Booking], *, by: Person, at: datetime) -> None:
    entries = [
        settlement(
            key=f"booking:{booking.pk}:settled",
            about=f"booking:{booking.pk}",
            school=school_of(booking),
            year=booking.year,
            amount=booking.price,
            person_id=booking.delegate_id,
        )
        for booking in bookings
        if booking.price
    ]
    if entries:
        post(entries, by=by, at=at)
    for booking in bookings:
        booking.status, booking.completed_at = BookingStatus.COMPLETED, at
        write_split(booking, Refund(kept=booking.cost, returned=0))
    fields = ["status", "completed_at", "kept", "returned", "kept_pence"]
    Booking.objects.bulk_update(bookings, fields)
    record_acts(
        build_act(
            verb="booking.completed",
            subject=f"booking:{booking.pk}",
            school=booking.school_in_acts,
            by=by,
            at=at,
            after={"settled": booking.cost},
        )
        for booking in bookings
    )
