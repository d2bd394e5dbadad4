"""Giving a place to another delegate, free of charge. Rule BK-7."""

from datetime import datetime

from django.db import transaction

from cpd.choices import BookingStatus
from cpd.emails import booking_mails
from cpd.errors import AlreadyBooked, BookingNotLive, TooLateToSubstitute
from cpd.models import Booking, Substitution
from cpd.services.at_the_door import name_at_the_door
from cpd.services.delegates import (
    Delegate,
    NamedDelegate,
    colleagues_among,
    name_delegates,
)
from cpd.services.gate import Asking, who_asks
from cpd.services.moving import lock_booking, school_of
from credits.errors import ReasonNeeded
from hub_portal.shared.errors import BadInput
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person
from schools.services.people import add_person, clean_name


@retried
def substitute_delegate(
    *, booking_id: int, to: Delegate, by: Person, at: datetime, reason: str = ""
) -> Booking:
    """Give the place to somebody else of the same school. Rule BK-7.

    Free until the end of the first session; later the hub may, with a reason. At the door
    whoever organises the course may, by typing a name; the booker is told. Naming a
    "to be named" delegate is the same act. Done twice, it changes nothing.

    Raises: MayNotActFor, NotAMember, BookingNotLive, TooLateToSubstitute, ReasonNeeded,
    AlreadyBooked, NotAColleague, BookedWithATicket (Rule FT-3), BadInput without a name.
    """
    if to.is_to_be_named:
        raise BadInput("Choose a colleague, or give a name.")
    with transaction.atomic():
        booking = lock_booking(booking_id)
        if booking.is_of_a_guest and by.is_hub_manager:
            return _give_to_another_guest(booking, to, by=by, at=at, reason=reason.strip())
        asking = who_asks(
            person=by,
            school_id=school_of(booking).pk,
            colleagues=colleagues_among([to]),
            on=london_date(at),
        )
        at_the_door = _is_at_the_door(booking, asking, by=by, at=at)
        _refuse_unless_allowed(
            booking, asking, by=by, at=at, reason=reason, at_the_door=at_the_door
        )
        if at_the_door and _stands_there_already(booking, to):
            return booking
        named = _name(booking, to, asking, by=by, at=at, at_the_door=at_the_door)
        if named.person_id == booking.delegate_id:
            return booking
        _refuse_if_there_already(booking, named)
        substitution = _change_hands(booking, named, by=by, at=at, reason=reason.strip())
        told = booking.booked_by if at_the_door else by
        booking_mails.place_changed_hands(
            booking=booking, substitution=substitution, by=told, at=at
        )
    return booking


def _give_to_another_guest(
    booking: Booking, to: Delegate, *, by: Person, at: datetime, reason: str
) -> Booking:
    """The hub gives a guest's place to another guest; both are told. Rules BK-7 and BK-14."""
    _refuse_unless_booked(booking)
    if not reason:
        raise ReasonNeeded
    if _stands_there_already(booking, to):
        return booking
    name = clean_name(to.full_name)
    named = NamedDelegate(add_person(full_name=name, email=to.email or None, by=by, at=at), name)
    if named.person_id == booking.delegate_id:
        return booking
    _refuse_if_there_already(booking, named)
    substitution = _change_hands(booking, named, by=by, at=at, reason=reason)
    booking_mails.place_changed_hands(booking=booking, substitution=substitution, by=by, at=at)
    return booking


def _change_hands(
    booking: Booking, named: NamedDelegate, *, by: Person, at: datetime, reason: str
) -> Substitution:
    """Write the new delegate on the place, with who had it before and the act."""
    earlier = booking.delegate
    substitution = Substitution.objects.create(
        booking=booking,
        from_person=earlier,
        to_person=named.person,  # type: ignore[misc]  # somebody, since `to` is
        from_named_as=booking.named_as,
        made_by=by,
        made_at=at,
        reason=reason,
    )
    booking.delegate, booking.named_as = substitution.to_person, named.named_as
    booking.sequence += 1
    booking.save(update_fields=["delegate", "named_as", "sequence"])
    record_act(
        verb="booking.substituted",
        subject=f"booking:{booking.pk}",
        school=booking.school_in_acts,
        by=by,
        at=at,
        reason=reason,
        before={"person": earlier.pk if earlier else None},
        after={"person": named.person_id},
    )
    return substitution


def _is_at_the_door(booking: Booking, asking: Asking, *, by: Person, at: datetime) -> bool:
    """Whether this is the organiser on the day of the first session, not the school. BK-10."""
    if by.is_hub_manager or asking.acts_for_it or booking.cohort.organiser_id != by.pk:
        return False
    starts_at = booking.cohort.starts_at
    return starts_at is not None and london_date(at) >= london_date(starts_at)


def _stands_there_already(booking: Booking, to: Delegate) -> bool:
    """A name typed without an address which is on the place already means who has it. PE-3."""
    typed = clean_name(to.full_name).casefold()
    return not to.email.strip() and typed == booking.named_as.casefold()


def _name(
    booking: Booking, to: Delegate, asking: Asking, *, by: Person, at: datetime, at_the_door: bool
) -> NamedDelegate:
    if at_the_door:
        return name_at_the_door(
            school=asking.school, full_name=to.full_name, email=to.email, by=by, at=at
        )
    return name_delegates(asking=asking, wanted=[to], by=by, at=at)[0]


def _refuse_unless_allowed(
    booking: Booking, asking: Asking, *, by: Person, at: datetime, reason: str, at_the_door: bool
) -> None:
    _refuse_unless_booked(booking)
    if by.is_hub_manager:
        if _first_session_is_over(booking, at) and not reason.strip():
            raise ReasonNeeded
        return
    if not at_the_door:
        asking.refuse_unless_acting()
    if _first_session_is_over(booking, at):
        raise TooLateToSubstitute


def _refuse_unless_booked(booking: Booking) -> None:
    if booking.status != BookingStatus.BOOKED:
        raise BookingNotLive(f"This booking is {booking.get_status_display().lower()}.")


def _first_session_is_over(booking: Booking, at: datetime) -> bool:
    first = booking.cohort.sessions.order_by("starts_at").first()
    return first is not None and at >= first.ends_at


def _refuse_if_there_already(booking: Booking, named: NamedDelegate) -> None:
    if booking.cohort.bookings.live().filter(delegate=named.person_id).exists():
        raise AlreadyBooked(names=[named.named_as])
