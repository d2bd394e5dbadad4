"""Redeeming a ticket: a place like any other, through the same gate. Rules FT-2 and FT-3.

The order of locks is that of booking: the request by its key, the cohort, the ticket; then
everything is read again. However many redeem at once, one ticket is one place.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cpd.choices import PaidBy, TicketStatus
from cpd.emails import ticket_mails
from cpd.errors import (
    HasAPlaceAlready,
    NoPlacesForTickets,
    NoTicketsHere,
    TooFewPlaces,
)
from cpd.models import Booking, BookingRequest, Cohort, FabulinusTicket
from cpd.services.gate import refuse_unless_open
from cpd.services.moving import lock_cohort
from cpd.services.places import Places
from cpd.services.policy import bands_in_force
from cpd.services.promotion import places_up_to_date
from cpd.services.requests import request_by_key
from cpd.services.ticket_moving import (
    become,
    lock_ticket,
    refuse_if_past,
    refuse_unless_it_may_become,
)
from cpd.services.ticket_places import share_of
from cpd.services.ticket_returns import lives_again_until
from hub_portal.shared.errors import NotAllowed
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person
from schools.services.calendar import school_year_of


@dataclass(frozen=True)
class Redemption:
    """What the holder confirmed: the key of the page, the ticket as it was, and the date."""

    page_key: str
    ticket_id: int
    version: int
    cohort_id: int

    @property
    def fingerprint(self) -> str:
        facts = [self.ticket_id, self.version, self.cohort_id]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    @property
    def key(self) -> str:
        """The page sent again is the same act; sent for another date it is another."""
        return hashlib.sha256(f"ticket:{self.page_key}:{self.fingerprint}".encode()).hexdigest()


@retried
def redeem_ticket(*, redemption: Redemption, by: Person, at: datetime) -> Booking:
    """Take a place with a ticket, by its holder alone. Rules FT-2 and FT-3.

    Sent twice with the same key it redeems once and gives the same booking.

    Raises: NotAllowed, TicketNotLive, TicketIsPast, CohortNotBookable, NoTicketsHere,
    HasAPlaceAlready, TooFewPlaces, NoPlacesForTickets, RequestUsedOtherwise.
    """
    with transaction.atomic():
        request, is_new = request_by_key(
            key=redemption.key,
            fingerprint=redemption.fingerprint,
            cohort_id=redemption.cohort_id,
            by=by,
            at=at,
        )
        if not is_new:
            return Booking.objects.get(request=request)
        cohort = lock_cohort(redemption.cohort_id)
        ticket = lock_ticket(redemption.ticket_id)
        _refuse_unless_the_holders(ticket, redemption, by=by)
        refuse_unless_redeemable(ticket=ticket, at=at)
        places = places_up_to_date(cohort=cohort, at=at)
        refuse_unless_there_is_a_place(cohort=cohort, places=places, person=ticket.person, at=at)
        booking = take_place_with(ticket, request=request, cohort=cohort, by=by, at=at)
        ticket_mails.ticket_redeemed(
            ticket=ticket,
            booking=booking,
            release_until=lives_again_until(booking=booking, at=at),
            at=at,
        )
    return booking


def take_place_with(
    ticket: FabulinusTicket,
    *,
    request: BookingRequest,
    cohort: Cohort,
    by: Person,
    at: datetime,
    is_told: bool = True,
    booked_at: datetime | None = None,
) -> Booking:
    """The place a locked ticket buys, and the ticket redeemed by it; whoever asks has checked."""
    booking = Booking.objects.create(
        request=request,
        cohort=cohort,
        school=None,
        year=school_year_of(london_date(at)),
        delegate=ticket.person,
        named_as=ticket.person.full_name,
        paid_by=PaidBy.TICKET,
        price=0,
        bands=bands_in_force(),
        booked_by=by,
        booked_at=booked_at or at,
        is_told=is_told,
    )
    record_act(
        verb="booking.made",
        subject=f"booking:{booking.pk}",
        by=by,
        at=at,
        after={"cohort": cohort.pk, "ticket": ticket.pk},
    )
    ticket.redeemed_by = booking
    become(ticket, TicketStatus.REDEEMED, verb="ticket.redeemed", by=by, at=at)
    return booking


def refuse_unless_redeemable(*, ticket: FabulinusTicket, at: datetime) -> None:
    """Raises: TicketNotLive, TicketIsPast."""
    if ticket.status in (TicketStatus.ISSUED, TicketStatus.EXPIRED):
        refuse_if_past(ticket, on=london_date(at))
    refuse_unless_it_may_become(ticket, TicketStatus.REDEEMED)


def refuse_unless_there_is_a_place(
    *, cohort: Cohort, places: Places, person: Person, at: datetime
) -> None:
    """The gate for tickets: open, welcome, a place left, and one left for tickets. Rule FT-2.

    The check page asks here early; `redeem_ticket` asks again under the cohort's lock. A place
    offered to the waiting list is not left (Rule BK-8).

    Raises: CohortNotBookable, NoTicketsHere, HasAPlaceAlready, TooFewPlaces,
    NoPlacesForTickets.
    """
    refuse_unless_open(cohort=cohort, at=at)
    if not cohort.programme.tickets_welcome:
        raise NoTicketsHere
    if person.pk in places.delegates:
        raise HasAPlaceAlready
    if not places.left:
        raise TooFewPlaces(left=0, asked=1)
    share = share_of(cohort)
    if places.with_tickets >= share:
        raise NoPlacesForTickets(share=share)


def _refuse_unless_the_holders(
    ticket: FabulinusTicket, redemption: Redemption, *, by: Person
) -> None:
    if by.pk != ticket.person_id:
        raise NotAllowed("Only the holder of a ticket redeems it.")
    if ticket.version != redemption.version:
        raise NotAllowed("This ticket has a new code since. Open the newest mail about it.")
