"""The mails of a booking. Rule BK-11.

One function per cause; each writes a mail to every delegate concerned and one to whoever
booked. A delegate without an address is written to through the booker (Rule PE-3).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from cpd.emails.facts import course_facts
from cpd.models import Booking, Cohort, Session, Substitution
from hub_portal.mail.services.letters import letter_from
from hub_portal.mail.services.outbox import Letter, put_all_in_outbox
from hub_portal.shared.context import hub_identity
from schools.models import Person

BOOKED = "cpd.booked"
BOOKED_BOOKER = "cpd.booked.booker"
CHANGED = "cpd.changed"
CHANGED_BOOKER = "cpd.changed.booker"
CANCELLED = "cpd.cancelled"
CANCELLED_BOOKER = "cpd.cancelled.booker"
REPLACED = "cpd.replaced"
REPLACED_BOOKER = "cpd.replaced.booker"
RETURNED_BOOKER = "cpd.returned.booker"

CALLED_OFF_FILE = "dates-called-off.ics"
"""What goes with a mail to take dates out of a calendar that keeps others."""


def places_booked(*, cohort: Cohort, bookings: Sequence[Booking], by: Person, at: datetime) -> None:
    """Confirm each place to its delegate, and all of them to whoever booked."""
    facts = _facts(cohort)
    letters = [_to_delegate(BOOKED, booking, facts, booker=by) for booking in bookings]
    request = bookings[0].request
    letters.append(
        _to_booker(
            BOOKED_BOOKER,
            by,
            facts,
            key=f"booking_request:{request.pk}:booked",
            about=f"booking_request:{request.pk}",
            bookings=list(bookings),
            total=sum(booking.price for booking in bookings),
            pence=sum(booking.price_pence for booking in bookings),
        )
    )
    _put(letters, at)


def guest_booked(*, booking: Booking, by: Person, at: datetime) -> None:
    """Confirm to a guest the place that the hub has booked, and who gets the invoice. BK-14."""
    _put([_to_delegate(BOOKED, booking, _facts(booking.cohort), booker=by)], at)


def place_cancelled(*, booking: Booking, by: Person, at: datetime, charged_later: int = 0) -> None:
    """Tell the delegate that the place is given up, and the booker what came back.

    `charged_later` is what a free place costs that is given up too late. Rule BK-14.
    """
    _tell_of_cancelling(
        [booking],
        cohort=booking.cohort,
        by=by,
        at=at,
        by_the_hub=False,
        charged_later=charged_later,
    )


def place_given_up(*, booking: Booking, at: datetime) -> None:
    """Tell delegate and booker that the hub has cancelled the place of a school that left."""
    _tell_of_cancelling(
        [booking], cohort=booking.cohort, by=booking.booked_by, at=at, by_the_hub=True
    )


def cohort_cancelled(
    *,
    cohort: Cohort,
    bookings: Sequence[Booking],
    at: datetime,
    never_told: Collection[int] = (),
) -> None:
    """Tell every delegate and every booker that the hub has called the course off.

    A delegate whose place waited for approval (`never_told`) knows of none.
    """
    for request_id, group in groupby(_by_request(bookings), key=lambda b: b.request_id):
        of_one_request = list(group)
        booker = of_one_request[0].booked_by
        _tell_of_cancelling(
            of_one_request,
            cohort=cohort,
            by=booker,
            at=at,
            by_the_hub=True,
            key=f"booking_request:{request_id}:cancelled:cohort",
            never_told=never_told,
        )


def cohort_changed(
    *, cohort: Cohort, called_off: Sequence[Session], bookings: Sequence[Booking], at: datetime
) -> None:
    """Tell delegates and bookers of new dates or another place; calendars follow."""
    facts = {**_facts(cohort), "called_off": called_off, "called_off_file": CALLED_OFF_FILE}
    letters = [
        _to_delegate(CHANGED, booking, facts, booker=booking.booked_by) for booking in bookings
    ]
    by_schools = [booking for booking in bookings if booking.school_id is not None]
    for request_id, group in groupby(_by_request(by_schools), key=lambda b: b.request_id):
        of_one_request = list(group)
        letters.append(
            _to_booker(
                CHANGED_BOOKER,
                of_one_request[0].booked_by,
                facts,
                key=f"booking_request:{request_id}:changed:{cohort.sequence}",
                about=f"booking_request:{request_id}",
                bookings=of_one_request,
            )
        )
    _put(letters, at)


def place_changed_hands(
    *, booking: Booking, substitution: Substitution, by: Person, at: datetime
) -> None:
    """Confirm the place to the new delegate, take it off the old one, tell the booker."""
    facts = _facts(booking.cohort)
    letters = [_to_delegate(BOOKED, booking, facts, booker=by)]
    earlier = substitution.from_person
    if earlier is not None:
        letters.append(
            _letter(
                REPLACED,
                earlier,
                key=f"substitution:{substitution.pk}:replaced",
                about=f"substitution:{substitution.pk}",
                fallback=by,
                context={**facts, "booking": booking, "name": substitution.from_named_as},
            )
        )
    letters.append(
        _to_booker(
            REPLACED_BOOKER,
            by,
            facts,
            key=f"substitution:{substitution.pk}:booker",
            about=f"booking_request:{booking.request_id}",
            booking=booking,
            earlier=substitution.from_named_as,
        )
    )
    _put(letters, at)


def kept_returned(*, booking: Booking, kept: int, at: datetime) -> None:
    """Tell the booker, or the guest, that what a late cancellation had kept comes back. BK-6.

    `kept` is what it was, in the money of the booking.
    """
    guest = booking.delegate if booking.is_of_a_guest else None
    letter = _to_booker(
        RETURNED_BOOKER,
        guest or booking.booked_by,
        _facts(booking.cohort),
        key=f"booking:{booking.pk}:returned",
        about=f"booking:{booking.pk}",
        booking=booking,
        kept_before=booking.in_its_money(kept),
        is_one=kept == 1,
    )
    _put([letter], at)


def _tell_of_cancelling(
    bookings: Sequence[Booking],
    *,
    cohort: Cohort,
    by: Person,
    at: datetime,
    by_the_hub: bool,
    key: str = "",
    never_told: Collection[int] = (),
    charged_later: int = 0,
) -> None:
    facts = {**_facts(cohort), "by_the_hub": by_the_hub}
    letters = [
        _to_delegate(CANCELLED, booking, facts, booker=by)
        for booking in bookings
        if booking.delegate_id is not None and booking.pk not in never_told
    ]
    if bookings[0].is_of_a_guest:
        _put(letters, at)
        return  # nobody else has booked it
    letters.append(
        _to_booker(
            CANCELLED_BOOKER,
            by,
            facts,
            key=key or f"booking:{bookings[0].pk}:cancelled:booker",
            about=f"booking_request:{bookings[0].request_id}",
            bookings=list(bookings),
            charged_later=charged_later,
            by_invoice=bookings[0].is_by_invoice,
            returned=sum(booking.cost - booking.cost_kept for booking in bookings),
            kept=sum(booking.cost_kept for booking in bookings),
        )
    )
    _put(letters, at)


def _facts(cohort: Cohort) -> dict[str, Any]:
    """The hub's names are read once for all the letters of a cause."""
    return {**course_facts(cohort), "hub": hub_identity()}


