"""The live places of one cohort, counted once for whoever asks. Rule BK-3.

Live are places booked and places offered to the waiting list: both are held for somebody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, DateTimeField, F, QuerySet, Value, When

from cpd.choices import BookingStatus, PaidBy
from cpd.models import Booking, Cohort, Offer
from hub_portal.shared.prepared import prepared

BOOKED, OFFERED, KEPT_LATE = "booked", "offered", "kept late"
"""What a row of the one query is about."""


@dataclass(frozen=True)
class HeldOffer:
    """Places an offer holds for a school of the waiting list."""

    offer_id: int
    entry_id: int
    school_id: int
    places: int
    answer_by: datetime


@dataclass(frozen=True)
class Places:
    """Who holds the places of a cohort: school and delegate of each booking, and offers.

    A place taken with a ticket belongs to no school, nor does a guest's; `with_tickets` counts
    the former. `awaiting` are the requests of which some places wait for a headteacher, and
    `kept_late` how many cancelled places still keep some of their price, live no more (BK-6).
    """

    capacity: int
    booked: Sequence[tuple[int | None, int | None]]
    offered: Sequence[HeldOffer]
    awaiting: frozenset[int] = frozenset()
    with_tickets: int = 0
    kept_late: int = 0

    @property
    def live(self) -> int:
        """Places booked and places offered."""
        return len(self.booked) + sum(offer.places for offer in self.offered)

    @property
    def left(self) -> int:
        return max(self.capacity - self.live, 0)

    @property
    def delegates(self) -> set[int]:
        """Everybody who holds a place by name."""
        return {delegate for _, delegate in self.booked if delegate is not None}

    def of_school(self, school_id: int) -> int:
        """The places this school holds, those offered to it included."""
        booked = sum(1 for school, _ in self.booked if school == school_id)
        return booked + sum(each.places for each in self.offered if each.school_id == school_id)

    def without_offer_to(self, entry_id: int | None) -> "Places":
        """The same as one sees it to whom some of the places are offered."""
        others = [offer for offer in self.offered if offer.entry_id != entry_id]
        return replace(self, offered=others)

    def offer_to(self, entry_id: int) -> HeldOffer | None:
        return next((offer for offer in self.offered if offer.entry_id == entry_id), None)


def places_of(cohort: Cohort) -> Places:
    """The live places of a cohort now, in one query; under its lock they stay so."""
    rows = _held(cohort=cohort.pk)
    booked = [row for row in rows if row[0] == BOOKED]
    return Places(
        capacity=cohort.capacity,
        booked=[(school, delegate) for _, _, school, delegate, *_ in booked],
        offered=[
            HeldOffer(pk, entry, school, places, until)
            for of, pk, school, entry, places, until, _ in rows
            if of == OFFERED
        ],
        awaiting=frozenset(request for *_, request, _, _ in booked if request is not None),
        with_tickets=sum(row[-1] for row in booked),
        kept_late=sum(1 for row in rows if row[0] == KEPT_LATE),
    )


@prepared(cohort=BigIntegerField())
def _held(cohort: Any) -> "QuerySet[Any, Any]":
    nothing = Value(None, output_field=DateTimeField())
    tickets = Case(When(paid_by=PaidBy.TICKET, then=1), default=0)
    waits = When(status=BookingStatus.AWAITING, then=F("request"))
    bookings = (
        Booking.objects.filter(cohort=cohort)
        .live()
        .order_by()
        .annotate(of=Value(BOOKED), number=Case(waits, output_field=BigIntegerField()))
        .annotate(until=nothing, tickets=tickets)
        .values_list("of", "pk", "school", "delegate", "number", "until", "tickets")
    )
    offers = (
        Offer.objects.live()
        .filter(entry__cohort=cohort)
        .order_by()
        .annotate(of=Value(OFFERED), number=F("places"), until=F("answer_by"), tickets=Value(0))
        .values_list("of", "pk", "entry__school", "entry", "number", "until", "tickets")
    )
    late = (
        Booking.objects.filter(cohort=cohort)
        .kept_late()
        .order_by()
        .annotate(of=Value(KEPT_LATE), number=Value(None, output_field=BigIntegerField()))
        .annotate(until=nothing, tickets=Value(0))
        .values_list("of", "pk", "school", "delegate", "number", "until", "tickets")
    )
    return bookings.union(offers, late, all=True)
