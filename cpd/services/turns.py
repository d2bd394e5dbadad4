"""A waiting school's turn: accepting by booking, declining, and the hub's offer out of turn.

Rule BK-8. Accepting is booking: `bookings.book_places` with the school's entry on its order.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cpd.choices import EntryStatus, OfferStatus
from cpd.errors import (
    CohortNotBookable,
    MoreThanOffered,
    NotWaiting,
    NotYourTurn,
    OfferNotLive,
    TooFewPlaces,
)
from cpd.models import BookingRequest, Cohort, Offer, WaitingEntry
from cpd.services.gate import refuse_unless_acting
from cpd.services.offers import (
    close_offer,
    live_offer,
    make_offer,
    to_the_end_of_the_line,
    what_became_of,
)
from cpd.services.places import Places, places_of
from cpd.services.promotion import move_on, places_up_to_date
from cpd.services.waiting import end_entry, lock_entry
from cpd.services.waiting_times import has_begun, is_late
from credits.errors import ReasonNeeded
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from schools.models import Person


@dataclass(frozen=True)
class Turn:
    """What may be booked now, `places` being those of the others.

    A waiting school: the places of its offer or, near the start, what is free. Without an
    entry, anybody: what is left.
    """

    entry: WaitingEntry | None
    offer: Offer | None
    places: Places

    @property
    def most(self) -> int:
        """How many places may be taken at most."""
        if self.entry is None:
            return self.places.left
        return self.offer.places if self.offer else min(self.entry.wanted, self.places.left)


def turn_of(*, entry_id: int, cohort: Cohort, school_id: int, at: datetime) -> Turn:
    """The turn of a waiting school under its cohort's lock; overdue offers lapse first.

    Raises: NotWaiting, OfferNotLive when what was offered has been answered or has lapsed,
    NotYourTurn.
    """
    places = places_up_to_date(cohort=cohort, at=at)
    entry = cohort.waiting.filter(pk=entry_id, school=school_id).first()
    if entry is None:
        raise NotWaiting("Your school is not on the waiting list of this course any more.")
    entry.cohort = cohort
    return _turn_among(places, entry, at)


def turn_seen(*, entry: WaitingEntry | None, cohort: Cohort, at: datetime) -> Turn:
    """The same for a page, which locks nothing and writes nothing.

    Raises: as `turn_of`.
    """
    places = places_of(cohort)
    return Turn(None, None, places) if entry is None else _turn_among(places, entry, at)


def _turn_among(places: Places, entry: WaitingEntry, at: datetime) -> Turn:
    if entry.status != EntryStatus.WAITING:
        raise NotWaiting("Your school is not on the waiting list of this course any more.")
    offer = live_offer(entry)
    if offer is not None and offer.answer_by <= at:
        raise OfferNotLive(what_became_of(offer))
    if offer is None and not _may_be_first(entry, places, at):
        raise _nothing_offered(entry)
    return Turn(entry, offer, places.without_offer_to(entry.pk))


def _nothing_offered(entry: WaitingEntry) -> PortalError:
    earlier = entry.offers.order_by("pk").last()
    return OfferNotLive(what_became_of(earlier)) if earlier else NotYourTurn()


def refuse_more_than_there_is(turn: Turn, *, asked: int) -> None:
    """Raises: TooFewPlaces; MoreThanOffered for more than a waiting school may take."""
    if turn.offer is not None and asked > turn.offer.places:
        raise MoreThanOffered(offered=turn.offer.places, asked=asked)
    if asked > turn.places.left:
        raise TooFewPlaces(left=turn.places.left, asked=asked)
    if turn.entry is not None and asked > turn.entry.wanted:
        raise MoreThanOffered(offered=turn.entry.wanted, asked=asked)


def turn_taken(
    turn: Turn, *, booked: int, request: BookingRequest, by: Person, at: datetime
) -> None:
    """Close the offer of places just booked; what the school did not take goes on.

    It waits on for what it wanted beyond the offer, with its position.
    """
    entry, offer = turn.entry, turn.offer
    if entry is None:
        return
    entry.wanted -= offer.places if offer else booked
    if offer is not None:
        close_offer(offer, OfferStatus.ACCEPTED, by=by, at=at, request=request)
    if entry.wanted > 0:
        entry.save(update_fields=["wanted"])
    else:
        end_entry(entry, EntryStatus.SERVED, by=by, at=at)
    if offer is not None and booked < offer.places:
        move_on(cohort=entry.cohort, at=at, by=by, calls_again=True)


@retried
def decline_offer(*, entry_id: int, by: Person, at: datetime) -> WaitingEntry:
    """Let the places go to the next; the school stays, at the end of the line. Rule BK-8.

    Raises: MayNotActFor, NotAMember, OfferNotLive.
    """
    with transaction.atomic():
        entry = lock_entry(entry_id)
        refuse_unless_acting(person=by, school=entry.school, on=london_date(at))
        places_up_to_date(cohort=entry.cohort, at=at)
        offer = live_offer(entry)
        if offer is None:
            raise _nothing_offered(entry)
        close_offer(offer, OfferStatus.DECLINED, by=by, at=at)
        to_the_end_of_the_line(entry, at=at)
        move_on(cohort=entry.cohort, at=at, by=by, calls_again=True)
    return entry


@retried
def offer_out_of_turn(
    *, entry_id: int, places: int, reason: str, by: Person, at: datetime
) -> Offer:
    """The hub offers free places to a school that is not the first in line. Rule BK-8.

    Raises: ReasonNeeded, NotWaiting, OfferNotLive when it has an offer already, TooFewPlaces,
    MoreThanOffered when it wants fewer, CohortNotBookable once booking has closed.
    """
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        entry = lock_entry(entry_id)
        left = places_up_to_date(cohort=entry.cohort, at=at).left
        entry.refresh_from_db(fields=["status", "wanted"])
        if entry.status != EntryStatus.WAITING:
            raise NotWaiting(f"This school is not waiting: {entry.get_status_display().lower()}.")
        if live_offer(entry) is not None:
            raise OfferNotLive("This school is offered places already.")
        if at >= entry.cohort.booking_closes_at:
            raise CohortNotBookable("Booking has closed. Move the close of booking first.")
        if places > left:
            raise TooFewPlaces(left=left, asked=places)
        if places > entry.wanted:
            raise MoreThanOffered(offered=entry.wanted, asked=places)
        return make_offer(entry=entry, places=places, by=by, at=at, reason=reason.strip())


def _may_be_first(entry: WaitingEntry, places: Places, at: datetime) -> bool:
    """Near the start the first waiting school to accept has what is free."""
    cohort = entry.cohort
    near = is_late(cohort=cohort, at=at) and not has_begun(cohort=cohort, at=at)
    return near and places.left > 0