def _to_delegate(
    kind: str, booking: Booking, facts: dict[str, Any], *, booker: Person
) -> Letter | None:
    """A mail about one place; none while its delegate is to be named."""
    if booking.delegate is None:
        return None
    return _letter(
        kind,
        booking.delegate,
        key=f"booking:{booking.pk}:{kind.rpartition('.')[2]}:{booking.sequence}",
        about=f"booking:{booking.pk}:{booking.delegate_id}",
        fallback=booker,
        context={**facts, "booking": booking, "name": booking.named_as, "booker": booker},
    )


def _to_booker(
    kind: str, booker: Person, facts: dict[str, Any], *, key: str, about: str, **more: Any
) -> Letter | None:
    return _letter(kind, booker, key=key, about=about, fallback=None, context={**facts, **more})


def _letter(
    kind: str,
    person: Person,
    *,
    key: str,
    about: str,
    fallback: Person | None,
    context: dict[str, Any],
) -> Letter | None:
    """One mail; for somebody without an address it goes to the booker, marked. Rule PE-3."""
    reader = person if person.email else fallback
    if reader is None or not reader.email:
        return None
    return letter_from(
        f"cpd/email/{_TEMPLATES[kind]}",
        {**context, "person": person, "is_passed_on": reader is not person},
        dedupe_key=key,
        kind=kind,
        to=reader.email,
        recipient=reader,
        about=about,
    )


_TEMPLATES = {
    BOOKED: "booked",
    BOOKED_BOOKER: "booked_booker",
    CHANGED: "changed",
    CHANGED_BOOKER: "changed_booker",
    CANCELLED: "cancelled",
    CANCELLED_BOOKER: "cancelled_booker",
    REPLACED: "replaced",
    REPLACED_BOOKER: "replaced_booker",
    RETURNED_BOOKER: "returned_booker",
}


def _by_request(bookings: Iterable[Booking]) -> list[Booking]:
    return sorted(bookings, key=lambda booking: (booking.request_id, booking.pk))


def _put(letters: Iterable[Letter | None], at: datetime) -> None:
    put_all_in_outbox([letter for letter in letters if letter is not None], at=at)
