"""Planning a cohort: its sessions, offering it, changing it, calling it off. Rule BK-1."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from cpd.choices import COHORT_MOVES, BookingStatus, CancelledBy, CohortStatus, InvoiceCause, PaidBy
from cpd.emails import booking_mails, ticket_mails
from cpd.errors import CapacityBelowLivePlaces, CohortMayNotBecome, NotReadyToOffer
from cpd.models import Booking, Cohort, Session
from cpd.services.cancelling import ask_for_less, everything_back, mark_cancelled
from cpd.services.joining import write_first_details
from cpd.services.moving import lock_cohort, lock_live_bookings, raise_sequences, school_of
from cpd.services.offers import shorten_offers
from cpd.services.promotion import places_came_free, places_up_to_date, tell_those_who_asked
from cpd.services.refilling import kept_entries, mark_returned
from cpd.services.sessions import PlannedSession as PlannedSession
from cpd.services.sessions import plan_sessions
from cpd.services.ticket_returns import lives_again_until, tickets_live_again
from cpd.services.waiting import end_the_line
from credits.errors import ReasonNeeded
from credits.services.commitments import release
from credits.services.ledger import post
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.shared.wording import day, moment
from hub_portal.trail.services.acts import record_act
from schools.models import Person
from schools.rules import HubCalendar
from schools.services.calendar import hub_calendar


@transaction.atomic
def add_cohort(
    *, sessions: Sequence[PlannedSession], by: Person, at: datetime, **facts: Any
) -> Cohort:
    """Plan a cohort of a programme, as a draft with its dates.

    `facts` are fields of the cohort: programme, price, capacity, booking window and so on.

    Raises: NotReadyToOffer when a date ends before it begins.
    """
    cohort = Cohort.objects.create(**facts)
    record_act(verb="cohort.planned", subject=f"cohort:{cohort.pk}", by=by, at=at)
    if cohort.joining_details:
        write_first_details(cohort=cohort, by=by, at=at)
    return save_sessions(cohort=cohort, sessions=sessions, by=by, at=at)


@retried
def change_cohort(
    *,
    cohort: Cohort,
    by: Person,
    at: datetime,
    sessions: Sequence[PlannedSession] | None = None,
    **facts: Any,
) -> Cohort:
    """Change a cohort's dates and facts in one go; who is booked is told once what moved.

    `facts` are fields of the cohort: price, venue, booking window and so on. A new price
    holds for bookings made from now on; theirs is frozen on the others.

    Raises: CohortMayNotBecome once it is cancelled or completed; NotReadyToOffer when an
    offered cohort would be left without what Rule BK-1 asks for, or a date ends before it
    begins.
    """
    if not facts.keys() <= CHANGEABLE:
        raise TypeError(f"not changed here: {sorted(facts.keys() - CHANGEABLE)}")
    with transaction.atomic():
        locked = lock_cohort(cohort.pk)
        if not COHORT_MOVES[CohortStatus(locked.status)]:
            raise CohortMayNotBecome(f"This course is {locked.get_status_display().lower()}.")
        before = _where_and_when(locked)
        changed = {name for name, value in facts.items() if getattr(locked, name) != value}
        for name in changed:
            setattr(locked, name, facts[name])
        locked.save(update_fields=sorted(changed))
        called_off: list[Session] = []
        if sessions is not None:
            called_off = plan_sessions(cohort=locked, sessions=sessions, by=by, at=at)
        if locked.status == CohortStatus.OFFERED:
            _refuse_unless_complete(locked)
            shorten_offers(cohort=locked)
        if changed:
            record_act(
                verb="cohort.changed",
                subject=f"cohort:{locked.pk}",
                by=by,
                at=at,
                after={"changed": sorted(changed), "price": locked.price},
            )
        if _where_and_when(locked) != before:
            _tell_of_change(locked, called_off, by=by, at=at)
    return locked


CHANGEABLE = frozenset(
    {
        "activity",
        "booking_closes_at",
        "booking_opens_at",
        "format",
        "invoice_price",
        "minimum",
        "organiser",
        "places_per_school",
        "price",
        "venue",
    }
)
"""Facts a cohort may be given another of; places, state and joining details have verbs of
their own."""


def save_sessions(
    *, cohort: Cohort, sessions: Sequence[PlannedSession], by: Person, at: datetime
) -> Cohort:
    """Give a cohort these dates and no others; booked delegates are told what changed.

    A date keeps its identity when it moves, and one that falls away is called off.

    Raises: as `change_cohort`.
    """
    return change_cohort(cohort=cohort, sessions=sessions, by=by, at=at)


def change_venue(*, cohort: Cohort, venue: str, by: Person, at: datetime) -> Cohort:
    """Move a cohort to another place; booked delegates are told and calendars follow."""
    return change_cohort(cohort=cohort, venue=venue.strip(), by=by, at=at)


@retried
def change_capacity(*, cohort: Cohort, capacity: int, by: Person, at: datetime) -> Cohort:
    """Raise or lower the places, never below the live ones. Rule BK-3.

    More places go to the waiting list first (Rule BK-8). Done twice, it changes nothing.

    Raises: CapacityBelowLivePlaces.
    """
    with transaction.atomic():
        locked = lock_cohort(cohort.pk)
        if capacity == locked.capacity:
            return locked
        live = places_up_to_date(cohort=locked, at=at).live
        if capacity < max(live, 1):
            raise CapacityBelowLivePlaces(live=live)
        before = locked.capacity
        locked.capacity = capacity
        locked.minimum = min(locked.minimum, capacity)
        locked.save(update_fields=["capacity", "minimum"])
        record_act(
            verb="cohort.capacity",
            subject=f"cohort:{locked.pk}",
            by=by,
            at=at,
            before={"capacity": before},
            after={"capacity": capacity},
        )
        if capacity > before:
            places_came_free(cohort=locked, at=at, by=by)
    return locked


def offer_cohort(*, cohort: Cohort, by: Person, at: datetime) -> Cohort:
    """Put a cohort into the catalogue. Rule BK-1.

    If it was planned from demand, those who asked are offered its places first (Rule PU-4).

    Raises: CohortMayNotBecome, NotReadyToOffer saying what is missing.
    """
    with transaction.atomic():
        locked = lock_cohort(cohort.pk)
        _refuse_unless_it_may_become(locked, CohortStatus.OFFERED)
        if locked.starts_at is not None and locked.starts_at <= at:
            raise NotReadyToOffer("The first session is in the past. Change the dates first.")
        _refuse_unless_complete(locked)
        _become(locked, CohortStatus.OFFERED, by=by, at=at)
        tell_those_who_asked(cohort=locked, at=at, by=by)
        return locked


def offer_running_cohort(*, cohort: Cohort, by: Person, at: datetime) -> Cohort:
    """Put a cohort that was run without the portal before among the others. Rule SC-8.

    It may have begun, and nobody is told of it.

    Raises: CohortMayNotBecome, NotReadyToOffer saying what is missing.
    """
    with transaction.atomic():
        locked = lock_cohort(cohort.pk)
        _refuse_unless_it_may_become(locked, CohortStatus.OFFERED)
        _refuse_unless_complete(locked)
        return _become(locked, CohortStatus.OFFERED, by=by, at=at)


def withdraw_offer(*, cohort: Cohort, by: Person, at: datetime) -> Cohort:
    """Take a cohort out of the catalogue while nobody has booked it.

    Raises: CohortMayNotBecome, also when there are bookings or somebody waits.
    """
    with transaction.atomic():
        locked = lock_cohort(cohort.pk)
        _refuse_unless_it_may_become(locked, CohortStatus.DRAFT)
        if locked.bookings.exists():
            raise CohortMayNotBecome("There are bookings on this course. Cancel it instead.")
        if locked.waiting.waiting().exists():
            raise CohortMayNotBecome("Schools wait for this course. Cancel it instead.")
        return _become(locked, CohortStatus.DRAFT, by=by, at=at)


@retried
def cancel_cohort(*, cohort: Cohort, reason: str, by: Person, at: datetime) -> int:
    """Call a cohort off: everything comes back and everyone is told. Rule BK-6.

    The number of bookings cancelled. Done twice, it changes nothing.

    Raises: ReasonNeeded, CohortMayNotBecome.
    """
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        locked = lock_cohort(cohort.pk)
        if locked.status == CohortStatus.CANCELLED:
            return 0
        _refuse_unless_it_may_become(locked, CohortStatus.CANCELLED)
        bookings = lock_live_bookings(locked, awaiting=True)
        unapproved = {b.pk for b in bookings if b.status == BookingStatus.AWAITING}
        end_the_line(cohort=locked, by=by, at=at)
        _return_everything(locked, bookings, by=by, at=at)
        locked.cancelled_by, locked.cancelled_at = by, at
        _become(locked, CohortStatus.CANCELLED, by=by, at=at, reason=reason.strip())
        for booking in bookings:
            if booking.pk in unapproved:
                ask_for_less(booking, by=by, at=at)
        booking_mails.cohort_cancelled(
            cohort=locked, bookings=_without_tickets(bookings), never_told=unapproved, at=at
        )
        tickets_live_again(cohort=locked, bookings=_of_tickets(bookings), by=by, at=at)
    return len(bookings)


def warnings_for(cohort: Cohort) -> list[str]:
    """Dates that may be a mistake, as sentences; they never stop anything. Rule BK-1."""
    calendar = hub_calendar()
    sessions = list(cohort.sessions.order_by("starts_at"))
    warnings = [
        warning
        for session in sessions
        if (warning := warning_of_day(london_date(session.starts_at), calendar))
    ]
    others = (
        Session.objects.filter(cohort__programme=cohort.programme_id)
        .exclude(cohort=cohort)
        .exclude(cohort__status=CohortStatus.CANCELLED)
    )
    for session in sessions:
        clash = others.filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
        if clash.exists():
            warnings.append(
                f"Another group of this course meets on {day(session.starts_at)} at the same time."
            )
    return warnings


def warning_of_day(on: date, calendar: HubCalendar) -> str:
    """What may be a mistake about one date, as a sentence; "" for an ordinary day. Rule BK-1."""
    odd = calendar.what_is_odd_about(on)
    return f"{day(on)} is {odd}." if odd else ""


def _refuse_unless_complete(cohort: Cohort) -> None:
    """Raises: NotReadyToOffer saying what an offered cohort lacks. Rule BK-1."""
    if cohort.starts_at is None:
        raise NotReadyToOffer("Add at least one session before you offer this course.")
    if cohort.booking_closes_at > cohort.starts_at:
        raise NotReadyToOffer(
            f"Booking has to close by the first session, {moment(cohort.starts_at)}."
        )


def _where_and_when(cohort: Cohort) -> tuple[str, list[tuple[datetime, datetime, str]]]:
    """What a delegate's calendar says: a change of it is told."""
    sessions = cohort.sessions.order_by("starts_at")
    return cohort.venue, list(sessions.values_list("starts_at", "ends_at", "venue"))


