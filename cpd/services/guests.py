"""Guests: somebody from outside the membership, booked by the hub, who pays by invoice.

Rules BK-14 and PU-2. The same locks, places and mails as any booking; no school, no credits.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cpd.choices import BookingStatus, CancelledBy, PaidBy
from cpd.emails import booking_mails
from cpd.errors import (
    AlreadyBooked,
    EffectHasChanged,
    NobodyPays,
    NotAGuest,
    PriceHasChanged,
    TooFewPlaces,
)
from cpd.models import Booking, BookingRequest, Cohort, InvoicePayer
from cpd.rules import Refund
from cpd.services.approving import UnapprovedOverdue, lapse_unapproved, refuse_while_overdue
from cpd.services.cancelling import effect_of_cancelling, mark_cancelled
from cpd.services.gate import refuse_unless_open
from cpd.services.invoicing import invoice_places, invoice_price_of
from cpd.services.moving import lock_booking, lock_cohort, refuse_unless_it_may_become
from cpd.services.policy import bands_in_force
from cpd.services.promotion import places_came_free, places_up_to_date
from cpd.services.refilling import mark_refilled, refilled_entries
from cpd.services.requests import request_by_key
from credits.errors import ReasonNeeded
from credits.services.ledger import post
from hub_portal.shared.errors import BadInput, NotAllowed
from hub_portal.shared.london import london_date
from hub_portal.shared.plain_text import clean_line, clean_notes
from hub_portal.shared.retrying import retried
from hub_portal.shared.wording import in_pounds
from hub_portal.trail.services.acts import record_act
from schools.models import Person
from schools.services.calendar import school_year_of
from schools.services.people import add_person, clean_name, hold_records


@dataclass(frozen=True)
class Payer:
    """Who gets the invoice: a name and an address, perhaps with a reference of their own."""

    name: str
    address: str
    email: str = ""
    reference: str = ""


@dataclass(frozen=True)
class GuestOrder:
    """What the hub manager confirmed: the key of the page, the guest, and the price it showed."""

    key: str
    cohort_id: int
    full_name: str
    email: str
    comes_from: str
    payer: Payer
    shown_pence: int

    @property
    def fingerprint(self) -> str:
        facts = ["guest", self.cohort_id, self.full_name, self.email.lower(), self.shown_pence]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@retried
def book_guest(*, order: GuestOrder, by: Person, at: datetime) -> Booking:
    """Book a place by invoice for a named person from outside the membership. Rule BK-14.

    Until the first session, also while booking is closed for schools. Sent twice with the same
    key it books once.

    Raises: NotAllowed unless by the hub manager, CohortNotBookable, NotByInvoice,
    PriceHasChanged, TooFewPlaces, AlreadyBooked, NobodyPays, RequestUsedOtherwise, BadInput or
    SharedMailbox for the name or address.
    """
    if not by.is_hub_manager:
        raise NotAllowed
    try:
        return _book(order, by=by, at=at)
    except UnapprovedOverdue:
        lapse_unapproved(cohort_id=order.cohort_id, at=at)
        return _book(order, by=by, at=at)


@retried
def cancel_guest(
    *, booking_id: int, shown_kept: int, reason: str, by: Person, at: datetime
) -> Booking:
    """Cancel a guest's place: the bands frozen on it say what is still to be paid. Rule BK-6.

    `shown_kept`, in pence, is what the page said. Done twice, it changes nothing.

    Raises: NotAllowed, ReasonNeeded, NotAGuest, BookingNotLive, EffectHasChanged.
    """
    if not by.is_hub_manager:
        raise NotAllowed
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        booking = lock_booking(booking_id)
        if not booking.is_of_a_guest:
            raise NotAGuest
        if booking.status == BookingStatus.CANCELLED and booking.cancelled_by_id == by.pk:
            return booking
        refuse_unless_it_may_become(booking, BookingStatus.CANCELLED)
        refund = _effect(booking, at)
        if refund.kept > shown_kept:
            raise EffectHasChanged(kept=refund.kept, kept_words=booking.in_its_money(refund.kept))
        mark_cancelled(
            booking, refund, cancelled_from=CancelledBy.GUEST, reason=reason.strip(), by=by, at=at
        )
        booking_mails.place_cancelled(booking=booking, by=by, at=at)
        places_came_free(cohort=booking.cohort, at=at, by=by)
    return booking


def what_cancelling_keeps(*, booking: Booking, at: datetime) -> int:
    """What a guest would still owe, in pence, if the place were cancelled now."""
    return _effect(booking, at).kept


def write_payer(*, booking: Booking, payer: Payer | None) -> InvoicePayer:
    """Keep who gets the invoice of a booking without a school. Raises: NobodyPays, BadInput."""
    if payer is None or not payer.name.strip() or not payer.address.strip():
        raise NobodyPays
    return InvoicePayer.objects.create(
        booking=booking,
        name=clean_line(payer.name),
        address=clean_notes(payer.address),
        email=payer.email.strip().lower(),
        reference=clean_line(payer.reference),
    )


def _effect(booking: Booking, at: datetime) -> Refund:
    return effect_of_cancelling(booking=booking, at=at)


def _book(order: GuestOrder, *, by: Person, at: datetime) -> Booking:
    with transaction.atomic():
        request, is_new = request_by_key(
            key=order.key,
            fingerprint=order.fingerprint,
            cohort_id=order.cohort_id,
            by=by,
            at=at,
        )
        if not is_new:
            return request.bookings.get()
        cohort = lock_cohort(order.cohort_id)
        _refuse_if_it_cannot_be(cohort, order, at=at)
        name = clean_name(order.full_name)
        if not order.email.strip():
            raise BadInput("Give the guest’s email address: the joining details go there.")
        guest = add_person(full_name=name, email=order.email, by=by, at=at)
        hold_records([guest.pk])
        if cohort.bookings.live().filter(delegate=guest).exists():
            raise AlreadyBooked(names=[name])
        refilled, entries = refilled_entries(cohort=cohort, places=1)
        if entries:
            post(entries, by=by, at=at)
        booking = _write(cohort, request, guest, name, order, by=by, at=at)
        write_payer(booking=booking, payer=order.payer)
        invoice_places([booking], by=by, at=at)
        mark_refilled(refilled, by_bookings=[booking], by=by, at=at)
        _record(booking, by=by, at=at)
        booking_mails.guest_booked(booking=booking, by=by, at=at)
    return booking


def _refuse_if_it_cannot_be(cohort: Cohort, order: GuestOrder, *, at: datetime) -> None:
    refuse_unless_open(cohort=cohort, at=at, before_opening=True, after_closing=True)
    price = invoice_price_of(cohort)
    if price != order.shown_pence:
        raise PriceHasChanged(price=price, price_words=in_pounds(price))
    places = places_up_to_date(cohort=cohort, at=at)
    refuse_while_overdue(places, at=at)
    if not places.left:
        raise TooFewPlaces(left=0, asked=1)


def _write(
    cohort: Cohort,
    request: BookingRequest,
    guest: Person,
    name: str,
    order: GuestOrder,
    *,
    by: Person,
    at: datetime,
) -> Booking:
    return Booking.objects.create(
        request=request,
        cohort=cohort,
        year=school_year_of(london_date(at)),
        delegate=guest,
        named_as=name,
        comes_from=clean_line(order.comes_from),
        paid_by=PaidBy.INVOICE,
        price=0,
        price_pence=order.shown_pence,
        bands=bands_in_force(),
        booked_by=by,
        booked_at=at,
    )


def _record(booking: Booking, *, by: Person, at: datetime) -> None:
    record_act(
        verb="booking.made_for_guest",
        subject=f"booking:{booking.pk}",
        by=by,
        at=at,
        after={
            "cohort": booking.cohort_id,
            "price": booking.price_pence,
            "paid_by": booking.paid_by,
            "person": booking.delegate_id,
        },
    )
