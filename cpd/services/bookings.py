"""Booking places: the main act of the portal. Rules BK-1 to BK-4.

One short transaction: the request by its key, the cohort's lock, everything read again,
one posting to the books, the bookings, then acts and mails. A refusal undoes it all.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cpd import emails
from cpd.choices import PaidBy
from cpd.errors import AlreadyBooked, PriceHasChanged, RequestUsedOtherwise, TooFewPlaces
from cpd.models import Booking, BookingRequest, Cohort
from cpd.services.delegates import Delegate, NamedDelegate, colleagues_among, name_delegates
from cpd.services.gate import refuse_unless_bookable, who_asks
from cpd.services.moving import lock_cohort
from cpd.services.policy import bands_in_force
from cpd.services.refilling import mark_refilled, refilled_entries
from credits.models import JournalEntry
from credits.services.commitments import commitment
from credits.services.ledger import NewEntry, post
from hub_portal.shared.insert_new import insert_new
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import build_act, record_acts
from schools.models import Person, School, SchoolYear
from schools.services.calendar import school_year_of

MOST_IN_ONE_GO = 8


@dataclass(frozen=True)
class Order:
    """What the rep confirmed: the key of the page, the places, and the price it showed."""

    key: str
    cohort_id: int
    school_id: int
    delegates: tuple[Delegate, ...]
    shown_price: int

    @property
    def fingerprint(self) -> str:
        facts = [
            self.cohort_id,
            self.school_id,
            self.shown_price,
            [[d.person_id, d.full_name, d.email.lower()] for d in self.delegates],
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@retried
def book_places(*, order: Order, by: Person, at: datetime) -> list[Booking]:
    """Book a place for each delegate, all together or none. Rules BK-2 to BK-4.

    Sent twice with the same key it books once and gives the same bookings.

    Raises: NotAMember, MayNotActFor, CohortNotBookable, WrongPhase, TooFewPlaces,
    OverSchoolLimit, AlreadyBooked, NamedTwice, NotAColleague, PriceHasChanged, NotEnoughCredits,
    RequestUsedOtherwise.
    """
    with transaction.atomic():
        request, is_new = _request_by_key(order, by=by, at=at)
        if not is_new:
            return list(request.bookings.order_by("pk"))
        cohort = lock_cohort(order.cohort_id)
        asking = who_asks(
            person=by,
            school_id=order.school_id,
            colleagues=colleagues_among(order.delegates),
            on=london_date(at),
        )
        asking.refuse_unless_acting()
        school = asking.school
        named = name_delegates(asking=asking, wanted=order.delegates, by=by, at=at)
        _refuse_if_it_cannot_be(cohort, school, order, named, at)
        year = school_year_of(london_date(at))
        entry, refilled = _pay(cohort, school, year, request, named, by=by, at=at)
        bookings = _write(cohort, school, year, request, named, entry, by=by, at=at)
        mark_refilled(refilled, by_bookings=bookings, at=at)
        _record(bookings, by=by, at=at)
        emails.places_booked(cohort=cohort, bookings=bookings, by=by, at=at)
    return bookings


def _request_by_key(order: Order, *, by: Person, at: datetime) -> tuple[BookingRequest, bool]:
    request = BookingRequest(
        key=order.key,
        fingerprint=order.fingerprint,
        school_id=order.school_id,
        cohort_id=order.cohort_id,
        made_by=by,
        made_at=at,
    )
    if insert_new([request], key="key"):
        return request, True
    known = BookingRequest.objects.get(key=order.key)
    if known.fingerprint != order.fingerprint or known.made_by_id != by.pk:
        raise RequestUsedOtherwise
    return known, False


def _refuse_if_it_cannot_be(
    cohort: Cohort, school: School, order: Order, named: Sequence[NamedDelegate], at: datetime
) -> None:
    if cohort.price != order.shown_price:
        raise PriceHasChanged(price=cohort.price)
    taken = list(cohort.bookings.live().values_list("school", "delegate"))
    refuse_unless_bookable(
        cohort=cohort,
        school=school,
        asked=len(named),
        has=sum(1 for school_id, _ in taken if school_id == school.pk),
        at=at,
    )
    there = {delegate_id for _, delegate_id in taken if delegate_id is not None}
    again = [delegate.named_as for delegate in named if delegate.person_id in there]
    if again:
        raise AlreadyBooked(names=again)
    left = max(cohort.capacity - len(taken), 0)
    if len(named) > left:
        raise TooFewPlaces(left=left, asked=len(named))


def _pay(
    cohort: Cohort,
    school: School,
    year: SchoolYear,
    request: BookingRequest,
    named: Sequence[NamedDelegate],
    *,
    by: Person,
    at: datetime,
) -> tuple[JournalEntry | None, list[Booking]]:
    """Commit the price of all places, and give back what late cancellations had kept."""
    if not cohort.price:
        return None, []
    about = f"booking_request:{request.pk}"
    committing = commitment(
        key=f"{about}:commit",
        about=about,
        school=school,
        year=year,
        price=cohort.price,
        for_people=[delegate.person_id for delegate in named],
        memo={"cohort": cohort.pk},
    )
    refilled, giving_back = refilled_entries(cohort=cohort, places=len(named))
    entries: list[NewEntry] = [committing, *giving_back]
    return post(entries, by=by, at=at)[0], refilled


def _write(
    cohort: Cohort,
    school: School,
    year: SchoolYear,
    request: BookingRequest,
    named: Sequence[NamedDelegate],
    entry: JournalEntry | None,
    *,
    by: Person,
    at: datetime,
) -> list[Booking]:
    bands = bands_in_force()
    return Booking.objects.bulk_create(
        Booking(
            request=request,
            cohort=cohort,
            school=school,
            year=year,
            delegate=delegate.person,
            named_as=delegate.named_as,
            paid_by=PaidBy.CREDITS if entry else PaidBy.FREE,
            price=cohort.price,
            bands=bands,
            booked_by=by,
            booked_at=at,
            commit_entry=entry,
        )
        for delegate in named
    )


def _record(bookings: Sequence[Booking], *, by: Person, at: datetime) -> None:
    record_acts(
        build_act(
            verb="booking.made",
            subject=f"booking:{booking.pk}",
            school=f"school:{booking.school_id}",
            by=by,
            at=at,
            after={"cohort": booking.cohort_id, "price": booking.price},
        )
        for booking in bookings
    )
