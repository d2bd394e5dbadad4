"""Booking places: the main act of the portal. Rules BK-1 to BK-4, BK-8 and BK-14.

One short transaction: the request by its key, the cohort's lock, everything read again,
one posting to the books (or a line for each invoice), the bookings, then acts and mails. A
refusal undoes it all. Above the school's spending limit places and credits are held, and the
headteacher is asked. Accepting what the waiting list offers is the same act, with the school's
entry on the order.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cpd.choices import BookingStatus, PaidBy
from cpd.emails import booking_mails
from cpd.errors import AlreadyBooked, CohortNotBookable, PriceHasChanged
from cpd.models import Booking, BookingRequest, Cohort
from cpd.services.approving import (
    UnapprovedOverdue,
    answer_by,
    lapse_unapproved,
    refuse_while_overdue,
)
from cpd.services.delegates import Delegate, NamedDelegate, colleagues_among, name_delegates
from cpd.services.gate import refuse_unless_bookable, who_asks
from cpd.services.invoicing import invoice_places, invoice_price_of, or_by_invoice
from cpd.services.moving import about_request, lock_cohort
from cpd.services.places import places_of
from cpd.services.policy import bands_in_force, policy_in_force
from cpd.services.promotion import places_up_to_date
from cpd.services.refilling import mark_refilled, refilled_entries
from cpd.services.requests import request_by_key
from cpd.services.turns import Turn, refuse_more_than_there_is, turn_of, turn_taken
from cpd.services.waiting import stand_in_line
from credits.errors import NotEnoughCredits
from credits.models import JournalEntry
from credits.services.approvals import ask_for_approval
from credits.services.commitments import commitment
from credits.services.ledger import NewEntry, post
from credits.services.spending_limits import needs_approval
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.shared.wording import in_credits, in_pounds
from hub_portal.trail.services.acts import build_act, record_acts
from schools.models import Person, School, SchoolYear
from schools.services.calendar import school_year_of

MOST_IN_ONE_GO = 8


@dataclass(frozen=True)
class Order:
    """What the rep confirmed: the key of the page, the places, and the price it showed.

    `entry_id` is the school's place in the line, when it accepts what is offered to it;
    `waits` are those who join the waiting list in the same act, all of them or none. The places
    are paid with hub credits or by an invoice to the school (`paid_by`); `shown_price` is in
    credits or in pence accordingly (Rule BK-14).
    """

    key: str
    cohort_id: int
    school_id: int
    delegates: tuple[Delegate, ...]
    shown_price: int
    entry_id: int | None = None
    waits: tuple[Delegate, ...] = ()
    all_or_none: bool = False
    paid_by: PaidBy = PaidBy.CREDITS

    @property
    def by_invoice(self) -> bool:
        return self.paid_by == PaidBy.INVOICE

    @property
    def fingerprint(self) -> str:
        facts: list[object] = [
            self.cohort_id,
            self.school_id,
            self.shown_price,
            [[d.person_id, d.full_name, d.email.lower()] for d in self.delegates],
        ]
        if self.entry_id is not None:
            facts.append(["accepts", self.entry_id])
        if self.waits:
            rest = [[d.person_id, d.full_name, d.email.lower()] for d in self.waits]
            facts.append(["waits", rest, self.all_or_none])
        if self.by_invoice:
            facts.append("by invoice")
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@retried
def book_places(*, order: Order, by: Person, at: datetime) -> list[Booking]:
    """Book a place for each delegate, all together or none. Rules BK-2 to BK-4 and BK-8.

    Sent twice with the same key it books once and gives the same bookings.

    Raises: NotAMember, MayNotActFor, CohortNotBookable, WrongPhase, TooFewPlaces,
    OverSchoolLimit, AlreadyBooked, NamedTwice, NotAColleague, PriceHasChanged, NotEnoughCredits,
    NotByInvoice, RequestUsedOtherwise; of the waiting list also OfferNotLive, NotYourTurn,
    NotWaiting, MoreThanOffered, AlreadyWaiting, PlacesAreLeft; of the school's limit
    NoHeadteacher, TooLateToApprove.
    """
    try:
        return _book(order, by=by, at=at)
    except UnapprovedOverdue:
        lapse_unapproved(cohort_id=order.cohort_id, at=at)
        return _book(order, by=by, at=at)


def _book(order: Order, *, by: Person, at: datetime) -> list[Booking]:
    with transaction.atomic():
        request, is_new = request_by_key(
            key=order.key,
            fingerprint=order.fingerprint,
            school_id=order.school_id,
            cohort_id=order.cohort_id,
            by=by,
            at=at,
        )
        if not is_new:
            return list(request.bookings.order_by("pk"))
        cohort = lock_cohort(order.cohort_id)
        school, named, waits = _who(order, by=by, at=at)
        turn = _turn(order, cohort, at)
        refuse_while_overdue(turn.places, at=at)
        _refuse_if_it_cannot_be(cohort, school, order, named, turn, at)
        worth = cohort.price * len(named)
        asks_head = needs_approval(school=school, credits=worth, by=by)
        status = BookingStatus.AWAITING if asks_head else BookingStatus.BOOKED
        late = turn.places.kept_late
        bookings = _pay_and_write(order, cohort, school, request, named, status, late, by=by, at=at)
        _record(bookings, by=by, at=at)
        turn_taken(turn, booked=len(bookings), request=request, by=by, at=at)
        if waits:
            _wait(cohort, school, order, waits, by=by, at=at)
        if asks_head:
            _ask_the_headteacher(order, cohort, school, request, worth, by=by, at=at)
        else:
            booking_mails.places_booked(cohort=cohort, bookings=bookings, by=by, at=at)
    return bookings


def _who(
    order: Order, *, by: Person, at: datetime
) -> tuple[School, list[NamedDelegate], list[NamedDelegate]]:
    """The school, who gets a place, and who waits; found or added in one go."""
    everybody = (*order.delegates, *order.waits)
    asking = who_asks(
        person=by,
        school_id=order.school_id,
        colleagues=colleagues_among(everybody),
        on=london_date(at),
    )
    asking.refuse_unless_acting()
    known = name_delegates(asking=asking, wanted=everybody, by=by, at=at)
    return asking.school, known[: len(order.delegates)], known[len(order.delegates) :]


def _ask_the_headteacher(
    order: Order,
    cohort: Cohort,
    school: School,
    request: BookingRequest,
    worth: int,
    *,
    by: Person,
    at: datetime,
) -> None:
    """Places and credits are held until one of them answers. Rule BK-5.

    Places by invoice count with their price in credits (docs/decisions/0018).
    """
    ask_for_approval(
        about=about_request(request.pk, by_invoice=order.by_invoice),
        school=school,
        credits=worth,
        answer_by=answer_by(cohort=cohort, at=at),
        by=by,
        at=at,
    )


def _turn(order: Order, cohort: Cohort, at: datetime) -> Turn:
    """What may be booked now: all that is left, or what the school's turn gives it."""
    if order.entry_id is None:
        return Turn(None, None, places_up_to_date(cohort=cohort, at=at))
    return turn_of(entry_id=order.entry_id, cohort=cohort, school_id=order.school_id, at=at)


