"""What an organiser does at the door: somebody else on a place, and somebody without one.

Rules BK-7 and BK-10. An organiser sees names and schools, never a school's staff list, so a
name is typed; the school puts whoever it is on its list itself.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from cpd.choices import CohortStatus, Mark, PaidBy
from cpd.emails import afterwards_mails
from cpd.errors import (
    AlreadyBooked,
    CohortNotBookable,
    NamesakeHasAPlace,
    NotAMember,
    RegisterNotOpen,
)
from cpd.models import Booking, BookingRequest, Cohort, Session, WalkIn
from cpd.services.delegates import NamedDelegate
from cpd.services.guests import Payer, write_payer
from cpd.services.invoicing import invoice_places, invoice_price_of
from cpd.services.moving import lock_cohort
from cpd.services.policy import bands_in_force
from cpd.services.registers import mark_places, refuse_unless_organising
from cpd.services.requests import request_by_key
from credits.errors import NotEnoughCredits, ReasonNeeded
from credits.models import JournalEntry
from credits.services.commitments import commitment
from credits.services.ledger import post
from hub_portal.shared.london import london_date
from hub_portal.shared.plain_text import clean_line
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person, School, SchoolYear
from schools.services.calendar import school_year_of
from schools.services.people import add_person, clean_name, hold_records
from schools.services.posts import voice_of
from schools.services.staff import colleague_names


@dataclass(frozen=True)
class WalkInOrder:
    """Somebody who came without a place, as the organiser typed it; `key` is the page's.

    Without a school they are a guest, who `comes_from` somewhere. Where no credits pay, the
    place is free, or `by_invoice` at the price shown: to the school, or to a guest's payer.
    """

    key: str
    session_id: int
    school_id: int | None
    full_name: str
    reason: str
    email: str = ""
    comes_from: str = ""
    by_invoice: bool = False
    payer: Payer | None = None

    @property
    def fingerprint(self) -> str:
        facts = ["walk_in", self.session_id, self.school_id, self.full_name, self.email.lower()]
        if self.by_invoice:
            facts.append("by invoice")
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@retried
def add_walk_in(*, order: WalkInOrder, by: Person, at: datetime) -> Booking:
    """Give a place to somebody at the door, over the capacity if need be. Rule BK-10.

    It is paid from the school's credits if it has enough, otherwise it is free of charge, or
    invoiced if the organiser says so and the cohort allows it (Rule BK-14); either way the
    school is told. Somebody from no member school is a guest. They are marked as attending.
    Sent twice with the same key it is done once.

    Raises: ReasonNeeded, NotTheOrganiser, RegisterNotOpen, CohortNotBookable, NotAMember,
    NotByInvoice, NobodyPays, AlreadyBooked, NamesakeHasAPlace, RequestUsedOtherwise, BadInput
    or SharedMailbox for the name or address.
    """
    if not order.reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        session = Session.objects.get(pk=order.session_id)
        request, is_new = request_by_key(
            key=order.key,
            fingerprint=order.fingerprint,
            school_id=order.school_id,
            cohort_id=session.cohort_id,
            by=by,
            at=at,
        )
        if not is_new:
            return request.bookings.get()
        cohort = lock_cohort(session.cohort_id)
        refuse_unless_organising(cohort=cohort, by=by)
        _refuse_unless_running(cohort, session, at)
        school = _member(order.school_id, at)
        named = _named(school, order, by=by, at=at)
        _refuse_if_there_already(cohort, school, order, named)
        booking = _book(order, cohort, school, request, named, by=by, at=at)
        _record(booking, session, order.reason.strip(), by=by, at=at)
        mark_places(session=session, wanted=[(booking, Mark.ATTENDED)], by=by, at=at)
        voice = voice_of(school=school) if school else None
        afterwards_mails.walked_in(booking=booking, reader=voice, at=at)
    return booking


def _named(school: School | None, order: WalkInOrder, *, by: Person, at: datetime) -> NamedDelegate:
    if school is not None:
        return name_at_the_door(
            school=school, full_name=order.full_name, email=order.email, by=by, at=at
        )
    name = clean_name(order.full_name)
    guest = add_person(full_name=name, email=order.email or None, by=by, at=at)
    return NamedDelegate(guest, name)


def _refuse_if_there_already(
    cohort: Cohort, school: School | None, order: WalkInOrder, named: NamedDelegate
) -> None:
    """Typed on two pages without an address, somebody is still one person. Rule PE-3."""
    live = cohort.bookings.live()
    if live.filter(delegate=named.person_id).exists():
        raise AlreadyBooked(names=[named.named_as])
    if order.email.strip():
        return
    if live.filter(school=school, named_as__iexact=named.named_as).exists():
        raise NamesakeHasAPlace(name=named.named_as)


def name_at_the_door(
    *, school: School, full_name: str, email: str, by: Person, at: datetime
) -> NamedDelegate:
    """Find or add whoever came, under the name that was typed.

    Without an address, the one colleague of the school who is called so is meant. Nobody is
    put on the school's staff list, and nothing is learnt about an address (Rule PE-1).

    Raises: BadInput, SharedMailbox, RecordHasGone.
    """
    name = clean_name(full_name)
    if not email.strip():
        called_so = [
            person_id
            for person_id, known_as in colleague_names(school=school).items()
            if known_as.casefold() == name.casefold()
        ]
        if len(called_so) == 1:
            hold_records(called_so)
            return NamedDelegate(Person.objects.get(pk=called_so[0]), name)
    person = add_person(full_name=name, email=email or None, by=by, at=at)
    hold_records([person.pk])
    return NamedDelegate(person, name)


def schools_at_the_door(*, at: datetime) -> QuerySet[School]:
    """The schools somebody at the door may come from: members of today, by name."""
    return School.objects.members(london_date(at)).order_by("name", "pk")


def _refuse_unless_running(cohort: Cohort, session: Session, at: datetime) -> None:
    if cohort.status == CohortStatus.COMPLETED:
        raise CohortNotBookable(
            "This course is completed and its credits are settled. Ask the hub to put it right."
        )
    if cohort.status != CohortStatus.OFFERED:
        raise CohortNotBookable("This course does not take place, so nobody can walk in.")
    if london_date(at) < london_date(session.starts_at):
        raise RegisterNotOpen("Somebody can walk in on the day of the session, not before.")


def _member(school_id: int | None, at: datetime) -> School | None:
    if school_id is None:
        return None
    school = School.objects.get(pk=school_id)
    if not School.objects.members(london_date(at)).filter(pk=school_id).exists():
        raise NotAMember(school=school.name)
    return school


def _book(
    order: WalkInOrder,
    cohort: Cohort,
    school: School | None,
    request: BookingRequest,
    named: NamedDelegate,
    *,
    by: Person,
    at: datetime,
) -> Booking:
    """The booking, paid with credits, by invoice, or not at all, in that order."""
    year = school_year_of(london_date(at))
    entry = _pay_if_it_can(cohort, school, year, request, named, by=by, at=at)
    pence = invoice_price_of(cohort) if order.by_invoice and entry is None else 0
    booking = Booking.objects.create(
        request=request,
        cohort=cohort,
        school=school,
        year=year,
        delegate_id=named.person_id,
        named_as=named.named_as,
        comes_from="" if school else clean_line(order.comes_from),
        paid_by=PaidBy.CREDITS if entry else PaidBy.INVOICE if pence else PaidBy.FREE,
        price=cohort.price if entry else 0,
        price_pence=pence,
        bands=bands_in_force(),
        booked_by=by,
        booked_at=at,
        commit_entry=entry,
    )
    if pence and school is None:
        write_payer(booking=booking, payer=order.payer)
    invoice_places([booking], by=by, at=at)
    return booking


def _record(booking: Booking, session: Session, reason: str, *, by: Person, at: datetime) -> None:
    WalkIn.objects.create(booking=booking, session=session, reason=reason)
    record_act(
        verb="booking.walked_in",
        subject=f"booking:{booking.pk}",
        school=booking.school_in_acts,
        by=by,
        at=at,
        reason=reason,
        after={
            "cohort": booking.cohort_id,
            "price": booking.cost,
            "person": booking.delegate_id,
        },
    )


def _pay_if_it_can(
    cohort: Cohort,
    school: School | None,
    year: SchoolYear,
    request: BookingRequest,
    named: NamedDelegate,
    *,
    by: Person,
    at: datetime,
) -> JournalEntry | None:
    """Commit the price if the school has it; nobody is sent home for want of credits."""
    if not cohort.price or school is None:
        return None
    about = f"booking_request:{request.pk}"
    committing = commitment(
        key=f"{about}:commit",
        about=about,
        school=school,
        year=year,
        price=cohort.price,
        for_people=[named.person_id],
        memo={"cohort": cohort.pk},
    )
    try:
        with transaction.atomic():
            return post([committing], by=by, at=at)[0]
    except NotEnoughCredits:
        return None