def _tell_of_change(
    cohort: Cohort, called_off: Sequence[Session], *, by: Person, at: datetime
) -> None:
    """Raise the calendar sequence of cohort and bookings, and tell those who are booked."""
    bookings = raise_sequences(cohort)
    record_act(
        verb="cohort.moved",
        subject=f"cohort:{cohort.pk}",
        by=by,
        at=at,
        after={
            "sequence": cohort.sequence,
            "sessions_called_off": [session.pk for session in called_off],
        },
    )
    if cohort.status == CohortStatus.OFFERED:
        booking_mails.cohort_changed(cohort=cohort, called_off=called_off, bookings=bookings, at=at)
        for booking in _of_tickets(bookings):
            until = lives_again_until(booking=booking, at=at)
            ticket_mails.dates_have_changed(booking=booking, release_until=until, at=at)


def _return_everything(
    cohort: Cohort, bookings: Sequence[Booking], *, by: Person, at: datetime
) -> None:
    """Give back what is committed or invoiced, and what late cancellations had kept before."""
    late, waiving = kept_entries(cohort=cohort)
    releasing = [
        release(
            key=f"booking:{booking.pk}:cancelled",
            about=f"booking:{booking.pk}",
            school=school_of(booking),
            year=booking.year,
            returned=booking.price,
            kept=0,
            person_id=booking.delegate_id,
        )
        for booking in bookings
        if booking.price
    ]
    if releasing or waiving:
        post([*releasing, *waiving], by=by, at=at)
    called_off = InvoiceCause.COHORT_CANCELLED
    mark_returned(late, cause=called_off, by=by, at=at)
    for booking in bookings:
        mark_cancelled(
            booking,
            everything_back(booking),
            cancelled_from=CancelledBy.HUB,
            cause=called_off,
            by=by,
            at=at,
        )


def _without_tickets(bookings: Sequence[Booking]) -> list[Booking]:
    """Those of schools and guests, whom the mails of a booking tell."""
    return [booking for booking in bookings if booking.paid_by != PaidBy.TICKET]


def _of_tickets(bookings: Sequence[Booking]) -> list[Booking]:
    """Those taken with a Fabulinus Ticket. Rule FT-2."""
    return [booking for booking in bookings if booking.paid_by == PaidBy.TICKET]


def _refuse_unless_it_may_become(cohort: Cohort, status: CohortStatus) -> None:
    if status not in COHORT_MOVES[CohortStatus(cohort.status)]:
        raise CohortMayNotBecome(f"This course is {cohort.get_status_display().lower()} already.")


def _become(
    cohort: Cohort, status: CohortStatus, *, by: Person, at: datetime, reason: str = ""
) -> Cohort:
    before = cohort.status
    cohort.status = status
    cohort.save(update_fields=["status", "cancelled_by", "cancelled_at"])
    record_act(
        verb=f"cohort.{status}",
        subject=f"cohort:{cohort.pk}",
        by=by,
        at=at,
        reason=reason,
        before={"status": before},
        after={"status": status},
    )
    return cohort
