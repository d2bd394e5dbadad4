"""A delegate cannot come and says so; the school decides what becomes of the place.

The place stays booked: giving it to somebody else (Rule BK-7) and giving it up (Rule BK-6) are
the rep's acts, because the school pays.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from cpd.choices import BookingStatus, PaidBy
from cpd.emails import delegate_mails
from cpd.errors import BookedWithATicket, BookingNotLive, NotYourPlace
from cpd.models import Apology, Booking
from cpd.services.moving import lock_booking
from cpd.services.voices import whom_to_tell
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person, School


@retried
def send_apologies(*, booking_id: int, by: Person, at: datetime) -> Apology:
    """Tell one's school that one cannot come; a guest tells the hub. Done twice, it is told once.

    Raises: NotYourPlace, BookedWithATicket (its holder gives the place back instead),
    BookingNotLive also once the course is over.
    """
    with transaction.atomic():
        booking = _own_place(booking_id, by=by, at=at)
        standing = booking.apologies.standing().first()
        if standing is not None:
            return standing
        apology = Apology.objects.create(booking=booking, person=by, sent_at=at)
        _record("booking.apologies", booking, by=by, at=at)
        delegate_mails.apologies_sent(apology=apology, to=whom_to_tell(booking), at=at)
    return apology


@retried
def take_apologies_back(*, booking_id: int, by: Person, at: datetime) -> Booking:
    """One can come after all, and the school is told. Done twice, it changes nothing.

    Raises: NotYourPlace when the place was given to somebody else meanwhile, BookingNotLive.
    """
    with transaction.atomic():
        booking = _own_place(booking_id, by=by, at=at)
        apology = booking.apologies.standing().first()
        if apology is None:
            return booking
        apology.taken_back_at = at
        apology.save(update_fields=["taken_back_at"])
        _record("booking.apologies_taken_back", booking, by=by, at=at)
        delegate_mails.apologies_taken_back(apology=apology, to=whom_to_tell(booking), at=at)
    return booking


def apologies_to_answer(*, school: School, at: datetime) -> QuerySet[Apology]:
    """Places of a school whose delegates cannot come, the soonest course first."""
    to_answer: QuerySet[Apology] = Apology.objects.to_answer(at).filter(booking__school=school)
    return to_answer.order_by("booking__cohort__starts_at", "pk")


def _own_place(booking_id: int, *, by: Person, at: datetime) -> Booking:
    booking = lock_booking(booking_id)
    if booking.delegate_id != by.pk:
        raise NotYourPlace
    if booking.paid_by == PaidBy.TICKET:
        raise BookedWithATicket
    if booking.status != BookingStatus.BOOKED:
        raise BookingNotLive(f"This place is {booking.get_status_display().lower()} already.")
    if booking.cohort.ends_at is not None and at >= booking.cohort.ends_at:
        raise BookingNotLive("This course is over, so there is nothing left to send apologies for.")
    return booking


def _record(verb: str, booking: Booking, *, by: Person, at: datetime) -> None:
    record_act(
        verb=verb,
        subject=f"booking:{booking.pk}",
        school=booking.school_in_acts,
        by=by,
        at=at,
    )