def _refuse_if_it_cannot_be(
    cohort: Cohort,
    school: School,
    order: Order,
    named: Sequence[NamedDelegate],
    turn: Turn,
    at: datetime,
) -> None:
    if not cohort.programme.is_public:
        raise CohortNotBookable("This course is not open for booking.")
    _refuse_another_price(cohort, order)
    refuse_unless_bookable(
        cohort=cohort,
        school=school,
        asked=len(named),
        has=turn.places.of_school(school.pk),
        at=at,
        has_turn=turn.entry is not None,
    )
    there = turn.places.delegates
    again = [delegate.named_as for delegate in named if delegate.person_id in there]
    if again:
        raise AlreadyBooked(names=again)
    refuse_more_than_there_is(turn, asked=len(named))


def _refuse_another_price(cohort: Cohort, order: Order) -> None:
    """Raises: NotByInvoice, PriceHasChanged."""
    price = invoice_price_of(cohort) if order.by_invoice else cohort.price
    if price != order.shown_price:
        words = in_pounds(price) if order.by_invoice else in_credits(price)
        raise PriceHasChanged(price=price, price_words=words)


def _wait(
    cohort: Cohort,
    school: School,
    order: Order,
    waits: Sequence[NamedDelegate],
    *,
    by: Person,
    at: datetime,
) -> None:
    """Put those who got no place on the waiting list, in the same act. Rule BK-2."""
    stand_in_line(
        cohort=cohort,
        school=school,
        named=waits,
        all_or_none=order.all_or_none,
        places=places_of(cohort),
        by=by,
        at=at,
    )


