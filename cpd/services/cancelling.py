"""Cancelling a booking, with the effect known before; and waiving what was kept. Rule BK-6."""

from datetime import datetime

from django.db import transaction

from cpd import rules
from cpd.choices import (
    BookingStatus,
    CancelledBy,
    CancelReason,
    InvoiceCause,
)
from cpd.emails import booking_mails
from cpd.errors import CohortNotBookable, EffectHasChanged, NothingWasKept
from cpd.models import Booking, CancellationReason
from cpd.rules import Refund
from cpd.services.gate import refuse_unless_acting
from cpd.services.invoicing import credit
from cpd.services.moving import about_request, lock_booking, refuse_unless_it_may_become, school_of
from cpd.services.policy import bands_of
from cpd.services.promotion import places_came_free
from cpd.services.unused import cost_of_giving_up
from credits.errors import ReasonNeeded
from credits.models import Approval
from credits.services.approvals import reduce_request
from credits.services.commitments import release, waiver
from credits.services.ledger import NewEntry, post
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person
from schools.services.calendar import hub_calendar


def effect_of_cancelling(*, booking: Booking, at: datetime) -> Refund:
    """What would be kept and returned if the school cancelled now, by the frozen bands.

    In the money of the booking, credits or pence. What waits for approval comes back whole.
    """
    if booking.cohort.starts_at is None or booking.status == BookingStatus.AWAITING:
        return everything_back(booking)
    notice = rules.notice_in_working_days(
        cancelled_on=london_date(at),
        first_on=london_date(booking.cohort.starts_at),
        calendar=hub_calendar(),
    )
    return rules.refund(price=booking.cost, notice=notice, bands=bands_of(booking.bands))


def everything_back(booking: Booking) -> Refund:
    """Nothing is kept: the hub cancels, or nobody approved."""
    return Refund(kept=0, returned=booking.cost)


@retried
def cancel_booking(
    *,
    booking_id: int,
    shown_kept: int,
    by: Person,
    at: datetime,
    reason_code: str = "",
) -> Booking:
    """Cancel one place for the school: what it cost comes back as its bands say. Rule BK-6.

    Of a place by invoice, what is not kept goes on a credit note (Rule BK-14).
    The place goes to the first in line of the waiting list (Rule BK-8).

    `shown_kept` is what the page said would be kept; if it has become more since, nothing
    is done. Done twice, it changes nothing.

    Raises: MayNotActFor, NotAMember, BookingNotLive, CohortNotBookable once the course has
    begun, BookedWithATicket, EffectHasChanged.
    """
    with transaction.atomic():
        booking = lock_booking(booking_id)
        refuse_unless_acting(person=by, school=school_of(booking), on=london_date(at))
        if booking.status == BookingStatus.CANCELLED and booking.cancelled_by_id == by.pk:
            return booking
        refuse_unless_it_may_become(booking, BookingStatus.CANCELLED)
        _refuse_once_begun(booking, at)
        refund = effect_of_cancelling(booking=booking, at=at)
        if refund.kept > shown_kept:
            raise EffectHasChanged(kept=refund.kept, kept_words=booking.in_its_money(refund.kept))
        was_told = booking.status == BookingStatus.BOOKED
        take_off(booking, refund, cancelled_from=CancelledBy.SCHOOL, by=by, at=at)
        if reason_code:
            CancellationReason.objects.create(
                booking=booking, code=CancelReason(reason_code), given_at=at
            )
        if was_told:
            booking_mails.place_cancelled(
                booking=booking,
                by=by,
                at=at,
                charged_later=cost_of_giving_up(booking=booking, at=at),
            )
        else:
            ask_for_less(booking, by=by, at=at)
        places_came_free(cohort=booking.cohort, at=at, by=by)
    return booking


