"""Offers from the waiting list: made, and closed in one of three ways. Rule BK-8.

Everything here happens under the cohort's lock, which is the lock of its waiting entries and
offers too.
"""

from collections.abc import Sequence
from datetime import datetime

from cpd.choices import OFFER_MOVES, OfferStatus
from cpd.emails import waiting_mails
from cpd.errors import OfferNotLive
from cpd.models import BookingRequest, Cohort, Offer, WaitingEntry
from cpd.services.waiting_times import answer_by
from hub_portal.shared.wording import deadline_in_words
from hub_portal.trail.services.acts import record_act
from schools.models import Person


def make_offer(
    *, entry: WaitingEntry, places: int, by: Person, at: datetime, reason: str = ""
) -> Offer:
    """Hold places for a waiting school and tell it until when."""
    offer = Offer.objects.create(
        entry=entry,
        places=places,
        offered_by=by,
        offered_at=at,
        answer_by=answer_by(cohort=entry.cohort, at=at),
        reason=reason,
    )
    _record(offer, "offer.made", by=by, at=at, reason=reason)
    waiting_mails.places_offered(offer=offer, at=at)
    return offer


def close_offer(
    offer: Offer,
    status: OfferStatus,
    *,
    by: Person,
    at: datetime,
    request: BookingRequest | None = None,
) -> None:
    """Move a live offer to accepted, declined or lapsed.

    Raises: OfferNotLive when the table of moves does not allow it.
    """
    if status not in OFFER_MOVES[OfferStatus(offer.status)]:
        raise OfferNotLive(what_became_of(offer))
    offer.status, offer.request = status, request
    offer.answered_by, offer.answered_at = by, at
    offer.save(update_fields=["status", "request", "answered_by", "answered_at"])
    _record(offer, f"offer.{status}", by=by, at=at)


def lapse_overdue(*, cohort: Cohort, at: datetime, by: Person) -> list[Offer]:
    """Close every offer of a locked cohort whose time is up, and tell the schools.

    The school goes to the end of the line and sits out until another place comes free.
    """
    overdue = Offer.objects.overdue(at).filter(entry__cohort=cohort).order_by("pk")
    lapsed = list(overdue.select_related("entry__school", "entry__joined_by"))
    for offer in lapsed:
        offer.entry.cohort = cohort
        close_offer(offer, OfferStatus.LAPSED, by=by, at=at)
        to_the_end_of_the_line(offer.entry, at=at)
    for offer in lapsed:
        waiting_mails.offer_lapsed(offer=offer, at=at)
    return lapsed


def to_the_end_of_the_line(entry: WaitingEntry, *, at: datetime) -> None:
    """Behind everybody who waits now. Rule BK-8."""
    entry.in_line_since, entry.sits_out = at, True
    entry.save(update_fields=["in_line_since", "sits_out"])


def shorten_offers(*, cohort: Cohort) -> int:
    """No live offer runs past the booking close, also when that was moved."""
    closes = cohort.booking_closes_at
    live = Offer.objects.live().filter(entry__cohort=cohort, answer_by__gt=closes)
    return live.update(answer_by=closes)


def live_offer(entry: WaitingEntry) -> Offer | None:
    """The offer a school may answer now, if there is one."""
    offer = entry.offers.live().first()
    if offer is not None:
        offer.entry = entry
    return offer


def what_became_of(offer: Offer) -> str:
    """Why an offer can no longer be answered, in a sentence."""
    if offer.status in (OfferStatus.OFFERED, OfferStatus.LAPSED):
        return (
            f"This offer was to be answered by {deadline_in_words(offer.answer_by)}. Your school "
            "is still on the waiting list, at the end of the line."
        )
    return f"This offer was {offer.get_status_display().lower()} already."


def _record(offer: Offer, verb: str, *, by: Person, at: datetime, reason: str = "") -> None:
    record_act(
        verb=verb,
        subject=f"offer:{offer.pk}",
        school=f"school:{offer.entry.school_id}",
        by=by,
        at=at,
        reason=reason,
        after={"cohort": offer.entry.cohort_id, "places": offer.places},
    )


def offers_in_order(entry: WaitingEntry) -> Sequence[Offer]:
    """Everything that was offered to a waiting school, newest first."""
    return list(entry.offers.order_by("-pk"))