def _pay_and_write(
    order: Order,
    cohort: Cohort,
    school: School,
    request: BookingRequest,
    named: Sequence[NamedDelegate],
    status: BookingStatus,
    kept_late: int,
    *,
    by: Person,
    at: datetime,
) -> list[Booking]:
    """Commit or invoice the price of all places, and give back what late cancellations had kept.

    A place that waits for approval has not been taken again yet, and is not invoiced yet.
    """
    year = school_year_of(london_date(at))
    pence = order.shown_price if order.by_invoice else 0
    is_taken = status == BookingStatus.BOOKED and bool(pence or cohort.price)
    taken_again = min(len(named), kept_late) if is_taken else 0
    refilled, entries = refilled_entries(cohort=cohort, places=taken_again)
    entry = None
    if cohort.price and not pence:
        committing = _committing(cohort, school, year, request, named)
        entry = _post(cohort, committing, entries, by=by, at=at)
    elif entries:
        post(entries, by=by, at=at)
    bookings = _write(cohort, school, year, request, named, entry, status, pence, by=by, at=at)
    if status == BookingStatus.BOOKED:
        invoice_places(bookings, by=by, at=at)
    mark_refilled(refilled, by_bookings=bookings, by=by, at=at)
    return bookings


def _committing(
    cohort: Cohort,
    school: School,
    year: SchoolYear,
    request: BookingRequest,
    named: Sequence[NamedDelegate],
) -> NewEntry:
    about = f"booking_request:{request.pk}"
    return commitment(
        key=f"{about}:commit",
        about=about,
        school=school,
        year=year,
        price=cohort.price,
        for_people=[delegate.person_id for delegate in named],
        memo={"cohort": cohort.pk},
    )


def _post(
    cohort: Cohort, committing: NewEntry, others: Sequence[NewEntry], *, by: Person, at: datetime
) -> JournalEntry:
    """The entry that commits the price. Raises: NotEnoughCredits, which names the other way."""
    try:
        return post([committing, *others], by=by, at=at)[0]
    except NotEnoughCredits as refused:
        raise or_by_invoice(refused, cohort) from refused


def _write(
    cohort: Cohort,
    school: School,
    year: SchoolYear,
    request: BookingRequest,
    named: Sequence[NamedDelegate],
    entry: JournalEntry | None,
    status: BookingStatus,
    pence: int,
    *,
    by: Person,
    at: datetime,
) -> list[Booking]:
    bands = bands_in_force()
    paid_by = PaidBy.CREDITS if entry else PaidBy.INVOICE if pence else PaidBy.FREE
    is_free = paid_by == PaidBy.FREE
    return Booking.objects.bulk_create(
        Booking(
            request=request,
            cohort=cohort,
            school=school,
            year=year,
            delegate=delegate.person,
            named_as=delegate.named_as,
            status=status,
            paid_by=paid_by,
            price=cohort.price if entry else 0,
            price_pence=pence,
            bands=bands,
            charge_if_unused=policy_in_force().free_place_charge if is_free else 0,
            booked_by=by,
            booked_at=at,
            commit_entry=entry,
        )
        for delegate in named
    )


def _record(bookings: Sequence[Booking], *, by: Person, at: datetime) -> None:
    record_acts(
        build_act(
            verb="booking.asked_for"
            if booking.status == BookingStatus.AWAITING
            else "booking.made",
            subject=f"booking:{booking.pk}",
            school=f"school:{booking.school_id}",
            by=by,
            at=at,
            after={
                "cohort": booking.cohort_id,
                "price": booking.cost,
                **({"paid_by": booking.paid_by} if booking.is_by_invoice else {}),
            },
        )
        for booking in bookings
    )