def ask_for_less(booking: Booking, *, by: Person, at: datetime) -> None:
    """A place that waited for approval is given up: the request is for the others. BK-5."""
    about = about_request(booking.request_id, by_invoice=booking.is_by_invoice)
    left = booking.request.bookings.awaiting().count()
    asked = Approval.objects.asked().filter(about=about).values_list("credits", flat=True).first()
    reduce_request(about=about, credits=(asked or 0) // (left + 1) * left, by=by, at=at)


def take_off(
    booking: Booking, refund: Refund, *, cancelled_from: CancelledBy, by: Person, at: datetime
) -> None:
    """Move a locked booking to cancelled: books, row, act. The caller sends the mails."""
    if booking.price:
        about = f"booking:{booking.pk}"
        entry = release(
            key=f"{about}:cancelled",
            about=about,
            school=school_of(booking),
            year=booking.year,
            returned=refund.returned,
            kept=refund.kept,
            person_id=booking.delegate_id,
        )
        post([entry], by=by, at=at)
    mark_cancelled(booking, refund, cancelled_from=cancelled_from, by=by, at=at)


def mark_cancelled(
    booking: Booking,
    refund: Refund,
    *,
    cancelled_from: CancelledBy,
    by: Person,
    at: datetime,
    cause: InvoiceCause = InvoiceCause.CANCELLED,
    reason: str = "",
) -> None:
    """Write the cancellation on the booking, with its act and its credit note.

    What waited for approval was never invoiced, so there is nothing to credit.
    """
    was_invoiced = booking.is_by_invoice and booking.status == BookingStatus.BOOKED
    booking.status = BookingStatus.CANCELLED
    booking.cancelled_by, booking.cancelled_at = by, at
    booking.cancelled_from = cancelled_from
    write_split(booking, refund)
    booking.sequence += 1
    booking.save(
        update_fields=[
            "status",
            "cancelled_by",
            "cancelled_at",
            "cancelled_from",
            "kept",
            "returned",
            "kept_pence",
            "sequence",
        ]
    )
    if was_invoiced:
        credit(booking, refund.returned, cause=cause, by=by, at=at)
    record_act(
        verb="booking.cancelled",
        subject=f"booking:{booking.pk}",
        school=booking.school_in_acts,
        by=by,
        at=at,
        reason=reason,
        after={"from": cancelled_from, "kept": refund.kept, "returned": refund.returned},
    )


def write_split(booking: Booking, refund: Refund) -> None:
    """Set what is kept and returned, in the money the booking is paid with; not saved yet."""
    if booking.is_by_invoice:
        booking.kept, booking.returned, booking.kept_pence = 0, 0, refund.kept
    else:
        booking.kept, booking.returned = refund.kept, refund.returned


@retried
def waive_cancellation(*, booking_id: int, reason: str, by: Person, at: datetime) -> Booking:
    """Give a school back what a late cancellation had kept: the hub's decision. Rule BK-6.

    Raises: ReasonNeeded, NothingWasKept when it was given back before.
    """
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        booking = lock_booking(booking_id)
        if booking.status != BookingStatus.CANCELLED or not booking.cost_kept:
            raise NothingWasKept
        about, kept = f"booking:{booking.pk}", booking.cost_kept
        if booking.is_by_invoice:
            credit(booking, kept, cause=InvoiceCause.WAIVED, by=by, at=at)
        else:
            post([_waived(booking, about)], by=by, at=at)
        write_split(booking, everything_back(booking))
        booking.save(update_fields=["kept", "returned", "kept_pence"])
        CancellationReason.objects.filter(booking=booking).update(waived_at=at)
        record_act(
            verb="booking.waived",
            subject=about,
            school=booking.school_in_acts,
            by=by,
            at=at,
            reason=reason.strip(),
            after={"returned": booking.cost},
        )
        booking_mails.kept_returned(booking=booking, kept=kept, at=at)
    return booking


def _waived(booking: Booking, about: str) -> NewEntry:
    return waiver(
        key=f"{about}:waived",
        about=about,
        school=school_of(booking),
        year=booking.year,
        amount=booking.kept or 0,
        person_id=booking.delegate_id,
    )


def _refuse_once_begun(booking: Booking, at: datetime) -> None:
    if booking.cohort.starts_at is not None and at >= booking.cohort.starts_at:
        raise CohortNotBookable("This course has begun, so only the hub can cancel the place now.")
